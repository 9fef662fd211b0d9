// Adds attempts up by the hour, the day and the month, so that a question about a month does not look at a million of them.
// Pure: whoever stores attempts stores these in the same transaction, and so each attempt is in them exactly once.
import type { AttemptRecord } from '../../core/attempt.ts'
import { fittingCount } from '../fitting-count.ts'
import { areOfOneGroup, groupOf, spans, spanStartMs, sumsOf } from './spend.ts'
import type { SpanHours, SpendGroup } from './spend.ts'

/** What is to be added to what is kept of one hour, day or month. */
export interface RollUp {
  readonly spanHours: SpanHours
  /** Wall clock, UTC. */
  readonly startMs: number
  readonly group: SpendGroup
  /** The group as JSON: its hash is over this. */
  readonly groupText: string
  /** In the order of `keptSumNames`; below zero for what is taken back. */
  readonly sums: readonly number[]
}

interface Counted extends RollUp {
  readonly sums: number[]
}

export class RollUps {
  readonly #hours = new Map<string, Counted>()
  /** Attempts come in runs of one group: the one before, and where it was counted. */
  #before: { readonly attempt: AttemptRecord; readonly hour: Counted } | undefined

  /** Another attempt is stored. */
  add(attempt: AttemptRecord): void {
    addTo(this.#hourOf(attempt), sumsOf(attempt), 1)
  }

  /** An attempt that was added is replaced. */
  takeBack(attempt: AttemptRecord): void {
    addTo(this.#hourOf(attempt), sumsOf(attempt), -1)
  }

  /** In no order. Days and months are made of hours. */
  all(): readonly RollUp[] {
    const counted = new Map<string, Counted>()
    for (const { startMs, group, groupText, sums } of this.#hours.values()) {
      for (const spanHours of spans) {
        const span = { spanHours, startMs: spanStartMs(spanHours, startMs), group, groupText }
        addTo(countedIn(counted, span), sums, 1)
      }
    }
    return [...counted.values()]
  }

  #hourOf(attempt: AttemptRecord): Counted {
    const startMs = spanStartMs(1, attempt.startedAtMs)
    const before = this.#before
    if (before?.hour.startMs === startMs && areOfOneGroup(before.attempt, attempt)) return before.hour
    const group = groupOf(attempt)
    const hour = countedIn(this.#hours, { spanHours: 1, startMs, group, groupText: JSON.stringify(group) })
    this.#before = { attempt, hour }
    return hour
  }
}

function countedIn(all: Map<string, Counted>, span: Omit<RollUp, 'sums'>): Counted {
  const id = `${span.spanHours} ${span.startMs} ${span.groupText}`
  const known = all.get(id)
  if (known !== undefined) return known
  const counted = { ...span, sums: [] }
  all.set(id, counted)
  return counted
}

function addTo({ sums }: Counted, more: readonly number[], sign: 1 | -1): void {
  for (let index = 0; index < more.length; index += 1) {
    sums[index] = fittingCount((sums[index] ?? 0) + sign * (more[index] ?? 0))
  }
}
