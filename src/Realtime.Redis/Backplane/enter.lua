-- Notes in which rooms a node has members, makes sure that rooms keep logs, and sends the node a mark behind everything that was published before: all of a call.
-- May be repeated. KEYS[1] <p>s   KEYS[2] <p>q   ARGV[1..7] as log.lua   ARGV[8] operations, then of each: what ('e' enter, 'l' leave, 'o' enter and open the log), room
-- Returns the number of the mark in the channel of the node, the order, and of each 'o' where its log stands and which streams went on as it: see OpenedLog.
local opened = {}
local at = 9
for _ = 1, tonumber(ARGV[8]) do
  local what, room = ARGV[at], ARGV[at + 1]
  at = at + 2
  local key = p .. 'i:' .. room
  if what == 'l' then
    redis.call('SREM', key, node)
  else
    redis.call('SADD', key, node)
    redis.call('PEXPIRE', key, ttl * 4)
    if what == 'o' then
      local log = open(room, true)
      redis.call('PEXPIRE', p .. 'l:' .. room .. ':' .. log.id, ttl)
      opened[#opened + 1] = place(log, log.head) .. struct.pack('>I2', #log.prev) .. log.prev
    end
  end
end

redis.call('HSET', KEYS[2], node .. ':t', now)
local sequence = nextNumber(node)
redis.call(command, p .. 'n:' .. node, struct.pack('>I8I8I2', sequence, 0, 0))
keep()
return struct.pack('>I8I8', sequence, order) .. table.concat(opened)
