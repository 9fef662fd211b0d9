// Takes a deployment out that fails, and lets it back in by probes. Only calls that began under the present state say
// anything about it: `era` changes whenever the breaker opens or closes, and what began in an earlier one is stale.
import { CountWindow } from './count-window.ts'
import type { HealthSettings } from './health-settings.ts'

export type BreakerState = 'closed' | 'open' | 'half_open'

/** Why a breaker opened. */
export type OpeningReason =
  | 'failures_in_row'
  | 'failure_rate'
  | 'timeout_while_suspect'
  | 'probe_failed'
  | 'outlier'
  | 'operator'
  | 'heartbeat'

const slots = 30

export class Breaker {
  readonly #settings: HealthSettings
  readonly #random: () => number
  readonly #calls: CountWindow
  readonly #failures: CountWindow
  #isOpen = false
  #era = 0
  #inRow = 0
  #ejections = 0
  #openUntilMs = 0
  #closedAtMs = Number.NEGATIVE_INFINITY
  #successes = 0
  #probe: object | undefined
  #probeUntilMs = 0
  #reason: OpeningReason = 'failures_in_row'

  constructor(settings: HealthSettings, random: () => number) {
    this.#settings = settings
    this.#random = random
    this.#calls = new CountWindow(settings.windowMs, slots)
    this.#failures = new CountWindow(settings.windowMs, slots)
  }

  /** Changes whenever the breaker opens or closes. */
  get era(): number {
    return this.#era
  }

  /** Why it opened last. */
  get reason(): OpeningReason {
    return this.#reason
  }

  get openUntilMs(): number {
    return this.#openUntilMs
  }

  state(nowMs: number): BreakerState {
    if (!this.#isOpen) return 'closed'
    return nowMs < this.#openUntilMs ? 'open' : 'half_open'
  }

  /** Half open, and nothing is being tried. */
  wantsProbe(nowMs: number): boolean {
    if (!this.#isOpen || nowMs < this.#openUntilMs) return false
    return this.#probe === undefined || nowMs >= this.#probeUntilMs
  }

  /** From now on this call is the probe. */
  probe(nowMs: number, call: object): void {
    this.#probe = call
    this.#probeUntilMs = nowMs + this.#settings.probeLeaseMs
  }

  /** The call no longer keeps another probe from being sent. Harmless for a call that is none. */
  probeIsOver(call: object): void {
    if (this.#probe === call) this.#probe = undefined
  }

  /** A call of this era succeeded. */
  success(nowMs: number): void {
    this.#calls.add(nowMs)
    this.#inRow = 0
    if (!this.#isOpen) return
    this.#successes += 1
    if (this.#successes >= this.#settings.successesToClose) this.#close(nowMs)
  }

  /** A call of this era failed. Before its time is over, an open breaker learns nothing from that: it said so itself. */
  failure(nowMs: number, wasProbe: boolean): void {
    this.#calls.add(nowMs)
    this.#failures.add(nowMs)
    this.#inRow += 1
    if (!this.#isOpen) return this.#openIfFailing(nowMs)
    this.#successes = 0
    if (wasProbe) this.open(nowMs, 'probe_failed')
  }

  /** Each opening makes the next one longer, until health forgives; one `forMs` says how long, and counts as none. */
  open(nowMs: number, reason: OpeningReason, forMs?: number): void {
    this.#ejections = this.ejections(nowMs) + (forMs === undefined ? 1 : 0)
    this.#openUntilMs = nowMs + (forMs ?? this.#ejectionMs())
    this.#isOpen = true
    this.#reason = reason
    this.#begin()
  }

  /**
   * Stands as another one of the same deployment does, with what it has learnt of outages; what was counted stays behind.
   * No ejection outlasts the longest that is wanted now, but for an operator's own.
   */
  takeOver(before: Breaker, nowMs: number): void {
    this.#ejections = before.#ejections
    this.#closedAtMs = before.#closedAtMs
    this.#reason = before.#reason
    if (!before.#isOpen) return
    this.#isOpen = true
    const lastMs = before.#reason === 'operator' ? Infinity : nowMs + this.#settings.ejectionMaxMs
    this.#openUntilMs = Math.min(before.#openUntilMs, lastMs)
    this.#begin()
  }

  /** It answers again: its ejection is over now, if that was for failures of its own, and still makes the next one longer. */
  probeSoon(nowMs: number): void {
    if (!this.#isOpen || this.#reason === 'operator' || this.#reason === 'outlier') return
    this.#openUntilMs = Math.min(this.#openUntilMs, nowMs)
  }

  /** Somebody says that it works again: calls come at once, and what it did before is forgiven. */
  restore(nowMs: number): void {
    if (this.#isOpen) this.#close(nowMs)
    this.#ejections = 0
  }

  /** Ejections that are not forgiven yet. */
  ejections(nowMs: number): number {
    if (this.#isOpen || this.#ejections === 0) return this.#ejections
    const forgiven = Math.floor((nowMs - this.#closedAtMs) / this.#settings.forgivenessMs)
    return Math.max(0, this.#ejections - forgiven)
  }

  /** The share of its weight that a breaker gives which has just closed. */
  share(nowMs: number): number {
    const { slowStartMs, slowStartShare } = this.#settings
    const closedMs = nowMs - this.#closedAtMs
    if (this.#isOpen || closedMs >= slowStartMs) return 1
    return slowStartShare + (1 - slowStartShare) * (closedMs / slowStartMs)
  }

  /** Calls of the window that succeeded or failed, and how many of them failed. */
  counts(nowMs: number): { calls: number; failures: number; failuresInRow: number } {
    return {
      calls: this.#calls.sum(nowMs),
      failures: this.#failures.sum(nowMs),
      failuresInRow: this.#inRow,
    }
  }

  /** The share of successes in the window; undefined when nothing is known. */
  successShare(nowMs: number): number | undefined {
    const calls = this.#calls.sum(nowMs)
    return calls === 0 ? undefined : (calls - this.#failures.sum(nowMs)) / calls
  }

  #ejectionMs(): number {
    const { ejectionBaseMs, ejectionMaxMs, ejectionSpread } = this.#settings
    const plainMs = Math.min(ejectionMaxMs, ejectionBaseMs * 2 ** (this.#ejections - 1))
    return plainMs * (1 - ejectionSpread + 2 * ejectionSpread * this.#random())
  }

  #openIfFailing(nowMs: number): void {
    const { failuresInRow, requestsMin, failureRate } = this.#settings
    if (this.#inRow >= failuresInRow) return this.open(nowMs, 'failures_in_row')
    const calls = this.#calls.sum(nowMs)
    if (calls < requestsMin) return
    if (this.#failures.sum(nowMs) >= failureRate * calls) this.open(nowMs, 'failure_rate')
  }

  /** What was counted before speaks of the outage, and would open it again at the first failure. */
  #close(nowMs: number): void {
    this.#isOpen = false
    this.#closedAtMs = nowMs
    this.#calls.forget()
    this.#failures.forget()
    this.#begin()
  }

  #begin(): void {
    this.#era += 1
    this.#inRow = 0
    this.#successes = 0
    this.#probe = undefined
  }
}
