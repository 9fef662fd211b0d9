// What Redis does for one exchange, as one script: nothing comes between its steps. The same rules as the store in memory
// (limits/fleet/memory-hold-store.ts), in the same order; a test plays both against each other. Amounts are printed
// whole: Lua's own way of printing numbers keeps fourteen digits.
import { afterWindowMs, gatewayGoneMs, slicePart, sliceShares } from '../../limits/fleet/hold-store.ts'
import { outcomes } from './exchange-text.ts'
import { clockLines } from './redis-script.ts'
import type { TimeSource } from './redis-script.ts'

/** Used of a limit: `<used> <at>`, gone when it has faded. */
const rates = `
local function used_at(text, rate)
  if not text then return 0, 0 end
  local used, at = string.match(text, '^(%S+) (%S+)$')
  used, at = tonumber(used), tonumber(at)
  if now > at then used = used - (now - at) * rate end
  if used < 0 then used = 0 end
  return used, at
end
local function write_used(line, used, at)
  local key, _, rate, burst = unpack(line)
  if used > 2 * burst then used = 2 * burst end
  if used <= 0 then redis.call('DEL', p .. key) return 0 end
  if now > at then at = now end
  redis.call('SET', p .. key, string.format('%.6f %.3f', used, at), 'PX', whole(math.ceil(used / rate) + 1000))
  return used
end
`

/** A counter is a hash; its holds are members of a set, sorted by when they run out. */
const counters = `
local function spend(key, amount)
  if amount == 0 then return end
  if redis.call('HINCRBY', key, 'spent', whole(amount)) < 0 then redis.call('HSET', key, 'spent', 0) end
end
local function recover(key, amount)
  local lost = math.min(amount, tonumber(redis.call('HGET', key, 'lost') or '0'))
  if lost <= 0 then return end
  redis.call('HINCRBY', key, 'lost', whole(-lost))
  spend(key, -lost)
end
local function expire(key)
  local gone = redis.call('ZRANGEBYSCORE', key .. ':h', '-inf', whole(math.floor(now)))
  for _, member in ipairs(gone) do
    local amount = tonumber(string.match(member, ':(%d+)$'))
    redis.call('ZREM', key .. ':h', member)
    redis.call('HINCRBY', key, 'held', whole(-amount))
    redis.call('HINCRBY', key, 'spent', whole(amount))
    redis.call('HINCRBY', key, 'lost', whole(amount))
  end
  return #gone > 0
end
local function counter(key)
  local found = redis.call('HMGET', key, 'spent', 'held', 'gone')
  if not found[1] then return nil end
  if tonumber(found[3]) >= 0 and tonumber(found[3]) <= now then
    redis.call('DEL', key, key .. ':h')
    return nil
  end
  if expire(key) then found = redis.call('HMGET', key, 'spent', 'held') end
  return tonumber(found[1]), tonumber(found[2] or '0')
end
local function make(key, end_ms, spent)
  local gone = -1
  if end_ms >= 0 then gone = math.ceil(math.max(end_ms, now)) + ${afterWindowMs} end
  redis.call('HSET', key, 'spent', whole(spent), 'held', 0, 'gone', whole(gone))
  if gone >= 0 then redis.call('PEXPIREAT', key, whole(gone)) end
end
local function keep(key, id, amount, lease)
  if amount == 0 then return end
  redis.call('ZADD', key .. ':h', whole(math.ceil(now + lease)), id .. ':' .. whole(amount))
  redis.call('PEXPIRE', key .. ':h', 86400000)
  redis.call('HINCRBY', key, 'held', whole(amount))
end
local function let_go(key, id, amount)
  if amount == 0 then return true end
  if not counter(key) then return false end
  if redis.call('ZREM', key .. ':h', id .. ':' .. whole(amount)) == 0 then return false end
  redis.call('HINCRBY', key, 'held', whole(-amount))
  return true
end
local function spend_if_there(key, amount)
  if counter(key) then spend(key, amount) end
end
local function living()
  redis.call('ZREMRANGEBYSCORE', p .. 'gateways', '-inf', '(' .. whole(math.floor(now) - ${gatewayGoneMs}))
  return redis.call('ZCARD', p .. 'gateways')
end
local function enter(key, id, lease)
  redis.call('ZADD', key, whole(math.ceil(now + lease)), id)
  redis.call('PEXPIRE', key, whole(lease + 1000))
end
local function running(key)
  redis.call('ZREMRANGEBYSCORE', key, '-inf', whole(math.floor(now)))
  return redis.call('ZCARD', key)
end
`

const notes = `
local tell = {}
function tell.use(line)
  local name, amount, rate = unpack(line)
  local used, at = used_at(redis.call('GET', p .. name), rate)
  write_used(line, used + amount, at)
  return 1
end
function tell.used(line)
  local name, amount, rate = unpack(line)
  local used, at = used_at(redis.call('GET', p .. name), rate)
  write_used(line, math.max(used, amount), at)
  return 1
end
tell['end'] = function(n)
  local id, began, places, held = unpack(n)
  for _, name in ipairs(places) do redis.call('ZREM', p .. name, id) end
  for _, h in ipairs(held) do
    local name, amount, spent = unpack(h)
    if not let_go(p .. name, id, amount) and began == epoch then recover(p .. name, amount) end
    spend_if_there(p .. name, spent)
  end
  return 1
end
function tell.drop(n)
  for _, key in ipairs(n.places) do redis.call('ZREM', p .. key, n.id) end
  for _, c in ipairs(n.counters) do let_go(p .. c.key, n.id, c.amount) end
  return 1
end
function tell.stay(n)
  for _, key in ipairs(n.places) do enter(p .. key, n.id, n.leaseMs) end
  for _, c in ipairs(n.counters) do
    local key = p .. c.key
    if c.amount > 0 and counter(key) then
      if not let_go(key, n.id, c.amount) and n.epoch == epoch then recover(key, c.amount) end
      keep(key, n.id, c.amount, n.leaseMs)
    end
  end
  return 1
end
function tell.more(n)
  for _, c in ipairs(n.counters) do
    local spent, held = counter(p .. c.key)
    if not spent then return 0 end
    if c.limit >= 0 and c.more > 0 and spent + held + c.more > c.limit then return 0 end
  end
  for _, c in ipairs(n.counters) do
    if c.limit >= 0 then
      local key = p .. c.key
      local amount = c.more
      if c.amount == 0 or let_go(key, n.id, c.amount) then amount = amount + c.amount end
      keep(key, n.id, amount, n.leaseMs)
    end
  end
  return 1
end
function tell.slice(n)
  local key = p .. n.key
  if not counter(key) then return 0 end
  if n.have > 0 and not let_go(key, from, n.have) and n.epoch == epoch then recover(key, n.have) end
  if n.isLast then return 0 end
  local spent, held = counter(key)
  local left = (n.limit - spent - held) / (${sliceShares} * math.max(1, living()))
  local size = math.max(0, math.floor(math.min(math.max(n.limit * ${slicePart}, n.want), left)))
  if size > 0 then keep(key, from, size, n.leaseMs) end
  return size
end
function tell.known(n)
  local key = p .. n.key
  local spent = counter(key)
  if not spent then
    make(key, n.endMs, n.spent)
    return -1
  end
  if spent < n.spent then redis.call('HSET', key, 'spent', whole(n.spent)) end
  return spent
end
function tell.records(n)
  if n.term < tonumber(redis.call('GET', p .. 'term') or '0') then return -2 end
  redis.call('SET', p .. 'term', whole(n.term))
  local key = p .. n.key
  local before = counter(key) or -1
  if before >= 0 then recover(key, tonumber(redis.call('HGET', key, 'lost') or '0')) end
  tell.known(n)
  return before
end
function tell.spent(n)
  spend_if_there(p .. n.key, n.amount)
  return 1
end
function tell.tell(n)
  if not counter(p .. n.key) then return 0 end
  return redis.call('HSETNX', p .. n.key, 'told:' .. whole(n.mark), 1)
end
`

const hold = `
local ${outcomes.join(', ')} = ${outcomes.map((_, index) => index).join(', ')}
local function try(id, lease, rates, places, counters)
  local used, at, free = {}, {}, true
  if #rates > 0 then
    local keys = {}
    for i, line in ipairs(rates) do keys[i] = p .. line[1] end
    local texts = redis.call('MGET', unpack(keys))
    for i, line in ipairs(rates) do
      local _, amount, rate, burst = unpack(line)
      used[i], at[i] = used_at(texts[i], rate)
      if burst - used[i] + 0.000001 < amount then free = false end
    end
  end
  local inside = {}
  for i, line in ipairs(places) do
    local name, limit = unpack(line)
    inside[i] = running(p .. name)
    if inside[i] >= limit then free = false end
  end
  local spent, held, all_known, full = {}, {}, true, false
  for i, line in ipairs(counters) do
    local name, amount, limit, start_ms, end_ms = unpack(line)
    local s, d = counter(p .. name)
    if not s and start_ms > epoch then
      make(p .. name, end_ms, 0)
      s, d = 0, 0
    end
    if not s then all_known = false end
    spent[i], held[i] = s or -1, d or 0
    if s and limit >= 0 and amount > 0 and s + d + amount > limit then full = true end
  end
  if not free then return denied, used, inside, spent, held end
  if not all_known then return unknown, used, inside, spent, held end
  if full then return denied, used, inside, spent, held end
  for i, line in ipairs(rates) do used[i] = write_used(line, used[i] + line[2], at[i]) end
  for i, line in ipairs(places) do
    enter(p .. line[1], id, lease)
    inside[i] = redis.call('ZCARD', p .. line[1])
  end
  for i, line in ipairs(counters) do
    local name, amount, limit = unpack(line)
    if limit >= 0 and amount > 0 then
      keep(p .. name, id, amount, lease)
      held[i] = held[i] + amount
    end
  end
  return granted, used, inside, spent, held
end
`

const main = `
local results = {}
if #notes > 0 then
  local said = redis.call('GET', p .. 'said:' .. from) or '0 '
  local last, before = string.match(said, '^(%d+) (.*)$')
  if sequence > tonumber(last) then
    local written = {}
    for i, note in ipairs(notes) do
      local kind, what = unpack(note)
      results[i] = tell[kind](what)
      written[i] = whole(results[i])
    end
    redis.call('SET', p .. 'said:' .. from, whole(sequence) .. ' ' .. table.concat(written, ','), 'PX', 86400000)
  elseif sequence == tonumber(last) then
    for text in string.gmatch(before, '[^,]+') do results[#results + 1] = tonumber(text) end
  end
end
local gateways = -1
if is_beat then
  redis.call('ZADD', p .. 'gateways', whole(math.floor(now)), from)
  gateways = living()
end
local answer = whole(now * 1000) .. ' ' .. whole(epoch) .. ' ' .. gateways .. list(results)
if not hold then return answer end
if until_ms >= 0 and now > until_ms then
  return answer .. ' ' .. late .. ' 0 0 0 0'
end
local outcome, used, inside, spent, held = try(unpack(hold))
for i, u in ipairs(used) do used[i] = math.floor(u * 1000 + 0.5) end
return answer .. ' ' .. outcome .. list(used) .. list(inside) .. list(spent) .. list(held)
`

/**
 * KEYS[1]: what all keys begin with; ARGV[1]: the exchange. Both ways as exchange-text.ts has it: one text is read faster
 * here than a list of lists that the client builds.
 */
export function holdScript(time: TimeSource): string {
  return `
local p = KEYS[1]
local from, sequence, notes, until_ms, is_beat, hold = unpack(cjson.decode(ARGV[1]))
${clockLines[time]}
local function whole(n) return string.format('%.0f', n + 0) end
local function list(numbers)
  local texts = { ' ' .. #numbers }
  for i, n in ipairs(numbers) do texts[i + 1] = whole(n) end
  return table.concat(texts, ' ')
end
local epoch = tonumber(redis.call('GET', p .. 'epoch') or '-1')
if epoch < 0 then
  epoch = math.floor(now)
  redis.call('SET', p .. 'epoch', whole(epoch))
end
${rates}${counters}${notes}${hold}${main}`.trimStart()
}
