// Which deployment of a model comes first: the lowest priority group that can take the call, and in it the caller's
// own deployment, a trial that is due, or the policy. When breakers shut too much out, they are doubted: a group
// without relief is taken whole, by how well each did, and an open deployment alone still gets its trickle.
import { drawn, rendezvous } from './draw.ts'
import { pickByPolicy, shareOfWeight } from './pick-by-policy.ts'
import { nextPriority, surveyed } from './survey.ts'
import type { WeightOf } from './draw.ts'
import type { Availability } from '../../core/health.ts'
import type { Candidate, Choice, ChoiceContext, NoneReason, Policy, Reason } from './candidate.ts'
import type { Group } from './survey.ts'

/** What is left to one that never succeeded, so that it is seen when it does. */
const recentSuccessMin = 0.02

/** Decides where a call goes. Pure but for `context.random`. */
export function choose(candidates: readonly Candidate[], policy: Policy, context: ChoiceContext): Choice {
  const only = candidates.length === 1 ? candidates[0] : undefined
  if (only !== undefined) return alone(only, context)
  const groups: Group[] = []
  let priority = nextPriority(candidates, -Infinity)
  while (priority !== undefined) {
    const group = surveyed(candidates, priority, context)
    groups.push(group)
    priority = nextPriority(candidates, priority)
    if (takersOf(group, context).length === 0) continue
    const isDoubted = group.inPanic && !haveRelief({ candidates, from: priority }, context)
    return (isDoubted ? sick(group, context, 'panic') : undefined) ?? pick(group, policy, context)
  }
  return withoutTakers(groups, context)
}

/** The one deployment of a model: nothing to weigh, so nothing is built but the answer. */
function alone(only: Candidate, context: ChoiceContext): Choice {
  if (context.excluded.has(only.name)) return { kind: 'none', why: 'excluded' }
  const availability = only.health.availability(context.nowMs)
  if (availability === 'free') return { kind: 'one', candidate: only, because: 'only' }
  if (availability === 'probe') return { kind: 'one', candidate: only, because: 'probe' }
  if (availability === 'busy') return { kind: 'busy' }
  if (availability === 'open' && only.health.lastResort(context.nowMs)) {
    return { kind: 'one', candidate: only, because: 'last_resort' }
  }
  return { kind: 'none', why: availability }
}

/** A call that has failed already is no trial for another. */
function takersOf(group: Group, { mayProbe }: ChoiceContext): readonly Candidate[] {
  return mayProbe && group.probes.length > 0 ? [...group.free, ...group.probes] : group.free
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

function pick(group: Group, policy: Policy, context: ChoiceContext): Choice {
  const [first, ...others] = weighty(takersOf(group, context))
  if (first === undefined) return { kind: 'none', why: 'no_candidates' }
  const takers = [first, ...others] as const
  const { stickyTo, nowMs } = context
  if (stickyTo !== '') {
    const candidate = rendezvous(takers, (taker) => shareOfWeight(taker, nowMs), stickyTo)
    return { kind: 'one', candidate: candidate ?? first, because: 'sticky' }
  }
  // A trial is due to one that no policy might ever take again: its last measurements were bad.
  const probe = takers.find((taker) => group.probes.includes(taker))
  if (probe !== undefined) return { kind: 'one', candidate: probe, because: 'probe' }
  if (others.length === 0) return { kind: 'one', candidate: first, because: 'only' }
  return { kind: 'one', ...pickByPolicy(takers, policy, context) }
}

/** Nothing was free in any group: what is left, from a trial to the trickle that an open one gets. */
function withoutTakers(groups: readonly Group[], context: ChoiceContext): Choice {
  for (const { probes } of groups) {
    const [probe] = weighty(probes)
    if (probe !== undefined) return { kind: 'one', candidate: probe, because: 'probe' }
  }
  const doubted = firstSick(
    groups.filter(({ inPanic }) => inPanic),
    context,
    'panic',
  )
  if (doubted !== undefined) return doubted
  // A healthy one that is at its limit is worth a wait; only without any is an open one asked.
  if (groups.some(({ seen }) => seen.has('busy'))) return { kind: 'busy' }
  return firstSick(groups, context, 'last_resort') ?? { kind: 'none', why: whyNone(groups) }
}

function firstSick(groups: readonly Group[], context: ChoiceContext, because: Reason): Choice | undefined {
  for (const group of groups) {
    const choice = sick(group, context, because)
    if (choice !== undefined) return choice
  }
  return undefined
}

/** Any of a group, open ones too, by how well each did lately; one that refuses even that leaves the draw. */
function sick(group: Group, context: ChoiceContext, because: Reason): Choice | undefined {
  const { nowMs, random, stickyTo } = context
  const weightOf: WeightOf = ({ weight, health }) =>
    weight * Math.max(recentSuccessMin, health.recentSuccess(nowMs))
  let left = weighty([...takersOf(group, context), ...group.open])
  while (left.length > 0) {
    const candidate = stickyTo === '' ? drawn(left, weightOf, random) : rendezvous(left, weightOf, stickyTo)
    if (candidate === undefined) return undefined
    const isOpen = group.open.includes(candidate)
    if (!isOpen || candidate.health.lastResort(nowMs)) return { kind: 'one', candidate, because }
    left = left.filter((other) => other !== candidate)
  }
  return undefined
}

/** Those with a weight, or all when none has one. */
function weighty(candidates: readonly Candidate[]): readonly Candidate[] {
  const some = candidates.filter(({ weight }) => weight > 0)
  return some.length > 0 ? some : candidates
}

/** From what ends soonest to what ends last. */
const endingSoonest = ['throttled', 'cooling', 'open', 'ejected'] as const satisfies readonly Availability[]

function whyNone(groups: readonly Group[]): NoneReason {
  const why = endingSoonest.find((reason) => groups.some(({ seen }) => seen.has(reason)))
  return why ?? (groups.length > 0 ? 'excluded' : 'no_candidates')
}
