// What the end of a key means while time passes: calls under way whose callers may call no more are ended, and who looks
// after the gateway hears of keys that end soon. Looked at when keys have changed, and every now and then because keys and
// tokens expire by themselves; a call pays nothing for it.
import type { Clock, Timer } from '../core/clock.ts'
import type { CallRecord } from '../pipeline/settle.ts'
import type { Callers } from '../keys/callers.ts'
import type { ExpiringKey } from '../keys/key-questions.ts'
import type { KeyRing } from '../keys/key-ring.ts'
import { KeyTelemetry, soonMs } from '../telemetry/key-telemetry.ts'
import type { Log } from '../telemetry/log.ts'
import type { Registry } from '../telemetry/metrics.ts'

export interface KeyWatchParts {
  readonly clock: Clock
  readonly log: Log
  readonly registry: Registry
  readonly keys: KeyRing
  readonly callers: Callers
  /** How often calls under way are looked at. */
  recheckMs(): number
  /** Ends the calls that are found among those under way; says how many. */
  expel(ended: (calls: readonly CallRecord[]) => readonly CallRecord[]): number
  /** Told once a day of each key that ends soon. */
  onEndsSoon(key: ExpiringKey): void
  /** Keys may have changed. It may be in the middle of a call. */
  onChanged(): void
}

const expiryLookMs = 60_000

export class KeyWatch {
  readonly #parts: KeyWatchParts
  readonly #telemetry: KeyTelemetry
  #recheck: Timer | undefined
  #expiry: Timer | undefined
  #isDue = false

  constructor(parts: KeyWatchParts) {
    const { log, clock, registry, keys } = parts
    this.#parts = parts
    this.#telemetry = new KeyTelemetry(log, clock, { registry, ending: () => keys.expiring(soonMs) })
  }

  start(): void {
    const { keys, clock, onChanged } = this.#parts
    keys.tellChanges(() => {
      onChanged()
      // Not in the middle of the call that found the change.
      if (this.#isDue) return
      this.#isDue = true
      clock.after(0, () => {
        this.#isDue = false
        this.#look()
      })
    })
    this.#lookAgain()
    this.#lookForExpiry()
  }

  stop(): void {
    this.#recheck?.cancel()
    this.#expiry?.cancel()
    this.#parts.keys.tellChanges(() => {})
  }

  #lookAgain(): void {
    this.#recheck = this.#parts.clock.after(this.#parts.recheckMs(), () => {
      this.#look()
      this.#lookAgain()
    })
  }

  #look(): void {
    const { callers, clock, expel } = this.#parts
    const calls = expel((open) => callers.ended(open, clock.wallMs()))
    if (calls > 0) this.#telemetry.expelled(calls)
  }

  #lookForExpiry(): void {
    const { keys, clock, onEndsSoon } = this.#parts
    for (const key of this.#telemetry.endSoon(keys.expiring(soonMs))) onEndsSoon(key)
    this.#expiry = clock.after(expiryLookMs, () => this.#lookForExpiry())
  }
}
