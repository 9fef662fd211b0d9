// How many calls a deployment may have at once. Only what it says moves the limit: a refusal or a timeout lowers it
// to three quarters of what was in use, a second at its limit without one raises it by a twentieth. Times of answers do not: how long a model
// takes depends on what it was asked.
import type { ConcurrencySettings } from './health-settings.ts'

export class AdaptiveLimit {
  readonly #settings: ConcurrencySettings
  readonly #min: number
  readonly #max: number
  #limit: number
  #inFlight = 0
  #windowEndMs = 0
  #peak = 0
  #isSignalled = false
  #beforeOutage: number | undefined

  constructor(settings: ConcurrencySettings) {
    const cap = settings.fixed ?? Number.POSITIVE_INFINITY
    this.#settings = settings
    this.#max = Math.min(settings.max, cap)
    this.#min = Math.min(settings.min, this.#max)
    this.#limit = settings.adaptive
      ? Math.max(this.#min, Math.min(settings.atFirst ?? settings.start, this.#max))
      : cap
  }

  get inFlight(): number {
    return this.#inFlight
  }

  /** Infinite if the operator turned the adaptive limit off and set no cap. */
  get limit(): number {
    return this.#limit
  }

  isFull(nowMs: number): boolean {
    if (nowMs >= this.#windowEndMs) this.#endWindows(nowMs)
    return this.#inFlight >= this.#limit
  }

  /** The operator's cap is reached: not even a probe may pass. */
  get isAtCap(): boolean {
    return this.#settings.fixed !== undefined && this.#inFlight >= this.#settings.fixed
  }

  take(nowMs: number): void {
    if (nowMs >= this.#windowEndMs) this.#endWindows(nowMs)
    this.#inFlight += 1
    if (this.#inFlight > this.#peak) this.#peak = this.#inFlight
  }

  release(nowMs: number): void {
    if (nowMs >= this.#windowEndMs) this.#endWindows(nowMs)
    this.#inFlight -= 1
  }

  /** The deployment has too much to do: it refused, was overloaded, or gave no answer in time. */
  signal(nowMs: number): void {
    if (!this.#settings.adaptive) return
    if (nowMs >= this.#windowEndMs) this.#endWindows(nowMs)
    if (this.#isSignalled) return
    this.#isSignalled = true
    // What was in use is what was too much: a limit far above it says nothing.
    const used = Math.min(this.#limit, Math.max(this.#peak, this.#settings.start))
    this.#limit = Math.max(this.#min, Math.floor(used * this.#settings.decreaseShare))
  }

  /** An outage begins, or goes on. */
  beginOutage(): void {
    this.#beforeOutage ??= this.#limit
  }

  /** It is over: what lowered the limit meanwhile was no matter of load, and would hold calls back for half a minute. */
  endOutage(): void {
    this.#limit = Math.max(this.#limit, this.#beforeOutage ?? 0)
    this.#beforeOutage = undefined
  }

  /** Nobody keeps a timer, so several windows may have ended: in all but the first nothing came and nothing went. */
  #endWindows(nowMs: number): void {
    const { windowMs } = this.#settings
    const next = Math.floor(nowMs / windowMs) + 1
    if (!this.#isSignalled) this.#growIfUsed(this.#peak)
    let quietWindows = next - this.#windowEndMs / windowMs - 1
    while (quietWindows > 0 && this.#growIfUsed(this.#inFlight)) quietWindows -= 1
    this.#windowEndMs = next * windowMs
    this.#peak = this.#inFlight
    this.#isSignalled = false
  }

  #growIfUsed(peak: number): boolean {
    const { adaptive, usedShare, increaseShare } = this.#settings
    if (!adaptive || this.#limit >= this.#max || peak <= this.#limit * usedShare) return false
    const raised = this.#limit + Math.max(1, Math.floor(this.#limit * increaseShare))
    this.#limit = Math.min(this.#max, raised)
    return true
  }
}
