-- One step on one key of idempotency. Atomic. Each may be repeated with the same arguments.
--
-- KEYS[1]  the key, a hash: f fence, l when the lease ends in milliseconds (of a claim), r result (of work that was done), k token of the claim, d token of who released it. One that was released has only f and d.
-- ARGV[1]  claim: lease, '1' to take over, how long it is kept after the lease, token, channel
--          renew: fence, lease, how long it is kept after the lease
--          complete: fence, result, how long it is kept, channel
--          release: fence, how long the fence is kept, token, channel
-- Times are in milliseconds, on the clock of Redis.
local call, key = redis.call, KEYS[1]
local time = call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function integer(value)
  return string.format('%.0f', value)
end

local step = {}

function step.claim(lease, take_over, kept, token, channel)
  local found = call('HMGET', key, 'f', 'l', 'r', 'k')
  if found[3] then
    return {'completed', found[1], found[3]}
  end
  local is_held = found[2]
  if is_held and found[4] == token then
    return {'claimed', found[1]}
  end
  if is_held and tonumber(found[2]) > now then
    return {'running', found[1]}
  end
  if is_held and take_over ~= '1' then
    return {'unknown', found[1]}
  end
  -- The clock too, so that a key that was forgotten never sees an old fence again.
  local fence = integer(math.max(tonumber(found[1] or 0) + 1, time[1] * 1000000 + time[2]))
  call('HSET', key, 'f', fence, 'l', integer(now + tonumber(lease)), 'k', token)
  call('PEXPIRE', key, integer(tonumber(lease) + tonumber(kept)))
  if is_held then
    call('PUBLISH', channel, found[1])
  end
  return {'claimed', fence}
end

function step.renew(fence, lease, kept)
  local found = call('HMGET', key, 'f', 'l', 'r')
  if found[1] ~= fence or not found[2] or found[3] then
    return 0
  end
  call('HSET', key, 'l', integer(now + tonumber(lease)))
  call('PEXPIRE', key, integer(tonumber(lease) + tonumber(kept)))
  return 1
end

function step.complete(fence, result, kept, channel)
  local found = call('HMGET', key, 'f', 'l', 'r')
  if found[1] ~= fence or not (found[2] or found[3]) then
    return 0
  end
  call('HSET', key, 'r', result)
  call('HDEL', key, 'l', 'k')
  call('PEXPIRE', key, kept)
  call('PUBLISH', channel, fence)
  return 1
end

function step.release(fence, kept, token, channel)
  local found = call('HMGET', key, 'f', 'l', 'r', 'd')
  if found[1] == fence and found[4] == token then
    return 1
  end
  if found[1] ~= fence or not found[2] or found[3] then
    return 0
  end
  call('HDEL', key, 'l', 'k')
  call('HSET', key, 'd', token)
  call('PEXPIRE', key, kept)
  call('PUBLISH', channel, fence)
  return 1
end

return step[ARGV[1]](unpack(ARGV, 2))
