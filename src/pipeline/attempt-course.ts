// What a call knows of its attempts once the first was not enough: who has been tried, what that costs, and what is to be
// said in the end. Most calls never have one.
import type { UnsupportedParameter } from '../core/errors.ts'
import type { GatewayError } from '../core/errors.ts'
import { ProviderRateLimited } from '../core/provider-errors.ts'
import type { Timer } from '../core/clock.ts'
import type { Deployment } from '../providers/deployment.ts'
import type { ModelMemory, Paid } from '../routing/model-memory.ts'
import type { Choosing } from './choose-deployment.ts'
import { keyedName } from './choose-key.ts'
import type { AttemptFailure, AttemptParts } from './production.ts'

export class Course {
  /** Deployments that are not asked any more. */
  readonly excluded = new Set<string>()
  /** Attempts begun, without those that only replaced a connection that had died. */
  attempts: number
  repeats = 0
  lastWasFresh = false
  /** The last resort has been asked, and this is why. */
  isLast = false
  error: GatewayError | undefined
  /** How a stream first broke after content: what its client is told, whatever becomes of going on with it. */
  interruption: GatewayError | undefined
  /** What the first deployment that could not carry the request said. */
  unsupported: UnsupportedParameter | undefined
  /** Leaves the line that the call waits in. */
  leaveLine: (() => boolean) | undefined
  timer: Timer | undefined
  readonly #turn: number
  #paid: Paid[] = []
  #retryAfterSeconds = Infinity

  /** `turn`: of the call, for those who take turns. */
  constructor(attempts: number, turn: number) {
    this.attempts = attempts
    this.#turn = turn
  }

  begins(fresh: boolean): void {
    this.lastWasFresh = fresh
    if (!fresh) this.attempts += 1
  }

  failedAt(deployment: Deployment, { error, outcome }: AttemptFailure): void {
    // What is one key's own affair leaves the others.
    const isOfKey = outcome === 'credential' || outcome === 'throttled'
    if (deployment.siblings !== undefined && isOfKey) this.#excludeKey(deployment, deployment.siblings)
    else this.excluded.add(deployment.name)
    this.#retryAfterSeconds = Math.min(this.#retryAfterSeconds, error.retryAfterSeconds ?? Infinity)
  }

  #excludeKey(deployment: Deployment, siblings: readonly Deployment[]): void {
    this.excluded.add(keyedName(deployment))
    if (siblings.every((one) => this.excluded.has(keyedName(one)))) this.excluded.add(deployment.name)
  }

  cannotCarry(deployment: Deployment, problem: UnsupportedParameter): void {
    this.excluded.add(deployment.name)
    this.unsupported ??= problem
  }

  /** A deployment that says when to come back may be asked then; any other only while it is well. */
  mayRepeat(deployment: Deployment, failure: AttemptFailure, nowMs: number): boolean {
    return failure.outcome === 'throttled' || deployment.health.availability(nowMs) === 'free'
  }

  choosing(parts: AttemptParts, nowMs: number): Choosing {
    // A call that has only waited so far may try out one that is coming back: it could still be made good elsewhere.
    return { parts, nowMs, turn: this.#turn, excluded: this.excluded, mayProbe: this.attempts === 0 }
  }

  /** Takes what the next attempt costs; false when there is nothing left. Insisting is the dearer way, and the last. */
  pay(what: Paid, memory: ModelMemory): boolean {
    const paid = memory.pay(what) ? what : what === 'failover' && memory.pay('retry') ? 'retry' : undefined
    if (paid !== undefined) this.#paid.push(paid)
    return paid !== undefined
  }

  /** The failure as the client is told: of all times to come back, the next. */
  errorOf({ error }: AttemptFailure): GatewayError {
    if (
      !(error instanceof ProviderRateLimited) ||
      (error.retryAfterSeconds ?? Infinity) <= this.#retryAfterSeconds
    )
      return error
    return new ProviderRateLimited(error.provider, this.#retryAfterSeconds)
  }

  /** The call is over. */
  end(memory: ModelMemory): void {
    this.timer?.cancel()
    this.leaveLine?.()
    for (const paid of this.#paid) memory.release(paid)
  }
}
