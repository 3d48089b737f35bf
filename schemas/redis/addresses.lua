-- Leases of addresses, a part of the library in mizan.lua. All keys of a pool have one hash tag: meta, ranges, entries,
-- freed, keys, last. An entry is '<version> <session key, - when free> <since> <username>', its name the address as an
-- integer; `freed` has the free ones by the moment, `keys` address by session key, `last` address by username.

local SKIPPED_PER_CALL = 20000

local function read_entry(entries, address)
  local text = redis.call('HGET', entries, address)
  if not text then return nil end
  local version, key, since, username = text:match('^(%S+) (%S+) (%S+) (.*)$')
  return { version = version, key = key, since = since, username = username }
end

-- The first range that ends at the address or after it: its first and last address, or nil.
local function range_from(ranges, address)
  local at = redis.call('ZRANGE', ranges, address, '-inf', 'BYSCORE', 'REV', 'LIMIT', 0, 1)[1]
  local first, last = (at or ''):match('^(%d+)-(%d+)$')
  if last and tonumber(last) >= tonumber(address) then return tonumber(first), tonumber(last) end
  at = redis.call('ZRANGE', ranges, address, '+inf', 'BYSCORE', 'LIMIT', 0, 1)[1]
  first, last = (at or ''):match('^(%d+)-(%d+)$')
  return tonumber(first), tonumber(last)
end

local function is_in_ranges(ranges, address)
  local first = range_from(ranges, address)
  return first ~= nil and first <= tonumber(address)
end

local function free_address(k, address, entry, now)
  redis.call('HDEL', k.keys, entry.key)
  redis.call('HSET', k.entries, address, '0 - ' .. now .. ' ' .. entry.username)
  redis.call('ZADD', k.freed, now, address)
  redis.call('HINCRBY', k.meta, 'held', -1)
end

-- Puts a lease in the place of whatever is there, and of what its key held before.
local function hold_address(k, address, version, key, now, username)
  local other = redis.call('HGET', k.keys, key)
  if other and other ~= address then free_address(k, other, read_entry(k.entries, other), now) end
  local before = read_entry(k.entries, address)
  if before and before.key ~= '-' then
    redis.call('HDEL', k.keys, before.key)
  else
    redis.call('ZREM', k.freed, address)
    redis.call('HINCRBY', k.meta, 'held', 1)
  end
  if before and before.username ~= username and redis.call('HGET', k.last, before.username) == address then
    redis.call('HDEL', k.last, before.username)
  end
  redis.call('HSET', k.entries, address, version .. ' ' .. key .. ' ' .. now .. ' ' .. username)
  redis.call('HSET', k.keys, key, address)
  local last = redis.call('HGET', k.last, username)
  local entry = last and last ~= address and read_entry(k.entries, last)
  if not (entry and entry.key ~= '-' and entry.username == username) then
    redis.call('HSET', k.last, username, address)
  end
end

local function pool_keys(keys)
  return { meta = keys[1], ranges = keys[2], entries = keys[3], freed = keys[4], keys = keys[5], last = keys[6] }
end

-- An address of a session that ends with this login, else the line's last one if it is free; or nil.
local function own_address(k, username, args, from)
  for index = from, #args do
    local address = redis.call('HGET', k.keys, args[index])
    if address and is_in_ranges(k.ranges, address) then
      if read_entry(k.entries, address).username == username then return address end
    end
  end
  local last = redis.call('HGET', k.last, username)
  if last and redis.call('ZSCORE', k.freed, last) and is_in_ranges(k.ranges, last) then return last end
  return nil
end

-- An address that nobody ever had, or nil; true when there may be more of them.
local function never_used(k)
  local next = tonumber(redis.call('HGET', k.meta, 'next') or 0)
  local found, more = nil, true
  for _ = 1, SKIPPED_PER_CALL do
    local first = range_from(k.ranges, string.format('%.0f', next))
    if not first then
      more = false
      break
    end
    if first > next then next = first end
    local address = string.format('%.0f', next)
    if redis.call('HEXISTS', k.entries, address) == 0 then
      found = address
      break
    end
    next = next + 1
  end
  redis.call('HSET', k.meta, 'next', string.format('%.0f', next))
  return found, more
end

-- The address that was free for longest, or nil. Those that the pool has no more are forgotten.
local function longest_free(k)
  while true do
    local address = redis.call('ZRANGE', k.freed, 0, 0)[1]
    if not address then return nil end
    if is_in_ranges(k.ranges, address) then return address end
    local entry = read_entry(k.entries, address)
    if redis.call('HGET', k.last, entry.username) == address then redis.call('HDEL', k.last, entry.username) end
    redis.call('ZREM', k.freed, address)
    redis.call('HDEL', k.entries, address)
  end
end

-- mizan_take_address: keys: those of the pool. args: proof, count that was told, revision, now, username, session key,
-- then keys of sessions that end with this login. answer: word and, with the word leased, address and count of takes.
-- Words: leased, exhausted, again (call once more), define (the pool's ranges are older), unsure.
local function take_address(keys, args)
  local k = pool_keys(keys)
  local proof, takes, revision = unpack(redis.call('HMGET', k.meta, 'proof', 'takes', 'revision'))
  if proof ~= args[1] or tonumber(takes or 0) < tonumber(args[2]) then return { 'unsure' } end
  if tonumber(revision or -1) < tonumber(args[3]) then return { 'define' } end
  local address = redis.call('HGET', k.keys, args[6])
  if not address then
    local more
    address = own_address(k, args[5], args, 7)
    if not address then address, more = never_used(k) end
    if not address then address = longest_free(k) end
    if not address then return { more and 'again' or 'exhausted' } end
    hold_address(k, address, '0', args[6], args[4], args[5])
  end
  return { 'leased', address, redis.call('HINCRBY', k.meta, 'takes', 1) }
end

-- mizan_define_pool: keys: those of the pool. args: revision, then first and last address of its ranges.
local function define_pool(keys, args)
  local k = pool_keys(keys)
  if tonumber(redis.call('HGET', k.meta, 'revision') or -1) >= tonumber(args[1]) then return 0 end
  redis.call('DEL', k.ranges)
  for at = 2, #args, 2 do redis.call('ZADD', k.ranges, args[at], args[at] .. '-' .. args[at + 1]) end
  redis.call('HSET', k.meta, 'revision', args[1], 'next', 0)
  return 1
end

-- mizan_claim_address: keys: those of the pool. args: address, version, session key, now, username.
-- answer: nothing, or session key, since and username of another line that holds it.
local function claim_address(keys, args)
  local k = pool_keys(keys)
  local entry = read_entry(k.entries, args[1])
  if entry and entry.key ~= '-' and entry.username ~= args[5] then
    return { entry.key, entry.since, entry.username }
  end
  local version = args[2]
  if entry and entry.key == args[3] and tonumber(entry.version) > tonumber(version) then version = entry.version end
  hold_address(k, args[1], version, args[3], args[4], args[5])
  return {}
end

-- mizan_release_address: keys: those of the pool. args: session key, version, now. answer: 1 when it was freed.
local function release_address(keys, args)
  local k = pool_keys(keys)
  local address = redis.call('HGET', k.keys, args[1])
  local entry = address and read_entry(k.entries, address)
  if not entry or tonumber(entry.version) > tonumber(args[2]) then return 0 end
  free_address(k, address, entry, args[3])
  return 1
end

-- mizan_prove_pool: keys: those of the pool. args: proof, count that was told.
local function prove_pool(keys, args)
  local takes = tonumber(redis.call('HGET', keys[1], 'takes') or 0)
  if takes < tonumber(args[2]) then redis.call('HSET', keys[1], 'takes', args[2]) end
  redis.call('HSET', keys[1], 'proof', args[1])
  return 1
end

register('mizan_take_address', take_address)
register('mizan_define_pool', define_pool)
register('mizan_claim_address', claim_address)
register('mizan_release_address', release_address, 'allow-oom')
register('mizan_prove_pool', prove_pool)
