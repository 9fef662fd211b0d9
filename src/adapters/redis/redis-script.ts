// A script that Redis runs as one step. It is called by its hash, and sent again to a server that does not know it.
import { createHash } from 'node:crypto'
import type { RedisConnection } from './redis-connection.ts'

/** What the script asks for the time: its own clock, or one that a test moves. */
export type TimeSource = 'clock' | 'key'

/** Sets `now`, in milliseconds; `p` is what all keys begin with. */
export const clockLines: Readonly<Record<TimeSource, string>> = {
  clock: "local t = redis.call('TIME'); local now = t[1] * 1000 + t[2] / 1000",
  key: "local now = tonumber(redis.call('GET', p .. 'now'))",
}

/** What Redis said, as `read` understands it. */
export type Script = <T>(words: readonly string[], read: (reply: unknown) => T) => Promise<T>

/** The first key is what all keys begin with. */
export function redisScript(connection: Pick<RedisConnection, 'ask'>, prefix: string, text: string): Script {
  const hash = createHash('sha1').update(text).digest('hex')
  return (words, read) => {
    const asked = ['1', prefix, ...words]
    return connection.ask('EVALSHA', [hash, ...asked], {
      took: read,
      failed: (failure) => {
        if (!(failure instanceof Error) || !failure.message.startsWith('NOSCRIPT')) throw failure
        return connection.ask('EVAL', [text, ...asked], { took: read, failed: refuse })
      },
    })
  }
}

function refuse(failure: unknown): never {
  throw failure
}
