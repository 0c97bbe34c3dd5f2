-- Takes one permit of an allowance that refills evenly. Atomic, one key. Not to be repeated: each call takes one.
-- KEYS[1] the moment at which the allowance will be full again, in microseconds on the clock of Redis; without the key it is full
-- ARGV[1] what one permit adds to that moment, in microseconds   ARGV[2] how far it may lie ahead
-- Returns 0 when the permit was taken, otherwise after how many microseconds there will be one.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local capacity = tonumber(ARGV[2])

-- Never further ahead than an empty allowance is: the clock may have gone back, or the policy may allow less than before.
local full = math.min(tonumber(redis.call('GET', KEYS[1]) or '0'), now + capacity)
local next = math.max(full, now) + tonumber(ARGV[1])
if next - now > capacity then
  return next - now - capacity
end
redis.call('SET', KEYS[1], string.format('%.0f', next), 'PX', math.ceil((next - now) / 1000))
return 0
