// Takes over another config while the gateway runs: when a file changes that belongs to it, on SIGHUP, and when a store
// has another secret. A bad one changes nothing and says so. One at a time, in the order in which they came.
import type { LoadedConfig, LoadOutcome } from '../config/load-config.ts'
import { formatProblems } from '../config/problem.ts'
import type { Gateway } from '../compose/gateway.ts'
import { failureText } from '../core/failure-text.ts'
import { watchFiles } from '../platform/watch-files.ts'
import { systemClock } from '../platform/system-clock.ts'
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
  /** `anew`: what stores outside keep is asked for again. Never rejects. */
  read(wish: ReloadWish): Promise<LoadOutcome>
  /** What has to be done before it is taken over. Rejects with the reason why it cannot be. */
  prepare(loaded: LoadedConfig): Promise<void>
  /** What the command line says goes before the file. */
  withOptions(loaded: LoadedConfig): LoadedConfig
  /** A config is in use now. */
  taken(loaded: LoadedConfig): void
}

export interface ReloadWish {
  readonly anew: boolean
}

export interface ConfigWatch {
  /** Somebody knows of a reason. */
  reload(wish: ReloadWish): void
  close(): void
}

/** Begins to watch. */
export function reloadOnChange(parts: Reloading): ConfigWatch {
  const watch = new Watch(parts)
  parts.port.onHangUp(() => watch.reload({ anew: true }))
  return watch
}

class Watch implements ConfigWatch {
  readonly #parts: Reloading
  readonly #files: ReturnType<typeof watchFiles>
  #wish: ReloadWish | undefined
  #isReloading = false
  #isClosed = false

  constructor(parts: Reloading) {
    this.#parts = parts
    const files = [...parts.files, parts.measured]
    this.#files = watchFiles(files, () => this.reload({ anew: false }), systemClock)
  }

  reload({ anew }: ReloadWish): void {
    this.#wish = { anew: anew || this.#wish?.anew === true }
    if (!this.#isReloading) void this.#reloadAll()
  }

  close(): void {
    this.#isClosed = true
    this.#files.close()
  }

  /** What comes meanwhile is one more reload, and not several. */
  async #reloadAll(): Promise<void> {
    this.#isReloading = true
    for (let wish = this.#wish; wish !== undefined; wish = this.#wish) {
      this.#wish = undefined
      const loaded = await this.#parts.read(wish)
      if (this.#isClosed) return
      await this.#take(loaded)
    }
    this.#isReloading = false
  }

  async #take(loaded: LoadOutcome): Promise<void> {
    const { gateway, log, audit, measured } = this.#parts
    this.#files.watch([...loaded.files, measured])
    if (!loaded.ok) {
      gateway.reloadRefused()
      audit.refused(loaded.source)
      log.error('config_refused', { problems: formatProblems(loaded).trim(), in_use: 'the one before' })
      return
    }
    try {
      await this.#parts.prepare(loaded)
      if (this.#isClosed) return
      const { generation } = gateway.reload(this.#parts.withOptions(loaded))
      log.level = loaded.config.log.level
      this.#parts.taken(loaded)
      audit.taken(loaded, generation)
      log.info('config_reloaded', { config: loaded.source ?? 'none', generation })
    } catch (failure) {
      gateway.reloadRefused()
      audit.refused(loaded.source ?? 'none')
      log.error('config_refused', { problems: failureText(failure) })
    }
  }
}
