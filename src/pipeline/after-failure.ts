// What follows an attempt that failed before its first content: whom the call goes to next, and what that is paid from, or
// after which wait the same one is asked again. The decision is routing/next-attempt.ts's; what it is made from is gathered
// here, and what it says is done.
import { GatewayError, UnsupportedParameter } from '../core/errors.ts'
import type { Deployment } from '../providers/deployment.ts'
import { nextAttempt } from '../routing/next-attempt.ts'
import type { Course } from './attempt-course.ts'
import { chooseFor, keyFor } from './choose-deployment.ts'
import { hasRoom } from './deployment-room.ts'
import type { AttemptFailure } from './production.ts'

/** Goes on, or gives up. */
export function goOnAfter(course: Course, fallen: Deployment, failure: AttemptFailure): void {
  const { call } = course
  const { production, parts, lastMs } = call
  const { plan, wishes } = production
  const nowMs = parts.clock.nowMs()
  const other = otherThan(fallen, course, nowMs)
  const step = nextAttempt(
    {
      attempts: course.attempts,
      attemptsMax: plan.attemptsMax,
      lastWasFresh: course.lastWasFresh,
      other: other === undefined ? 'none' : other.health.isHealthyDestination(nowMs) ? 'healthy' : 'doubtful',
      mayRepeat: !wishes.noRetry && course.mayRepeat(fallen, failure, nowMs),
      repeats: course.repeats,
      remainingMs: lastMs - nowMs,
    },
    { ...failure, retryAfterMs: inMs(failure.error.retryAfterSeconds) },
    parts.random(),
  )
  switch (step.kind) {
    case 'fresh':
      plan.memory.retries.spend()
      return tryTo(course, failure, () => call.begin(fallen, 'retry', true))
    case 'move':
      if (other === undefined || !course.pay(step.budget)) break
      return tryTo(course, failure, () => call.begin(other, 'failover', false))
    case 'repeat':
      if (!course.pay('retry')) break
      call.note('waits', fallen, `${Math.round(step.waitMs)} ms before it is asked again`)
      course.timer = parts.clock.after(step.waitMs, () => {
        if (!call.isOver) repeat(course, fallen, failure)
      })
      return
    case 'give-up':
  }
  call.giveUp(course.errorOf(failure))
}

/** Begins a further attempt; where that cannot be, the client is told of the failure before it. */
export function tryTo(course: Course, failure: AttemptFailure, begin: () => void): void {
  try {
    begin()
  } catch (problem) {
    // What a fallback cannot be sent explains nothing: the failure before it does.
    const isWorse = problem instanceof GatewayError && !(problem instanceof UnsupportedParameter)
    course.call.giveUp(isWorse ? problem : course.errorOf(failure))
  }
}

/** Whom to move to. Another key is no other deployment: it is asked where the client wants no fallback, too. */
function otherThan(fallen: Deployment, course: Course, nowMs: number): Deployment | undefined {
  const { production } = course.call
  const choosing = course.choosing(nowMs)
  if (production.wishes.noFallback) {
    const isTried = fallen.siblings === undefined || course.excluded.has(fallen.name)
    return isTried ? undefined : keyFor(fallen, production, choosing)
  }
  const choice = chooseFor(course.call, choosing)
  return choice.kind === 'one' ? choice.candidate : undefined
}

/** The wait is over; what has become of the deployment meanwhile decides. */
function repeat(course: Course, deployment: Deployment, failure: AttemptFailure): void {
  const { call } = course
  const { clock, deploymentLimits: limits } = call.parts
  const availability = deployment.health.availability(clock.nowMs())
  // Whoever asked for the pause has had it: that calls are held back there is no reason to give this one up.
  const mayBeAsked = availability === 'throttled' ? failure.outcome === 'throttled' : availability === 'free'
  if (!mayBeAsked || !hasRoom(deployment, call.production, { limits, nowMs: clock.nowMs() })) {
    return call.giveUp(course.errorOf(failure))
  }
  course.repeats += 1
  tryTo(course, failure, () => call.begin(deployment, 'retry', false))
}

function inMs(seconds: number | null): number | undefined {
  return seconds === null ? undefined : seconds * 1_000
}
