// One group of candidates, looked at once: who could take a call now, who could not and why. Availability may draw
// a random number, so nobody is asked twice for one choice.
import type { Availability } from '../../core/health.ts'
import type { Candidate, ChoiceContext } from './candidate.ts'

export interface Group<Kind extends Candidate> {
  readonly free: readonly Kind[]
  readonly probes: readonly Kind[]
  readonly open: readonly Kind[]
  /** What the members answered. */
  readonly seen: ReadonlySet<Availability>
  /** So many are open that the breakers are likelier wrong than the deployments. */
  readonly inPanic: boolean
}

/** Members of one priority that are not excluded. */
export function surveyed<Kind extends Candidate>(
  candidates: readonly Kind[],
  priority: number,
  context: ChoiceContext,
): Group<Kind> {
  const free: Kind[] = []
  const probes: Kind[] = []
  const open: Kind[] = []
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
