// Carries completed attempts from the spool's folders to the table, in batches, and closes what dead processes left
// open. It may be killed at any point and run twice over the same lines: the table knows each attempt by its id.
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { crashedRecord } from '../../ledger/pairing.ts'
import type { AttemptStore, PassReport } from '../../ledger/ports.ts'
import type { AttemptRecord } from '../../core/attempt.ts'
import { disown, isAbandoned, touch } from './owner.ts'
import { SpoolFolder } from './spool-folder.ts'

export interface ShipperParts {
  /** The folder that holds every process's folder. */
  readonly root: string
  /** The name of this process's folder. */
  readonly ownName: string
  readonly openStore: () => AttemptStore
  readonly nowMs: () => number
}

const batchMax = 500
const lookAroundEachMs = 10_000

export class Shipper {
  readonly #parts: ShipperParts
  readonly #own: SpoolFolder
  readonly #ownPath: string
  readonly #told = new Set<string>()
  #store: AttemptStore | undefined
  /** Read from the own folder and not stored yet: the database did not take them. */
  #batch: AttemptRecord[] = []
  #lookedMs = -Infinity

  constructor(parts: ShipperParts) {
    this.#parts = parts
    this.#ownPath = join(parts.root, parts.ownName)
    this.#own = new SpoolFolder(this.#ownPath)
  }

  /** Ships everything that is there. Throws when the database does not take it; then nothing is lost. */
  pass(): PassReport {
    this.#shipOwn()
    const looked = this.#lookAround()
    return {
      crashed: looked.crashed,
      spoolBytes: this.#own.bytes(),
      badFiles: [...this.#own.takeBadFiles(), ...looked.badFiles],
      troubles: looked.troubles,
    }
  }

  /** The own folder goes when nothing in it is needed; else the next process finds it abandoned. */
  stop(): void {
    try {
      this.#shipOwn()
      if (this.#own.open().length === 0) rmSync(this.#ownPath, { recursive: true, force: true })
    } finally {
      if (existsSync(this.#ownPath)) disown(this.#ownPath)
      this.#store?.close()
      this.#store = undefined
    }
  }

  #shipOwn(): void {
    for (const completed of this.#own.completed()) {
      this.#batch.push(completed)
      if (this.#batch.length >= batchMax) this.#keepBatch()
    }
    this.#keepBatch()
    this.#own.prune()
  }

  #keepBatch(): void {
    if (this.#batch.length > 0) this.#keep(this.#batch)
    this.#batch = []
  }

  #keep(records: readonly AttemptRecord[]): number {
    this.#store ??= this.#parts.openStore()
    return this.#store.keep(records)
  }

  #lookAround(): { crashed: number; badFiles: readonly string[]; troubles: readonly string[] } {
    const { root, ownName, nowMs } = this.#parts
    const found = { crashed: 0, badFiles: new Array<string>(), troubles: new Array<string>() }
    if (nowMs() - this.#lookedMs < lookAroundEachMs || !existsSync(root)) return found
    if (existsSync(this.#ownPath)) touch(this.#ownPath, nowMs())
    for (const entry of readdirSync(root, { withFileTypes: true })) {
      if (!entry.isDirectory() || entry.name === ownName) continue
      try {
        this.#shipAbandoned(join(root, entry.name), found)
      } catch (failure) {
        // One folder that cannot be read must not keep the rest from being shipped.
        const trouble = `${entry.name}: ${failure instanceof Error ? failure.message : String(failure)}`
        if (!this.#told.has(entry.name) && existsSync(join(root, entry.name))) found.troubles.push(trouble)
        this.#told.add(entry.name)
      }
    }
    this.#lookedMs = nowMs()
    return found
  }

  #shipAbandoned(path: string, found: { crashed: number; badFiles: string[] }): void {
    if (!isAbandoned(path, this.#parts.nowMs())) return
    const folder = new SpoolFolder(path)
    let batch: AttemptRecord[] = []
    for (const completed of folder.completed()) {
      batch.push(completed)
      if (batch.length < batchMax) continue
      this.#keep(batch)
      batch = []
    }
    if (batch.length > 0) this.#keep(batch)
    const open = folder.open().map(crashedRecord)
    while (open.length > 0) found.crashed += this.#keep(open.splice(0, batchMax))
    found.badFiles.push(...folder.takeBadFiles())
    rmSync(path, { recursive: true, force: true })
  }
}
