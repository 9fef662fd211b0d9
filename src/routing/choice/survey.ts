// One group of candidates, looked at once: who could take a call now, who could not and why. Availability may draw
// a random number, so nobody is asked twice for one choice.
import type { Availability } from '../../core/health.ts'
import type { Candidate, ChoiceContext } from './candidate.ts'

export interface Group {
  readonly free: readonly Candidate[]
  readonly probes: readonly Candidate[]
  readonly open: readonly Candidate[]
  /** What the members answered. */
  readonly seen: ReadonlySet<Availability>
  /** So many are open that the breakers are likelier wrong than the deployments. */
  readonly inPanic: boolean
}

/** Members of one priority that are not excluded. */
export function surveyed(candidates: readonly Candidate[], priority: number, context: ChoiceContext): Group {
  const free: Candidate[] = []
  const probes: Candidate[] = []
  const open: Candidate[] = []
  const seen = new Set<Availability>()
  let size = 0
  for (const candidate of candidates) {
    if (candidate.priority !== priority || context.excluded.has(candidate.name)) continue
    size++
    const availability = candidate.health.availability(context.nowMs)
    seen.add(availability)
    if (availability === 'free') free.push(candidate)
    else if (availability === 'probe') probes.push(candidate)
    else if (availability === 'open') open.push(candidate)
  }
  // Half of a group may be out, rounded up, and one of two or one alone in any case.
  return { free, probes, open, seen, inPanic: open.length > Math.ceil(size / 2) }
}

/** The next priority after `after` that a candidate has. */
export function nextPriority(candidates: readonly Candidate[], after: number): number | undefined {
  let next: number | undefined
  for (const { priority } of candidates) {
    if (priority > after && (next === undefined || priority < next)) next = priority
  }
  return next
}
