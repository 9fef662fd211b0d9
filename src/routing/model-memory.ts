// What is remembered of a model from call to call, whatever its settings: what further attempts may still cost, who waits
// for a place, whose turn it is. It outlives a config.
import { FailoverBudget, RetryBudget } from './health/retry-budget.ts'
import { HedgeBudget } from './health/hedge-budget.ts'
import type { Waiter } from './open-lines.ts'
import { WaitingLine } from './waiting/waiting-line.ts'

/** Who pays for an attempt that is not the first. */
export type Paid = 'failover' | 'retry' | 'hedge'

export class ModelMemory {
  readonly retries = new RetryBudget()
  readonly failovers = new FailoverBudget()
  readonly hedges = new HedgeBudget()
  /** Twice as many may wait as may be served at a time. */
  readonly line = new WaitingLine<Waiter>({
    placesMax: () => 2 * this.places,
    onDropped: (waiter, why) => waiter.drop(why),
  })
  /** Calls that the model's deployments may have at a time, as was seen last. */
  places = 0
  /** Of all models of this process together: one that retries much must not eat what others need. */
  readonly #allRetries: RetryBudget
  /** Calls that are being served, and do not wait; kept only for models with a cap of their own. */
  serving = 0
  #calls = 0

  constructor(allRetries: RetryBudget) {
    this.#allRetries = allRetries
  }

  /** The number of the newest call, for those who take turns. */
  get turn(): number {
    return this.#calls
  }

  callBegan(): void {
    this.#calls += 1
    this.retries.beginCall()
    this.failovers.beginCall()
    this.hedges.beginCall()
    this.#allRetries.beginCall()
  }

  callEnded(): void {
    this.retries.endCall()
    this.failovers.endCall()
    this.#allRetries.endCall()
  }

  /** Takes what one more attempt costs; false, with nothing taken, when there is nothing left. */
  pay(what: Paid): boolean {
    if (what === 'failover') {
      if (!this.failovers.mayBegin()) return false
      this.failovers.begin()
      this.retries.spend()
      return true
    }
    if (!this.retries.mayBegin() || !this.#allRetries.mayBegin()) return false
    if (what === 'hedge' && !this.hedges.take()) return false
    this.retries.begin()
    this.#allRetries.begin()
    return true
  }

  /** That attempt, or its whole call, is over. */
  release(what: Paid): void {
    if (what === 'failover') return this.failovers.end()
    this.retries.end()
    this.#allRetries.end()
  }
}
