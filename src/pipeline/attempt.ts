// The back half of a call: one loop owns all attempts and appends what comes to the reader. It moves to the next
// deployment until content has been sent, never after; and every attempt ends in exactly one record.
import type { AbandonReason, AnswerReader, AnswerSource } from '../core/answer.ts'
import { GatewayError, UnsupportedParameter } from '../core/errors.ts'
import { ProviderTimeout } from '../core/provider-errors.ts'
import type { Deadline, DeadlineOwner } from '../platform/deadlines.ts'
import { nextAttempt } from '../routing/next-attempt.ts'
import { Attempt } from './one-attempt.ts'
import type { AttemptOwner } from './one-attempt.ts'
import type { AttemptFailure, AttemptParts, Production } from './production.ts'

/**
 * Starts producing an answer. Throws UsageSpoolFull when the first attempt cannot be recorded, and what is wrong in a
 * request that has to be translated.
 */
export function attempt(production: Production, reader: AnswerReader, parts: AttemptParts): AnswerSource {
  const loop = new AttemptLoop(production, reader, parts)
  loop.start()
  return loop
}

class AttemptLoop implements AnswerSource, AttemptOwner, DeadlineOwner {
  readonly #production: Production
  readonly reader: AnswerReader
  readonly parts: AttemptParts
  /** Monotonic; when the call has lasted too long. */
  readonly #lastMs: number
  #deadline: Deadline | undefined
  #current: Attempt | undefined
  #index = 0
  #fresh = false
  #over = false

  constructor(production: Production, reader: AnswerReader, parts: AttemptParts) {
    this.#production = production
    this.reader = reader
    this.parts = parts
    this.#lastMs = production.record.routedMs + parts.timeouts.totalMs
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

  abandon(why: AbandonReason): void {
    if (this.#over) return
    this.#finish()
    this.#current?.stop(why)
  }

  /** The attempt has handed on all of its answer. */
  succeeded(): void {
    if (this.#over) return
    this.#finish()
    this.reader.end()
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
      this.#giveUp(problem instanceof GatewayError ? problem : failure.error)
    }
  }

  #begin(): void {
    this.#current = this.#open()
    this.#production.record.attempts += 1
    this.#current.start(this.#fresh)
  }

  /** The next deployment that can carry the request. */
  #open(): Attempt {
    const { deployments } = this.#production
    for (;;) {
      try {
        return new Attempt(this.#production, deployments[this.#index] ?? deployments[0], this)
      } catch (problem) {
        if (!(problem instanceof UnsupportedParameter) || this.#index + 1 >= deployments.length) throw problem
        this.#index += 1
      }
    }
  }

  /** One deadline does for the attempt and for the whole call: whichever comes first. */
  expectBy(atMs: number): void {
    this.#deadline?.cancel()
    this.#deadline = this.parts.deadlines.watch(Math.min(atMs, this.#lastMs), this)
  }

  expectMore(delayMs: number): void {
    this.#deadline?.extend(Math.min(delayMs, this.#lastMs - this.parts.deadlines.soonMs))
  }

  due(): void {
    if (this.#over) return
    if (this.parts.clock.nowMs() < this.#lastMs) {
      this.#current?.tooSlow()
      return
    }
    const provider = this.#current?.provider ?? ''
    this.#current?.stop('timeout')
    this.#giveUp(new ProviderTimeout(provider, `no end after ${this.parts.timeouts.totalMs / 1000} s`))
  }

  #giveUp(error: GatewayError): void {
    this.#finish()
    this.#production.record.error = error
    this.reader.fail(error, this.#current?.lastWords)
  }

  #finish(): void {
    this.#over = true
    this.#deadline?.cancel()
  }
}
