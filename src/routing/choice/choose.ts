// Which deployment of a model comes first: the lowest priority group that can take the call, and in it the caller's
// own deployment, a trial that is due, or the policy. When breakers shut too much out, they are doubted: a group
// without relief is taken whole, by how well each did, and an open deployment alone still gets its trickle.
import { rendezvous } from './draw.ts'
import { doubted, fromWhoIsLeft } from './last-chances.ts'
import { pickByPolicy, shareOfWeight } from './pick-by-policy.ts'
import { nextPriority, surveyed, takersOf, those, weighty } from './survey.ts'
import type { Candidate, Choice, ChoiceContext, Policy } from './candidate.ts'
import type { Group } from './survey.ts'

/** Decides where a call goes. Pure but for `context.random`. */
export function choose<Kind extends Candidate>(
  candidates: readonly Kind[],
  policy: Policy,
  context: ChoiceContext,
): Choice<Kind> {
  const only = candidates.length === 1 ? candidates[0] : undefined
  if (only !== undefined) return chooseOnly(only, context)
  const groups: Group<Kind>[] = []
  let priority = nextPriority(candidates, -Infinity)
  while (priority !== undefined) {
    const group = surveyed(candidates, priority, context)
    groups.push(group)
    priority = nextPriority(candidates, priority)
    if (takersOf(group, context).length === 0) continue
    const isDoubted = group.inPanic && !haveRelief({ candidates, from: priority }, context)
    return (isDoubted ? doubted(group, context) : undefined) ?? pick(group, policy, context)
  }
  return fromWhoIsLeft(groups, context)
}

/**
 * Decides about the one deployment of a model: nothing is weighed, so nothing but the time and the exclusions
 * need be known, and nothing is built but the answer.
 */
export function chooseOnly<Kind extends Candidate>(
  only: Kind,
  context: Pick<ChoiceContext, 'nowMs' | 'excluded'>,
): Choice<Kind> {
  if (context.excluded.has(only.name)) return { kind: 'none', why: 'excluded' }
  const availability = only.health.availability(context.nowMs)
  if (availability === 'free') return { kind: 'one', candidate: only, because: 'only' }
  if (availability === 'probe') return { kind: 'one', candidate: only, because: 'probe' }
  if (availability === 'busy') return { kind: 'busy' }
  if (availability !== 'cooling' && only.health.lastResort(context.nowMs)) {
    return { kind: 'one', candidate: only, because: 'last_resort' }
  }
  return { kind: 'none', why: availability }
}

interface LaterGroups {
  readonly candidates: readonly Candidate[]
  /** The priority of the first of them; undefined when there are none. */
  readonly from: number | undefined
}

/** A later group could take the call, so that there is no need to doubt the breakers of this one. */
function haveRelief({ candidates, from }: LaterGroups, context: ChoiceContext): boolean {
  if (from === undefined) return false
  return candidates.some(
    ({ priority, name, health }) =>
      priority >= from && !context.excluded.has(name) && health.availability(context.nowMs) === 'free',
  )
}

function pick<Kind extends Candidate>(
  group: Group<Kind>,
  policy: Policy,
  context: ChoiceContext,
): Choice<Kind> {
  const [first, ...others] = weighty(takersOf(group, context))
  if (first === undefined) return { kind: 'none', why: 'no_candidates' }
  const takers = [first, ...others] as const
  const { stickyTo, nowMs } = context
  if (stickyTo !== '') {
    const candidate = rendezvous(takers, (taker) => shareOfWeight(taker, nowMs), stickyTo)
    return { kind: 'one', candidate: candidate ?? first, because: 'sticky' }
  }
  // A trial is due to one that no policy might ever take again: its last measurements were bad.
  const probe = takers.find((taker) => those(group, 'probe').includes(taker))
  if (probe !== undefined) return { kind: 'one', candidate: probe, because: 'probe' }
  if (others.length === 0) return { kind: 'one', candidate: first, because: 'only' }
  return { kind: 'one', ...pickByPolicy(takers, policy, context) }
}
