// The parts of budgets that this gateway has for itself: what it may spend while the store cannot be asked, and what streams
// take their pieces from without waiting for an answer. The store counts them as held, so they add nothing to what is spent.
import type { HoldNote } from './hold-store.ts'
import type { CounterPart } from './hold-lines.ts'

/** A part of a budget's window. */
interface Slice {
  readonly key: string
  limit: number
  /** As the store has it; 0 before it has said. */
  have: number
  /** Not yet given to a call. */
  left: number
  /** The largest amount that a call has asked for. */
  largest: number
  usedAtMs: number
  askedAtMs: number
  isAsked: boolean
}

export interface SliceParts {
  add(note: HoldNote, answered: (result: number) => void): void
  epoch(): number
}

/** Long enough for a store that is away for a while. */
const leaseMs = 600_000
/** A slice that is half empty is filled up at once; the others are measured again so often, as what is left shrinks. */
const againMs = 10_000
/** Of a window that nobody has used for so long it is given back. */
const unusedMs = 60_000
/** Room for so many calls of the largest kind. */
const callsWanted = 4

export class Slices {
  readonly #parts: SliceParts
  readonly #slices = new Map<string, Slice>()
  /** What is being given back, by key. */
  readonly #ceding = new Map<string, number>()
  #isOver = false

  constructor(parts: SliceParts) {
    this.#parts = parts
  }

  /** A call or a stream goes by these budgets: there is to be something of each. */
  use(counters: readonly CounterPart[], nowMs: number): void {
    if (this.#isOver) return
    for (const { line } of counters) {
      if (line.limit < 0) continue
      const slice = this.#slices.get(line.key)
      if (slice === undefined) this.#begin(line, nowMs)
      else {
        slice.usedAtMs = nowMs
        slice.limit = line.limit
        slice.largest = Math.max(slice.largest, line.amount)
      }
    }
  }

  /** All of these amounts, or nothing: then the one that is not there. */
  draw<Wanted extends { readonly key: string; readonly amount: number }>(
    amounts: readonly Wanted[],
  ): Wanted | undefined {
    const missing = amounts.find(
      ({ key, amount }) => amount !== 0 && (this.#slices.get(key)?.left ?? 0) < amount,
    )
    if (missing === undefined) for (const { key, amount } of amounts) this.giveBack(key, -amount)
    return missing
  }

  /** What was drawn and not spent, while the store cannot be told. */
  giveBack(key: string, amount: number): void {
    const slice = this.#slices.get(key)
    if (slice !== undefined) slice.left = Math.max(0, slice.left + amount)
  }

  /** What this gateway has of a window, or had until just now. */
  of(key: string): number {
    return (this.#slices.get(key)?.have ?? 0) + (this.#ceding.get(key) ?? 0)
  }

  /** Gives back what this gateway has of a window, because a call needs it. False where it has nothing. */
  cede(key: string): boolean {
    // What was given back just now the last answer did not know of.
    if (this.#ceding.has(key)) return true
    const slice = this.#slices.get(key)
    if (slice === undefined || slice.have === 0 || slice.isAsked) return false
    this.#release(slice)
    return true
  }

  /** The store can be told again, or has just been emptied: all are measured anew. */
  askAll(nowMs: number): void {
    for (const slice of this.#slices.values()) this.#ask(slice, nowMs)
  }

  /** The store has lost them: nothing is held for this gateway. */
  forget(): void {
    for (const slice of this.#slices.values()) slice.have = 0
  }

  /** Those that are half empty, and now and then all. */
  look(nowMs: number): void {
    for (const slice of this.#slices.values()) {
      if (slice.isAsked) continue
      if (slice.usedAtMs + unusedMs <= nowMs) this.#release(slice)
      else if (slice.left < slice.have / 2 || slice.have === 0 || slice.askedAtMs + againMs <= nowMs) {
        this.#ask(slice, nowMs)
      }
    }
  }

  /** For good. What is just being asked for is given back when it is there. */
  releaseAll(): void {
    this.#isOver = true
    for (const slice of this.#slices.values()) this.#release(slice)
  }

  #begin({ key, limit, amount }: CounterPart['line'], nowMs: number): void {
    const slice = {
      key,
      limit,
      have: 0,
      left: 0,
      largest: amount,
      usedAtMs: nowMs,
      askedAtMs: nowMs,
      isAsked: false,
    }
    this.#slices.set(key, slice)
    this.#ask(slice, nowMs)
  }

  #ask(slice: Slice, nowMs: number): void {
    if (slice.isAsked) return
    slice.isAsked = true
    slice.askedAtMs = nowMs
    this.#parts.add(this.#noteOf(slice, false), (size) => {
      slice.isAsked = false
      slice.have = size
      slice.left = size
      if (this.#isOver) this.#release(slice)
    })
  }

  #release(slice: Slice): void {
    if (slice.isAsked) return
    this.#slices.delete(slice.key)
    if (slice.have === 0) return
    this.#ceding.set(slice.key, slice.have)
    this.#parts.add(this.#noteOf(slice, true), () => this.#ceding.delete(slice.key))
  }

  #noteOf({ key, have, limit, largest }: Slice, isLast: boolean): HoldNote {
    const want = largest * callsWanted
    return { kind: 'slice', key, epoch: this.#parts.epoch(), have, want, limit, leaseMs, isLast }
  }
}
