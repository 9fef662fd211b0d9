// `start` with several workers: whether this process is one of them, and how it becomes the one that looks after them, which
// is loaded apart because a process that serves never needs it.
import { FellowWorkers, placeVariable } from '../../compose/fellow-workers.ts'
import type { WorkerPlace } from '../../compose/fellow-workers.ts'
import type { LoadedConfig } from '../../config/load-config.ts'
import { loadApart } from '../../platform/apart.ts'
import { systemClock } from '../../platform/system-clock.ts'
import { Log } from '../../telemetry/log.ts'
import type { ProcessPort } from '../process-port.ts'
import type * as SuperviseParts from './supervise-apart.ts'

/** The others, where this is one of several. */
export function fellowsOf({ supervisor, environment }: ProcessPort): FellowWorkers | undefined {
  const place = environment[placeVariable]
  if (supervisor === undefined || place === undefined) return undefined
  return new FellowWorkers(supervisor, JSON.parse(place) as WorkerPlace, systemClock)
}

export interface StartingWorkers {
  readonly port: ProcessPort
  readonly first: LoadedConfig
  readonly count: number
  readonly logFormat: 'text' | 'json'
  /** After the end of its drain a worker is gone by itself so soon. */
  readonly watchdogMs: number
  /** Calls are taken there. */
  onServing(url: string, log: Log): void
  /** Somebody wants it to end. */
  onLeave(): void
}

/** This process only looks after others, which serve. Resolves with the exit code. */
export async function startWorkers(starting: StartingWorkers): Promise<number> {
  const { port, logFormat, onServing } = starting
  const { server, log: settings } = starting.first.config
  const { supervise } = await loadApart<typeof SuperviseParts>('commands/workers/supervise-apart', {
    file: './supervise-apart.ts',
    from: import.meta.url,
  })
  const log = new Log({ write: port.print }, systemClock, logFormat)
  log.level = settings.level
  return await supervise({
    ...starting,
    clock: systemClock,
    log,
    place: { host: server.host, port: server.port },
    adminPlace: server.admin === 'off' ? undefined : server.admin,
    isHttps: server.tls !== 'off',
    onServing: (url) => onServing(url, log),
  })
}
