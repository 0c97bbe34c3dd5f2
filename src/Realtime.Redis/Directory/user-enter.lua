-- Lists a socket of a user, if the user may have its connection. Atomic. May be repeated with the same arguments.
--
-- KEYS[1]   hash of the sockets of a user: entry -> '<state> <incarnation> <since> <connection> <session or -> <socket> <namespace>'
--           state 1: counts; 0: is to be closed for a newer one, and counts no more. since has as many digits in all of them, so that it can be compared as text.
-- ARGV[1]   the entry, new for each socket object
-- ARGV[2]   what stands behind the state
-- ARGV[3-5] of it: the incarnation, the connection, the session
-- ARGV[6]   milliseconds after which a list that nobody looks at is forgotten
-- ARGV[7]   how many connections the user may have; 0 for any number
-- ARGV[8]   'refuse' the new one beyond that, or 'close' the oldest
-- ARGV[9]   1 when the caller has looked which nodes are over
-- ARGV[10-] incarnations of nodes that are over: what they had is gone
--
-- Returns {1, incarnations that have to close something...}: listed. {0}: refused. {2, incarnations...}: there is no room unless some of these nodes are over: look, and call again.
local key, entry, incarnation, connection, session = KEYS[1], ARGV[1], ARGV[3], ARGV[4], ARGV[5]
local max = tonumber(ARGV[7])

local over = {}
for i = 10, #ARGV do
  over[ARGV[i]] = true
end

local connections, replaced = {}, {}
local all = redis.call('HGETALL', key)
for i = 1, #all, 2 do
  local state, node, since, name, of = string.match(all[i + 1], '^(%d) (%S+) (%S+) (%S+) (%S+) ')
  if over[node] or all[i] == entry then
    redis.call('HDEL', key, all[i])
  else
    local found = connections[name]
    if not found then
      found = { node = node, since = since, counts = false, entries = {} }
      connections[name] = found
    end
    found.counts = found.counts or state == '1'
    found.since = since < found.since and since or found.since
    table.insert(found.entries, { id = all[i], rest = string.sub(all[i + 1], 2) })
    if of == session and session ~= '-' and name ~= connection then
      replaced[name] = found
    end
  end
end

-- A client that comes back takes the place that its connection before had, on whatever node.
for name, found in pairs(replaced) do
  for _, socket in ipairs(found.entries) do
    redis.call('HDEL', key, socket.id)
  end
  connections[name] = nil
end

local others, told = {}, {}
for name, found in pairs(connections) do
  if found.counts and name ~= connection then
    table.insert(others, found)
  end
end

local own = connections[connection]
if max > 0 and #others >= max and not (own and own.counts) then
  if ARGV[9] ~= '1' then
    local answer, seen = { 2 }, {}
    for _, found in ipairs(others) do
      if found.node ~= incarnation and not seen[found.node] then
        seen[found.node] = true
        table.insert(answer, found.node)
      end
    end
    return answer
  end
  if ARGV[8] == 'refuse' then
    return { 0 }
  end
  table.sort(others, function(a, b) return a.since < b.since end)
  for i = 1, #others - max + 1 do
    for _, socket in ipairs(others[i].entries) do
      redis.call('HSET', key, socket.id, '0' .. socket.rest)
    end
    table.insert(told, others[i].node)
  end
end

redis.call('HSET', key, entry, '1 ' .. ARGV[2])
redis.call('PEXPIRE', key, ARGV[6])
return { 1, unpack(told) }
