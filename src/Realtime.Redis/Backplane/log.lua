-- What publish.lua and enter.lua share; it is put in front of them. Keys of a namespace, all under one hash tag, so on one server of a cluster:
--   <p>s            hash  order (of everything that is numbered), lin (the replication id of the server that wrote last), ep (the epoch: changes with it)
--   <p>q            hash  <node> -> the last number of its channel, <node>:t -> its last sign of life (ms)
--   <p>i:<room>     set   the nodes that have members in the room
--   <p>m:<room>     hash  id (of the stream), head, first (kept), bytes (kept), ft (time of the first), ep, prev (streams that went on as this one: "id:last;" newest first)
--   <p>l:<room>:<id>      stream  the log: <offset>-0 b <block> t <ms>
--   <p>n:<node>     channel of a node, <p>r:<node> for requests of other nodes
-- Why the epoch: after a failover the tail of the logs may be lost, and numbers would be given a second time. Who finds another replication id, or numbers behind what a node
-- has seen, begins a new epoch; each room that is touched in it begins a new stream and remembers where the one before ended.
local p = ARGV[1]
local node = ARGV[2]
local command = ARGV[3]
local candidate = ARGV[4]
local seen = tonumber(ARGV[5])
local ttl = tonumber(ARGV[6])
local maxAge = tonumber(ARGV[7])

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local micros = time[1] * 1000000 + time[2]

local state = redis.call('HMGET', KEYS[1], 'order', 'lin', 'ep')
local order = tonumber(state[1] or '0')
local epoch = state[3]
local lineage = string.match(redis.call('INFO', 'replication'), 'master_replid:(%x+)')
local streams = 0

local function number(value)
  return string.format('%.0f', value)
end

-- Orders grow with the time in microseconds, so they never repeat, whatever of the data was lost.
local function begin()
  if not epoch or state[2] ~= lineage or seen > order then
    epoch = candidate
    order = math.max(order, seen, micros)
    redis.call('DEL', KEYS[2])
    redis.call('HSET', KEYS[1], 'order', number(order), 'lin', lineage, 'ep', epoch)
    state[2] = lineage
    seen = 0
  end
end

local function newStream()
  streams = streams + 1
  return candidate .. string.format('%x', streams)
end

-- The log of a room; one that does not exist is made when create is set.
local function open(room, create)
  local key = p .. 'm:' .. room
  local m = redis.call('HMGET', key, 'id', 'head', 'first', 'bytes', 'ft', 'ep', 'prev')
  if not m[1] and not create then
    return nil
  end
  begin()
  local log = { key = key, room = room, id = m[1], head = tonumber(m[2] or '0'), first = tonumber(m[3] or '1'), bytes = tonumber(m[4] or '0'), ft = tonumber(m[5] or '0'), prev = m[7] or '' }
  if not log.id or m[6] ~= epoch then
    if log.id then
      redis.call('PEXPIRE', p .. 'l:' .. room .. ':' .. log.id, ttl)
      log.prev = log.id .. ':' .. number(log.head) .. ';' .. log.prev
      local kept, from = 0, 1
      while kept < 8 and from do
        from = string.find(log.prev, ';', from + 1, true)
        kept = kept + 1
      end
      if from then
        log.prev = string.sub(log.prev, 1, from)
      end
    end
    log.id, log.head, log.first, log.bytes, log.ft = newStream(), 0, 1, 0, 0
    redis.call('HSET', key, 'id', log.id, 'head', '0', 'first', '1', 'bytes', '0', 'ft', '0', 'ep', epoch, 'prev', log.prev)
  end
  redis.call('PEXPIRE', key, ttl)
  return log
end

local function place(log, offset)
  return struct.pack('>I2', #log.room) .. log.room .. struct.pack('B', #log.id) .. log.id .. struct.pack('>I8', offset)
end

-- Counters begin with the time in microseconds, so a counter that was lost does not repeat.
local function nextNumber(target)
  local sequence = redis.call('HINCRBY', KEYS[2], target, 1)
  if sequence == 1 then
    redis.call('HSET', KEYS[2], target, number(micros))
    return micros
  end
  return sequence
end

local function keep()
  redis.call('PEXPIRE', KEYS[1], ttl * 4)
  redis.call('PEXPIRE', KEYS[2], ttl * 4)
end
