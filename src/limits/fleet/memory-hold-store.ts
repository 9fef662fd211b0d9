// The store of limits and budgets in the memory of one process: what a supervisor keeps for its workers, and what every
// other store is measured against. The same rules as the script that runs inside Redis, in the same order.
import { gatewayGoneMs, slicePart, sliceShares } from './hold-store.ts'
import type {
  CounterLine,
  Exchange,
  ExchangeAnswer,
  Hold,
  HoldAnswer,
  HoldNote,
  HoldStore,
} from './hold-store.ts'
import { MemoryCounters } from './memory-counters.ts'
import type { Counter } from './memory-counters.ts'
import { MemoryRates } from './memory-rates.ts'

/** What somebody knows to be spent. */
type Known = Pick<HoldNote & { kind: 'known' }, 'key' | 'endMs' | 'spent'>

interface Said {
  readonly sequence: number
  readonly results: readonly number[]
}

/** Fractions that summing leaves behind. */
const tolerance = 1e-6
/** So many exchanges between two looks for what may be forgotten. */
const sweepEvery = 1_024

export class MemoryHoldStore implements HoldStore {
  readonly isConnected = true
  readonly #wallMs: () => number
  readonly #rates = new MemoryRates()
  readonly #counters = new MemoryCounters()
  /** The last parcel of each gateway, and what was answered: it may come again. */
  readonly #said = new Map<string, Said>()
  readonly #gateways = new Map<string, number>()
  /** -1 before anybody has spoken. */
  #epoch = -1
  /** The latest under which somebody spoke for all. */
  #term = 0
  #exchanges = 0

  constructor(wallMs: () => number) {
    this.#wallMs = wallMs
  }

  exchange(exchange: Exchange): Promise<ExchangeAnswer> {
    return Promise.resolve(this.answer(exchange))
  }

  /** The same at once. */
  answer({ from, sequence, notes, hold, holdUntilMs, isBeat }: Exchange): ExchangeAnswer {
    const nowMs = this.#wallMs()
    if (this.#epoch < 0) this.#epoch = Math.floor(nowMs)
    if (++this.#exchanges % sweepEvery === 0) this.#sweep(nowMs)
    const results = notes.length === 0 ? [] : this.#notes({ from, sequence, notes }, nowMs)
    const isLate = holdUntilMs >= 0 && nowMs > holdUntilMs
    return {
      nowMs,
      epoch: this.#epoch,
      gateways: isBeat ? this.#beat(from, nowMs) : -1,
      results,
      hold: hold === undefined ? undefined : isLate ? tooLate : this.#hold(hold, nowMs),
    }
  }

  /** Forgets everything, as a store does that is emptied. */
  clear(): void {
    for (const part of [this.#rates, this.#counters, this.#said, this.#gateways]) part.clear()
    this.#epoch = -1
    this.#term = 0
  }

  #hold({ id, leaseMs, rates, places, counters }: Hold, nowMs: number): HoldAnswer {
    const used = rates.map((line) => this.#rates.usedAt(line, nowMs))
    const running = places.map(({ key }) => this.#rates.running(key, nowMs))
    const found = counters.map((line) => this.#counter(line, nowMs))
    const spent = found.map((counter) => counter?.spent ?? -1)
    const held = found.map((counter) => counter?.held ?? 0)
    const figures = { used, running, spent, held }
    const isFree =
      rates.every(({ burst, amount }, index) => burst - (used[index] ?? 0) + tolerance >= amount) &&
      places.every(({ limit }, index) => (running[index] ?? 0) < limit)
    if (!isFree) return { ...figures, outcome: 'denied' }
    if (found.includes(undefined)) return { ...figures, outcome: 'unknown' }
    for (const [index, { limit, amount }] of counters.entries()) {
      const taken = (spent[index] ?? 0) + (held[index] ?? 0)
      if (limit >= 0 && amount > 0 && taken + amount > limit) return { ...figures, outcome: 'denied' }
    }
    for (const [index, line] of rates.entries()) used[index] = this.#rates.use(line, nowMs)
    for (const [index, { key }] of places.entries()) {
      this.#rates.enter(key, id, nowMs + leaseMs)
      running[index] = this.#rates.running(key, nowMs)
    }
    for (const [index, { key, limit, amount }] of counters.entries()) {
      if (limit >= 0 && amount > 0) this.#counters.keep({ key, id, amount }, nowMs + leaseMs)
      held[index] = found[index]?.held ?? 0
    }
    return { ...figures, outcome: 'granted' }
  }

  #notes(
    { from, sequence, notes }: Pick<Exchange, 'from' | 'sequence' | 'notes'>,
    nowMs: number,
  ): readonly number[] {
    const said = this.#said.get(from)
    if (said !== undefined && said.sequence >= sequence) return said.sequence === sequence ? said.results : []
    const results = notes.map((note) => this.#note(note, from, nowMs))
    this.#said.set(from, { sequence, results })
    return results
  }

  #note(note: HoldNote, from: string, nowMs: number): number {
    switch (note.kind) {
      case 'use':
        this.#rates.use(note, nowMs)
        return 1
      case 'used':
        this.#rates.use(
          { ...note, amount: Math.max(0, note.amount - this.#rates.usedAt(note, nowMs)) },
          nowMs,
        )
        return 1
      case 'end':
        for (const key of note.places) this.#rates.leave(key, note.id)
        for (const { key, amount, spent } of note.counters) {
          const isThere = this.#counters.letGo({ key, id: note.id, amount }, nowMs)
          if (!isThere && note.epoch === this.#epoch) this.#counters.recover(key, amount)
          this.#counters.spend(key, spent, nowMs)
        }
        return 1
      case 'drop':
        for (const key of note.places) this.#rates.leave(key, note.id)
        for (const { key, amount } of note.counters) this.#counters.letGo({ key, id: note.id, amount }, nowMs)
        return 1
      case 'stay':
        return this.#stay(note, nowMs)
      case 'more':
        return this.#more(note, nowMs)
      case 'slice':
        return this.#slice(note, from, nowMs)
      case 'known':
        return this.#know(note, nowMs)
      case 'records':
        return this.#knowAll(note, nowMs)
      case 'spent':
        this.#counters.spend(note.key, note.amount, nowMs)
        return 1
      case 'tell': {
        const told = this.#counters.find(note.key, nowMs)?.told
        if (told === undefined || told.has(note.mark)) return 0
        told.add(note.mark)
        return 1
      }
    }
  }

  #stay({ id, epoch, leaseMs, places, counters }: HoldNote & { kind: 'stay' }, nowMs: number): number {
    for (const key of places) this.#rates.enter(key, id, nowMs + leaseMs)
    for (const { key, amount } of counters) {
      if (amount === 0) continue
      // What ran out was counted as spent.
      const isLost = !this.#counters.letGo({ key, id, amount }, nowMs)
      if (isLost && epoch === this.#epoch) this.#counters.recover(key, amount)
      this.#counters.keep({ key, id, amount }, nowMs + leaseMs)
    }
    return 1
  }

  #more({ id, leaseMs, counters }: HoldNote & { kind: 'more' }, nowMs: number): number {
    for (const { key, more, limit } of counters) {
      const counter = this.#counters.find(key, nowMs)
      if (counter === undefined) return 0
      if (limit >= 0 && more > 0 && counter.spent + counter.held + more > limit) return 0
    }
    for (const { key, amount, more, limit } of counters) {
      if (limit < 0) continue
      const isThere = amount === 0 || this.#counters.letGo({ key, id, amount }, nowMs)
      this.#counters.keep({ key, id, amount: isThere ? amount + more : more }, nowMs + leaseMs)
    }
    return 1
  }

  #slice(note: HoldNote & { kind: 'slice' }, from: string, nowMs: number): number {
    const { key, have, want, limit, epoch, leaseMs, isLast } = note
    const counter = this.#counters.find(key, nowMs)
    if (counter === undefined) return 0
    const isLost = have > 0 && !this.#counters.letGo({ key, id: from, amount: have }, nowMs)
    if (isLost && epoch === this.#epoch) this.#counters.recover(key, have)
    if (isLast) return 0
    const left = limit - counter.spent - counter.held
    const gateways = Math.max(1, this.#living(nowMs))
    const wanted = Math.max(limit * slicePart, want)
    const size = Math.max(0, Math.floor(Math.min(wanted, left / (sliceShares * gateways))))
    if (size > 0) this.#counters.keep({ key, id: from, amount: size }, nowMs + leaseMs)
    return size
  }

  #know({ key, endMs, spent }: Known, nowMs: number): number {
    const counter = this.#counters.find(key, nowMs)
    if (counter === undefined) {
      this.#counters.make(key, { endMs }, nowMs).spent = spent
      return -1
    }
    const before = counter.spent
    counter.spent = Math.max(before, spent)
    return before
  }

  #knowAll(note: HoldNote & { kind: 'records' }, nowMs: number): number {
    if (note.term < this.#term) return -2
    this.#term = note.term
    const counter = this.#counters.find(note.key, nowMs)
    const before = counter?.spent ?? -1
    if (counter !== undefined) this.#counters.recover(note.key, counter.lost)
    this.#know(note, nowMs)
    return before
  }

  /** Undefined where it cannot be known what was spent. */
  #counter({ key, startMs, endMs }: CounterLine, nowMs: number): Counter | undefined {
    const known = this.#counters.find(key, nowMs)
    if (known !== undefined) return known
    return startMs > this.#epoch ? this.#counters.make(key, { endMs }, nowMs) : undefined
  }

  #beat(from: string, nowMs: number): number {
    this.#gateways.set(from, nowMs)
    return this.#living(nowMs)
  }

  #living(nowMs: number): number {
    for (const [name, seenMs] of this.#gateways) {
      if (seenMs + gatewayGoneMs < nowMs) this.#gateways.delete(name)
    }
    return this.#gateways.size
  }

  #sweep(nowMs: number): void {
    this.#rates.sweep(nowMs)
    this.#counters.sweep(nowMs)
  }
}

const tooLate: HoldAnswer = { outcome: 'late', used: [], running: [], spent: [], held: [] }
