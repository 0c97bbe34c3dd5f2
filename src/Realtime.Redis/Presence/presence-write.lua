-- Writes down which users have come into rooms on one node, or have left them there. Atomic. May be repeated with the same call number.
--
-- What is kept of a namespace, all under one hash tag, with the key prefix <p>:
--   <p>p                 hash: slice -> number of its last call; 'seq' -> how many notices were sent; 'epoch' -> another text each time this hash begins anew
--   <p>p:<epoch>:<room>  hash: user -> in how many slices it is. Who stands in it is in the room, on whatever nodes
--   <p>ps:<slice>        set of '<bytes of the room>:<room><user>': what one node has. A node begins another slice when it writes everything anew, so slices are only written forwards and then swept as a whole
-- A user who is in two slices of a node for a while counts once, as on two nodes. The first hash is the first to expire, so that what is left behind it is never seen: all slices are written anew then.
--
-- KEYS[1]  <p>p
-- ARGV[1]  <p>
-- ARGV[2]  the slice
-- ARGV[3]  the number of its call before; 0 of a new one
-- ARGV[4]  the number of this call
-- ARGV[5]  milliseconds after which the first hash is forgotten when nobody looks at it; the others live three times as long
-- ARGV[6]  PUBLISH or SPUBLISH
-- ARGV[7]  the epoch, if it begins now
-- then of each user: 1 when it has come and 0 when it has left, the room, the user
--
-- Returns how many users of rooms the slice has now; -1 when it is not what it was: Redis has lost it, or another node has swept it. Then nothing is written.
local prefix, slice = ARGV[1], ARGV[2]
local last = redis.call('HGET', KEYS[1], slice) or '0'
if last ~= ARGV[3] and last ~= ARGV[4] then
  return -1
end
if last == '0' then
  redis.call('DEL', prefix .. 'ps:' .. slice) -- one of the same name may be left behind an index that was lost: a link that is closed and made again counts its slices anew
end
redis.call('HSETNX', KEYS[1], 'epoch', ARGV[7])
local lists = prefix .. 'p:' .. redis.call('HGET', KEYS[1], 'epoch') .. ':'
redis.call('HSET', KEYS[1], slice, ARGV[4])

local own, rooms = prefix .. 'ps:' .. slice, {}
for i = 8, #ARGV, 3 do
  local room, user = ARGV[i + 1], ARGV[i + 2]
  local key, member = lists .. room, #room .. ':' .. room .. user
  if ARGV[i] == '1' then
    if redis.call('SADD', own, member) == 1 and redis.call('HINCRBY', key, user, 1) == 1 then
      rooms[room] = true
    end
    redis.call('PEXPIRE', key, 3 * ARGV[5])
  elseif redis.call('SREM', own, member) == 1 and redis.call('HINCRBY', key, user, -1) < 1 then
    redis.call('HDEL', key, user)
    rooms[room] = true
  end
end
for room in pairs(rooms) do
  redis.call(ARGV[6], prefix .. 'pc', redis.call('HINCRBY', KEYS[1], 'seq', 1) .. ' ' .. room)
end
redis.call('PEXPIRE', own, 3 * ARGV[5])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return redis.call('SCARD', own)
