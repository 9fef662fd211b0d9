// One process's folder of segments, read from the oldest line to the newest: completed attempts come out, and a
// segment goes away when all its attempts are stored.
import {
  copyFileSync,
  existsSync,
  linkSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { AttemptRecord } from '../../core/attempt.ts'
import type { Price } from '../../core/price.ts'
import { crashedRecord, Pairing } from '../../ledger/pairing.ts'
import type { OpenAttempt } from '../../ledger/pairing.ts'
import type { KeptPrice } from '../../ledger/ports.ts'
import { SpoolReader } from '../../ledger/read-spool-record.ts'
import { beginLine, markLine } from '../../ledger/spool-record.ts'
import { frame } from './framing.ts'
import { readLines } from './read-lines.ts'
import { keptName, segmentsOf } from './segment-name.ts'
import type { SpoolPosition } from './ship-messages.ts'

/** With so many segments held by attempts that still run, their facts are copied out and the segments deleted. */
const heldSegmentsMax = 4

/** What is in a folder. A price comes before the attempts that were charged by it. */
export type Taken =
  | { readonly kind: 'ended'; readonly attempt: AttemptRecord }
  | { readonly kind: 'price'; readonly price: KeptPrice }

export class SpoolFolder {
  readonly #path: string
  readonly #reader = new SpoolReader()
  readonly #pairing = new Pairing()
  /** How far each segment has been read. */
  readonly #offsets = new Map<string, number>()
  /** Segments that were read to their end when a newer one was there already: nothing is added to them any more. */
  readonly #finished = new Set<string>()
  readonly #badCopies = new Set<string>()
  #badUntold: string[] = []

  constructor(path: string) {
    this.#path = path
  }

  /**
   * The attempts that have ended since, and their prices. What was given out is not given out again: whoever takes it must
   * not lose it. `written`: where whoever writes in this folder is, undefined when nobody does.
   */
  *takeEnded(written: SpoolPosition | undefined): Generator<Taken, void, undefined> {
    const segments = this.#segments()
    for (const segment of segments) {
      const from = this.#offsets.get(segment) ?? 0
      const to = segment === written?.segment ? written.bytes : Infinity
      for (const { text, endOffset } of readLines(join(this.#path, segment), { from, to })) {
        this.#offsets.set(segment, endOffset)
        const taken = this.#take(text, segment)
        if (taken !== undefined) yield taken
      }
      if (segment === written?.segment) return
      if (segment !== segments.at(-1)) this.#finished.add(segment)
    }
  }

  #take(text: string | undefined, segment: string): Taken | undefined {
    const record = text === undefined ? undefined : this.#reader.read(text)
    if (record === undefined) {
      this.#keepCopy(segment)
      return undefined
    }
    if (record.kind === 'price') return { kind: 'price', price: record.price }
    const attempt = this.#pairing.take(record, segment)
    return attempt === undefined ? undefined : { kind: 'ended', attempt }
  }

  /** What is known of the attempts that a dead process left open. A begin that cannot be read is kept as a spoiled line. */
  async crashed(priceOf: (version: string) => Promise<Price | undefined>): Promise<AttemptRecord[]> {
    const records: AttemptRecord[] = []
    for (const attempt of this.open()) {
      const record = await crashedRecord(attempt, priceOf)
      if (record === undefined) this.#keepCopy(attempt.beginSegment)
      else records.push(record)
    }
    return records
  }

  open(): readonly OpenAttempt[] {
    return this.#pairing.open()
  }

  /** Deletes what is not needed any more. Only for when all completed attempts so far are stored. */
  prune(): void {
    const held = [...this.#finished].filter((segment) => this.#pairing.isHeld(segment))
    if (held.length >= heldSegmentsMax) this.#copyOpen()
    for (const segment of this.#finished) {
      if (!this.#pairing.isHeld(segment)) this.#delete(segment)
    }
  }

  /** Bytes of the files; those of the one that is written only as far as they have not been read. */
  bytes(written: SpoolPosition): number {
    return this.#segments().reduce((sum, segment) => {
      if (segment === written.segment) return sum + written.bytes - (this.#offsets.get(segment) ?? 0)
      return sum + statSync(join(this.#path, segment)).size
    }, 0)
  }

  /** Copies of files with spoiled lines that were made since this was last asked. */
  takeBadFiles(): readonly string[] {
    const files = this.#badUntold
    this.#badUntold = []
    return files
  }

  #segments(): readonly string[] {
    return existsSync(this.#path) ? segmentsOf(readdirSync(this.#path)) : []
  }

  #copyOpen(): void {
    const lines = this.open().map(({ attemptId, row, outputTokens }) => {
      return frame(beginLine(row)) + frame(markLine(attemptId, outputTokens))
    })
    const unfinished = join(this.#path, 'kept.unfinished')
    const text = lines.join('')
    writeFileSync(unfinished, text, { mode: 0o600 })
    renameSync(unfinished, join(this.#path, keptName))
    this.#pairing.moveHolds(keptName, (segment) => this.#finished.has(segment))
    this.#finished.add(keptName)
    this.#offsets.set(keptName, text.length)
  }

  #delete(segment: string): void {
    rmSync(join(this.#path, segment), { force: true })
    this.#offsets.delete(segment)
    this.#finished.delete(segment)
  }

  #keepCopy(segment: string): void {
    const copy = join(dirname(this.#path), `${basename(this.#path)}-${segment}.bad`)
    if (this.#badCopies.has(copy)) return
    if (!existsSync(copy)) linkOrCopy(join(this.#path, segment), copy)
    this.#badCopies.add(copy)
    this.#badUntold.push(copy)
  }
}

/** A second name costs no space, which may be what is short. */
function linkOrCopy(path: string, copy: string): void {
  try {
    linkSync(path, copy)
  } catch {
    copyFileSync(path, copy)
  }
}
