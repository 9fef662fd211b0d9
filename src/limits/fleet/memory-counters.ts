// Windows of budgets in the memory of one process: what was spent of each, and what is held.
import { afterWindowMs } from './hold-store.ts'
import type { CounterLine, Held } from './hold-store.ts'

interface Expiring {
  readonly amount: number
  expiryMs: number
}

export interface Counter {
  spent: number
  /** Of this so much was held, and ran out: it may have been spent, or not. */
  lost: number
  held: number
  /** No hold runs out sooner. */
  soonestMs: number
  readonly goneMs: number
  readonly holds: Map<string, Expiring>
  readonly told: Set<number>
}

/** What somebody holds. */
interface Holding extends Held {
  readonly id: string
}

export class MemoryCounters {
  readonly #counters = new Map<string, Counter>()

  clear(): void {
    this.#counters.clear()
  }

  sweep(nowMs: number): void {
    for (const [key, { goneMs }] of this.#counters) if (goneMs <= nowMs) this.#counters.delete(key)
  }

  make(key: string, { endMs }: Pick<CounterLine, 'endMs'>, nowMs: number): Counter {
    const goneMs = endMs < 0 ? Infinity : Math.max(endMs, nowMs) + afterWindowMs
    const counter = {
      spent: 0,
      lost: 0,
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
  find(key: string, nowMs: number): Counter | undefined {
    const counter = this.#counters.get(key)
    if (counter === undefined) return undefined
    if (counter.goneMs <= nowMs) {
      this.#counters.delete(key)
      return undefined
    }
    if (counter.soonestMs <= nowMs) expire(counter, nowMs)
    return counter
  }

  spend(key: string, amount: number, nowMs: number): void {
    const counter = this.find(key, nowMs)
    if (counter !== undefined) counter.spent = Math.max(0, counter.spent + amount)
  }

  /** Somebody is heard of whose hold ran out: it is counted as spent no longer, unless the records have said so already. */
  recover(key: string, amount: number): void {
    const counter = this.#counters.get(key)
    if (counter === undefined) return
    const recovered = Math.min(amount, counter.lost)
    counter.lost -= recovered
    counter.spent = Math.max(0, counter.spent - recovered)
  }

  keep({ key, id, amount }: Holding, expiryMs: number): void {
    const counter = this.#counters.get(key)
    if (counter === undefined || amount === 0) return
    counter.holds.set(`${id}:${amount}`, { amount, expiryMs })
    counter.held += amount
    counter.soonestMs = Math.min(counter.soonestMs, expiryMs)
  }

  /** True where it was still held. */
  letGo({ key, id, amount }: Holding, nowMs: number): boolean {
    const counter = this.find(key, nowMs)
    if (amount === 0) return true
    if (counter === undefined || !counter.holds.delete(`${id}:${amount}`)) return false
    counter.held -= amount
    return true
  }
}

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
    counter.lost += amount
  }
}
