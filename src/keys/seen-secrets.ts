// What was found out about secrets that were sent a while ago: a client sends its key with every call. Bounded, because
// anybody may send anything.
import type { Clock } from '../core/clock.ts'

/** Keys that were looked up in vain are not looked up again for this long. */
const unknownForMs = 1_000
const unknownMax = 10_000
const provenMax = 10_000

export class SeenSecrets {
  readonly #clock: Clock
  /**
   * The hashes of keys that are known. By the time that a map takes nobody learns a key, because it compares a text only
   * with one whose hash in the runtime is the same.
   */
  readonly #proven = new Map<string, string>()
  /** Until when a hash is taken to be nobody's. */
  readonly #unknown = new Map<string, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The hash of a secret that is known to be a key's. */
  hashOf(secret: string): string | undefined {
    return this.#proven.get(secret)
  }

  remember(secret: string, hash: string): void {
    if (this.#proven.size >= provenMax) this.#proven.clear()
    this.#proven.set(secret, hash)
  }

  /** Its hash has changed, or is about to. */
  forget(secret: string): void {
    this.#proven.delete(secret)
  }

  forgetAll(): void {
    this.#proven.clear()
  }

  /** Whether it was looked up in vain a moment ago. */
  isUnknown(hash: string): boolean {
    return (this.#unknown.get(hash) ?? 0) > this.#clock.nowMs()
  }

  rememberUnknown(hash: string): void {
    if (this.#unknown.size >= unknownMax) this.#unknown.clear()
    this.#unknown.set(hash, this.#clock.nowMs() + unknownForMs)
  }

  /** There are other keys now. */
  forgetUnknown(): void {
    this.#unknown.clear()
  }
}
