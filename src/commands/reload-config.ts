// Takes over another config while the gateway runs: when a file changes that belongs to it, and on SIGHUP. A bad one changes
// nothing and says so.
import type { LoadedConfig, LoadOutcome } from '../config/load-config.ts'
import { formatProblems } from '../config/problem.ts'
import type { Gateway } from '../compose/gateway.ts'
import { systemClock } from '../platform/system-clock.ts'
import { watchFiles } from '../platform/watch-files.ts'
import type { FileWatch } from '../platform/watch-files.ts'
import type { Log } from '../telemetry/log.ts'
import type { ReloadNotes } from './note-reloads.ts'
import type { ProcessPort } from './process-port.ts'

export interface Reloading {
  readonly port: ProcessPort
  readonly gateway: Gateway
  readonly log: Log
  /** Of the config that is in use. */
  readonly files: readonly string[]
  /** What the doctor writes down: a change of it is a reason to build the world again. */
  readonly measured: string
  readonly audit: ReloadNotes
  read(): LoadOutcome
  /** What the command line says goes before the file. */
  withOptions(loaded: LoadedConfig): LoadedConfig
  /** A config is in use now. */
  taken(loaded: LoadedConfig): void
}

/** Begins to watch. */
export function reloadOnChange(parts: Reloading): FileWatch {
  const { port, gateway, log, files, measured, audit } = parts
  const reload = (): void => {
    const loaded = parts.read()
    watching.watch([...loaded.files, measured])
    if (!loaded.ok) {
      gateway.reloadRefused()
      audit.refused(loaded.source)
      log.error('config_refused', { problems: formatProblems(loaded).trim(), in_use: 'the one before' })
      return
    }
    try {
      const { generation } = gateway.reload(parts.withOptions(loaded))
      log.level = loaded.config.log.level
      parts.taken(loaded)
      audit.taken(loaded, generation)
      log.info('config_reloaded', { config: loaded.source ?? 'none', generation })
    } catch (failure) {
      gateway.reloadRefused()
      audit.refused(loaded.source ?? 'none')
      log.error('config_refused', { problems: failure instanceof Error ? failure.message : String(failure) })
    }
  }
  const watching = watchFiles([...files, measured], reload, systemClock)
  port.onHangUp(reload)
  return watching
}
