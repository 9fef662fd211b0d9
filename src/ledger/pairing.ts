// Follows attempts from their begin over their marks to their end, and knows which segments of the spool are still needed
// for those that have not ended: their begin and their last mark are all that is known if the process dies.
import type { AttemptEnd, AttemptRecord } from '../core/attempt.ts'
import type { Price } from '../core/price.ts'
import { noUsage } from '../core/usage.ts'
import { moneyOf } from './attempt-money.ts'
import { readBegin } from './read-spool-record.ts'
import type { SpoolRecord } from './spool-record.ts'

export interface OpenAttempt {
  readonly attemptId: string
  /** Its begin, as it stands in the spool. */
  readonly row: string
  readonly beginSegment: string
  readonly outputTokens: number
}

interface Held extends OpenAttempt {
  outputTokens: number
  markSegment: string | undefined
}

export class Pairing {
  readonly #open = new Map<string, Held>()
  /** How many facts of open attempts stand in a segment. */
  readonly #holds = new Map<string, number>()

  /** Takes the next record, in the order of writing; gives the attempt's record when it has ended. */
  take(record: SpoolRecord, segment: string): AttemptRecord | undefined {
    if (record.kind === 'begin') return this.#begin(record, segment)
    if (record.kind === 'mark') return this.#mark(record, segment)
    if (record.kind === 'price') return undefined
    const { attempt } = record
    const held = this.#open.get(attempt.attemptId)
    // Without one its begin was spoiled, or was stored already.
    if (held !== undefined) {
      this.#open.delete(attempt.attemptId)
      this.#release(held.beginSegment)
      this.#release(held.markSegment)
    }
    return attempt
  }

  /** Whether an attempt that is still open needs this segment. */
  isHeld(segment: string): boolean {
    return this.#holds.has(segment)
  }

  /** The attempts that have begun and not ended. */
  open(): readonly OpenAttempt[] {
    return [...this.#open.values()]
  }

  /** The facts of all open attempts have been copied to another segment. */
  moveHolds(segment: string, isMoved: (from: string) => boolean): void {
    const held = [...this.#open.values()]
    this.#holds.clear()
    for (const attempt of held) {
      const beginSegment = isMoved(attempt.beginSegment) ? segment : attempt.beginSegment
      const markSegment =
        attempt.markSegment !== undefined && isMoved(attempt.markSegment) ? segment : attempt.markSegment
      this.#open.set(attempt.attemptId, { ...attempt, beginSegment, markSegment })
      this.#hold(beginSegment)
      if (markSegment !== undefined) this.#hold(markSegment)
    }
  }

  #begin({ attemptId, row }: Extract<SpoolRecord, { kind: 'begin' }>, segment: string): undefined {
    // A begin that was copied to another segment may be met twice.
    if (this.#open.has(attemptId)) return
    this.#open.set(attemptId, {
      attemptId,
      row,
      outputTokens: 0,
      beginSegment: segment,
      markSegment: undefined,
    })
    this.#hold(segment)
  }

  #mark({ attemptId, outputTokens }: Extract<SpoolRecord, { kind: 'mark' }>, segment: string): undefined {
    const held = this.#open.get(attemptId)
    if (held === undefined || outputTokens < held.outputTokens) return
    held.outputTokens = outputTokens
    this.#release(held.markSegment)
    held.markSegment = segment
    this.#hold(segment)
  }

  #hold(segment: string): void {
    this.#holds.set(segment, (this.#holds.get(segment) ?? 0) + 1)
  }

  #release(segment: string | undefined): void {
    if (segment === undefined) return
    const left = (this.#holds.get(segment) ?? 1) - 1
    if (left === 0) this.#holds.delete(segment)
    else this.#holds.set(segment, left)
  }
}

/**
 * The record of an attempt whose process died: what the estimate and the last mark say. A client pays no estimate.
 * Undefined for a begin that cannot be read.
 */
export async function crashedRecord(
  { row, outputTokens }: OpenAttempt,
  priceOf: (version: string) => Promise<Price | undefined>,
): Promise<AttemptRecord | undefined> {
  const attempt = readBegin(row)
  if (attempt === undefined) return undefined
  const usage = { ...noUsage, inputTokens: attempt.estimatedInputTokens, outputTokens }
  const { startedAtMs, priceVersion } = attempt
  const price = priceVersion === '' ? undefined : await priceOf(priceVersion)
  const end: AttemptEnd = {
    outcome: 'crashed',
    status: 0,
    connectMs: -1,
    firstTokenMs: -1,
    totalMs: -1,
    reportedModel: '',
    usage,
    usageSource: 'estimated',
    usageSuspect: false,
    ...moneyOf(usage, price, { startedAtMs, share: 'nothing' }),
  }
  return { ...attempt, ...end }
}
