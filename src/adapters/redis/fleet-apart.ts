// A gateway's part in a fleet: loaded only where several gateways have something in common.
import type { Channel, Topic } from '../../core/channel.ts'
import type { Clock } from '../../core/clock.ts'
import type { Office } from '../../core/leases.ts'
import { FleetHolds } from '../../limits/fleet/fleet-holds.ts'
import type { BudgetTold, FleetTells } from '../../limits/shared-holds.ts'
import { Elected } from '../../platform/elected.ts'
import { newId } from '../../platform/ids.ts'
import { RedisChannel } from './redis-channel.ts'
import { RedisConnection } from './redis-connection.ts'
import { RedisLeases } from './redis-leases.ts'
import { keyPrefix, RedisHoldStore } from './redis-hold-store.ts'

export interface FleetParts {
  /** `redis://` or `rediss://`, with a password where there is one. */
  readonly url: string
  /** Certificates of authorities; undefined for those of the system. */
  readonly ca: string | undefined
  readonly clock: Clock
  readonly tells: FleetTells & {
    connectionLost(reason: string): void
    /** In the words of whoever does not let us in. */
    refused(reason: string): void
    word(topic: Topic, way: 'said' | 'heard' | 'dropped'): void
    elected(office: string, term: number | undefined): void
  }
  /** 0 to 1, 1 excluded. */
  random(): number
  readonly told: BudgetTold
  /** So many gateways live now. */
  onGateways(gateways: number): void
  /** What all count in common is lost. */
  onForgotten(): void
}

export interface Fleet {
  readonly holds: FleetHolds
  readonly channel: Channel
  /** One gateway at a time has an office of a name; none has it before it is started. */
  elect(name: string): Office & { start(): void; stop(): Promise<void> }
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
    onRefused: (reason) => tells.refused(reason),
  })
  const store = new RedisHoldStore(connection)
  const from = newId('gw')
  const holds = new FleetHolds({ ...parts, store, from })
  const channel = new RedisChannel({
    url,
    ca,
    clock,
    random,
    from,
    prefix: keyPrefix,
    speaker: connection,
    onWord: (topic, way) => tells.word(topic, way),
  })
  const leases = new RedisLeases(connection, { prefix: keyPrefix })
  return {
    holds,
    channel,
    elect: (name) => {
      const onChange = (term: number | undefined): void => tells.elected(name, term)
      return new Elected({ leases, clock, name, holder: from, onChange })
    },
    start: async () => {
      await Promise.all([connection.start(), channel.start()])
      await holds.start()
    },
    close: async () => {
      await holds.close()
      channel.close()
      connection.close()
    },
  }
}
