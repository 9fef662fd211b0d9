// Whether the store is asked at all. Several failures or slow answers in a short time, and for a while nobody waits for it;
// then one exchange that no call waits for shows whether it is well again. Answers that are late together count as one: what
// holds up one of a hundred calls for a moment holds up all of them.

export interface BreakerSettings {
  readonly failuresMax: number
  readonly slowMax: number
  readonly togetherMs: number
  readonly withinMs: number
  readonly openMs: number
}

export const breakerSettings: BreakerSettings = {
  failuresMax: 5,
  slowMax: 10,
  togetherMs: 50,
  withinMs: 5_000,
  openMs: 5_000,
}

export class StoreBreaker {
  readonly #settings: BreakerSettings
  readonly #failedAtMs: number[] = []
  readonly #slowAtMs: number[] = []
  #openUntilMs: number | undefined

  constructor(settings: BreakerSettings = breakerSettings) {
    this.#settings = settings
  }

  get isOpen(): boolean {
    return this.#openUntilMs !== undefined
  }

  /** It is open, and it is time to try. */
  mayTry(nowMs: number): boolean {
    return this.#openUntilMs !== undefined && nowMs >= this.#openUntilMs
  }

  /** True when this opened it. */
  failed(nowMs: number): boolean {
    return this.#count(this.#failedAtMs, this.#settings.failuresMax, nowMs)
  }

  slow(nowMs: number): boolean {
    const last = this.#slowAtMs.at(-1)
    if (last !== undefined && nowMs - last < this.#settings.togetherMs) return false
    return this.#count(this.#slowAtMs, this.#settings.slowMax, nowMs)
  }

  /** The trial did not go well. */
  stayOpen(nowMs: number): void {
    this.#openUntilMs = nowMs + this.#settings.openMs
  }

  close(): void {
    this.#openUntilMs = undefined
    this.#failedAtMs.length = 0
    this.#slowAtMs.length = 0
  }

  #count(times: number[], most: number, nowMs: number): boolean {
    if (this.isOpen) return false
    times.push(nowMs)
    if (times.length > most) times.shift()
    const [first = nowMs] = times
    if (times.length < most || nowMs - first > this.#settings.withinMs) return false
    this.stayOpen(nowMs)
    return true
  }
}
