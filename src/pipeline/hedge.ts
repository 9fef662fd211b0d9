// When a second deployment is asked because the first is late: Dean and Barroso, "The Tail at Scale"
// (https://research.google/pubs/the-tail-at-scale/). It is paid by the operator, so it is asked for, bounded, and never
// done while anything looks strained.
import type { Deployment } from '../providers/deployment.ts'
import type { HedgePlan } from '../routing/model-plan.ts'
import { worthwhileMs } from '../routing/next-attempt.ts'
import type { Production } from './production.ts'

/** Above this part of their places in use, a model's deployments are left alone. */
const strainedAt = 0.7
/** Fewer first tokens than this do not say what is usual. */
const samplesMin = 20

/** How late the first token has to be; undefined while nobody can say what is usual here. */
export function hedgeAfterMs(plan: HedgePlan, { health }: Deployment, nowMs: number): number | undefined {
  if (plan.afterMs !== undefined) return plan.afterMs
  const usual = health.firstTokenMs(nowMs)
  return usual === undefined || usual.count < samplesMin ? undefined : Math.max(usual.p95, plan.minMs)
}

/** Whether a second attempt would hurt nobody else. */
export function mayHedge({ deployments }: Production, nowMs: number, lastMs: number): boolean {
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
