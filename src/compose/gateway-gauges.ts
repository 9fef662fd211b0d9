// What of a running gateway is measured by looking at it, and how its reloads are counted.
import type { KeyRing } from '../keys/key-ring.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Registry } from '../telemetry/metrics.ts'
import type { World } from './world.ts'

export interface GaugedParts {
  readonly ledger: Pick<Ledger, 'stats'>
  readonly keys: Pick<KeyRing, 'size'>
  callsInFlight(): number
  /** The one that answers new calls just now. */
  world(): Pick<World, 'edge' | 'egress'>
  residentBytes(): number
  droppedLines(): number
}

export function gatewayGauges(registry: Registry, parts: GaugedParts): void {
  const { ledger, keys, callsInFlight, world, residentBytes, droppedLines } = parts
  registry.gauge('sallyport_calls_in_flight', 'Calls under way.', callsInFlight)
  registry.gauge(
    'sallyport_config_generation',
    'Which config answers new calls.',
    () => world().edge.generation,
  )
  registry.gauge('sallyport_egress_connections_active', 'Connections to providers in use.', () => {
    return world().egress.connections().active
  })
  registry.gauge(
    'sallyport_egress_connections_idle',
    'Connections to providers kept for the next call.',
    () => {
      return world().egress.connections().idle
    },
  )
  registry.gauge('sallyport_spool_bytes', 'Usage records on disk, not yet in the database.', () => {
    return ledger.stats().spoolBytes
  })
  registry.gauge('sallyport_keys', 'API keys that can be used.', () => keys.size)
  registry.gauge('sallyport_log_lines_dropped', 'Log lines lost because nobody read them.', droppedLines)
  registry.gauge('process_resident_memory_bytes', 'Memory that the process holds.', residentBytes)
}

export function reloadCounter(registry: Registry): { add(by: number, result: string): void } {
  return registry.counter('sallyport_config_reloads_total', 'Config reloads by result.', ['result'])
}
