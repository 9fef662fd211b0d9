// What goes over the wire to the script and back. An exchange is JSON without names for what comes with nearly every call,
// and an answer is a row of whole numbers: every call pays for both.
import type {
  Exchange,
  ExchangeAnswer,
  Hold,
  HoldAnswer,
  HoldNote,
  RateLine,
} from '../../limits/fleet/hold-store.ts'

/** `[from, sequence, notes, holdUntilMs, isBeat, hold or false]` */
export function exchangeText({ from, sequence, notes, hold, holdUntilMs, isBeat }: Exchange): string {
  const asked = hold !== undefined && holdWords(hold)
  return JSON.stringify([from, sequence, notes.map(noteWords), holdUntilMs, isBeat, asked])
}

/** `[kind, what]`: of rare kinds the note as it is. */
function noteWords(note: HoldNote): readonly unknown[] {
  switch (note.kind) {
    case 'use':
    case 'used':
      return [note.kind, rateWords(note)]
    case 'end': {
      const held = note.counters.map(({ key, amount, spent }) => [key, amount, spent])
      return ['end', [note.id, note.epoch, note.places, held]]
    }
    default:
      return [note.kind, note]
  }
}

/** `[id, leaseMs, rates, places, counters]` */
function holdWords({ id, leaseMs, rates, places, counters }: Hold): readonly unknown[] {
  return [
    id,
    leaseMs,
    rates.map(rateWords),
    places.map(({ key, limit }) => [key, limit]),
    counters.map(({ key, amount, limit, startMs, endMs }) => [key, amount, limit, startMs, endMs]),
  ]
}

function rateWords({ key, amount, ratePerMs, burst }: RateLine): readonly unknown[] {
  return [key, amount, ratePerMs, burst]
}

/** By the number that the script says. */
export const outcomes = [
  'granted',
  'denied',
  'unknown',
  'late',
] as const satisfies readonly HoldAnswer['outcome'][]

/**
 * `nowMicros epoch gateways results`, and for a call that asked `outcome used running spent held`; each list with its length
 * in front, and what was used in thousandths.
 */
export function readAnswer(reply: unknown): ExchangeAnswer {
  if (typeof reply !== 'string') throw new Error('Redis answered with something else.')
  const row = new Row(reply)
  const answer = { nowMs: row.next() / 1_000, epoch: row.next(), gateways: row.next(), results: row.list(1) }
  return { ...answer, hold: row.isOver ? undefined : holdIn(row) }
}

function holdIn(row: Row): HoldAnswer {
  const outcome = outcomes[row.next()]
  if (outcome === undefined) throw new Error('Redis answered with something else.')
  return { outcome, used: row.list(1_000), running: row.list(1), spent: row.list(1), held: row.list(1) }
}

const [space, minus, zero, nine] = [0x20, 0x2d, 0x30, 0x39]

/** Whole numbers, each after a space but the first. */
class Row {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  get isOver(): boolean {
    return this.#at >= this.#text.length
  }

  next(): number {
    const text = this.#text
    let value = 0
    let at = this.#at
    const isBelowZero = text.charCodeAt(at) === minus
    if (isBelowZero) at++
    const first = at
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code === space) break
      if (code < zero || code > nine) throw new Error('Redis answered with something else.')
      value = value * 10 + code - zero
    }
    if (at === first) throw new Error('Redis answered with something else.')
    this.#at = at + 1
    return isBelowZero ? -value : value
  }

  /** Each divided by `unit`. */
  list(unit: number): readonly number[] {
    const numbers: number[] = []
    for (let left = this.next(); left > 0; left--) numbers.push(this.next() / unit)
    return numbers
  }
}
