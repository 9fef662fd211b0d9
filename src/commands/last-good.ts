// The last config that worked, kept in the data directory. A process that died is started again by a machine, at night
// and with whatever stands in the file by then: it goes on with what worked. Who starts one on purpose is told.
import { join } from 'node:path'
import type { LoadedConfig, LoadOutcome, LoadParts } from '../config/load-config.ts'
import { isRunning, thisProcess } from '../platform/process-life.ts'
import type { ProcessIdentity } from '../platform/process-life.ts'
import { systemClock } from '../platform/system-clock.ts'
import { removeFile, replaceText } from '../platform/write-text.ts'
import type { TextWritten } from '../platform/write-text.ts'
import type { Log } from '../telemetry/log.ts'

/** What is kept. Secrets are only named in a config, so none is in it. */
interface Kept {
  /** The file, in full. */
  readonly path: string
  readonly text: string
  /** ISO 8601. */
  readonly since: string
}

/** Who runs on the directory. */
interface Mark extends ProcessIdentity {
  /** Where it can be asked. */
  readonly url: string
  /** It has been asked to end. */
  readonly isLeaving?: true
}

function textOf(mark: Mark): string {
  return `${JSON.stringify(mark)}\n`
}

const keptBytesMax = 8 * 1024 * 1024

export class LastGood {
  readonly #facts: LoadParts
  readonly #keptPath: string
  readonly #markPath: string
  #mark: Mark | undefined
  #keptText: string | undefined

  constructor(dataDir: string, facts: LoadParts) {
    this.#facts = facts
    this.#keptPath = join(dataDir, 'last-good.json')
    this.#markPath = join(dataDir, 'running.json')
  }

  /** Whether the process before this one ended without having been asked to. */
  get isAfterCrash(): boolean {
    const text = this.#read(this.#markPath)
    const before = text === undefined ? undefined : parsed<Mark>(text, ['pid', 'start', 'place'])
    // One that cannot be seen from here, as in the container before this one, has not taken its mark along.
    return before !== undefined && before.isLeaving !== true && isRunning(before) !== true
  }

  /** Loads what worked in the place of a file that was refused; undefined when there is nothing, or it works no more. */
  async load(
    refused: { readonly source: string },
    readConfig: (facts: LoadParts) => Promise<LoadOutcome>,
  ): Promise<LoadedBefore | undefined> {
    const text = this.#read(this.#keptPath)
    const kept = text === undefined ? undefined : parsed<Kept>(text, ['path', 'text', 'since'])
    if (kept === undefined || kept.path !== this.#facts.fullPath(refused.source)) return undefined
    const loaded = await readConfig({
      ...this.#facts,
      readText: (asked, bytesMax) =>
        this.#facts.fullPath(asked) === kept.path
          ? { ok: true, text: kept.text }
          : this.#facts.readText(asked, bytesMax),
    })
    if (loaded.ok) this.#keptText = kept.text
    return loaded.ok ? { loaded, since: kept.since } : undefined
  }

  /** Keeps a config that is in use. The defaults are nothing to be kept. */
  keep({ source, text }: LoadedConfig, wallMs: number): TextWritten {
    if (source === undefined || text === this.#keptText) return { ok: true }
    const since = new Date(wallMs).toISOString()
    const kept: Kept = { path: this.#facts.fullPath(source), text, since }
    const written = replaceText(this.#keptPath, `${JSON.stringify(kept)}\n`)
    if (written.ok) this.#keptText = text
    return written
  }

  /** Where the gateway listens that runs on this directory; undefined when there is none. */
  get runningUrl(): string | undefined {
    const text = this.#read(this.#markPath)
    return text === undefined ? undefined : parsed<Mark>(text, ['url'])?.url
  }

  /** From now on an end is a crash. `url`: where the gateway listens. */
  begin(url: string): TextWritten {
    return this.#note({ ...thisProcess(), url })
  }

  /** Somebody has asked for the end, so that it is none, however it comes. */
  leave(): void {
    if (this.#mark !== undefined && this.#isOwn) this.#note({ ...this.#mark, isLeaving: true })
  }

  /** Nobody is here any more. */
  end(): void {
    if (this.#isOwn) removeFile(this.#markPath)
  }

  /** Another process may have begun in the same directory. */
  get #isOwn(): boolean {
    return this.#mark !== undefined && this.#read(this.#markPath) === textOf(this.#mark)
  }

  #note(mark: Mark): TextWritten {
    this.#mark = mark
    return replaceText(this.#markPath, textOf(mark))
  }

  #read(path: string): string | undefined {
    const read = this.#facts.readText(path, keptBytesMax)
    return read.ok ? read.text : undefined
  }
}

export interface LoadedBefore {
  readonly loaded: LoadedConfig
  readonly since: string
}

/** A file that somebody cut or changed says nothing. */
function parsed<Value>(text: string, names: readonly (keyof Value & string)[]): Value | undefined {
  try {
    const value: unknown = JSON.parse(text)
    const isWhole = typeof value === 'object' && value !== null && names.every((name) => name in value)
    return isWhole ? (value as Value) : undefined
  } catch {
    return undefined
  }
}

/** Keeps a config that is in use. */
export function keepGood(loaded: LoadedConfig, lastGood: LastGood, log: Log): void {
  noteKept(lastGood.keep(loaded, systemClock.wallMs()), log)
}

/** The gateway runs without it as well. */
export function noteKept(written: TextWritten, log: Log): void {
  if (!written.ok) log.warn('last_good_not_kept', { reason: `the file ${written.reason}` })
}
