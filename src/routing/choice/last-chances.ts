// What is left when nothing is free, or when so much is shut out that it is doubted: a trial, a group taken whole by
// how well each did, a wait, and the trickle that those get who are shut out. Only a pause that was asked for holds.
import { drawn, rendezvous } from './draw.ts'
import { takersOf, those, weighty } from './survey.ts'
import type { WeightOf } from './draw.ts'
import type { Availability } from '../../core/health.ts'
import type { Candidate, Choice, ChoiceContext, NoneReason } from './candidate.ts'
import type { Group } from './survey.ts'

/** What is left to one that never succeeded, so that it is seen when it does. */
const recentSuccessMin = 0.02

/** Nothing was free in any group: what is left, from a trial to the trickle that those shut out get. */
export function fromWhoIsLeft<Kind extends Candidate>(
  groups: readonly Group<Kind>[],
  context: ChoiceContext,
): Choice<Kind> {
  const [probe] = groups.flatMap((group) => weighty(those(group, 'probe')))
  if (probe !== undefined) return { kind: 'one', candidate: probe, because: 'probe' }
  for (const group of groups) {
    const choice = group.inPanic ? doubted(group, context) : undefined
    if (choice !== undefined) return choice
  }
  // A healthy one that is at its limit is worth a wait; only without any are the others asked.
  if (groups.some((group) => those(group, 'busy').length > 0)) return { kind: 'busy' }
  return lastResort(groups, context) ?? { kind: 'none', why: whyNone(groups) }
}

/** Any of a group in panic, open ones too; undefined when each refuses. */
export function doubted<Kind extends Candidate>(
  group: Group<Kind>,
  context: ChoiceContext,
): Choice<Kind> | undefined {
  const ready = takersOf(group, context)
  const candidate = bySuccess([...ready, ...those(group, 'open')], context, new Set(ready))
  return candidate && { kind: 'one', candidate, because: 'panic' }
}

/** Who may still be asked when nobody else is left, the likeliest to succeed first. */
const lastResorts = ['throttled', 'open', 'ejected'] as const satisfies readonly Availability[]

function lastResort<Kind extends Candidate>(
  groups: readonly Group<Kind>[],
  context: ChoiceContext,
): Choice<Kind> | undefined {
  for (const are of lastResorts) {
    for (const group of groups) {
      const candidate = bySuccess(those(group, are), context, new Set())
      if (candidate !== undefined) return { kind: 'one', candidate, because: 'last_resort' }
    }
  }
  return undefined
}

/** One by how well each did lately; one that is not ready, and refuses a last resort, leaves the draw. */
function bySuccess<Kind extends Candidate>(
  candidates: readonly Kind[],
  { nowMs, random, stickyTo }: ChoiceContext,
  ready: ReadonlySet<Kind>,
): Kind | undefined {
  const weightOf: WeightOf = ({ weight, health }) =>
    weight * Math.max(recentSuccessMin, health.recentSuccess(nowMs))
  let left = candidates
  while (left.length > 0) {
    const candidate = stickyTo === '' ? drawn(left, weightOf, random) : rendezvous(left, weightOf, stickyTo)
    if (candidate === undefined || ready.has(candidate) || candidate.health.lastResort(nowMs))
      return candidate
    left = left.filter((other) => other !== candidate)
  }
  return undefined
}

/** From what ends soonest to what ends last. */
const endingSoonest = ['throttled', 'cooling', 'open', 'ejected'] as const satisfies readonly Availability[]

function whyNone(groups: readonly Group<Candidate>[]): NoneReason {
  const why = endingSoonest.find((reason) => groups.some((group) => those(group, reason).length > 0))
  return why ?? (groups.length > 0 ? 'excluded' : 'no_candidates')
}
