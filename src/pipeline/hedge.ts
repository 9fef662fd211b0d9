// When a second deployment is asked because the first is late: Dean and Barroso, "The Tail at Scale"
// (https://research.google/pubs/the-tail-at-scale/). It is paid by the operator, so it is asked for, bounded, and never
// done while anything looks strained.
import type { Clock } from '../core/clock.ts'
import type { Deployment } from '../providers/deployment.ts'
import type { Picked } from '../routing/choice/candidate.ts'
import { worthwhileMs } from '../routing/next-attempt.ts'
import type { Course } from './attempt-course.ts'
import { chooseFor } from './choose-deployment.ts'
import type { Production } from './production.ts'

/** Above this part of their places in use, a model's deployments are left alone. */
const strainedAt = 0.7
/** Fewer first tokens than this do not say what is usual. */
const samplesMin = 20

/** How late the first token has to be; undefined for calls that are not hedged, and while nobody can say what is usual here. */
export function hedgeAfterMs(
  { plan: { hedge }, deployments }: Pick<Production, 'plan' | 'deployments'>,
  { health }: Deployment,
  clock: Clock,
): number | undefined {
  if (hedge === undefined || deployments.length < 2) return undefined
  if (hedge.afterMs !== undefined) return hedge.afterMs
  const usual = health.firstTokenMs(clock.nowMs())
  return usual === undefined || usual.count < samplesMin ? undefined : Math.max(usual.p95, hedge.minMs)
}

/** Whether a second attempt would hurt nobody else. */
function mayHedge({ deployments }: Production, nowMs: number, lastMs: number): boolean {
  if (lastMs - nowMs < worthwhileMs) return false
  let inFlight = 0
  let places = 0
  for (const { health } of deployments) {
    if (health.availability(nowMs) === 'open') return false
    inFlight += health.inFlight
    places += health.limit
  }
  return inFlight < strainedAt * places
}

/** The deployment that is asked beside a late first one; undefined where none may be. What it costs has been paid. */
export function rivalFor(course: Course, first: Deployment): Picked<Deployment> | undefined {
  const { call } = course
  const { production, parts, lastMs } = call
  const nowMs = parts.clock.nowMs()
  course.excluded.add(first.name)
  if (parts.strained() || !mayHedge(production, nowMs, lastMs)) return undefined
  const choice = chooseFor(call, course.choosing(nowMs))
  return choice.kind === 'one' && course.pay('hedge') ? choice : undefined
}
