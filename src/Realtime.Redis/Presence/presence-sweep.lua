-- Takes away a part of what a slice has, and the slice itself with the last part: of a node that is over, or that has written everything anew. Atomic. Any node may do it, several at once too, and repeat it.
--
-- KEYS[1]  <p>p, see presence-write.lua
-- ARGV[1]  <p>
-- ARGV[2]  the slice
-- ARGV[3]  how many users of rooms to take away
-- ARGV[4]  PUBLISH or SPUBLISH
--
-- Returns how many are left.
local prefix, slice = ARGV[1], ARGV[2]
local own, rooms = prefix .. 'ps:' .. slice, {}
if redis.call('HEXISTS', KEYS[1], slice) == 0 then
  redis.call('DEL', own) -- the index was lost since it was read: what the slice had is in no list of the new epoch, and must not be taken away there
  return 0
end
local lists = prefix .. 'p:' .. (redis.call('HGET', KEYS[1], 'epoch') or '') .. ':'
for _, member in ipairs(redis.call('SPOP', own, ARGV[3])) do
  local colon = string.find(member, ':', 1, true)
  local length = tonumber(string.sub(member, 1, colon - 1))
  local room, user = string.sub(member, colon + 1, colon + length), string.sub(member, colon + length + 1)
  if redis.call('HINCRBY', lists .. room, user, -1) < 1 then
    redis.call('HDEL', lists .. room, user)
    rooms[room] = true
  end
end
for room in pairs(rooms) do
  redis.call(ARGV[4], prefix .. 'pc', redis.call('HINCRBY', KEYS[1], 'seq', 1) .. ' ' .. room)
end
local left = redis.call('SCARD', own)
if left == 0 then
  redis.call('HDEL', KEYS[1], slice)
end
return left
