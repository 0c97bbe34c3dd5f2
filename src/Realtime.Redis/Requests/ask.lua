-- Sends a request to the nodes that have members in rooms. Nothing is stored, and it is not repeated.
-- KEYS[1] <p>q   ARGV[1] the key prefix   ARGV[2] the node that asks, which is left out   ARGV[3] PUBLISH or SPUBLISH   ARGV[4] the request   ARGV[5...] the rooms
-- Returns the nodes that it reached: one that nobody hears is dead, and not waited for.
local p = ARGV[1]
local reached, told = {}, {}
for i = 5, #ARGV do
  for _, target in ipairs(redis.call('SMEMBERS', p .. 'i:' .. ARGV[i])) do
    if not told[target] and target ~= ARGV[2] then
      told[target] = true
      if redis.call(ARGV[3], p .. 'r:' .. target, ARGV[4]) > 0 then
        reached[#reached + 1] = target
      end
    end
  end
end
return reached
