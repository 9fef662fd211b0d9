// The back half of a call: one loop owns all attempts and appends what comes to the reader. It moves to the next
// deployment until content has been sent, never after; and every attempt ends in exactly one record.
import type { AnswerReader, AnswerSource } from '../core/answer.ts'
import type { AttemptOutcome } from '../core/attempt.ts'
import type { Clock } from '../core/clock.ts'
import type { Endpoint } from '../core/call.ts'
import type { CallObserver } from '../core/call.ts'
import { ProviderTimeout, UsageSpoolFull } from '../core/errors.ts'
import type { GatewayError } from '../core/errors.ts'
import type { UsageSpool } from '../core/attempt.ts'
import type { Deadline, Deadlines } from '../platform/deadlines.ts'
import type { Deployment } from '../providers/deployment.ts'
import { nextAttempt } from '../routing/next-attempt.ts'
import type { FailedAttempt } from '../routing/next-attempt.ts'
import { Attempt } from './one-attempt.ts'
import type { CallRecord } from './settle.ts'

/** What is to be produced, and where it may be had. */
export interface Production {
  readonly record: CallRecord
  readonly endpoint: Endpoint
  readonly stream: boolean
  /** How many choices were asked for. */
  readonly choices: number
  /** Chunks that carry usage alone are for us, not for the client. */
  readonly hideUsage: boolean
  readonly estimatedInputTokens: number
  /** In the order in which they are tried; at least one. */
  readonly deployments: readonly [Deployment, ...Deployment[]]
  bodyFor(deployment: Deployment): readonly Uint8Array[]
}

export interface AttemptTimeouts {
  /** Until the first content of a stream. */
  readonly firstTokenMs: number
  /** Between two pieces of content. */
  readonly stallMs: number
  /** One attempt at a whole answer. */
  readonly attemptMs: number
  /** The whole call, over all attempts. */
  readonly totalMs: number
}

export interface AttemptParts {
  readonly clock: Clock
  readonly deadlines: Deadlines
  readonly spool: UsageSpool
  readonly observer: CallObserver
  readonly timeouts: AttemptTimeouts
  readonly generation: number
  newAttemptId(): string
}

/** Starts producing an answer. Throws UsageSpoolFull when the first attempt cannot be recorded. */
export function attempt(production: Production, reader: AnswerReader, parts: AttemptParts): AnswerSource {
  const loop = new AttemptLoop(production, reader, parts)
  loop.start()
  return loop
}

/** How an attempt failed, for the loop. */
export interface AttemptFailure extends FailedAttempt {
  readonly outcome: AttemptOutcome
  readonly error: GatewayError
}

class AttemptLoop implements AnswerSource {
  readonly #production: Production
  readonly #reader: AnswerReader
  readonly #parts: AttemptParts
  readonly #total: Deadline
  #current: Attempt | undefined
  #index = 0
  #fresh = false
  #over = false

  constructor(production: Production, reader: AnswerReader, parts: AttemptParts) {
    this.#production = production
    this.#reader = reader
    this.#parts = parts
    this.#total = parts.deadlines.set(parts.timeouts.totalMs, () => this.#outOfTime())
  }

  start(): void {
    try {
      this.#begin()
    } catch (failure) {
      this.#finish()
      throw failure
    }
  }

  pause(): void {
    this.#current?.pause()
  }

  resume(): void {
    this.#current?.resume()
  }

  abandon(outcome: AttemptOutcome = 'cancelled'): void {
    if (this.#over) return
    this.#finish()
    this.#current?.stop(outcome)
  }

  /** The attempt has all of its answer; `last` are the bytes that may go out now that it is settled. */
  succeeded(): void {
    if (this.#over) return
    this.#finish()
    this.#reader.end()
  }

  failed(failure: AttemptFailure): void {
    if (this.#over) return
    const step = nextAttempt(
      {
        deployments: this.#production.deployments.length,
        last: this.#index,
        lastWasFresh: this.#fresh,
        contentSent: this.#current?.contentSent === true,
      },
      failure,
    )
    if (step.kind === 'give-up') return this.#giveUp(failure.error)
    if (step.kind === 'move') this.#index = step.index
    this.#fresh = step.kind === 'fresh'
    try {
      this.#begin()
    } catch (problem) {
      this.#giveUp(problem instanceof UsageSpoolFull ? problem : failure.error)
    }
  }

  #begin(): void {
    const { deployments } = this.#production
    const deployment = deployments[this.#index] ?? deployments[0]
    this.#production.record.attempts += 1
    this.#current = new Attempt(this.#production, deployment, { ...this.#sinks(), fresh: this.#fresh })
    this.#current.start()
  }

  #sinks(): { readonly loop: AttemptLoop; readonly reader: AnswerReader; readonly parts: AttemptParts } {
    return { loop: this, reader: this.#reader, parts: this.#parts }
  }

  #outOfTime(): void {
    if (this.#over) return
    const provider = this.#current?.provider ?? ''
    this.#current?.stop('timeout')
    this.#giveUp(new ProviderTimeout(provider, `no end after ${this.#parts.timeouts.totalMs / 1000} s`))
  }

  #giveUp(error: GatewayError): void {
    this.#finish()
    this.#production.record.error = error
    this.#reader.fail(error)
  }

  #finish(): void {
    this.#over = true
    this.#total.cancel()
  }
}
