// A worker's part in what all workers have in common: their supervisor keeps limits and budgets, and passes words on. What one
// of them does for all the first one does: there is never more than one of its number.
import type { Fleet, FleetParts } from '../adapters/redis/fleet-apart.ts'
import { FleetHolds } from '../limits/fleet/fleet-holds.ts'
import { newId } from '../platform/ids.ts'
import type { FellowWorkers } from './fellow-workers.ts'

export function openWorkersFleet(fellows: FellowWorkers, parts: Omit<FleetParts, 'url' | 'ca'>): Fleet {
  const { clock, tells } = parts
  const holds = new FleetHolds({ ...parts, store: fellows, from: newId('gw') })
  return {
    holds,
    channel: fellows.channel((topic, way) => tells.word(topic, way)),
    elect: (name) => {
      let term: number | undefined
      return {
        get term() {
          return term
        },
        start: () => {
          if (fellows.place.number !== 1) return
          // Later ones are larger.
          term = Math.floor(clock.wallMs())
          tells.elected(name, term)
        },
        stop: () => {
          term = undefined
          return Promise.resolve()
        },
      }
    },
    start: () => holds.start(),
    close: () => holds.close(),
  }
}
