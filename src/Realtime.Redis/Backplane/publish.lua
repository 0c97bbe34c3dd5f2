-- Numbers publications, stores them in the logs of their rooms, and sends them to the nodes that have members there: all of a call, or, when it was done before, nothing.
-- KEYS[1] <p>s   KEYS[2] <p>q   KEYS[3] <p>w:<node>: the last call of the node and its result, so that a call that is repeated does nothing twice
-- ARGV[1..7] as log.lua   ARGV[8] number of the call   ARGV[9] entries kept   ARGV[10] bytes kept   ARGV[11] publications, then of each:
--   flags ('e' event, 'u' event without a number, 'c' control, 'j' control that joins, 'a' to all nodes, 'o' to all others), rooms, joined rooms (counts), the names of both, the id or
--   nothing, the body. What has an id is done once: <p>d:<id> keeps its result.
-- Returns the number of the call in the channel of the node (0 when it gets nothing), then the places of each publication: see PlacedBlock.
local call = ARGV[8]
local maxEntries = tonumber(ARGV[9])
local maxBytes = tonumber(ARGV[10])

local done = redis.call('HMGET', KEYS[3], 'call', 'result')
if done[1] and tonumber(done[1]) >= tonumber(call) then
  return tonumber(done[1]) == tonumber(call) and done[2] or redis.error_reply('STALE This call was given up and a later one was made')
end

local function append(log, offset, block)
  local key = p .. 'l:' .. log.room .. ':' .. log.id
  redis.call('XADD', key, number(offset) .. '-0', 'b', block, 't', now)
  log.head = offset
  log.bytes = log.bytes + #block
  if log.first == offset then
    log.ft = now
  end
  local first = log.first
  while first < offset and (offset - first + 1 > maxEntries or log.bytes > maxBytes or now - log.ft > maxAge) do
    local entries = redis.call('XRANGE', key, number(first) .. '-0', number(first + 1) .. '-0')
    if #entries < 2 then
      first, log.bytes, log.ft = offset, #block, now -- the log itself was lost: what is left of it is this entry
      break
    end
    log.bytes = log.bytes - #entries[1][2][2]
    log.ft = tonumber(entries[2][2][4])
    first = first + 1
  end
  if first > log.first then
    log.first = first
    redis.call('XTRIM', key, 'MINID', number(first) .. '-0')
  end
  redis.call('HSET', log.key, 'head', number(offset), 'first', number(log.first), 'bytes', number(log.bytes), 'ft', number(log.ft))
  redis.call('PEXPIRE', key, ttl)
end

local members = {}
local function nodesOf(room)
  local found = members[room]
  if not found then
    found = redis.call('SMEMBERS', p .. 'i:' .. room)
    members[room] = found
  end
  return found
end

local batches = {}
local names = {}
local function send(target, rooms, part)
  local batch = batches[target]
  if not batch then
    batch = { rooms = {} }
    batches[target] = batch
    names[#names + 1] = target
  end
  batch[#batch + 1] = part
  for _, room in ipairs(rooms) do
    batch.rooms[room] = true
  end
end

local logs = {}
local function logOf(room, create)
  local log = logs[room]
  if log == nil or (create and not log) then
    log = open(room, create) or false
    logs[room] = log
  end
  return log or nil
end

local results = {}
local at = 12
for index = 0, tonumber(ARGV[11]) - 1 do
  local kind = ARGV[at]
  local roomCount = tonumber(ARGV[at + 1])
  local joinedCount = tonumber(ARGV[at + 2])
  at = at + 3
  local rooms = {}
  for i = 1, roomCount do
    rooms[i] = ARGV[at]
    at = at + 1
  end
  local joined = {}
  for i = 1, joinedCount do
    joined[i] = ARGV[at]
    at = at + 1
  end
  local id = ARGV[at]
  local body = ARGV[at + 1]
  at = at + 2

  local before = id ~= '' and redis.call('GET', p .. 'd:' .. id)
  local addressed = {}
  if before then
    kind = 'done'
  elseif kind == 'e' then
    for _, room in ipairs(rooms) do
      addressed[#addressed + 1] = logOf(room, false)
    end
  elseif (kind == 'c' or kind == 'j') and epoch then
    addressed[1] = logOf('$control', true)
  end

  local places, joins, joinCount = '', '', 0
  if #addressed > 0 then
    order = order + 1
    for _, log in ipairs(addressed) do
      places = places .. place(log, log.head + 1)
    end
    for _, room in ipairs(kind == 'j' and joined or {}) do
      local log = logOf(room, true)
      joins = joins .. place(log, log.head)
      joinCount = joinCount + 1
    end
  end
  local header = struct.pack('>I8I2', #addressed > 0 and order or 0, #addressed) .. places .. struct.pack('>I2', joinCount) .. joins
  local block = header .. struct.pack('>I4', #body) .. body
  for _, log in ipairs(addressed) do
    append(log, log.head + 1, block)
  end
  results[#results + 1] = before or header
  if id ~= '' and #addressed > 0 then
    redis.call('SET', p .. 'd:' .. id, header, 'PX', ttl)
  end

  local part = struct.pack('>I2', index) .. block
  local routes = before and {} or (kind == 'e' or kind == 'u') and rooms or { '' }
  local told = {}
  for _, room in ipairs(routes) do
    for _, target in ipairs(nodesOf(room)) do
      if not told[target] and not (kind == 'o' and target == node) then
        told[target] = true
        send(target, routes, part)
      end
    end
  end
end

if epoch then
  redis.call('HSET', KEYS[1], 'order', number(order))
end

local own = 0
for _, target in ipairs(names) do
  local batch = batches[target]
  local sequence = nextNumber(target)
  if target == node then
    own = sequence
  end
  local heard = redis.call(command, p .. 'n:' .. target, struct.pack('>I8I8I2', sequence, tonumber(call), #node) .. node .. table.concat(batch))
  if heard == 0 then
    local life = tonumber(redis.call('HGET', KEYS[2], target .. ':t') or '0')
    if now - life > maxAge then
      for room in pairs(batch.rooms) do
        redis.call('SREM', p .. 'i:' .. room, target)
      end
    end
  end
end

local result = struct.pack('>I8', own) .. table.concat(results)
redis.call('HSET', KEYS[3], 'call', call, 'result', result)
redis.call('PEXPIRE', KEYS[3], ttl)
keep()
return result
