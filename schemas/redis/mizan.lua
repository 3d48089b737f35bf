#!lua name=mizan
-- The counter store's functions. Every figure passes through as the text that the program sent: Lua would write
-- 1234567890123456 as 1.2345678901235e+15. The only arithmetic is on log positions and counts, below 2^53, and
-- positions are written with %.0f. Keys and fields: engine/store/counters/README.md.
-- Errors that the program knows: MZEPOCH (the partition is not in the epoch that the caller knows), MZROLLED (it is,
-- but older than what the caller was told: it was rolled back), MZREBUILD (somebody else rebuilds it).

-- {epoch, last event position, last effect position} of the partition, or nil and the error: the caller may only go on
-- in the epoch that it knows, and not on less than it was told.
local function fence(meta, epoch, told)
  local stored = redis.call('HMGET', meta, 'epoch', 'events', 'effects')
  if epoch == '' or stored[1] ~= epoch then return nil, redis.error_reply('MZEPOCH ' .. (stored[1] or '')) end
  if tonumber(stored[2] or 0) < tonumber(told) then
    return nil, redis.error_reply('MZROLLED ' .. (stored[2] or 0) .. ' < ' .. told)
  end
  return stored
end

-- Calls a command with args[from..to] in portions: Lua cannot unpack some thousands of values at once.
local function call_in_portions(command, key, args, from, to)
  for first = from, to, 1000 do
    redis.call(command, key, unpack(args, first, math.min(first + 999, to)))
  end
end

-- Logs events in one entry, whose id is the position of its last one; one event is one line of the text.
-- Returns the new last position.
local function log_events(events, meta, last, count, text)
  if count == 0 then return last end
  last = last + count
  local position = string.format('%.0f', last)
  redis.call('XADD', events, position .. '-0', 'e', text)
  redis.call('HSET', meta, 'events', position)
  return last
end

-- Logs effects, one line of the text each, in entries of their own: they leave the log one by one.
local function log_effects(effects, meta, last, text)
  for effect in text:gmatch('[^\n]+') do
    last = last + 1
    redis.call('XADD', effects, string.format('%.0f-0', last), 'e', effect)
  end
  redis.call('HSET', meta, 'effects', string.format('%.0f', last))
end

-- {version, planned moment or '', field, value, ...}; without fields when the line is not there.
local function stored_line(line, gone, due, username)
  local answer = redis.call('HGETALL', line)
  local version = redis.call('HGET', line, 'version') or redis.call('HGET', gone, username) or '0'
  table.insert(answer, 1, redis.call('ZSCORE', due, username) or '')
  table.insert(answer, 1, version)
  return answer
end

-- Tells the others who listen which lines have which versions now. `own` is 1 when the caller itself is one of the
-- listeners, and -1 where they cannot be counted: each node of a cluster knows only its own.
local function tell_lines(channel, own, sender, keys, name_at, versions)
  if own >= 0 and redis.call('PUBSUB', 'NUMSUB', channel)[2] <= own then return end
  local message = { sender }
  for index = 6, #keys do
    if versions[index] then
      message[#message + 1] = keys[index]:sub(name_at)
      message[#message + 1] = versions[index]
    end
  end
  if #message > 1 then redis.call('PUBLISH', channel, cjson.encode(message)) end
end

-- The text without the lines of text from..to of each range, in order.
local function without(text, ranges)
  local kept, number, range = {}, 0, 1
  for line in text:gmatch('[^\n]+') do
    number = number + 1
    while ranges[range] and number > ranges[range][2] do range = range + 1 end
    if not ranges[range] or number < ranges[range][1] then kept[#kept + 1] = line end
  end
  return table.concat(kept, '\n')
end

-- mizan_commit: a batch of lines in one atomic step; each is taken or refused by itself.
-- keys: meta, gone, due, events, effects, then one line hash per line of the batch.
-- args: epoch, told position, sender, channel of changes, channel of lines, listening (1, 0 or -1), octets of a line's
--   key before the username, events of all lines in their order as text; then per line: expected version, new version,
--   what to do, and as that says: counts; fields and values to set; count of fields to remove, those; effects as text;
--   the planned moment or - for none.
--   What to do, a character each: p (put: replace all fields), s (set some) or d (drop: forget the line); r for fields
--   to remove; e for effects; m for another planned moment; count of fields to set; count of events in the text. A
--   count is a character from 0 on, or ~ for one that stands among the args. Each of the first four may be -.
-- answer: last event position, then per line 1 when taken, else what is stored, as by mizan_load.
-- Arguments cost Redis more than all else here, which is why they are so few.
local PUT, DROP, YES = ('p'):byte(), ('d'):byte(), { r = ('r'):byte(), e = ('e'):byte(), m = ('m'):byte() }
local ZERO, ELSEWHERE = ('0'):byte(), ('~'):byte()
local function commit(keys, args)
  local meta, gone, due, events, effects = keys[1], keys[2], keys[3], keys[4], keys[5]
  local stored, refusal = fence(meta, args[1], args[2])
  if refusal then return refusal end
  local name_at = tonumber(args[7]) + 1
  local outcomes, versions, refused, new_effects = { 0 }, {}, {}, {}
  local event_count, refused_count, at = 0, 0, 9
  for index = 6, #keys do
    local line, expected, version = keys[index], args[at], args[at + 1]
    local mode, removes, acts, plans, set_count, logs = args[at + 2]:byte(1, 6)
    at = at + 3
    if set_count == ELSEWHERE then
      set_count, at = tonumber(args[at]), at + 1
    else
      set_count = set_count - ZERO
    end
    if logs == ELSEWHERE then
      logs, at = tonumber(args[at]), at + 1
    else
      logs = logs - ZERO
    end
    local set_from = at
    at = at + 2 * set_count
    local remove_from = at + 1
    if removes == YES.r then at = remove_from + tonumber(args[at]) end
    local remove_to = at - 1
    local effect_text, moment
    if acts == YES.e then
      effect_text, at = args[at], at + 1
    end
    if plans == YES.m then
      moment, at = args[at], at + 1
    end
    local found = redis.call('HGET', line, 'version')
    local is_there = found
    if not found then found = redis.call('HGET', gone, line:sub(name_at)) or '0' end
    if found == expected then
      if mode == DROP then
        redis.call('DEL', line)
        redis.call('HSET', gone, line:sub(name_at), version)
      else
        if mode == PUT then
          if is_there then
            redis.call('DEL', line)
          elseif found ~= '0' then
            redis.call('HDEL', gone, line:sub(name_at))
          end
        end
        if set_count < 500 then
          redis.call('HSET', line, 'version', version, unpack(args, set_from, set_from + 2 * set_count - 1))
        else
          redis.call('HSET', line, 'version', version)
          call_in_portions('HSET', line, args, set_from, set_from + 2 * set_count - 1)
        end
        if removes == YES.r then call_in_portions('HDEL', line, args, remove_from, remove_to) end
      end
      if moment == '-' then
        redis.call('ZREM', due, line:sub(name_at))
      elseif moment then
        redis.call('ZADD', due, moment, line:sub(name_at))
      end
      if effect_text then new_effects[#new_effects + 1] = effect_text end
      outcomes[index - 4] = 1
      versions[index] = version
    else
      outcomes[index - 4] = stored_line(line, gone, due, line:sub(name_at))
      if logs > 0 then
        refused[#refused + 1] = { event_count + 1, event_count + logs }
        refused_count = refused_count + logs
      end
    end
    event_count = event_count + logs
  end
  local text = args[8]
  if refused_count > 0 then text = without(text, refused) end
  outcomes[1] = log_events(events, meta, tonumber(stored[2] or 0), event_count - refused_count, text)
  if #new_effects > 0 then
    log_effects(effects, meta, tonumber(stored[3] or 0), table.concat(new_effects, '\n'))
    redis.call('PUBLISH', args[4], args[3] .. ' effects')
  end
  tell_lines(args[5], tonumber(args[6]), args[3], keys, name_at, versions)
  return outcomes
end

-- mizan_load: keys: meta, gone, due, line. args: epoch, told position, username.
-- answer: {version, planned moment or '', field, value, ...}.
local function load(keys, args)
  local _, refusal = fence(keys[1], args[1], args[2])
  return refusal or stored_line(keys[4], keys[2], keys[3], args[3])
end

-- mizan_append: keys: meta, events. args: epoch, told position, count and text of events. answer: last event position.
local function append_events(keys, args)
  local stored, refusal = fence(keys[1], args[1], args[2])
  if refusal then return refusal end
  return log_events(keys[2], keys[1], tonumber(stored[2] or 0), tonumber(args[3]), args[4])
end

-- mizan_put_reference: replaces plans and NAS when nobody else has done so since they were read.
-- keys: meta, events, reference. args: epoch, told position, count and text of events, sender, channel of changes,
-- revision that was read, new revision, plans, NAS and pools as JSON. answer: last event position, or -1 when the caller must
-- read again. Without events it is the ledger's word, which holds in every epoch and is there before a rebuild ends.
local function put_reference(keys, args)
  local stored, refusal = fence(keys[1], args[1], args[2])
  local is_logged = args[3] ~= '0'
  if is_logged and refusal then return refusal end
  if (redis.call('HGET', keys[3], 'revision') or '0') ~= args[7] then return -1 end
  redis.call('HSET', keys[3], 'revision', args[8], 'plans', args[9], 'nas', args[10], 'pools', args[11])
  redis.call('PUBLISH', args[6], args[5] .. ' reference')
  if not is_logged then return 0 end
  return log_events(keys[2], keys[1], tonumber(stored[2] or 0), tonumber(args[3]), args[4])
end

-- mizan_trim: forgets events up to and including a position. An entry may hold later ones too, so the position is kept.
-- keys: meta, events. args: position, the one after it. answer: nothing of use.
local function trim_events(keys, args)
  if tonumber(redis.call('HGET', keys[1], 'trimmed') or 0) >= tonumber(args[1]) then return 0 end
  redis.call('XTRIM', keys[2], 'MINID', args[2] .. '-0')
  redis.call('HSET', keys[1], 'trimmed', args[1])
  return 1
end

-- mizan_put_mark: keys: sink. args: the sink's mark. answer: nothing of use.
local function put_mark(keys, args)
  redis.call('SET', keys[1], args[1])
  return 1
end

-- mizan_distrust: nobody may use the partition in this epoch any more. keys: meta. args: epoch. answer: 1 when it was
-- in that epoch.
local function distrust(keys, args)
  if redis.call('HGET', keys[1], 'epoch') ~= args[1] then return 0 end
  redis.call('HSET', keys[1], 'epoch', '')
  return 1
end

-- mizan_rebuild: takes the partition out of use and forgets what is not a line.
-- keys: meta, then what is to be forgotten. args: token of this rebuild. answer: nothing of use.
local function rebuild(keys, args)
  redis.call('HSET', keys[1], 'epoch', '', 'rebuild', args[1])
  redis.call('UNLINK', unpack(keys, 2))
  return 1
end

-- Refuses all but the newest rebuild.
local function rebuild_fence(meta, token)
  if redis.call('HGET', meta, 'rebuild') == token then return nil end
  return redis.error_reply('MZREBUILD the partition is rebuilt by somebody else')
end

-- mizan_rebuild_drop: keys: meta, then keys to be forgotten. args: token.
local function rebuild_drop(keys, args)
  local refusal = rebuild_fence(keys[1], args[1])
  if refusal then return refusal end
  redis.call('UNLINK', unpack(keys, 2))
  return 1
end

-- mizan_rebuild_lines: keys: meta, due, then line hashes. args: token, octets of a line's key before the username, then
-- per line: moment to wake at or '', count of fields and values, those.
local function rebuild_lines(keys, args)
  local refusal = rebuild_fence(keys[1], args[1])
  if refusal then return refusal end
  local name_at = tonumber(args[2]) + 1
  local at = 3
  for index = 3, #keys do
    local last = at + 1 + tonumber(args[at + 1])
    redis.call('DEL', keys[index])
    call_in_portions('HSET', keys[index], args, at + 2, last)
    if args[at] ~= '' then redis.call('ZADD', keys[2], args[at], keys[index]:sub(name_at)) end
    at = last + 1
  end
  return 1
end

-- mizan_rebuild_finish: opens the partition to everybody. Effects get positions that no reader has passed yet.
-- keys: meta, sink. args: token, epoch, last event position, sink's mark, number of partitions.
local function rebuild_finish(keys, args)
  local refusal = rebuild_fence(keys[1], args[1])
  if refusal then return refusal end
  if tonumber(redis.call('HGET', keys[1], 'effects') or 0) < tonumber(args[3]) then
    redis.call('HSET', keys[1], 'effects', args[3])
  end
  redis.call('HSET', keys[1], 'events', args[3], 'trimmed', args[3], 'partitions', args[5], 'epoch', args[2])
  redis.call('HDEL', keys[1], 'rebuild')
  redis.call('SET', keys[2], args[4])
  return 1
end

-- mizan_lease: keys: lease. args: holder, milliseconds. answer: 1 when it is the holder's now.
local function lease(keys, args)
  local holder = redis.call('GET', keys[1])
  if holder and holder ~= args[1] then return 0 end
  redis.call('SET', keys[1], args[1], 'PX', args[2])
  return 1
end

-- mizan_end_lease: keys: lease. args: holder. answer: nothing of use.
local function end_lease(keys, args)
  if redis.call('GET', keys[1]) == args[1] then redis.call('DEL', keys[1]) end
  return 1
end

-- What frees memory, or says who does so, must also work when there is none left.
local function register(name, callback, flag)
  redis.register_function { function_name = name, callback = callback, flags = { flag } }
end

register('mizan_commit', commit)
register('mizan_load', load, 'no-writes')
register('mizan_append', append_events)
register('mizan_put_reference', put_reference)
register('mizan_trim', trim_events, 'allow-oom')
register('mizan_put_mark', put_mark, 'allow-oom')
register('mizan_distrust', distrust, 'allow-oom')
register('mizan_rebuild', rebuild, 'allow-oom')
register('mizan_rebuild_drop', rebuild_drop, 'allow-oom')
register('mizan_rebuild_lines', rebuild_lines)
register('mizan_rebuild_finish', rebuild_finish)
register('mizan_lease', lease, 'allow-oom')
register('mizan_end_lease', end_lease, 'allow-oom')
