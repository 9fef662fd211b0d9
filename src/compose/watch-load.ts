// How much the process has to do: what is read of it, and what is said of it in the log and in the metrics.
import type { Clock } from '../core/clock.ts'
import { Overload, signals } from '../http/overload.ts'
import type { OverloadSettings } from '../http/settings.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { cpuMs, memoryBytesMax, openFiles, openFilesMax } from '../platform/process-limits.ts'
import type { Log } from '../telemetry/log.ts'
import type { Registry } from '../telemetry/metrics.ts'

export interface LoadParts {
  readonly clock: Clock
  readonly log: Log
  readonly registry: Registry
  readonly ledger: Ledger
  readonly random: () => number
  /** The processes that share with this one what the machine or the container has. */
  readonly fellows?: { readonly place: { readonly count: number } } | undefined
  residentBytes(): number
  callsInFlight(): number
}

/** Makes the watch; it begins with `start`. */
export function watchLoad(settings: OverloadSettings, parts: LoadParts): Overload {
  const { clock, log, registry, ledger, random, residentBytes, callsInFlight } = parts
  const bytesMax = memoryBytesMax() / (parts.fellows?.place.count ?? 1)
  const filesMax = openFilesMax()
  const shed = registry.counter(
    'sallyport_calls_shed_total',
    'Calls that were turned away because there were too many, by priority.',
    ['priority'],
  )
  const overload = new Overload(settings, {
    clock,
    random,
    readings: {
      callsInFlight,
      memoryShare: () => residentBytes() / bytesMax,
      filesShare: () => shareOf(openFiles(), filesMax),
      spoolShare: () => ledger.spoolShare,
      cpuMs,
    },
    onLevel: (level, pressure, signal) => {
      const facts = { level, pressure: Math.round(pressure * 100) / 100, signal }
      if (level === 'calm' || level === 'strained') log.info('pressure', facts)
      else log.warn('pressure', facts)
    },
    onShed: (priority) => shed.add(1, priority),
  })
  registry.gauges('sallyport_pressure', 'How hard the process is pressed, 0 to 1, by what presses it.', {
    labels: ['signal'],
    read: () => signals.map((signal) => ({ values: [signal], amount: overload.values[signal] })),
  })
  registry.gauge(
    'sallyport_event_loop_delay_seconds',
    'How late the event loop is, smoothed over about a second.',
    () => overload.delayMs / 1_000,
  )
  return overload
}

function shareOf(used: number | undefined, most: number | undefined): number | undefined {
  return used === undefined || most === undefined ? undefined : used / most
}
