// A store of common limits and budgets that does to its gateways what networks and servers do.
import type { Exchange, ExchangeAnswer, HoldStore } from '../src/limits/fleet/hold-store.ts'
import type { MemoryHoldStore } from '../src/limits/fleet/memory-hold-store.ts'

/** `deaf`: says nothing and hears nothing; `mute`: hears, and its answers are lost; `failing`: says no; `away`: is known to be gone; `late`: answers when it is let. */
export type StoreMood = 'well' | 'late' | 'deaf' | 'mute' | 'failing' | 'away'

export class ShakyStore implements HoldStore {
  readonly #store: MemoryHoldStore
  mood: StoreMood = 'well'
  asked = 0
  /** Those that were lost: the connection breaks, and whoever waits is told. */
  #lost: ((failure: Error) => void)[] = []
  #held: (() => void)[] = []

  constructor(store: MemoryHoldStore) {
    this.#store = store
  }

  get isConnected(): boolean {
    return this.mood !== 'away'
  }

  exchange(exchange: Exchange): Promise<ExchangeAnswer> {
    this.asked++
    // It crosses a wire.
    const heard = structuredClone(exchange)
    switch (this.mood) {
      case 'well':
        return Promise.resolve(this.#store.answer(heard))
      case 'late': {
        const answer = this.#store.answer(heard)
        return new Promise((resolve) => this.#held.push(() => resolve(answer)))
      }
      case 'mute':
        this.#store.answer(heard)
        return this.#never()
      case 'deaf':
        return this.#never()
      default:
        return Promise.reject(new Error(this.mood))
    }
  }

  /** The answers that were held back go out. */
  letAnswer(): void {
    for (const answer of this.#held.splice(0)) answer()
  }

  /** Everything that has no answer yet gets none. */
  breakConnection(): void {
    for (const reject of this.#lost.splice(0)) reject(new Error('the connection was closed'))
  }

  #never(): Promise<ExchangeAnswer> {
    return new Promise((_, reject) => {
      this.#lost.push(reject)
    })
  }
}
