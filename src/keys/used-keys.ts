// Which keys were used since that was last written down. It is a date for people, who look whether a key is needed any
// more, so nothing waits for it and nothing fails because of it.
import type { Clock } from '../core/clock.ts'
import type { KeyUses } from './key-store.ts'
import type { RingKey } from './ring-keys.ts'

/** When keys were used is written down no oftener. */
const noteEveryMs = 60_000

export class UsedKeys {
  readonly #clock: Clock
  readonly #keys: () => ReadonlyMap<string, RingKey>
  #uses: KeyUses | undefined
  #notedAtMs: number

  /** `keys` gives those of now, by their hashes. */
  constructor(clock: Clock, keys: () => ReadonlyMap<string, RingKey>) {
    this.#clock = clock
    this.#keys = keys
    this.#notedAtMs = clock.nowMs()
  }

  get isDue(): boolean {
    return this.#clock.nowMs() - this.#notedAtMs >= noteEveryMs
  }

  /** From now on it is written down there. */
  noteIn(uses: KeyUses): void {
    this.#uses = uses
  }

  /** Resolves when it is written down, or could not be; never rejects. */
  async note(): Promise<void> {
    this.#notedAtMs = this.#clock.nowMs()
    const used = [...this.#keys().values()].filter(({ isUsed }) => isUsed)
    if (used.length === 0 || this.#uses === undefined) return
    for (const key of used) key.isUsed = false
    try {
      await this.#uses.note([...new Set(used.map(({ id }) => id))], this.#clock.wallMs())
    } catch {
      // The next round tells; nothing but a date for people is late.
      for (const { hash } of used) {
        const key = this.#keys().get(hash)
        if (key !== undefined) key.isUsed = true
      }
    }
  }
}
