// A script that Redis runs as one step. It is called by its hash, and sent again to a server that does not know it.
import { createHash } from 'node:crypto'
import type { Asking, RedisConnection } from './redis-connection.ts'

/** What the script asks for the time: its own clock, or one that a test moves. */
export type TimeSource = 'clock' | 'key'

/** Sets `now`, in milliseconds; `p` is what all keys begin with. */
export const clockLines: Readonly<Record<TimeSource, string>> = {
  clock: "local t = redis.call('TIME'); local now = t[1] * 1000 + t[2] / 1000",
  key: "local now = tonumber(redis.call('GET', p .. 'now'))",
}

/** What Redis said to these words. */
export type Script<T> = (...words: readonly string[]) => Promise<T>

export interface ScriptParts<T> {
  readonly connection: Pick<RedisConnection, 'ask'>
  /** What all keys begin with: the first key of the script. */
  readonly prefix: string
  readonly text: string
  read(reply: unknown): T
}

export function redisScript<T>({ connection, prefix, text, read }: ScriptParts<T>): Script<T> {
  const hash = createHash('sha1').update(text).digest('hex')
  const sentAgain: Asking<T> = { took: read, failed: refuse }
  const asking: Asking<T> = {
    took: read,
    failed(failure, [, ...asked]) {
      if (!(failure instanceof Error) || !failure.message.startsWith('NOSCRIPT')) throw failure
      return connection.ask('EVAL', [text, ...asked], sentAgain)
    },
  }
  return (...words) => connection.ask('EVALSHA', [hash, '1', prefix, ...words], asking)
}

function refuse(failure: unknown): never {
  throw failure
}
