// One group of candidates, looked at once: who could take a call now, who could not and why. Availability may draw
// a random number, so nobody is asked twice for one choice.
import type { Availability } from '../../core/health.ts'
import type { Candidate, ChoiceContext } from './candidate.ts'

export interface Group<Kind extends Candidate> {
  /** By what they answered; without those that are excluded. */
  readonly members: ReadonlyMap<Availability, readonly Kind[]>
  /** So many are open that the breakers are likelier wrong than the deployments. */
  readonly inPanic: boolean
}

/** Looks at the candidates of one priority. */
export function surveyed<Kind extends Candidate>(
  candidates: readonly Kind[],
  priority: number,
  context: ChoiceContext,
): Group<Kind> {
  const members = new Map<Availability, Kind[]>()
  let size = 0
  for (const candidate of candidates) {
    if (candidate.priority !== priority || context.excluded.has(candidate.name)) continue
    size++
    const availability = candidate.health.availability(context.nowMs)
    const like = members.get(availability)
    if (like === undefined) members.set(availability, [candidate])
    else like.push(candidate)
  }
  const open = members.get('open')?.length ?? 0
  // Half of a group may be out, rounded up, so one alone too.
  return { members, inPanic: open > Math.ceil(size / 2) }
}

/** Those of a group that answered so, in the order of the list. */
export function those<Kind extends Candidate>(group: Group<Kind>, are: Availability): readonly Kind[] {
  return group.members.get(are) ?? []
}

/** A call that has failed already is no trial for another. */
export function takersOf<Kind extends Candidate>(
  group: Group<Kind>,
  { mayProbe }: ChoiceContext,
): readonly Kind[] {
  const free = those(group, 'free')
  return mayProbe ? [...free, ...those(group, 'probe')] : free
}

/** Those with a weight, or all when none has one. */
export function weighty<Kind extends Candidate>(candidates: readonly Kind[]): readonly Kind[] {
  const some = candidates.filter(({ weight }) => weight > 0)
  return some.length > 0 ? some : candidates
}

/** The next priority after `after` that a candidate has. */
export function nextPriority(candidates: readonly Candidate[], after: number): number | undefined {
  let next: number | undefined
  for (const { priority } of candidates) {
    if (priority > after && (next === undefined || priority < next)) next = priority
  }
  return next
}
