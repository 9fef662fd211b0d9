// What keys leave behind for those who look: a line a day for each that ends soon, and one when calls were ended because
// their keys were.
import type { Clock } from '../core/clock.ts'
import type { Log } from './log.ts'
import type { Registry } from './metrics.ts'

/** A key that ends soon. */
interface EndingKey {
  readonly id: string
  readonly name: string
  readonly expiresAtMs: number
}

const dayMs = 86_400_000
/** Keys that are spoken of in one day. */
const spokenOfMax = 1_000

/** So long before its end a key is spoken of. */
export const soonMs = 7 * dayMs

export class KeyTelemetry {
  readonly #log: Log
  readonly #clock: Clock
  readonly #expelled: { add(by: number): void }
  #day = -1
  readonly #spokenOf = new Set<string>()

  /** `ending`: the keys that end within `soonMs`. */
  constructor(log: Log, clock: Clock, { registry, ending }: EndingParts) {
    this.#log = log
    this.#clock = clock
    this.#expelled = registry.counter(
      'sallyport_calls_expelled_total',
      'Calls that were ended because their key or token had come to its end.',
      [],
    )
    registry.gauge(
      'sallyport_keys_expiring',
      'API keys that expire within seven days.',
      () => ending().length,
    )
  }

  /** These end soon. Says which of them are told for the first time today. */
  endSoon(keys: readonly EndingKey[]): readonly EndingKey[] {
    const nowMs = this.#clock.wallMs()
    const day = Math.floor(nowMs / dayMs)
    if (day !== this.#day) this.#spokenOf.clear()
    this.#day = day
    const fresh = keys
      .filter(({ id }) => !this.#spokenOf.has(id))
      .slice(0, Math.max(0, spokenOfMax - this.#spokenOf.size))
    for (const { id, name, expiresAtMs } of fresh) {
      this.#spokenOf.add(id)
      this.#log.warn('key_expires_soon', {
        key: id,
        name,
        expires_at: new Date(expiresAtMs).toISOString(),
        days: Math.floor((expiresAtMs - nowMs) / dayMs),
      })
    }
    return fresh
  }

  /** So many calls were ended. */
  expelled(calls: number): void {
    this.#expelled.add(calls)
    this.#log.warn('calls_expelled', { calls })
  }
}

interface EndingParts {
  readonly registry: Registry
  ending(): readonly EndingKey[]
}
