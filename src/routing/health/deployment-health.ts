// What this process knows of one deployment's health, joined from its parts: breaker, throttle, limit, suspicion, speed.
// It stands on the path of every call, so it keeps no timer and reads no clock: what time changes is noticed by
// whoever asks next.
import type { DeploymentHealth as Health } from '../../core/health.ts'
import type { Availability, Percentiles, SeenFailure, Trial, Verdict } from '../../core/health.ts'
import { AdaptiveLimit } from './adaptive-limit.ts'
import { AdaptiveThrottle } from './adaptive-throttle.ts'
import { Breaker } from './breaker.ts'
import { CredentialEjection } from './credential-ejection.ts'
import type { HealthReport } from './health-report.ts'
import type { HealthSettings } from './health-settings.ts'
import { Speed } from './speed.ts'
import { reasonOf } from './standing.ts'
import type { ChangeReason, Standing } from './standing.ts'
import { Suspicion } from './suspicion.ts'
import { OpenTrial } from './trial.ts'
import type { TrialOwner } from './trial.ts'

export type ChangeListener = (from: Standing, to: Standing, reason: ChangeReason) => void

/** Enough to see whether it is one thing or several. */
const failuresKept = 5
/** So many setbacks one after the other, refusals too, and it is no place to move calls to: it may be down as well. */
const setbacksMax = 2

export class DeploymentHealth implements Health {
  /** Told once of each change of standing, when it is noticed. */
  onChange: ChangeListener | undefined = undefined

  readonly #settings: HealthSettings
  readonly #random: () => number
  readonly #breaker: Breaker
  readonly #throttle: AdaptiveThrottle
  readonly #limit: AdaptiveLimit
  readonly #credential: CredentialEjection
  readonly #speed = new Speed()
  readonly #suspicion: Suspicion
  readonly #owner: TrialOwner
  #noticed: Standing = 'closed'
  #reason: ChangeReason | null = null
  #eraNoticed = 0
  #setbacksInRow = 0
  #coolUntilMs = Number.NEGATIVE_INFINITY
  #begunAtMs = Number.NEGATIVE_INFINITY
  #unanswered = 0
  readonly #failures: SeenFailure[] = []

  constructor(settings: HealthSettings, random: () => number) {
    this.#settings = settings
    this.#random = random
    this.#breaker = new Breaker(settings, random)
    this.#throttle = new AdaptiveThrottle(settings.throttle)
    this.#limit = new AdaptiveLimit(settings.concurrency)
    this.#credential = new CredentialEjection(settings)
    this.#suspicion = new Suspicion(settings.suspicion, this.#speed)
    this.#owner = {
      firstContent: (trial, nowMs) => this.#firstContent(trial, nowMs),
      end: (trial, nowMs, verdict) => this.#end(trial, nowMs, verdict),
    }
  }

  get inFlight(): number {
    return this.#limit.inFlight
  }

  /** Infinite if the operator turned the adaptive limit off and set no cap. */
  get limit(): number {
    return this.#limit.limit
  }

  standing(nowMs: number): Standing {
    return this.#notice(nowMs)
  }

  /** Whether a call could be sent now. Takes nothing, and counts nothing. */
  availability(nowMs: number): Availability {
    const standing = this.#notice(nowMs)
    if (standing === 'cooling' || standing === 'open') return standing
    if (standing === 'ejected') return this.#credential.probeInMs(nowMs) === 0 ? 'probe' : 'ejected'
    if (standing === 'half_open') return this.#probeAvailability(nowMs)
    if (this.#limit.isFull(nowMs)) return 'busy'
    return this.#isThrottled(nowMs) ? 'throttled' : 'free'
  }

  /**
   * Whether a call may be sent here when there is nowhere else to go: one a second, or each one if some succeed. A
   * pause that was asked for, and limits, are kept all the same.
   */
  lastResort(nowMs: number): boolean {
    const standing = this.#notice(nowMs)
    if (standing === 'cooling' || this.#limit.isAtCap) return false
    const isOut = standing === 'open' || standing === 'half_open' || standing === 'ejected'
    if (!isOut && this.#limit.isFull(nowMs)) return false
    if (nowMs - this.#begunAtMs >= this.#settings.lastResortEveryMs) return true
    if (standing === 'ejected') return false
    if (isOut && !this.#breaker.wantsProbe(nowMs) && !this.#succeedsAtTimes(nowMs)) return false
    return !this.#limit.isFull(nowMs) && !this.#isThrottled(nowMs)
  }

  /** The share of its weight that it gets: less while suspect, and while it starts again. */
  share(nowMs: number): number {
    const standing = this.#notice(nowMs)
    return standing === 'suspect' ? this.#settings.suspicion.weightShare : this.#breaker.share(nowMs)
  }

  /** The share of successes in the window; 1 when nothing is known. */
  recentSuccess(nowMs: number): number {
    return this.#breaker.successShare(nowMs) ?? 1
  }

  /** Calls of the window that succeeded or failed. */
  recentCalls(nowMs: number): number {
    return this.#breaker.counts(nowMs).calls
  }

  /** Calls that fail elsewhere may be moved here. */
  isHealthyDestination(nowMs: number): boolean {
    return (
      this.#notice(nowMs) === 'closed' &&
      this.#setbacksInRow < setbacksMax &&
      this.recentSuccess(nowMs) >= this.#settings.healthySuccess
    )
  }

  /** Milliseconds until it may be asked again; 0 if that depends on no time. */
  waitMs(nowMs: number): number {
    switch (this.#notice(nowMs)) {
      case 'cooling':
        return this.#coolUntilMs - nowMs
      case 'open':
        return this.#breaker.openUntilMs - nowMs
      case 'ejected':
        return this.#credential.probeInMs(nowMs)
      case 'closed':
      case 'suspect':
      case 'half_open':
        return 0
    }
  }

  /** Milliseconds from sending a call to the first content of its stream, as of at most a second ago. */
  firstTokenMs(nowMs: number): Percentiles | undefined {
    return this.#speed.firstTokenMs(nowMs)
  }

  /** As of at most a second ago. */
  tokensPerSecond(nowMs: number): Percentiles | undefined {
    return this.#speed.tokensPerSecond(nowMs)
  }

  /** A call is about to be sent. Counts it and takes its permit; never refuses, `availability` does. */
  begin(nowMs: number, isStreamed = true): Trial {
    const standing = this.#notice(nowMs)
    const trial = new OpenTrial(this.#owner, nowMs, this.#era)
    trial.isStreamed = isStreamed
    this.#begunAtMs = nowMs
    this.#unanswered += 1
    this.#throttle.call(nowMs)
    this.#limit.take(nowMs)
    if (isStreamed) this.#suspicion.wait(nowMs)
    if (standing === 'half_open' && this.#breaker.wantsProbe(nowMs)) {
      trial.isProbe = true
      this.#breaker.probe(nowMs, trial)
    }
    if (standing === 'ejected') this.#credential.tryOut(nowMs)
    return trial
  }

  /** It asked for a pause until then. A longer pause that is known already stays. */
  coolDownUntil(untilMs: number): void {
    this.#coolUntilMs = Math.max(this.#coolUntilMs, untilMs)
  }

  /** Goes on where another one of the same deployment stood, which had other settings. */
  takeOver(before: DeploymentHealth, nowMs: number): void {
    this.#breaker.takeOver(before.#breaker, nowMs)
    this.#credential.takeOver(before.#credential)
    this.#coolUntilMs = before.#coolUntilMs
    this.#begunAtMs = before.#begunAtMs
    this.#noticed = before.#noticed
    this.#reason = before.#reason
    this.#failures.push(...before.#failures)
  }

  /** When a call was sent to it last; negative infinity if none ever was. */
  get begunAtMs(): number {
    return this.#begunAtMs
  }

  /** It seems to be well again, says somebody who has looked: an open one is tried out by the next call. */
  probeSoon(nowMs: number): void {
    this.#breaker.probeSoon(nowMs)
    this.#notice(nowMs)
  }

  /**
   * Takes it out as a run of failures would, for a reason that it cannot see by itself. `forMs`: for so long, whatever
   * it stands like; probes decide about it then.
   */
  eject(nowMs: number, reason: 'outlier' | 'operator' | 'heartbeat', forMs?: number): void {
    const state = this.#breaker.state(nowMs)
    // Whoever has just found nobody there need not have a call find out again.
    const isNews = state === 'closed' || (state === 'half_open' && reason === 'heartbeat')
    if (forMs !== undefined || isNews) {
      this.#breaker.open(nowMs, reason, forMs)
    }
    // Out it may have been before, for another reason.
    if (this.#notice(nowMs) === 'open') this.#reason = this.#breaker.reason
  }

  /** Another gateway has found it sick: it is suspect for a while, and nothing worse, unless it fails here too. */
  doubt(nowMs: number, forMs: number): void {
    if (this.#notice(nowMs) !== 'closed') return
    this.#suspicion.hear(nowMs, forMs)
    this.#notice(nowMs)
  }

  /** It works again, says somebody who knows: what kept calls away is over, and they come as after a recovery. */
  restore(nowMs: number): void {
    this.#coolUntilMs = Number.NEGATIVE_INFINITY
    this.#credential.restore()
    this.#setbacksInRow = 0
    this.#suspicion.forgetHearsay()
    this.#breaker.restore(nowMs)
    this.#notice(nowMs, 'restored')
  }

  /** A call failed there in a way that is worth showing. Only the last few are kept. */
  failed(failure: SeenFailure): void {
    this.#failures.push(failure)
    if (this.#failures.length > failuresKept) this.#failures.shift()
  }

  /** How its last calls failed, the newest first. */
  get lastFailures(): readonly SeenFailure[] {
    return this.#failures.toReversed()
  }

  /** Its measurements, to be joined with those of others. */
  get speed(): Speed {
    return this.#speed
  }

  report(nowMs: number): HealthReport {
    const state = this.#notice(nowMs)
    return {
      state,
      reason: this.#reason,
      untilMs: this.waitMs(nowMs),
      ejections: this.#breaker.ejections(nowMs),
      share: this.share(nowMs),
      window: { ...this.#breaker.counts(nowMs), success: this.recentSuccess(nowMs) },
      throttle: {
        ...this.#throttle.counts(nowMs),
        refusedShare: this.#throttle.refusedShare(nowMs, this.#unanswered),
      },
      inFlight: this.inFlight,
      limit: Number.isFinite(this.limit) ? this.limit : null,
      firstTokenMs: this.firstTokenMs(nowMs) ?? null,
      tokensPerSecond: this.tokensPerSecond(nowMs) ?? null,
    }
  }

  /** Changes with everything that makes calls stale which began before it. */
  get #era(): number {
    return this.#breaker.era + this.#credential.changes
  }

  #firstContent(trial: OpenTrial, nowMs: number): void {
    this.#answered(trial, nowMs)
    this.#throttle.accept(nowMs)
    this.#suspicion.content(nowMs)
    if (trial.isStreamed) this.#speed.firstContent(nowMs, trial.begunAtMs)
    // A stream may last for minutes; a deployment that is being tried out has proved by now that it is back.
    const isTriedOut = this.#credential.isEjected || this.#breaker.state(nowMs) !== 'closed'
    if (isTriedOut && trial.era === this.#era) this.#succeed(trial, nowMs)
    this.#notice(nowMs)
  }

  #end(trial: OpenTrial, nowMs: number, verdict: Verdict): void {
    const refused = verdict === 'throttled' || verdict === 'overloaded' || verdict === 'timeout'
    // Before the call leaves: it may be one of those that a suspicion is made of.
    if (verdict === 'timeout') this.#notice(nowMs)
    this.#limit.release(nowMs)
    if (trial.firstAtMs === undefined) {
      this.#answered(trial, nowMs)
      if (!refused) this.#throttle.accept(nowMs)
      if (verdict === 'success') this.#suspicion.content(nowMs)
    }
    if (verdict === 'success') this.#setbacksInRow = 0
    else if (verdict !== 'neutral') this.#setbacksInRow += 1
    if (verdict === 'success') this.#speed.answer(nowMs, trial, trial.outputTokens)
    if (trial.era === this.#era) {
      if (refused) this.#signal(nowMs)
      this.#judge(trial, nowMs, verdict)
    }
    this.#breaker.probeIsOver(trial)
    this.#notice(nowMs)
  }

  /** The call waits no more. */
  #answered(trial: OpenTrial, nowMs: number): void {
    this.#unanswered -= 1
    if (trial.isStreamed && trial.era === this.#era) this.#suspicion.leave(nowMs)
  }

  #judge(trial: OpenTrial, nowMs: number, verdict: Verdict): void {
    switch (verdict) {
      case 'success':
        if (!trial.isCounted) this.#succeed(trial, nowMs)
        return
      case 'failure':
      case 'overloaded':
        return this.#breaker.failure(nowMs, trial.isProbe)
      case 'timeout':
        return this.#timeOut(trial, nowMs)
      case 'credential':
        return this.#credential.refuse(nowMs)
      case 'throttled':
      case 'neutral':
        return
    }
  }

  #succeed(trial: OpenTrial, nowMs: number): void {
    trial.isCounted = true
    this.#breaker.probeIsOver(trial)
    this.#breaker.success(nowMs)
    this.#credential.restore()
  }

  /** A suspicion that a timeout confirms needs no further failures. */
  #timeOut(trial: OpenTrial, nowMs: number): void {
    this.#breaker.failure(nowMs, trial.isProbe)
    if (this.#noticed === 'suspect' && this.#breaker.state(nowMs) === 'closed') {
      this.#breaker.open(nowMs, 'timeout_while_suspect')
    }
  }

  /**
   * The limit is about the load that a deployment can take. What it says while it is down and gets one call a second
   * is no matter of load; what it says while it still serves some is.
   */
  #signal(nowMs: number): void {
    if (this.#breaker.state(nowMs) === 'closed' || this.#succeedsAtTimes(nowMs)) this.#limit.signal(nowMs)
  }

  #succeedsAtTimes(nowMs: number): boolean {
    return (this.#breaker.successShare(nowMs) ?? 0) >= this.#settings.lastResortSuccess
  }

  #isThrottled(nowMs: number): boolean {
    const refused = this.#throttle.refusedShare(nowMs, this.#unanswered)
    return refused > 0 && this.#random() < refused
  }

  /** Calls that hang hold permits, so that the limit says nothing of a deployment that is being tried out. */
  #probeAvailability(nowMs: number): Availability {
    if (this.#limit.isAtCap) return 'busy'
    return this.#breaker.wantsProbe(nowMs) ? 'probe' : 'open'
  }

  #notice(nowMs: number, by?: ChangeReason): Standing {
    if (this.#era !== this.#eraNoticed) this.#beginEra(nowMs)
    const from = this.#noticed
    const to = this.#standingAt(nowMs)
    if (from === to) return to
    this.#noticed = to
    const isHearsay = to === 'suspect' && this.#suspicion.isHearsay(nowMs)
    this.#reason = by ?? (isHearsay ? 'told_by_others' : reasonOf(from, to, this.#breaker.reason))
    this.onChange?.(from, to, this.#reason)
    return to
  }

  /** Who waited before says nothing any more. What was refused during an outage is forgotten after it: recovery would
   * take minutes otherwise. */
  #beginEra(nowMs: number): void {
    this.#eraNoticed = this.#era
    this.#suspicion.forget()
    if (this.#breaker.state(nowMs) !== 'closed') return this.#limit.beginOutage()
    this.#limit.endOutage()
    this.#throttle.forget()
  }

  #standingAt(nowMs: number): Standing {
    if (this.#credential.isEjected) return 'ejected'
    if (nowMs < this.#coolUntilMs) return 'cooling'
    const state = this.#breaker.state(nowMs)
    return state === 'closed' && this.#suspicion.isSuspect(nowMs) ? 'suspect' : state
  }
}
