-- Makes what is listed of a user what one node really has. Atomic. May be repeated.
--
-- KEYS[1]  hash of the sockets of a user, see user-enter.lua
-- ARGV[1]  the node, of which incarnations are <node>.<number>
-- ARGV[2]  its incarnation now
-- ARGV[3]  milliseconds after which a list that nobody looks at is forgotten
-- then of each socket that it has: the entry, its session or '-', what stands behind the state; that is empty of one that is just entering
--
-- Returns the entries whose connections have to be closed for newer ones.
local key, incarnation = KEYS[1], ARGV[2]
local has, missing = {}, {}
for i = 4, #ARGV, 3 do
  has[ARGV[i]] = { session = ARGV[i + 1], rest = ARGV[i + 2] }
  missing[ARGV[i]] = ARGV[i + 2] ~= '' or nil
end

local closing, sessions = {}, {}
local all = redis.call('HGETALL', key)
for i = 1, #all, 2 do
  local entry = all[i]
  local state, of, session = string.match(all[i + 1], '^(%d) (%S+) %S+ %S+ (%S+) ')
  local kept = has[entry]
  if string.match(of, '^(.*)%.') == ARGV[1] and not kept then
    redis.call('HDEL', key, entry)
  elseif kept then
    missing[entry] = nil
    if of ~= incarnation and kept.rest ~= '' then
      redis.call('HSET', key, entry, state .. ' ' .. kept.rest)
    end
    if state == '0' then
      table.insert(closing, entry)
    end
  else
    sessions[session] = true
  end
end

for entry in pairs(missing) do
  -- One whose client has come back elsewhere has lost its place to it, and ends soon.
  if has[entry].session == '-' or not sessions[has[entry].session] then
    redis.call('HSET', key, entry, '1 ' .. has[entry].rest)
  end
end

redis.call('PEXPIRE', key, ARGV[3])
return closing
