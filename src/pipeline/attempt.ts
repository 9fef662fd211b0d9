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
import type { Choice, Reason } from '../routing/choice/candidate.ts'
import { nextAttempt, worthwhileMs } from '../routing/next-attempt.ts'
import { Course } from './attempt-course.ts'
import { note } from './call-trace.ts'
import { AttemptTally } from './attempt-tally.ts'
import { chooseDeployment, keyFor } from './choose-deployment.ts'
import type { Choosing } from './choose-deployment.ts'
import { fullText, hasRoom, withoutRoom } from './deployment-room.ts'
import { FollowedReader } from './follow-answer.ts'
import { hedgeAfterMs, mayHedge } from './hedge.ts'
import { answerWith, mayStandIn } from './last-resort.ts'
import { nobodyThere, refusedByLine } from './no-deployment.ts'
import { Attempt } from './one-attempt.ts'
import type { AttemptOwner } from './one-attempt.ts'
import type { AttemptFailure, AttemptParts, Production } from './production.ts'
import type { CallRecord } from './settle.ts'
import { goOn } from './translate.ts'
import type { Translated } from './translate.ts'

/**
 * Starts producing an answer. Throws UsageSpoolFull when the first attempt cannot be recorded, ModelUnavailable or
 * ModelBusy when no deployment can take it, and what is wrong in a request that has to be translated.
 */
export function attempt(production: Production, reader: AnswerReader, parts: AttemptParts): AnswerSource {
  const loop = new AttemptLoop(production, reader, parts)
  loop.start()
  return loop
}

class AttemptLoop implements AnswerSource, AttemptOwner, DeadlineOwner {
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
    this.#note('failed', fallen.deployment, failureText(failure, this.production.record))
    const retryAfterSeconds = failure.error.retryAfterSeconds
    if (retryAfterSeconds !== null) {
      fallen.deployment.health.coolDownUntil(this.parts.clock.nowMs() + retryAfterSeconds * 1_000)
    }
    const course = this.#courseSoFar()
    course.failedAt(fallen.deployment, failure)
    if (this.#rival !== undefined) return this.#goOnAlone(fallen)
    if (failure.outcome === 'budget') return this.#giveUp(failure.error)
    if (course.isLast) return this.#giveUp(course.error ?? failure.error)
    if (this.#answering === undefined) this.#goOn(fallen, failure, course)
    else this.#goOnWithStream(failure, course)
  }

  /** Content has been sent. Where that was asked for, another deployment writes the rest; else the client is told. */
  #goOnWithStream(failure: AttemptFailure, course: Course): void {
    const { parts } = this
    const { plan, wishes } = this.production
    const nowMs = parts.clock.nowMs()
    const broken = (course.interruption ??= failure.error)
    const mayGoOn =
      this.#soFar !== undefined &&
      !wishes.noFallback &&
      course.attempts < plan.attemptsMax &&
      this.lastMs - nowMs >= worthwhileMs
    if (!mayGoOn || this.#soFar === undefined) return this.#giveUp(broken)
    const choice = this.#choose(course.choosing(parts, nowMs))
    if (choice.kind !== 'one') return this.#giveUp(broken)
    const deployment = choice.candidate
    const instead = goOn(this.production, { deployment, soFar: this.#soFar, wallMs: parts.clock.wallMs() })
    const budget = deployment.health.isHealthyDestination(nowMs) ? 'failover' : 'retry'
    if (instead === undefined || !course.pay(budget, plan.memory)) return this.#giveUp(broken)
    this.#tryTo(failure, () => this.#beginAs('continuation', deployment, instead))
  }

  #beginAs(kind: AttemptKind, deployment: Deployment, instead?: Translated): void {
    const next = new Attempt(new AttemptTally(deployment, kind, this), this, instead)
    this.#note(kind, deployment)
    this.#courseSoFar().begins(false)
    this.#current = next
    this.production.record.attempts += 1
    next.start(false)
  }

  /** One of two that raced is out, and the other still runs. */
  #goOnAlone(failed: Attempt): void {
    if (failed === this.#current) this.#current = this.#rival
    this.#rival = undefined
    this.#current?.describe()
  }

  #goOn(fallen: Attempt, failure: AttemptFailure, course: Course): void {
    const production = this.production
    const { plan, wishes } = production
    const nowMs = this.parts.clock.nowMs()
    const other = this.#other(fallen, course, nowMs)
    const step = nextAttempt(
      {
        attempts: course.attempts,
        attemptsMax: plan.attemptsMax,
        lastWasFresh: course.lastWasFresh,
        other:
          other === undefined ? 'none' : other.health.isHealthyDestination(nowMs) ? 'healthy' : 'doubtful',
        mayRepeat: !wishes.noRetry && course.mayRepeat(fallen.deployment, failure, nowMs),
        repeats: course.repeats,
        remainingMs: this.lastMs - nowMs,
      },
      { ...failure, retryAfterMs: inMs(failure.error.retryAfterSeconds) },
      this.parts.random(),
    )
    switch (step.kind) {
      case 'fresh':
        plan.memory.retries.spend()
        return this.#tryTo(failure, () => this.#begin(fallen.deployment, 'retry', true))
      case 'move':
        if (other === undefined || !course.pay(step.budget, plan.memory)) break
        return this.#tryTo(failure, () => this.#begin(other, 'failover', false))
      case 'repeat':
        if (!course.pay('retry', plan.memory)) break
        this.#note('waits', fallen.deployment, `${Math.round(step.waitMs)} ms before it is asked again`)
        return this.#after(step.waitMs, () => this.#repeat(fallen.deployment, failure))
      case 'give-up':
    }
    this.#giveUp(course.errorOf(failure))
  }

  /** Whom to move to. Another key is no other deployment: it is asked where the client wants no fallback, too. */
  #other({ deployment }: Attempt, course: Course, nowMs: number): Deployment | undefined {
    const production = this.production
    const choosing = course.choosing(this.parts, nowMs)
    if (production.wishes.noFallback) {
      const isTried = deployment.siblings === undefined || course.excluded.has(deployment.name)
      return isTried ? undefined : keyFor(deployment, production, choosing)
    }
    const choice = this.#choose(choosing)
    return choice.kind === 'one' ? choice.candidate : undefined
  }

  /** The wait is over; what has become of the deployment meanwhile decides. */
  #repeat(deployment: Deployment, failure: AttemptFailure): void {
    const course = this.#courseSoFar()
    const availability = deployment.health.availability(this.parts.clock.nowMs())
    // Whoever asked for the pause has had it: that calls are held back there is no reason to give this one up.
    const mayBeAsked =
      availability === 'throttled' ? failure.outcome === 'throttled' : availability === 'free'
    if (!mayBeAsked || !this.#hasRoom(deployment)) return this.#giveUp(course.errorOf(failure))
    course.repeats += 1
    this.#tryTo(failure, () => this.#begin(deployment, 'retry', false))
  }

  #tryTo(failure: AttemptFailure, begin: () => void): void {
    try {
      begin()
    } catch (problem) {
      // What a fallback cannot be sent explains nothing: the failure before it does.
      const isWorse = problem instanceof GatewayError && !(problem instanceof UnsupportedParameter)
      this.#giveUp(isWorse ? problem : this.#courseSoFar().errorOf(failure))
    }
  }

  /** Begins an attempt where one can be had, or waits for a place. Throws when there is none to be had. */
  #go(kind: AttemptKind): void {
    const course = this.#course
    const { parts } = this
    // A call's first choice is made at the very moment when it was routed.
    const nowMs = course === undefined ? this.production.record.routedMs : parts.clock.nowMs()
    const choosing = course?.choosing(parts, nowMs) ?? {
      parts,
      nowMs,
      turn: this.production.plan.memory.turn,
      excluded: none,
      mayProbe: true,
    }
    this.#take(this.#choose(choosing), kind, nowMs)
  }

  #take(choice: Choice<Deployment>, kind: AttemptKind, nowMs: number): void {
    if (choice.kind === 'one') {
      this.#explain(choice.because)
      this.#noteIfTraced('chosen', choice.candidate, choice.because)
      return this.#begin(choice.candidate, kind, false)
    }
    this.#noteIfTraced('no_place', undefined, choice.kind === 'busy' ? 'busy' : choice.why)
    if (choice.kind === 'busy') return this.#wait(kind)
    const { deploymentLimits } = this.parts
    throw this.#course?.unsupported ?? nobodyThere(this.production, choice.why, { deploymentLimits, nowMs })
  }

  #begin(deployment: Deployment, kind: AttemptKind, fresh: boolean): void {
    const next = this.#madeFor(deployment, kind)
    if (next === undefined) return this.#go(kind)
    this.#takePlace()
    if (kind !== 'first') this.#note(kind, deployment, fresh ? 'on a new connection' : undefined)
    this.#course?.begins(fresh)
    this.#current = next
    this.production.record.attempts += 1
    next.start(fresh)
    if (kind === 'first') this.#planHedge()
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

  /** Why the first deployment was chosen, where that is more than the order of a list. */
  #explain(because: Reason): void {
    const { record, plan, deployments } = this.production
    if (record.attempts > 0 || plan.policy === 'priority' || deployments.length < 2) return
    record.route = record.route === '' ? because : `${record.route}; ${because}`
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
    const { record, request, priority, tenant, plan, deployments } = this.production
    const { clock, deadlines, lines } = this.parts
    const { line } = plan.memory
    const nowMs = clock.nowMs()
    const places = deployments.reduce((sum, { health }) => sum + health.limit, 0)
    plan.memory.places = Math.min(places, plan.concurrencyMax ?? places)
    const course = this.#courseSoFar()
    let choice: Choice<Deployment> | undefined
    let chosenMs = nowMs
    const entered = line.enter(
      {
        priority,
        tenant,
        tokens: request.estimatedInputTokens,
        nowMs,
        deadlineMs: this.lastMs,
        expectedMs: deployments[0].health.firstTokenMs(nowMs)?.p50 ?? 0,
      },
      {
        canGo: (laterMs) => {
          if (this.#isModelFull()) return false
          choice = chooseDeployment(this.production, course.choosing(this.parts, laterMs))
          chosenMs = laterMs
          return isWorthGoing(choice, deployments)
        },
        go: () => this.#granted(choice, kind, chosenMs),
        drop: (why) => this.#dropped(why),
      },
    )
    if (entered.kind === 'refused') throw refusedByLine(record.model, entered.why)
    course.leaveLine = entered.cancel
    this.#deadline = deadlines.watch(this.lastMs, this)
    lines.add(line)
  }

  /** Its turn: with the very choice that made it so, or one that it finds no place by would be made again and again. */
  #granted(choice: Choice<Deployment> | undefined, kind: AttemptKind, nowMs: number): void {
    if (this.#over || choice === undefined) return
    this.#deadline?.cancel()
    try {
      this.#take(choice, kind, nowMs)
    } catch (problem) {
      if (problem instanceof GatewayError) this.#giveUp(problem)
      else this.#fall(problem)
    }
  }

  #dropped(why: 'expired' | 'displaced'): void {
    if (this.#over) return
    if (why === 'expired') this.tooLong()
    else this.#giveUp(refusedByLine(this.production.record.model, why))
  }

  /** A bug of ours, where nobody is left to catch it. */
  #fall(problem: unknown): void {
    this.#finish()
    this.reader.refuse(problem)
  }

  #after(waitMs: number, run: () => void): void {
    this.#courseSoFar().timer = this.parts.clock.after(waitMs, () => {
      if (!this.#over) run()
    })
  }

  #planHedge(): void {
    const { plan, deployments } = this.production
    if (plan.hedge === undefined || deployments.length < 2 || this.#over || this.#answering !== undefined)
      return
    const first = this.#current?.deployment
    const waitMs = first === undefined ? undefined : hedgeAfterMs(plan.hedge, first, this.parts.clock.nowMs())
    if (waitMs !== undefined) this.#deadline = this.parts.deadlines.set(waitMs, () => this.#hedge())
  }

  /** The first token is late: another deployment is asked as well, and whoever is first is the answer. */
  #hedge(): void {
    const first = this.#current
    if (this.#over || this.#answering !== undefined || first === undefined || this.#course !== undefined)
      return
    const nowMs = this.parts.clock.nowMs()
    const course = this.#courseSoFar()
    course.excluded.add(first.deployment.name)
    if (this.parts.strained() || !mayHedge(this.production, nowMs, this.lastMs)) return
    const choice = this.#choose(course.choosing(this.parts, nowMs))
    if (choice.kind !== 'one' || !course.pay('hedge', this.production.plan.memory)) return
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
    this.#note('too_long', this.#current?.deployment)
    // A client's own haste is no fault of the deployment.
    const verdict = this.#givenMs < this.parts.timeouts.totalMs ? 'neutral' : 'timeout'
    this.#current?.stop('timeout', verdict)
    this.#rival?.stop('timeout', verdict)
    const provider = this.#current?.deployment.provider ?? this.production.record.model
    this.#giveUp(new ProviderTimeout(provider, `no end after ${this.#givenMs / 1_000} s`))
  }

  /** Somebody or something answers although no deployment did, if the config wants that. */
  #standIn(error: GatewayError): boolean {
    const { plan, door, lastResort, wishes } = this.production
    if (this.#answering !== undefined || !mayStandIn(error)) return false
    const isSpoken = door.otherwise === 'translate' || lastResort?.speaks.has(door.spoken) === true
    const course = this.#courseSoFar()
    const isInTime = this.lastMs - this.parts.clock.nowMs() >= worthwhileMs
    const isAsked = isSpoken && isInTime && !course.isLast && !wishes.noFallback
    if (lastResort !== undefined && isAsked && this.#hasRoom(lastResort)) {
      course.isLast = true
      course.error = error
      try {
        this.#beginAs('last_resort', this.#withKey(lastResort))
        return true
      } catch {
        // It could not be begun: the failure before it stays the one to be told.
      }
    }
    if (plan.cannedMessage === undefined || door.otherwise !== 'translate') return false
    this.#note('canned')
    this.#finish()
    answerWith(plan.cannedMessage, this.production, {
      reader: this.reader,
      wallMs: this.parts.clock.wallMs(),
    })
    return true
  }

  /** Any key is better than none when nothing else is left. */
  #withKey(deployment: Deployment): Deployment {
    if (deployment.keys === undefined) return deployment
    const choosing = this.#courseSoFar().choosing(this.parts, this.parts.clock.nowMs())
    return keyFor(deployment, this.production, choosing) ?? deployment.keys[0] ?? deployment
  }

  #giveUp(error: GatewayError): void {
    if (this.#standIn(error)) return
    this.#finish()
    this.production.record.error = error
    this.reader.fail(error, this.lastWords)
  }

  /** What went well is told only to those who ask; it costs all others a comparison. */
  #noteIfTraced(what: string, deployment?: Deployment, why?: string): void {
    if (this.production.record.steps !== undefined) this.#note(what, deployment, why)
  }

  #note(what: string, deployment?: Deployment, why?: string): void {
    const { record } = this.production
    note(
      record,
      { what, ...(deployment && { deployment: deployment.name }), ...(why !== undefined && { why }) },
      this.parts.clock.nowMs(),
    )
  }

  #hasRoom(deployment: Deployment): boolean {
    const { clock, deploymentLimits: limits } = this.parts
    return hasRoom(deployment, this.production, { limits, nowMs: clock.nowMs() })
  }

  #choose(choosing: Choosing): Choice<Deployment> {
    if (this.production.record.steps !== undefined) this.#notePassedOver(choosing)
    return chooseDeployment(this.production, choosing)
  }

  #notePassedOver({ parts: { deploymentLimits }, nowMs, excluded }: Choosing): void {
    if (deploymentLimits.isEmpty) return
    for (const { deployment, denial } of withoutRoom(this.production, deploymentLimits, nowMs)) {
      if (!excluded.has(deployment.name)) this.#note('no_room', deployment, fullText(denial))
    }
  }

  /** A start may have had its answer already. */
  #isAnswered(): boolean {
    return this.#answering !== undefined
  }

  #courseSoFar(): Course {
    return (this.#course ??= new Course(this.production.record.attempts, this.production.plan.memory.turn))
  }

  #finish(): void {
    this.#over = true
    this.#deadline?.cancel()
    this.#course?.end(this.production.plan.memory)
    this.production.plan.memory.callEnded()
    this.#leavePlace()
  }
}

const none: ReadonlySet<string> = new Set()

function failureText({ outcome, error }: AttemptFailure, { lastAttempt }: CallRecord): string {
  const status = lastAttempt?.status ?? 0
  return `${outcome}${status === 0 ? '' : ` ${status}`}, ${error.code}`
}

/**
 * Whether waiting has come to an end: there is a place, or nobody is left who could give one back, which the call then
 * has to be told.
 */
function isWorthGoing(choice: Choice<Deployment>, deployments: readonly Deployment[]): boolean {
  if (choice.kind === 'busy') return false
  const isHeldBack = choice.kind === 'none' && choice.why === 'throttled'
  return !isHeldBack || deployments.every(({ health }) => health.inFlight === 0)
}

function inMs(seconds: number | null): number | undefined {
  return seconds === null ? undefined : seconds * 1_000
}
