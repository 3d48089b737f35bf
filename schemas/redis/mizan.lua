#!lua name=mizan
-- The counter store's functions. Every figure passes through as the text that the program sent: Lua would write
-- 1234567890123456 as 1.2345678901235e+15. The only arithmetic is on log positions and moments, below 2^53, and
-- positions are written with %.0f. Keys and fields: engine/store/README.md.

-- Calls a command with args[from..to] in portions: Lua cannot unpack some thousands of values at once.
local function call_in_portions(command, key, args, from, to)
  for first = from, to, 1000 do
    redis.call(command, key, unpack(args, first, math.min(first + 999, to)))
  end
end

-- Appends args[at+1..at+count] to the list and returns the place of the last of them; `count` stands at args[at].
local function collect(list, args, at)
  local last = at + tonumber(args[at])
  for index = at + 1, last do list[#list + 1] = args[index] end
  return last
end

-- A log is a stream whose entries have the ids `position-0`; `counter` of the meta hash is the last position used.
local function append(log, meta, counter, entries)
  if #entries == 0 then return end
  local position = tonumber(redis.call('HGET', meta, counter) or '0')
  for _, entry in ipairs(entries) do
    position = position + 1
    redis.call('XADD', log, string.format('%.0f-0', position), 'e', entry)
  end
  redis.call('HSET', meta, counter, string.format('%.0f', position))
end

-- Stored version of a line as text; a forgotten line's is in the hash `gone`.
local function version_of(line, gone, username)
  return redis.call('HGET', line, 'version') or redis.call('HGET', gone, username) or '0'
end

-- {version, field, value, ...}; without fields when the line is not there.
local function stored_line(line, gone, username)
  local answer = redis.call('HGETALL', line)
  table.insert(answer, 1, version_of(line, gone, username))
  return answer
end

-- The planned moment moves away with every interim; a later one therefore leaves the entry where it is, to fire early
-- and be moved then.
local function plan(due, username, wake_at, at)
  local planned = redis.call('ZSCORE', due, username)
  if wake_at == '' then
    if planned then redis.call('ZREM', due, username) end
    return
  end
  if planned then
    local moment = tonumber(planned)
    if moment == tonumber(wake_at) then return end
    if moment <= tonumber(wake_at) and moment > tonumber(at) then return end
  end
  redis.call('ZADD', due, wake_at, username)
end

-- Tells the others who listen; `own` is 1 when the caller itself is one of the listeners.
local function tell(channel, own, message)
  local counted = redis.call('PUBSUB', 'NUMSUB', channel)
  if counted[2] > own then redis.call('PUBLISH', channel, cjson.encode(message)) end
end

-- mizan_commit: a batch of lines in one atomic step; each is taken or refused by itself.
-- keys: meta, gone, due, events, effects, then one line hash per line of the batch.
-- args: sender, channel of changes, channel of lines, listening (0 or 1), then per line: username, expected version,
--   new version, mode (put: replace all fields; set: change some; drop: forget the line), count and fields with values
--   to set, count and fields to remove, moment to wake at or '', present, count and events, count and effects.
-- answer: per line 1 when taken, else what is stored: {version, field, value, ...}.
local function commit(keys, args)
  local meta, gone, due, events, effects = keys[1], keys[2], keys[3], keys[4], keys[5]
  local sender, changes, lines, listening = args[1], args[2], args[3], tonumber(args[4])
  local outcomes, changed, new_events, new_effects = {}, { sender }, {}, {}
  local at = 4
  for index = 6, #keys do
    local line = keys[index]
    local username, expected, version, mode = args[at + 1], args[at + 2], args[at + 3], args[at + 4]
    local set_from = at + 6
    local set_to = at + 5 + tonumber(args[at + 5])
    local remove_from = set_to + 2
    local remove_to = set_to + 1 + tonumber(args[set_to + 1])
    local wake_at, present = args[remove_to + 1], args[remove_to + 2]
    local taken = version_of(line, gone, username) == expected
    at = collect(taken and new_events or {}, args, remove_to + 3)
    at = collect(taken and new_effects or {}, args, at + 1)
    if taken then
      if mode ~= 'set' then redis.call('DEL', line) end
      if mode == 'drop' then
        redis.call('HSET', gone, username, version)
      else
        call_in_portions('HSET', line, args, set_from, set_to)
        call_in_portions('HDEL', line, args, remove_from, remove_to)
        if mode == 'put' then redis.call('HDEL', gone, username) end
      end
      plan(due, username, wake_at, present)
      outcomes[#outcomes + 1] = 1
      changed[#changed + 1] = username
      changed[#changed + 1] = version
    else
      outcomes[#outcomes + 1] = stored_line(line, gone, username)
    end
  end
  append(events, meta, 'events', new_events)
  append(effects, meta, 'effects', new_effects)
  if #new_effects > 0 then redis.call('PUBLISH', changes, sender .. ' effects') end
  if #changed > 1 then tell(lines, listening, changed) end
  return outcomes
end

-- mizan_load: keys: line, gone. args: username. answer: {version, field, value, ...}.
local function load(keys, args)
  return stored_line(keys[1], keys[2], args[1])
end

-- mizan_append: keys: meta, events. args: events. answer: nothing of use.
local function append_events(keys, args)
  append(keys[2], keys[1], 'events', args)
  return 1
end

-- mizan_put_reference: replaces plans and NAS when nobody else has done so since they were read.
-- keys: reference, meta, events. args: sender, channel of changes, revision that was read, new revision, plans and
-- NAS as JSON, then events. answer: 1 when replaced, 0 when the caller must read again.
local function put_reference(keys, args)
  if (redis.call('HGET', keys[1], 'revision') or '0') ~= args[3] then return 0 end
  redis.call('HSET', keys[1], 'revision', args[4], 'plans', args[5], 'nas', args[6])
  append(keys[3], keys[2], 'events', { unpack(args, 7) })
  redis.call('PUBLISH', args[2], args[1] .. ' reference')
  return 1
end

redis.register_function('mizan_commit', commit)
redis.register_function { function_name = 'mizan_load', callback = load, flags = { 'no-writes' } }
redis.register_function('mizan_append', append_events)
redis.register_function('mizan_put_reference', put_reference)
