-- A batch of steps on the sessions of one namespace, in order. Each step is atomic, and so is the whole: nothing comes between. Every step may be repeated with the same arguments.
--
-- KEYS[1]      the common start of all keys of the namespace, <prefix>:{<namespace>}: (names no key: it gives the slot)
-- KEYS[1 + n]  what step n is about: the session, or for forget the sessions of a user
-- ARGV[1..3]   milliseconds: how long a live session is kept without a touch, the resume window, how long a claim may wait for the owner before
-- then of each step: its name, the number of its arguments, these
--
-- A session is a hash: f fence, t highest attempt, k who created it, tk and td the claim that holds the attempt and the last one that succeeded, u '=' and the user, i socket,
-- c confirmed, n owner ('' when nobody has anything of it), s live or released, v version of the rooms, a<number> answers, r<number> stays in rooms.
-- Derived keys, in the same slot: u:<user> the sessions of a user, y:<id> while an owner is asked to yield.
local base, live, window, asking = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local call = redis.call

local function integer(value)
  return string.format('%.0f', value)
end

local function keep_at_least(key, time)
  if call('PTTL', key) < time then
    call('PEXPIRE', key, time)
  end
end

local function index_of(user)
  return base .. 'u:' .. string.sub(user, 2)
end

-- The session has an owner with a connection.
local function keep_live(key, user)
  call('PEXPIRE', key, live)
  if user and user ~= '' then
    keep_at_least(index_of(user), live)
  end
end

local function set_all(key, args, first)
  local at = first
  while at <= #args do
    local last = math.min(at + 999, #args)
    call('HSET', key, unpack(args, at, last))
    at = last + 1
  end
end

-- Sessions that have expired are still in the index of their user: a few are looked at whenever one is added, so they never outnumber those that live by much.
local function prune(index)
  if call('SCARD', index) > 8 then
    for _, id in ipairs(call('SRANDMEMBER', index, 4)) do
      if call('EXISTS', base .. 's:' .. id) == 0 then
        call('SREM', index, id)
      end
    end
  end
end

local step = {}

-- args: id, a number for this call, '=' and the user or '', then the fields. 1 when stored, 0 when the id is taken.
function step.create(key, args)
  local creator = call('HGET', key, 'k')
  if creator then
    return creator == args[2] and 1 or 0
  end
  if call('EXISTS', key) == 1 then
    return 0
  end
  set_all(key, args, 4)
  call('HSET', key, 'k', args[2])
  if args[3] ~= '' then
    call('HSET', key, 'u', args[3])
    prune(index_of(args[3]))
    call('SADD', index_of(args[3]), args[1])
  end
  keep_live(key, args[3])
  return 1
end

local function forget_answers(key, from, to)
  if to - from <= call('HLEN', key) then
    for number = from + 1, to do
      call('HDEL', key, 'a' .. integer(number))
    end
    return
  end
  for _, field in ipairs(call('HKEYS', key)) do
    if string.sub(field, 1, 1) == 'a' and tonumber(string.sub(field, 2)) <= to then
      call('HDEL', key, field)
    end
  end
end

local function clear_rooms(key)
  for _, field in ipairs(call('HKEYS', key)) do
    if string.sub(field, 1, 1) == 'r' then
      call('HDEL', key, field)
    end
  end
end

-- args: fence, confirmed, number and value of an answer or '' and '', how rooms change ('' not, 'd' from the version before, 'a' all), version, number of fields to remove, these, then fields.
-- 1 when stored, 0 when the fence is not that of the owner, 2 when the version before is not there.
function step.save(key, args)
  local found = call('HMGET', key, 'f', 'c', 'v')
  if found[1] ~= args[1] then
    return 0
  end
  local version, stored = tonumber(args[6]), tonumber(found[3])
  if args[5] == 'd' and stored < version - 1 then
    return 2
  end
  local before, confirmed = tonumber(found[2]), tonumber(args[2])
  if confirmed > before then
    call('HSET', key, 'c', args[2])
    forget_answers(key, before, confirmed)
  else
    confirmed = before
  end
  if args[3] ~= '' and tonumber(args[3]) > confirmed then
    call('HSETNX', key, 'a' .. args[3], args[4])
  end
  if args[5] ~= '' and (version == 0 or version > stored) then
    if args[5] == 'a' then
      clear_rooms(key)
    end
    local removed = tonumber(args[7])
    for i = 8, 7 + removed do
      call('HDEL', key, args[i])
    end
    set_all(key, args, 8 + removed)
    call('HSET', key, 'v', integer(version == 0 and stored + 1 or version))
  end
  return 1
end

-- args: fence, '1' when the owner has nothing of it any more, mark.
function step.release(key, args)
  local found = call('HMGET', key, 'f', 's')
  if found[1] ~= args[1] or call('EXISTS', args[3]) == 1 then
    return 0 -- one that is asked to yield answers by that
  end
  if args[2] == '1' then
    call('HSET', key, 'n', '')
  end
  if found[2] ~= 'r' then
    call('HSET', key, 's', 'r')
    call('PEXPIRE', key, window)
  end
  return 1
end

-- args: fence, the node that the owner is now or '', mark. 0 when it is gone or has another owner, 1 when it is that of the node, 2 when it is kept as it is.
function step.touch(key, args)
  local found = call('HMGET', key, 'f', 's', 'u', 'n')
  if found[1] ~= args[1] then
    return 0
  end
  local is_of_node = args[2] ~= '' and found[4] == args[2]
  if args[2] ~= '' and found[4] ~= '' and not is_of_node and call('EXISTS', args[3]) == 0 then
    call('HSET', key, 'n', args[2])
    is_of_node = true
  end
  if found[2] ~= 'r' then
    keep_live(key, found[3])
  end
  return is_of_node and 1 or 2
end

-- args: fence, id.
function step.remove(key, args)
  local found = call('HMGET', key, 'f', 'u')
  if found[1] ~= args[1] then
    return 0
  end
  call('DEL', key)
  if found[2] then
    call('SREM', index_of(found[2]), args[2])
  end
  return 1
end

-- The key is the index of a user.
function step.forget(key)
  local ids = call('SMEMBERS', key)
  for _, id in ipairs(ids) do
    call('DEL', base .. 's:' .. id)
  end
  call('DEL', key)
  return #ids
end

-- What a claim comes back with: {0} unknown, {1} superseded, {2, all fields} claimed, {3, fence, owner} that owner has to be asked first.
local function claimed(key, user, mark)
  call('DEL', mark)
  keep_live(key, user)
  return {2, call('HGETALL', key)}
end

local function take(key, fence, user, token, node, mark)
  call('HSET', key, 'f', integer(tonumber(fence) + 1), 'n', node, 'td', token, 's', 'l')
  return claimed(key, user, mark)
end

local function ask(key, fence, owner, mark)
  call('SET', mark, '1', 'PX', asking)
  keep_at_least(key, asking + window)
  return {3, fence, owner}
end

-- args: '=' and the user or '', attempt, fence under which the caller has it or 0, token of the claim, node, mark.
function step.claim(key, args)
  local found = call('HMGET', key, 'f', 't', 'u', 'n', 'tk', 'td')
  if not found[1] or (found[3] or '') ~= args[1] then
    return {0}
  end
  local attempt, highest, token, node, mark = tonumber(args[2]), tonumber(found[2]), args[4], args[5], args[6]
  if attempt < highest or (attempt == highest and found[5] ~= token) then
    return {1}
  end
  if found[6] == token then
    return {2, call('HGETALL', key)}
  end
  local asked = call('EXISTS', mark) == 1
  call('HSET', key, 't', args[2], 'tk', token, 's', 'l')
  if found[4] == '' then
    return take(key, found[1], found[3], token, node, mark)
  end
  if found[1] == args[3] and not asked then
    call('HSET', key, 'n', node, 'td', token)
    return claimed(key, found[3], mark)
  end
  return ask(key, found[1], found[4], mark)
end

-- The owner was asked. args: token of the claim, node, the owner that was asked, mark.
function step.take(key, args)
  local found = call('HMGET', key, 'f', 'tk', 'td', 'n', 'u')
  if not found[1] then
    return {0}
  end
  if found[2] ~= args[1] then
    return {1}
  end
  if found[3] == args[1] then
    return {2, call('HGETALL', key)}
  end
  if found[4] ~= '' and found[4] ~= args[3] then
    return ask(key, found[1], found[4], args[4])
  end
  return take(key, found[1], found[5], args[1], args[2], args[4])
end

-- Nobody has anything of it any more: the window begins, unless somebody takes it. args: fence, owner that was asked, mark.
function step.yielded(key, args)
  local found = call('HMGET', key, 'f', 'n')
  if found[1] ~= args[1] or found[2] ~= args[2] then
    return 0
  end
  call('HSET', key, 'n', '', 's', 'r')
  call('DEL', args[3])
  call('PEXPIRE', key, window)
  return 1
end

local results = {}
local at = 4
for n = 2, #KEYS do
  local name, count, args = ARGV[at], tonumber(ARGV[at + 1]), {}
  for i = 1, count do
    args[i] = ARGV[at + 1 + i]
  end
  at = at + 2 + count
  results[n - 1] = step[name](KEYS[n], args)
end
return results
