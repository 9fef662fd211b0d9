// The back half of a call: one loop owns all attempts and appends what comes to the reader. It moves to the next
// deployment until content has been sent; and every attempt ends in exactly one record. What comes after a failure is
// decided by routing/next-attempt.ts, whom it goes to by routing/choice/.
import type { AttemptKind } from '../core/attempt.ts'
import type { AbandonReason, AnswerReader, AnswerSource, LastWords } from '../core/answer.ts'
import { GatewayError, UnsupportedParameter } from '../core/errors.ts'
import { ProviderTimeout } from '../core/provider-errors.ts'
import type { Deadline, DeadlineOwner } from '../platform/deadlines.ts'
import { AnswerSoFar } from '../dialects/continuation/answer-so-far.ts'
import type { Deployment } from '../providers/deployment.ts'
import type { Choice } from '../routing/choice/candidate.ts'
import { goOnAfter } from './after-failure.ts'
import { Course } from './attempt-course.ts'
import type { CallLoop } from './attempt-course.ts'
import { AttemptTally } from './attempt-tally.ts'
import { failedText, note } from './call-trace.ts'
import { chooseFor, tellChoice } from './choose-deployment.ts'
import { continueAnswer } from './continue-answer.ts'
import { FollowedReader } from './follow-answer.ts'
import { hedgeAfterMs, rivalFor } from './hedge.ts'
import { answerWith, askLastResort, mayStandIn } from './last-resort.ts'
import { nobodyThere } from './no-deployment.ts'
import { Attempt } from './one-attempt.ts'
import type { AttemptOwner } from './one-attempt.ts'
import type { AttemptFailure, AttemptParts, Production } from './production.ts'
import type { Translated } from './translate.ts'
import { waitInLine } from './wait-in-line.ts'

/**
 * Starts producing an answer. Throws UsageSpoolFull when the first attempt cannot be recorded, ModelUnavailable or
 * ModelBusy when no deployment can take it, and what is wrong in a request that has to be translated.
 */
export function attempt(production: Production, reader: AnswerReader, parts: AttemptParts): AnswerSource {
  const loop = new AttemptLoop(production, reader, parts)
  loop.start()
  return loop
}

class AttemptLoop implements AnswerSource, AttemptOwner, CallLoop, DeadlineOwner {
  readonly production: Production
  readonly reader: AnswerReader
  readonly parts: AttemptParts
  readonly lastMs: number
  /** How long the call may take: its client may want less than the config gives, never more. */
  readonly #givenMs: number
  /** There only where a broken stream may be gone on with. */
  readonly #soFar: AnswerSoFar | undefined
  #current: Attempt | undefined
  /** Runs beside a slow first attempt, until one of them has content. */
  #rival: Attempt | undefined
  /** There only for calls that need more than one attempt. */
  #course: Course | undefined
  /** While no attempt is under way, or for the time after which there is a second. */
  #deadline: Deadline | undefined
  /** Its content is the answer so far. */
  #answering: Attempt | undefined
  /** It counts among the calls that its model serves at a time, where these are counted. */
  #isServed = false
  #over = false

  constructor(production: Production, reader: AnswerReader, parts: AttemptParts) {
    const { record, wishes } = production
    const { totalMs } = parts.timeouts
    this.production = production
    const follows = production.plan.onBreak === 'continue' && production.request.stream
    this.#soFar = follows ? new AnswerSoFar(production.door.codec) : undefined
    this.reader = this.#soFar === undefined ? reader : new FollowedReader(reader, this.#soFar)
    this.parts = parts
    this.#givenMs = Math.min(totalMs, wishes.timeoutMs ?? totalMs)
    this.lastMs = record.startedMs + this.#givenMs
  }

  start(): void {
    this.production.plan.memory.callBegan()
    try {
      if (this.#isModelFull()) this.#wait('first')
      else this.#go('first')
    } catch (failure) {
      if (failure instanceof GatewayError && this.#standIn(failure)) return
      this.#finish()
      throw failure
    }
  }

  get isOver(): boolean {
    return this.#over
  }

  get lastWords(): LastWords | undefined {
    return this.#answering?.lastWords
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
    this.#rival?.stop(why)
  }

  /** The attempt's content is the answer: of two that race, the other has lost. */
  claim(winner: Attempt): void {
    this.#answering = winner
    this.#deadline?.cancel()
    const loser = winner === this.#rival ? this.#current : this.#rival
    if (loser === undefined) return
    this.#current = winner
    this.#rival = undefined
    loser.lose()
    winner.describe()
    this.#noteIfTraced('won', winner.deployment, 'its content came first')
  }

  /** The attempt has handed on all of its answer. */
  succeeded(): void {
    if (this.#over) return
    this.#finish()
    this.#noteIfTraced('answered', this.#current?.deployment)
    this.reader.end()
  }

  failed(fallen: Attempt, failure: AttemptFailure): void {
    if (this.#over) return
    this.note('failed', fallen.deployment, failedText(failure, this.production.record))
    const course = this.#courseSoFar()
    course.failedAt(fallen.deployment, failure)
    if (this.#rival !== undefined) return this.#goOnAlone(fallen)
    if (failure.outcome === 'budget') return this.giveUp(failure.error)
    if (course.isLast) return this.giveUp(course.error ?? failure.error)
    if (this.#answering === undefined) goOnAfter(course, fallen.deployment, failure)
    else continueAnswer(course, this.#soFar, failure)
  }

  /** One of two that raced is out, and the other still runs. */
  #goOnAlone(failed: Attempt): void {
    if (failed === this.#current) this.#current = this.#rival
    this.#rival = undefined
    this.#current?.describe()
  }

  /** Begins an attempt where one can be had, or waits for a place. Throws when there is none to be had. */
  #go(kind: AttemptKind): void {
    const course = this.#course
    const { parts } = this
    // A call's first choice is made at the very moment when it was routed.
    const nowMs = course === undefined ? this.production.record.routedMs : parts.clock.nowMs()
    const choosing = course?.choosing(nowMs) ?? {
      parts,
      nowMs,
      turn: this.production.plan.memory.turn,
      excluded: none,
      mayProbe: true,
    }
    this.#take(chooseFor(this, choosing), kind, nowMs)
  }

  #take(choice: Choice<Deployment>, kind: AttemptKind, nowMs: number): void {
    if (choice.kind === 'one') {
      tellChoice(this.production, choice.because)
      this.#noteIfTraced('chosen', choice.candidate, choice.because)
      return this.begin(choice.candidate, kind, false)
    }
    this.#noteIfTraced('no_place', undefined, choice.kind === 'busy' ? 'busy' : choice.why)
    if (choice.kind === 'busy') return this.#wait(kind)
    const { deploymentLimits } = this.parts
    throw this.#course?.unsupported ?? nobodyThere(this.production, choice.why, { deploymentLimits, nowMs })
  }

  begin(deployment: Deployment, kind: AttemptKind, fresh: boolean): void {
    const next = this.#madeFor(deployment, kind)
    if (next === undefined) return this.#go(kind)
    this.#takePlace()
    if (kind !== 'first') this.note(kind, deployment, fresh ? 'on a new connection' : undefined)
    this.#run(next, fresh)
    if (kind === 'first') this.#planHedge()
  }

  beginAs(kind: AttemptKind, deployment: Deployment, instead?: Translated): void {
    const next = new Attempt(new AttemptTally(deployment, kind, this), this, instead)
    this.note(kind, deployment)
    this.#run(next, false)
  }

  #run(next: Attempt, fresh: boolean): void {
    this.#course?.begins(fresh)
    this.#current = next
    this.production.record.attempts += 1
    next.start(fresh)
  }

  /** The model itself has as many calls as it may, whatever its deployments could take. */
  #isModelFull(): boolean {
    const { concurrencyMax, memory } = this.production.plan
    return concurrencyMax !== undefined && !this.#isServed && memory.serving >= concurrencyMax
  }

  #takePlace(): void {
    const { concurrencyMax, memory } = this.production.plan
    if (concurrencyMax === undefined || this.#isServed) return
    this.#isServed = true
    memory.serving += 1
  }

  #leavePlace(): void {
    if (!this.#isServed) return
    this.#isServed = false
    this.production.plan.memory.serving -= 1
    this.parts.lines.freed(this.parts.clock.nowMs())
  }

  /** Undefined, and noted, where the deployment cannot carry the request. */
  #madeFor(deployment: Deployment, kind: AttemptKind): Attempt | undefined {
    try {
      return new Attempt(new AttemptTally(deployment, kind, this), this)
    } catch (problem) {
      if (!(problem instanceof UnsupportedParameter)) throw problem
      this.#noteIfTraced('cannot_carry', deployment, problem.message)
      this.#courseSoFar().cannotCarry(deployment, problem)
      return undefined
    }
  }

  /** Every deployment that could take it has as many calls as it may. */
  #wait(kind: AttemptKind): void {
    waitInLine(this.#courseSoFar(), {
      isModelFull: () => this.#isModelFull(),
      go: (choice, nowMs) => this.#granted(choice, kind, nowMs),
      tooLong: () => this.tooLong(),
    })
    this.#deadline = this.parts.deadlines.watch(this.lastMs, this)
  }

  #granted(choice: Choice<Deployment>, kind: AttemptKind, nowMs: number): void {
    if (this.#over) return
    this.#deadline?.cancel()
    try {
      this.#take(choice, kind, nowMs)
    } catch (problem) {
      if (problem instanceof GatewayError) return this.giveUp(problem)
      // A bug of ours, where nobody is left to catch it.
      this.#finish()
      this.reader.refuse(problem)
    }
  }

  #planHedge(): void {
    const first = this.#current
    if (this.#over || this.#answering !== undefined || first === undefined) return
    const waitMs = hedgeAfterMs(this.production, first.deployment, this.parts.clock)
    if (waitMs !== undefined) this.#deadline = this.parts.deadlines.set(waitMs, () => this.#hedge())
  }

  /** The first token is late: another deployment is asked as well, and whoever is first is the answer. */
  #hedge(): void {
    const first = this.#current
    if (this.#over || this.#answering !== undefined || first === undefined || this.#course !== undefined)
      return
    const choice = rivalFor(this.#courseSoFar(), first.deployment)
    if (choice === undefined) return
    try {
      const rival = new Attempt(new AttemptTally(choice.candidate, 'hedge', this), this)
      this.#rival = rival
      this.#noteIfTraced('hedge', choice.candidate, choice.because)
      this.production.record.attempts += 1
      rival.start(false)
      if (!this.#isAnswered()) first.describe()
    } catch {
      // The first attempt is still under way: nothing is lost.
      this.#rival = undefined
    }
  }

  /** Nothing was under way in time. */
  due(): void {
    if (!this.#over) this.tooLong()
  }

  tooLong(): void {
    if (this.#over) return
    this.note('too_long', this.#current?.deployment)
    // A client's own haste is no fault of the deployment.
    const verdict = this.#givenMs < this.parts.timeouts.totalMs ? 'neutral' : 'timeout'
    this.#current?.stop('timeout', verdict)
    this.#rival?.stop('timeout', verdict)
    const provider = this.#current?.deployment.provider ?? this.production.record.model
    this.giveUp(new ProviderTimeout(provider, `no end after ${this.#givenMs / 1_000} s`))
  }

  /** Somebody or something answers although no deployment did, if the config wants that. */
  #standIn(error: GatewayError): boolean {
    if (this.#answering !== undefined || !mayStandIn(error)) return false
    if (askLastResort(this.#courseSoFar(), error)) return true
    const { plan, door } = this.production
    if (plan.cannedMessage === undefined || door.otherwise !== 'translate') return false
    this.note('canned')
    this.#finish()
    answerWith(plan.cannedMessage, this, this.reader)
    return true
  }

  giveUp(error: GatewayError): void {
    if (this.#standIn(error)) return
    this.#finish()
    this.production.record.error = error
    this.reader.fail(error, this.lastWords)
  }

  /** What went well is told only to those who ask; it costs all others a comparison. */
  #noteIfTraced(what: string, deployment?: Deployment, why?: string): void {
    if (this.production.record.steps !== undefined) this.note(what, deployment, why)
  }

  note(what: string, deployment?: Deployment, why?: string): void {
    const step = {
      what,
      ...(deployment && { deployment: deployment.name }),
      ...(why !== undefined && { why }),
    }
    note(this.production.record, step, this.parts.clock.nowMs())
  }

  /** A start may have had its answer already. */
  #isAnswered(): boolean {
    return this.#answering !== undefined
  }

  #courseSoFar(): Course {
    return (this.#course ??= new Course(this))
  }

  #finish(): void {
    this.#over = true
    this.#deadline?.cancel()
    this.#course?.end()
    this.production.plan.memory.callEnded()
    this.#leavePlace()
  }
}

const none: ReadonlySet<string> = new Set()
