// Who writes the rest of an answer that broke off after content, where the config asks for that: a deployment that has not
// been tried, if the rest can be joined exactly, and there is time and budget for it.
import type { AnswerSoFar } from '../dialects/continuation/answer-so-far.ts'
import type { Deployment } from '../providers/deployment.ts'
import { worthwhileMs } from '../routing/next-attempt.ts'
import { tryTo } from './after-failure.ts'
import type { Course } from './attempt-course.ts'
import { chooseFor } from './choose-deployment.ts'
import type { AttemptFailure } from './production.ts'
import { goOn } from './translate.ts'
import type { Translated } from './translate.ts'

/** Content has been sent: another deployment writes the rest, or the client is told. */
export function continueAnswer(
  course: Course,
  soFar: AnswerSoFar | undefined,
  failure: AttemptFailure,
): void {
  const { call } = course
  const broken = (course.interruption ??= failure.error)
  const next = soFar && continuationFor(course, soFar)
  if (next === undefined) return call.giveUp(broken)
  tryTo(course, failure, () => call.beginAs('continuation', next.deployment, next.instead))
}

interface Continuing {
  readonly deployment: Deployment
  /** What it is sent, and how its answer gets to the client. */
  readonly instead: Translated
}

/** Undefined where nobody can. What it costs has been paid. */
function continuationFor(course: Course, soFar: AnswerSoFar): Continuing | undefined {
  const { production, parts, lastMs } = course.call
  const { plan, wishes } = production
  const nowMs = parts.clock.nowMs()
  if (wishes.noFallback || course.attempts >= plan.attemptsMax || lastMs - nowMs < worthwhileMs)
    return undefined
  const choice = chooseFor(course.call, course.choosing(nowMs))
  if (choice.kind !== 'one') return undefined
  const deployment = choice.candidate
  const instead = goOn(production, { deployment, soFar, wallMs: parts.clock.wallMs() })
  const budget = deployment.health.isHealthyDestination(nowMs) ? 'failover' : 'retry'
  return instead !== undefined && course.pay(budget) ? { deployment, instead } : undefined
}
