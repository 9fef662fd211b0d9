// A worker's part in the limits and budgets that all workers have in common: their supervisor keeps them.
import type { Fleet, FleetParts } from '../adapters/redis/fleet-apart.ts'
import { FleetHolds } from '../limits/fleet/fleet-holds.ts'
import type { HoldStore } from '../limits/fleet/hold-store.ts'
import { newId } from '../platform/ids.ts'

export function openWorkersFleet(store: HoldStore, parts: Omit<FleetParts, 'url' | 'ca'>): Fleet {
  const holds = new FleetHolds({ ...parts, store, from: newId('gw') })
  return { holds, start: () => holds.start(), close: () => holds.close() }
}
