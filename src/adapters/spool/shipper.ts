// Carries completed attempts from the spool's folders to the table, in batches, and closes what dead processes left
// open. It may be killed at any point and run twice over the same lines: the table knows each attempt by its id.
import { existsSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { failureText } from '../../core/failure-text.ts'
import type { AttemptStore, KeptPrice, PassReport } from '../../ledger/ports.ts'
import { readPrice } from '../../ledger/prices/price-book.ts'
import type { Price } from '../../core/price.ts'
import type { AttemptRecord } from '../../core/attempt.ts'
import { disown, isAbandoned, touch } from './owner.ts'
import type { SpoolPosition } from './ship-messages.ts'
import { SpoolFolder } from './spool-folder.ts'
import { foldersIn, spoolBytesIn } from './spool-bytes.ts'

export interface ShipperParts {
  /** The folder that holds every process's folder. */
  readonly root: string
  /** The name of this process's folder. */
  readonly ownName: string
  readonly openStore: () => AttemptStore
  readonly nowMs: () => number
}

/** What was found in the folders of other processes. */
interface Found {
  crashed: number
  readonly badFiles: string[]
  readonly troubles: string[]
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
  #prices: KeptPrice[] = []
  #lookedMs = -Infinity
  /** Left by dead processes, and not to be shipped now. */
  #strandedBytes = 0

  constructor(parts: ShipperParts) {
    this.#parts = parts
    this.#ownPath = join(parts.root, parts.ownName)
    this.#own = new SpoolFolder(this.#ownPath)
  }

  /**
   * Ships everything that is there; of the own folder, which is being written, what comes before `written`. Rejects when
   * the database does not take it; then nothing is lost.
   */
  async pass(written: SpoolPosition): Promise<PassReport> {
    const isTimeToLook = this.#parts.nowMs() - this.#lookedMs >= lookAroundEachMs
    // First of all: while the database takes nothing, this process must not be taken for dead.
    if (isTimeToLook) this.#showLife()
    await this.#shipOwn(written)
    const looked = isTimeToLook ? await this.#lookAround() : { crashed: 0, badFiles: [], troubles: [] }
    return {
      crashed: looked.crashed,
      spoolBytes: this.#own.bytes(written) + this.#strandedBytes,
      badFiles: [...this.#own.takeBadFiles(), ...looked.badFiles],
      troubles: looked.troubles,
    }
  }

  /** The own folder goes when nothing in it is needed; else the next process finds it abandoned. */
  async stop(written: SpoolPosition): Promise<void> {
    try {
      await this.#shipOwn(written)
      if (this.#own.open().length === 0) rmSync(this.#ownPath, { recursive: true, force: true })
    } finally {
      if (existsSync(this.#ownPath)) disown(this.#ownPath)
      await this.#store?.close()
      this.#store = undefined
    }
  }

  async #shipOwn(written: SpoolPosition): Promise<void> {
    for (const taken of this.#own.takeEnded(written)) {
      if (taken.kind === 'price') this.#prices.push(taken.price)
      else this.#batch.push(taken.attempt)
      if (this.#batch.length >= batchMax) await this.#keepBatch()
    }
    await this.#keepBatch()
    this.#own.prune()
  }

  async #keepBatch(): Promise<void> {
    for (let [price] = this.#prices; price !== undefined; [price] = this.#prices) {
      await this.#openStore().keepPrice(price)
      this.#prices.shift()
    }
    if (this.#batch.length > 0) await this.#keep(this.#batch)
    this.#batch = []
  }

  async #keep(records: readonly AttemptRecord[]): Promise<number> {
    return await this.#openStore().keep(records)
  }

  #openStore(): AttemptStore {
    return (this.#store ??= this.#parts.openStore())
  }

  async #priceOf(version: string): Promise<Price | undefined> {
    const text = await this.#openStore().priceText(version)
    return text === undefined ? undefined : readPrice(text)
  }

  #showLife(): void {
    if (existsSync(this.#ownPath)) touch(this.#ownPath, this.#parts.nowMs())
  }

  async #lookAround(): Promise<Found> {
    const { root, ownName, nowMs } = this.#parts
    const found: Found = { crashed: 0, badFiles: [], troubles: [] }
    this.#lookedMs = nowMs()
    this.#strandedBytes = 0
    for (const path of foldersIn(root)) {
      if (basename(path) === ownName) continue
      try {
        await this.#shipAbandoned(path, found)
      } catch (failure) {
        // One folder that cannot be read must not keep the rest from being shipped. Another process may also have
        // been faster.
        if (existsSync(path)) this.#strand(path, failure, found)
      }
    }
    return found
  }

  #strand(path: string, failure: unknown, { troubles }: Found): void {
    this.#strandedBytes += spoolBytesIn(path)
    if (!this.#told.has(path)) {
      troubles.push(`${basename(path)}: ${failureText(failure)}`)
    }
    this.#told.add(path)
  }

  async #shipAbandoned(path: string, found: Found): Promise<void> {
    if (!isAbandoned(path, this.#parts.nowMs())) return
    const folder = new SpoolFolder(path)
    let batch: AttemptRecord[] = []
    for (const taken of folder.takeEnded(undefined)) {
      if (taken.kind === 'price') await this.#openStore().keepPrice(taken.price)
      else batch.push(taken.attempt)
      if (batch.length < batchMax) continue
      await this.#keep(batch)
      batch = []
    }
    if (batch.length > 0) await this.#keep(batch)
    const crashed = await folder.crashed((version) => this.#priceOf(version))
    while (crashed.length > 0) found.crashed += await this.#keep(crashed.splice(0, batchMax))
    found.badFiles.push(...folder.takeBadFiles())
    rmSync(path, { recursive: true, force: true })
  }
}
