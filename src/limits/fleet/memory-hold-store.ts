// The store of limits and budgets in the memory of one process: what a supervisor keeps for its workers, and what every
// other store is measured against. The same rules as the script that runs inside Redis, in the same order.
import { afterWindowMs, gatewayGoneMs, slicePart, sliceShares } from './hold-store.ts'
import type {
  CounterLine,
  Exchange,
  ExchangeAnswer,
  Hold,
  HoldAnswer,
  HoldNote,
  HoldStore,
  RateLine,
} from './hold-store.ts'

interface Rate {
  used: number
  atMs: number
  /** It is empty by then, and need not be kept. */
  goneMs: number
}

interface Expiring {
  readonly amount: number
  expiryMs: number
}

/** Who is inside, and when the first of them will have been silent for too long. */
interface Place {
  readonly expiries: Map<string, number>
  soonestMs: number
}

interface Said {
  readonly sequence: number
  readonly results: readonly number[]
}

interface Counter {
  spent: number
  held: number
  /** No hold runs out sooner. */
  soonestMs: number
  readonly goneMs: number
  readonly holds: Map<string, Expiring>
  readonly told: Set<number>
}

/** Fractions that summing leaves behind. */
const tolerance = 1e-6
/** So many exchanges between two looks for what may be forgotten. */
const sweepEvery = 1_024

export class MemoryHoldStore implements HoldStore {
  readonly isConnected = true
  readonly #wallMs: () => number
  readonly #rates = new Map<string, Rate>()
  readonly #places = new Map<string, Place>()
  readonly #counters = new Map<string, Counter>()
  /** The last parcel of each gateway, and what was answered: it may come again. */
  readonly #said = new Map<string, Said>()
  readonly #gateways = new Map<string, number>()
  /** -1 before anybody has spoken. */
  #epoch = -1
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
    for (const map of [this.#rates, this.#places, this.#counters, this.#said, this.#gateways]) map.clear()
    this.#epoch = -1
  }

  #hold({ id, leaseMs, rates, places, counters }: Hold, nowMs: number): HoldAnswer {
    const used = rates.map((line) => this.#usedAt(line, nowMs))
    const running = places.map(({ key }) => this.#running(key, nowMs))
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
    for (const [index, line] of rates.entries()) used[index] = this.#use(line, nowMs)
    for (const [index, { key }] of places.entries()) {
      this.#enter(key, id, nowMs + leaseMs)
      running[index] = this.#running(key, nowMs)
    }
    for (const [index, { key, limit, amount }] of counters.entries()) {
      if (limit >= 0 && amount > 0) this.#keep({ key, id, amount }, nowMs + leaseMs)
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
        this.#use(note, nowMs)
        return 1
      case 'used':
        this.#use({ ...note, amount: Math.max(0, note.amount - this.#usedAt(note, nowMs)) }, nowMs)
        return 1
      case 'end':
        for (const key of note.places) this.#places.get(key)?.expiries.delete(note.id)
        for (const { key, amount, spent } of note.counters) {
          const gone =
            this.#letGo({ key, id: note.id, amount }, nowMs) || note.epoch !== this.#epoch ? 0 : amount
          this.#spend(key, spent - gone, nowMs)
        }
        return 1
      case 'drop':
        for (const key of note.places) this.#places.get(key)?.expiries.delete(note.id)
        for (const { key, amount } of note.counters) this.#letGo({ key, id: note.id, amount }, nowMs)
        return 1
      case 'stay':
        return this.#stay(note, nowMs)
      case 'more':
        return this.#more(note, nowMs)
      case 'slice':
        return this.#slice(note, from, nowMs)
      case 'known':
        return this.#know(note, nowMs)
      case 'spent':
        this.#spend(note.key, note.amount, nowMs)
        return 1
      case 'tell': {
        const told = this.#counterOf(note.key, nowMs)?.told
        if (told === undefined || told.has(note.mark)) return 0
        told.add(note.mark)
        return 1
      }
    }
  }

  #stay({ id, epoch, leaseMs, places, counters }: HoldNote & { kind: 'stay' }, nowMs: number): number {
    for (const key of places) this.#enter(key, id, nowMs + leaseMs)
    for (const { key, amount } of counters) {
      if (amount === 0) continue
      // What ran out was counted as spent.
      const isLost = !this.#letGo({ key, id, amount }, nowMs)
      if (isLost && epoch === this.#epoch) this.#spend(key, -amount, nowMs)
      this.#keep({ key, id, amount }, nowMs + leaseMs)
    }
    return 1
  }

  #more({ id, leaseMs, counters }: HoldNote & { kind: 'more' }, nowMs: number): number {
    for (const { key, more, limit } of counters) {
      const counter = this.#counterOf(key, nowMs)
      if (counter === undefined) return 0
      if (limit >= 0 && more > 0 && counter.spent + counter.held + more > limit) return 0
    }
    for (const { key, amount, more, limit } of counters) {
      if (limit < 0) continue
      const isThere = amount === 0 || this.#letGo({ key, id, amount }, nowMs)
      this.#keep({ key, id, amount: isThere ? amount + more : more }, nowMs + leaseMs)
    }
    return 1
  }

  #slice(note: HoldNote & { kind: 'slice' }, from: string, nowMs: number): number {
    const { key, have, want, limit, epoch, leaseMs, isLast } = note
    const counter = this.#counterOf(key, nowMs)
    if (counter === undefined) return 0
    const isLost = have > 0 && !this.#letGo({ key, id: from, amount: have }, nowMs)
    if (isLost && epoch === this.#epoch) this.#spend(key, -have, nowMs)
    if (isLast) return 0
    const left = limit - counter.spent - counter.held
    const gateways = Math.max(1, this.#living(nowMs))
    const wanted = Math.max(limit * slicePart, want)
    const size = Math.max(0, Math.floor(Math.min(wanted, left / (sliceShares * gateways))))
    if (size > 0) this.#keep({ key, id: from, amount: size }, nowMs + leaseMs)
    return size
  }

  #know({ key, startMs, endMs, spent }: HoldNote & { kind: 'known' }, nowMs: number): number {
    const counter = this.#counterOf(key, nowMs)
    if (counter === undefined) {
      this.#make(key, { startMs, endMs }, nowMs).spent = spent
      return 1
    }
    counter.spent = Math.max(counter.spent, spent)
    return 1
  }

  /** Undefined where it cannot be known what was spent. */
  #counter({ key, startMs, endMs }: CounterLine, nowMs: number): Counter | undefined {
    const known = this.#counterOf(key, nowMs)
    if (known !== undefined) return known
    return startMs > this.#epoch ? this.#make(key, { startMs, endMs }, nowMs) : undefined
  }

  #make(
    key: string,
    { endMs }: { readonly startMs: number; readonly endMs: number },
    nowMs: number,
  ): Counter {
    const goneMs = endMs < 0 ? Infinity : Math.max(endMs, nowMs) + afterWindowMs
    const counter = {
      spent: 0,
      held: 0,
      soonestMs: Infinity,
      goneMs,
      holds: new Map(),
      told: new Set<number>(),
    }
    this.#counters.set(key, counter)
    return counter
  }

  /** Holds that nobody kept up were probably spent: they count as that, until the ledger knows better. */
  #counterOf(key: string, nowMs: number): Counter | undefined {
    const counter = this.#counters.get(key)
    if (counter === undefined) return undefined
    if (counter.goneMs <= nowMs) {
      this.#counters.delete(key)
      return undefined
    }
    if (counter.soonestMs <= nowMs) expire(counter, nowMs)
    return counter
  }

  #spend(key: string, amount: number, nowMs: number): void {
    const counter = this.#counterOf(key, nowMs)
    if (counter !== undefined) counter.spent = Math.max(0, counter.spent + amount)
  }

  #keep({ key, id, amount }: { key: string; id: string; amount: number }, expiryMs: number): void {
    const counter = this.#counters.get(key)
    if (counter === undefined || amount === 0) return
    counter.holds.set(`${id}:${amount}`, { amount, expiryMs })
    counter.held += amount
    counter.soonestMs = Math.min(counter.soonestMs, expiryMs)
  }

  /** True where it was still held. */
  #letGo({ key, id, amount }: { key: string; id: string; amount: number }, nowMs: number): boolean {
    const counter = this.#counterOf(key, nowMs)
    if (amount === 0) return true
    if (counter === undefined || !counter.holds.delete(`${id}:${amount}`)) return false
    counter.held -= amount
    return true
  }

  #usedAt({ key, ratePerMs }: Pick<RateLine, 'key' | 'ratePerMs'>, nowMs: number): number {
    const rate = this.#rates.get(key)
    if (rate === undefined) return 0
    return Math.max(0, nowMs > rate.atMs ? rate.used - (nowMs - rate.atMs) * ratePerMs : rate.used)
  }

  /** At most one burst of debt. */
  #use(line: RateLine, nowMs: number): number {
    const used = Math.min(Math.max(0, this.#usedAt(line, nowMs) + line.amount), 2 * line.burst)
    const atMs = Math.max(nowMs, this.#rates.get(line.key)?.atMs ?? 0)
    if (used === 0) this.#rates.delete(line.key)
    else this.#rates.set(line.key, { used, atMs, goneMs: atMs + used / line.ratePerMs })
    return used
  }

  #running(key: string, nowMs: number): number {
    const place = this.#places.get(key)
    if (place === undefined) return 0
    if (place.soonestMs <= nowMs) {
      place.soonestMs = Infinity
      for (const [id, expiryMs] of place.expiries) {
        if (expiryMs <= nowMs) place.expiries.delete(id)
        else place.soonestMs = Math.min(place.soonestMs, expiryMs)
      }
    }
    return place.expiries.size
  }

  #enter(key: string, id: string, expiryMs: number): void {
    const place = this.#places.get(key) ?? { expiries: new Map<string, number>(), soonestMs: Infinity }
    place.expiries.set(id, expiryMs)
    place.soonestMs = Math.min(place.soonestMs, expiryMs)
    this.#places.set(key, place)
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
    for (const [key, { goneMs }] of this.#rates) if (goneMs <= nowMs) this.#rates.delete(key)
    for (const key of this.#places.keys()) if (this.#running(key, nowMs) === 0) this.#places.delete(key)
    for (const [key, { goneMs }] of this.#counters) if (goneMs <= nowMs) this.#counters.delete(key)
  }
}

const tooLate: HoldAnswer = { outcome: 'late', used: [], running: [], spent: [], held: [] }

function expire(counter: Counter, nowMs: number): void {
  counter.soonestMs = Infinity
  for (const [member, { amount, expiryMs }] of counter.holds) {
    if (expiryMs > nowMs) {
      counter.soonestMs = Math.min(counter.soonestMs, expiryMs)
      continue
    }
    counter.holds.delete(member)
    counter.held -= amount
    counter.spent += amount
  }
}
