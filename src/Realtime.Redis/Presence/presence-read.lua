-- Reads who is in a room. Writes nothing.
--
-- KEYS[1]  <p>p, see presence-write.lua
-- ARGV[1]  <p>
-- ARGV[2]  the room
-- ARGV[3]  how many users to list at most
--
-- Returns their number, and the users or so many of them.
local key = ARGV[1] .. 'p:' .. (redis.call('HGET', KEYS[1], 'epoch') or '') .. ':' .. ARGV[2]
local count = redis.call('HLEN', key)
if count <= tonumber(ARGV[3]) then
  return { count, redis.call('HKEYS', key) }
end
return { count, redis.call('HRANDFIELD', key, ARGV[3]) }
