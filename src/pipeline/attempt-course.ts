// What a call knows of its attempts once the first was not enough: who has been tried, what that costs, and what is to be
// said in the end. Most calls never have one.
import type { AttemptKind } from '../core/attempt.ts'
import type { GatewayError, UnsupportedParameter } from '../core/errors.ts'
import { ProviderRateLimited } from '../core/provider-errors.ts'
import type { Timer } from '../core/clock.ts'
import type { Deployment } from '../providers/deployment.ts'
import type { Paid } from '../routing/model-memory.ts'
import type { Choosing } from './choose-deployment.ts'
import { keyedName } from './choose-key.ts'
import type { AttemptFailure, CallUnderWay } from './production.ts'
import type { Translated } from './translate.ts'

/** The loop of a call, as those see it who decide what it does beyond its first attempt. */
export interface CallLoop extends CallUnderWay {
  /** Nothing is to be begun any more. */
  readonly isOver: boolean
  /** Begins an attempt, or one elsewhere if this deployment cannot carry the request. `fresh`: on a new connection. */
  begin(deployment: Deployment, kind: AttemptKind, fresh: boolean): void
  /** The same with this deployment and no other. `instead`: what it is sent to go on with an answer. */
  beginAs(kind: AttemptKind, deployment: Deployment, instead?: Translated): void
  /** There is no answer, or no more of it. */
  giveUp(error: GatewayError): void
  /** A step for the call's trace. */
  note(what: string, deployment?: Deployment, why?: string): void
}

export class Course {
  readonly call: CallLoop
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
  /** Of the call, for those who take turns. */
  readonly #turn: number
  #paid: Paid[] = []
  #retryAfterSeconds = Infinity

  constructor(call: CallLoop) {
    const { record, plan } = call.production
    this.call = call
    this.attempts = record.attempts
    this.#turn = plan.memory.turn
  }

  begins(fresh: boolean): void {
    this.lastWasFresh = fresh
    if (!fresh) this.attempts += 1
  }

  failedAt(deployment: Deployment, { error, outcome }: AttemptFailure): void {
    if (error.retryAfterSeconds !== null) {
      const nowMs = this.call.parts.clock.nowMs()
      deployment.health.coolDownUntil(nowMs + error.retryAfterSeconds * 1_000)
    }
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

  choosing(nowMs: number): Choosing {
    const { parts } = this.call
    // A call that has only waited so far may try out one that is coming back: it could still be made good elsewhere.
    return { parts, nowMs, turn: this.#turn, excluded: this.excluded, mayProbe: this.attempts === 0 }
  }

  /** Takes what the next attempt costs; false when there is nothing left. Insisting is the dearer way, and the last. */
  pay(what: Paid): boolean {
    const { memory } = this.call.production.plan
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
  end(): void {
    this.timer?.cancel()
    this.leaveLine?.()
    const { memory } = this.call.production.plan
    for (const paid of this.#paid) memory.release(paid)
  }
}
