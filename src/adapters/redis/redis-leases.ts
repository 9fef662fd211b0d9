// Leases in Redis, by its own clock. Numbers of terms go up even when it loses everything: they are never smaller than its
// time of day in milliseconds.
import type { Leases } from '../../core/leases.ts'
import type { RedisConnection } from './redis-connection.ts'
import { clockLines, redisScript } from './redis-script.ts'
import type { Script, TimeSource } from './redis-script.ts'

function leaseScript(time: TimeSource): string {
  return `
local p = KEYS[1]
local verb, name, holder, length = unpack(ARGV)
${clockLines[time]}
local key = p .. 'lease:' .. name
local found = redis.call('HMGET', key, 'holder', 'term', 'until')
local is_open = tonumber(found[3] or '0') > now
if verb == 'release' then
  if is_open and found[1] == holder then redis.call('HSET', key, 'until', 0) end
  return 0
end
if is_open and found[1] ~= holder then return 0 end
local term = tonumber(found[2] or '0')
if not is_open then term = math.max(term + 1, math.floor(now)) end
local ending = string.format('%.0f', now + tonumber(length))
redis.call('HSET', key, 'holder', holder, 'term', string.format('%.0f', term), 'until', ending)
return term
`.trimStart()
}

export class RedisLeases implements Leases {
  readonly #script: Script<number>

  constructor(
    connection: Pick<RedisConnection, 'ask'>,
    { prefix, time = 'clock' }: { readonly prefix: string; readonly time?: TimeSource },
  ) {
    this.#script = redisScript({ connection, prefix, text: leaseScript(time), read: Number })
  }

  async hold(name: string, holder: string, forMs: number): Promise<number | undefined> {
    const term = await this.#script('hold', name, holder, String(forMs))
    return term > 0 ? term : undefined
  }

  async release(name: string, holder: string): Promise<void> {
    await this.#script('release', name, holder, '0')
  }
}
