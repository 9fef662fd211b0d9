// A gateway's part in a fleet: loaded only where several gateways have something in common.
import type { Clock } from '../../core/clock.ts'
import { FleetHolds } from '../../limits/fleet/fleet-holds.ts'
import type { BudgetTold, FleetTells } from '../../limits/shared-holds.ts'
import { newId } from '../../platform/ids.ts'
import { RedisConnection } from './redis-connection.ts'
import { RedisHoldStore } from './redis-hold-store.ts'

export interface FleetParts {
  /** `redis://` or `rediss://`, with a password where there is one. */
  readonly url: string
  /** Certificates of authorities; undefined for those of the system. */
  readonly ca: string | undefined
  readonly clock: Clock
  readonly tells: FleetTells & { connectionLost(reason: string): void }
  /** 0 to 1, 1 excluded. */
  random(): number
  readonly told: BudgetTold
  /** So many gateways live now. */
  onGateways(gateways: number): void
}

export interface Fleet {
  readonly holds: FleetHolds
  /** Resolves when it is known whether the others can be asked, or soon after; it stays together by itself. */
  start(): Promise<void>
  /** Says goodbye. */
  close(): Promise<void>
}

export function openFleet({ url, ca, random, ...parts }: FleetParts): Fleet {
  const { clock, tells } = parts
  const connection = new RedisConnection({
    url,
    ca,
    clock,
    random,
    onConnected: () => {},
    onLost: (reason) => tells.connectionLost(reason),
  })
  const store = new RedisHoldStore(connection)
  const holds = new FleetHolds({ ...parts, store, from: newId('gw') })
  return {
    holds,
    start: async () => {
      await connection.start()
      await holds.start()
    },
    close: async () => {
      await holds.close()
      connection.close()
    },
  }
}
