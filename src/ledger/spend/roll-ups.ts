// Adds attempts up by the hour, the day and the month, so that a question about a month does not look at a million of them.
// Pure: whoever stores attempts stores these in the same transaction, and so each attempt is in them exactly once.
import type { AttemptRecord } from '../../core/attempt.ts'
import { fittingCount } from '../fitting-count.ts'
import { groupOf, spans, spanStartMs, sumsOf } from './spend.ts'
import type { SpanHours, SpendGroup } from './spend.ts'

/** What is to be added to what is kept of one hour, day or month. */
export interface RollUp {
  readonly spanHours: SpanHours
  /** Wall clock, UTC. */
  readonly startMs: number
  readonly group: SpendGroup
  /** The group as JSON: its hash is over this. */
  readonly groupText: string
  /** In the order of `sumNames`; below zero for what is taken back. */
  readonly sums: readonly number[]
}

interface Counted extends RollUp {
  readonly sums: number[]
}

export class RollUps {
  readonly #counted = new Map<string, Counted>()

  /** Another attempt is stored. */
  add(attempt: AttemptRecord): void {
    this.#count(attempt, 1)
  }

  /** An attempt that was added is replaced. */
  takeBack(attempt: AttemptRecord): void {
    this.#count(attempt, -1)
  }

  /** In no order. */
  all(): readonly RollUp[] {
    return [...this.#counted.values()]
  }

  #count(attempt: AttemptRecord, sign: 1 | -1): void {
    const group = groupOf(attempt)
    const sums = sumsOf(attempt)
    const groupText = JSON.stringify(group)
    for (const spanHours of spans) {
      const startMs = spanStartMs(spanHours, attempt.startedAtMs)
      const counted = this.#find({ spanHours, startMs, group, groupText })
      for (let index = 0; index < sums.length; index += 1) {
        counted[index] = fittingCount((counted[index] ?? 0) + sign * fittingCount(sums[index] ?? 0))
      }
    }
  }

  #find(rollUp: Omit<RollUp, 'sums'>): number[] {
    const id = `${rollUp.spanHours} ${rollUp.startMs} ${rollUp.groupText}`
    const known = this.#counted.get(id)
    if (known !== undefined) return known.sums
    const sums: number[] = []
    this.#counted.set(id, { ...rollUp, sums })
    return sums
  }
}
