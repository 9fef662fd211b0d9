// The ways in which the Redis of a fleet goes away, or is of no use, and comes back.
import type { TestRedis } from '../servers/redis.ts'
import type { SlowWire } from '../servers/slow-wire.ts'

/** `killed` comes back empty, `stopped` with all that it held. */
export type Trouble = 'killed' | 'stopped' | 'late' | 'silent' | 'refusing' | 'emptied'

export interface RedisPlace {
  readonly redis: TestRedis
  /** By which gateways reach it. */
  readonly wire: SlowWire
}

/** Resolves with what makes it well again. */
export async function hurtRedis(trouble: Trouble, { redis, wire }: RedisPlace): Promise<() => Promise<void>> {
  switch (trouble) {
    case 'killed':
      redis.process?.kill('SIGKILL')
      await redis.process?.exited
      return () => redis.restart()
    case 'stopped':
      redis.process?.kill('SIGSTOP')
      return async () => redis.process?.kill('SIGCONT')
    case 'late':
      wire.delayMs = 100
      return async () => void (wire.delayMs = 0)
    case 'silent':
      wire.isSilent = true
      return async () => void (wire.isSilent = false)
    case 'refusing':
      await redis.command('CONFIG', 'SET', 'maxmemory', '1')
      return async () => void (await redis.command('CONFIG', 'SET', 'maxmemory', '0'))
    case 'emptied': {
      const timer = setInterval(() => void redis.command('FLUSHALL'), 500)
      return async () => clearInterval(timer)
    }
  }
}
