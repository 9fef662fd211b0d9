// The stores of limits, budgets and leases that several gateways have in common, each with a clock that tests move.
import { RedisClient } from 'bun'
import type { Asking } from '../../src/adapters/redis/redis-connection.ts'
import { RedisHoldStore } from '../../src/adapters/redis/redis-hold-store.ts'
import { RedisLeases } from '../../src/adapters/redis/redis-leases.ts'
import type { Leases } from '../../src/core/leases.ts'
import type { HoldStore } from '../../src/limits/fleet/hold-store.ts'
import { MemoryHoldStore } from '../../src/limits/fleet/memory-hold-store.ts'
import { hasRedis, startRedis } from '../servers/redis.ts'
import { MemoryLeases } from './memory-leases.ts'

/** Not in the past: what Redis forgets, it forgets by its own clock. */
export const firstMs = Date.UTC(2099, 9, 1, 12)

export interface OpenStore {
  readonly store: HoldStore
  readonly leases: Leases
  /** The store's own time of day. */
  setTime(wallMs: number): Promise<void>
  /** It loses everything. */
  clear(): Promise<void>
}

export interface StoreKind extends AsyncDisposable {
  readonly name: string
  /** A new one, empty, at the first time. */
  open(): Promise<OpenStore>
}

const memory: StoreKind = {
  name: 'memory',
  open: () => {
    let nowMs = firstMs
    const store = new MemoryHoldStore(() => nowMs)
    const leases = new MemoryLeases(() => nowMs)
    return Promise.resolve({
      store,
      leases,
      setTime: (wallMs) => {
        nowMs = wallMs
        return Promise.resolve()
      },
      clear: () => {
        leases.clear()
        return Promise.resolve(store.clear())
      },
    })
  },
  [Symbol.asyncDispose]: () => Promise.resolve(),
}

async function redis(): Promise<StoreKind> {
  const server = await startRedis()
  const client = new RedisClient(server.url)
  let stores = 0
  return {
    name: 'redis',
    open: async () => {
      stores++
      const prefix = `{test-${stores}}:`
      let nowMs = firstMs
      const setTime = async (wallMs: number): Promise<void> => {
        nowMs = wallMs
        await client.send('SET', [`${prefix}now`, String(wallMs)])
      }
      await setTime(firstMs)
      const connection = {
        isConnected: true,
        ask: <T>(name: string, words: string[], asking: Asking<T>): Promise<T> =>
          client.send(name, words).then(asking.took, (failure) => asking.failed(failure, words)),
      }
      return {
        store: new RedisHoldStore(connection, { prefix, time: 'key' }),
        leases: new RedisLeases(connection, { prefix, time: 'key' }),
        setTime,
        clear: async () => {
          await client.send('FLUSHALL', [])
          await setTime(nowMs)
        },
      }
    },
    [Symbol.asyncDispose]: async () => {
      client.close()
      await server[Symbol.asyncDispose]()
    },
  }
}

/** The kinds that can be had on this machine. */
export const storeKinds: readonly {
  readonly name: string
  open(): Promise<StoreKind>
  readonly isHere: boolean
}[] = [
  { name: 'memory', open: () => Promise.resolve(memory), isHere: true },
  { name: 'redis', open: redis, isHere: hasRedis },
]
