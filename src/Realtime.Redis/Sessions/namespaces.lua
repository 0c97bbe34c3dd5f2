-- Notes that a namespace has sessions, and forgets those that had none for a while. Atomic.
--
-- KEYS[1]  sorted set of namespaces, by when each was noted last
-- ARGV     the namespace, milliseconds after which one is forgotten
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - tonumber(ARGV[2]))
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
