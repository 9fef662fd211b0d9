// Writes down an attempt before it is made and when it is over. One append each, before returning: what a client may
// come to know is on its way to the disk. An attempt that cannot be written down is not made.
import type { AttemptBegin, AttemptEnd, UsageSpool } from '../core/attempt.ts'
import type { Clock } from '../core/clock.ts'
import { UsageSpoolFull } from '../core/errors.ts'
import type { PriceVersion } from '../core/price.ts'
import type { RecordWriter } from './ports.ts'
import { beginLine, beginRow, endLine, isSameKind, kindFields, markLine, priceLine } from './spool-record.ts'
import type { BeginKind } from './spool-record.ts'

export interface SpoolLimits {
  readonly bytesMax: number
  readonly unshippedMsMax: number
}

export const spoolLimits: SpoolLimits = { bytesMax: 1024 * 1024 * 1024, unshippedMsMax: 24 * 60 * 60 * 1000 }

/** Attempts that cost nothing fill the room a second time at most: the disk is not theirs. */
const roomsForFree = 2

/** What the ledger remembers of the moment at which a pass of shipping began. */
export interface SpoolMoment {
  readonly ended: number
  readonly appendedBytes: number
}

export interface SpoolParts {
  readonly writer: RecordWriter
  readonly clock: Clock
  readonly limits: SpoolLimits
  /** Bytes that are in the spool already. */
  readonly bytesBefore: number
  /** Called when there is something new to ship. */
  readonly onEnd: () => void
}

export class Spool implements UsageSpool {
  readonly #writer: RecordWriter
  readonly #clock: Clock
  readonly #limits: SpoolLimits
  readonly #onEnd: () => void
  /** The rows of the begins by the attempts' ids: an end repeats its begin. */
  readonly #open = new Map<string, string>()
  /** Ends that the disk refused. While there are any no attempt begins, so there are never more than were open. */
  readonly #unwritten: string[] = []
  /** The kind of the last begin, printed. */
  #lastKind: { readonly kind: BeginKind; readonly fields: string } | undefined
  #ended = 0
  #shipped = 0
  #failures = 0
  #appendedBytes = 0
  #bytesBefore: number
  #countedBytes = 0
  /** When the oldest end came that is not stored yet, and the oldest since the pass under way began. */
  #oldestMs: number | undefined
  #oldestSincePassMs: number | undefined

  constructor({ writer, clock, limits, bytesBefore, onEnd }: SpoolParts) {
    this.#writer = writer
    this.#clock = clock
    this.#limits = limits
    this.#bytesBefore = bytesBefore
    this.#onEnd = onEnd
  }

  begin(attempt: AttemptBegin, isFree = false): void {
    if (this.#open.has(attempt.attemptId))
      throw new Error(`The attempt ${attempt.attemptId} has begun already.`)
    this.#checkLimits(isFree)
    if (this.#unwritten.length > 0) this.writeAgain()
    const [unwritten] = this.#unwritten
    if (unwritten !== undefined) throw new UsageSpoolFull(new Error('An earlier record is not written yet.'))
    const row = beginRow(attempt, this.#fieldsOf(attempt))
    try {
      this.#append(beginLine(row))
    } catch (failure) {
      this.#failures += 1
      throw new UsageSpoolFull(failure)
    }
    this.#open.set(attempt.attemptId, row)
  }

  /** Before the first attempt that is charged by it. Throws UsageSpoolFull when it cannot be kept. */
  keepPrice({ id, text }: PriceVersion): void {
    try {
      this.#append(priceLine({ id, text, firstUsedMs: this.#clock.wallMs() }))
    } catch (failure) {
      this.#failures += 1
      throw new UsageSpoolFull(failure)
    }
  }

  mark(attemptId: string, outputTokens: number): void {
    if (!this.#open.has(attemptId)) throw new Error(`The attempt ${attemptId} is not open.`)
    try {
      this.#append(markLine(attemptId, outputTokens))
    } catch {
      // The next mark, or the end, says all that this one did.
      this.#failures += 1
    }
  }

  end(attemptId: string, end: AttemptEnd): void {
    const row = this.#open.get(attemptId)
    if (row === undefined) throw new Error(`The attempt ${attemptId} is not open.`)
    this.#open.delete(attemptId)
    const line = endLine(row, end)
    this.#ended += 1
    this.#oldestSincePassMs ??= this.#clock.nowMs()
    this.#oldestMs ??= this.#oldestSincePassMs
    if (this.#unwritten.length > 0) this.#unwritten.push(line)
    else this.#appendOrKeep(line)
    this.#onEnd()
  }

  /** Tries again to write what the disk refused. */
  writeAgain(): void {
    try {
      for (let [line] = this.#unwritten; line !== undefined; [line] = this.#unwritten) {
        this.#append(line)
        this.#unwritten.shift()
      }
    } catch {
      this.#failures += 1
    }
  }

  /** A pass of shipping begins: everything so far is its to store. */
  passBegins(): SpoolMoment {
    this.writeAgain()
    this.#oldestSincePassMs = undefined
    return { ended: this.#ended - this.#unwritten.length, appendedBytes: this.#appendedBytes }
  }

  /** Everything up to this moment is stored, and so many bytes are left. */
  passEnded(moment: SpoolMoment, spoolBytes: number): void {
    this.#shipped = moment.ended
    this.#oldestMs = this.#ended === moment.ended ? undefined : (this.#oldestSincePassMs ?? this.#oldestMs)
    this.#bytesBefore = spoolBytes
    this.#countedBytes = moment.appendedBytes
  }

  /** Attempts that have ended and are not in the table yet. */
  get unshipped(): number {
    return this.#ended - this.#shipped
  }

  /** Attempts that have begun and not ended. */
  get openCount(): number {
    return this.#open.size
  }

  /** Ends that are not even in the spool. */
  get unwritten(): number {
    return this.#unwritten.length
  }

  /** Appends that failed since the start. */
  get failures(): number {
    return this.#failures
  }

  get spoolBytes(): number {
    return this.#bytesBefore + this.#appendedBytes - this.#countedBytes
  }

  get appendedBytes(): number {
    return this.#appendedBytes
  }

  /** How long the oldest end has been waiting to be stored. */
  get oldestUnshippedMs(): number {
    return this.#oldestMs === undefined ? 0 : this.#clock.nowMs() - this.#oldestMs
  }

  #fieldsOf(attempt: AttemptBegin): string {
    const last = this.#lastKind
    if (last !== undefined && isSameKind(last.kind, attempt)) return last.fields
    const fields = kindFields(attempt)
    this.#lastKind = { kind: attempt, fields }
    return fields
  }

  /** Money that nobody can add up is not spent any further. What costs nothing goes on, as long as there is room for it. */
  #checkLimits(isFree: boolean): void {
    if (this.spoolBytes >= this.#limits.bytesMax * (isFree ? roomsForFree : 1)) {
      throw new UsageSpoolFull(
        new Error(`The spool holds ${this.spoolBytes} bytes that are not in the database.`),
      )
    }
    if (!isFree && this.#oldestMs !== undefined && this.oldestUnshippedMs >= this.#limits.unshippedMsMax) {
      throw new UsageSpoolFull(
        new Error(`The oldest record has been waiting for ${this.oldestUnshippedMs} ms.`),
      )
    }
  }

  #append(line: string): void {
    this.#appendedBytes += this.#writer.append(line)
  }

  #appendOrKeep(line: string): void {
    try {
      this.#append(line)
    } catch {
      this.#failures += 1
      this.#unwritten.push(line)
    }
  }
}
