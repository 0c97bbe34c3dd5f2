-- Reads a part of the log of a room. KEYS[1] <p>m:<room>   KEYS[2] <p>l:<room>:<stream>, the log that is asked for
-- ARGV[1] the stream   ARGV[2] the offset behind which to read   ARGV[3] how many entries   ARGV[4] the last offset that is wanted, or empty
-- Returns nothing without a log; otherwise the stream that the log has now and its head, the first offset that is kept of the stream that was asked for, where that ended ("" or its last offset)
-- and how it goes on, and the blocks with their offsets.
local m = redis.call('HMGET', KEYS[1], 'id', 'head', 'first', 'prev')
if not m[1] then
  return false
end
local after = tonumber(ARGV[2])
local ended, following = '', ''
if m[1] ~= ARGV[1] then
  following = m[1]
  local found = false
  for id, last in string.gmatch(m[4] or '', '([^:;]+):(%d+);') do
    if id == ARGV[1] then
      ended = last
      found = true
      break
    end
    following = id
  end
  if not found then
    return { m[1], m[2], m[3], '', '' }
  end
end
local last = ended ~= '' and ended or m[2]
local first = m[3]
if ended ~= '' then
  local oldest = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 1)
  first = oldest[1] and string.match(oldest[1][1], '^(%d+)') or string.format('%.0f', tonumber(last) + 1)
end
local reply = { m[1], m[2], first, ended, following }
local to = ARGV[4] ~= '' and ARGV[4] or last
if after < tonumber(to) then
  for _, entry in ipairs(redis.call('XRANGE', KEYS[2], string.format('%.0f-0', after + 1), to .. '-0', 'COUNT', ARGV[3])) do
    reply[#reply + 1] = string.match(entry[1], '^(%d+)')
    reply[#reply + 1] = entry[2][2]
  end
end
return reply
