// A gateway that speaks to a store of common limits and budgets, and the lines that it speaks of.
import type { ExchangeAnswer, Hold, HoldNote, HoldStore } from '../../src/limits/fleet/hold-store.ts'
import { firstMs } from './hold-stores.ts'

export const leaseMs = 30_000
export const rate = { key: 'limit:requests', burst: 5, ratePerMs: 0.001, amount: 1 }
/** It begins after the store has opened, which so knows all of it. */
export const window = { startMs: firstMs + 1, endMs: firstMs + 3_600_000 }
export const counter = { key: 'spent:money', limit: 1_000, amount: 300, ...window }
export const place = { key: 'limit:places', limit: 2 }

export function holdOf(id: string, parts: Partial<Hold> = {}): Hold {
  return { id, leaseMs, rates: [], places: [], counters: [], ...parts }
}

/** An exchange in which nothing is said. */
export const quiet = {
  from: 'g1',
  sequence: 0,
  notes: [],
  hold: undefined,
  holdUntilMs: -1,
  isBeat: false,
} as const

/** Says one thing after the other, and numbers them. */
export class Speaker {
  readonly #store: HoldStore
  readonly #from: string
  #sequence = 0

  constructor(store: HoldStore, from = 'g1') {
    this.#store = store
    this.#from = from
  }

  async say(...notes: readonly HoldNote[]): Promise<readonly number[]> {
    this.#sequence++
    const exchange = { ...quiet, from: this.#from, sequence: this.#sequence, notes }
    return (await this.#store.exchange(exchange)).results
  }

  async ask(hold: Hold): Promise<ExchangeAnswer['hold']> {
    return (await this.#store.exchange({ ...quiet, from: this.#from, hold })).hold
  }

  async epoch(): Promise<number> {
    return (await this.#store.exchange(quiet)).epoch
  }

  know(spent: number): Promise<readonly number[]> {
    return this.say({ kind: 'known', key: counter.key, ...window, spent })
  }
}
