// The policies: which of several candidates that can all take the call now. One step each, from what is known to
// one of them; what is equal is left to chance by weight, so that a tie is no herd.
import { drawn } from './draw.ts'
import { expectedDollars, expectedMs } from './expectations.ts'
import type { Candidate, ChoiceContext, Picked, Policy, Reason } from './candidate.ts'

/** What is this much dearer in time than the best is as good: measurements are no better than that. */
const nearlyAsFast = 1.1
/** How often an unmeasured one goes first where others have been measured, so that it comes to be. */
const unmeasuredFirst = 0.05

type Takers<Kind extends Candidate> = readonly [Kind, ...Kind[]]

/** One of those that can take the call. */
export function pickByPolicy<Kind extends Candidate>(
  takers: Takers<Kind>,
  policy: Policy,
  context: ChoiceContext,
): Picked<Kind> {
  if (policy === 'weighted') return picked(takers, byShareOfWeight(takers, context), 'weighted')
  const steady = withoutUnsteady(takers, context)
  switch (policy) {
    case 'priority':
      return { candidate: steady[0], because: 'first' }
    case 'round_robin':
      return picked(steady, steady[context.turn % steady.length], 'turn')
    case 'random':
      return picked(
        steady,
        drawn(steady, () => 1, context.random),
        'random',
      )
    case 'least_latency':
      return fastest(steady, context)
    case 'least_cost':
      return least(steady, context, {
        of: (candidate) => expectedDollars(candidate, context),
        because: 'cheapest',
      })
    case 'least_busy':
      return least(steady, context, { of: busyness, because: 'least_busy' })
    case 'best_quality':
      return least(steady, context, {
        of: (candidate) => -(candidate.quality ?? -Infinity),
        because: 'best_quality',
      })
  }
}

/** Its weight, as far as its health lets it have it. */
export function shareOfWeight(candidate: Candidate, nowMs: number): number {
  return candidate.weight * candidate.health.share(nowMs)
}

function picked<Kind extends Candidate>(
  takers: Takers<Kind>,
  candidate: Kind | undefined,
  because: Reason,
): Picked<Kind> {
  return { candidate: candidate ?? takers[0], because }
}

function byShareOfWeight<Kind extends Candidate>(
  takers: Takers<Kind>,
  { nowMs, random }: ChoiceContext,
): Kind | undefined {
  return drawn(takers, (candidate) => shareOfWeight(candidate, nowMs), random)
}

/** A suspect, or one that is coming back, is passed over as often as its share says, while there are others. */
function withoutUnsteady<Kind extends Candidate>(
  takers: Takers<Kind>,
  { nowMs, random }: ChoiceContext,
): Takers<Kind> {
  const [first, ...others] = takers.filter((candidate) => {
    const share = candidate.health.share(nowMs)
    return share >= 1 || random() < share
  })
  return first === undefined ? takers : [first, ...others]
}

interface Measure {
  readonly of: (candidate: Candidate) => number
  readonly because: Reason
}

/** Whichever has least of what is measured. */
function least<Kind extends Candidate>(
  takers: Takers<Kind>,
  context: ChoiceContext,
  measure: Measure,
): Picked<Kind> {
  const measured = takers.map((candidate) => measure.of(candidate))
  const lowest = Math.min(...measured)
  const best = takers.filter((_, index) => measured[index] === lowest)
  return picked(
    takers,
    drawn(best, ({ weight }) => weight, context.random),
    measure.because,
  )
}

/**
 * The shortest expected time. Of all that are nearly as fast as the fastest, two are drawn and the less busy one
 * is taken (Mitzenmacher, "The power of two choices", 2001): the fastest of a moment would else get every call.
 */
function fastest<Kind extends Candidate>(takers: Takers<Kind>, context: ChoiceContext): Picked<Kind> {
  const speeds = takers.map((candidate) => candidate.health.tokensPerSecond(context.nowMs)?.p50 ?? 0)
  // One whose speed is not known gets the benefit of the doubt, and is measured by that.
  const speedOtherwise = Math.max(...speeds) || Infinity
  const times = takers.map((candidate) => expectedMs(candidate, context, speedOtherwise))
  const unmeasured = takers.filter((_, index) => times[index] === undefined)
  const areAllNew = unmeasured.length === takers.length
  if (areAllNew || (unmeasured.length > 0 && context.random() < unmeasuredFirst)) {
    return picked(takers, byShareOfWeight(known(unmeasured, takers), context), 'unmeasured')
  }
  const shortest = Math.min(...times.map((time) => time ?? Infinity))
  const near = takers.filter((_, index) => (times[index] ?? Infinity) <= shortest * nearlyAsFast)
  return picked(takers, lessBusyOfTwo(near, context.random), 'fastest')
}

function known<Kind extends Candidate>(some: readonly Kind[], otherwise: Takers<Kind>): Takers<Kind> {
  const [first, ...others] = some
  return first === undefined ? otherwise : [first, ...others]
}

function lessBusyOfTwo<Kind extends Candidate>(
  near: readonly Kind[],
  random: () => number,
): Kind | undefined {
  if (near.length < 2) return near[0]
  const one = drawn(near, ({ weight }) => weight, random)
  const others = near.filter((candidate) => candidate !== one)
  const other = drawn(others, ({ weight }) => weight, random)
  if (one === undefined || other === undefined) return one
  return busyness(other) < busyness(one) ? other : one
}

/** The used part of the limit. */
function busyness({ health }: Candidate): number {
  return health.inFlight / Math.max(1, health.limit)
}
