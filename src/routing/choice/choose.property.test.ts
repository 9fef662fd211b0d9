import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { candidate, context } from '../../../test/candidates.ts'
import { seededRandom } from '../../../test/seeded-random.ts'
import { choose } from './choose.ts'
import type { CandidateSketch } from '../../../test/candidates.ts'
import type { Availability } from '../../core/health.ts'
import type { Candidate, Choice, Policy } from './candidate.ts'

const policies: readonly Policy[] = [
  'priority',
  'weighted',
  'round_robin',
  'random',
  'least_latency',
  'least_cost',
  'least_busy',
  'best_quality',
]
const availabilities: readonly Availability[] = [
  'free',
  'probe',
  'busy',
  'throttled',
  'cooling',
  'open',
  'ejected',
]

const price = fc.record({ input: fc.double({ min: 0, max: 100, noNaN: true }), output: fc.nat(100) })
const speed = fc.option(fc.double({ min: 0, max: 5000, noNaN: true }), { nil: undefined })
const sketches = fc.record({
  is: fc.constantFrom(...availabilities),
  weight: fc.constantFrom(0, 0.5, 1, 7),
  priority: fc.nat(2),
  share: fc.constantFrom(0.05, 0.4, 1),
  recentSuccess: fc.constantFrom(0, 0.3, 1),
  inFlight: fc.nat(40),
  firstTokenMs: speed,
  tokensPerSecond: speed,
  lastResort: fc.boolean(),
  quality: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
  costPerMillion: fc.option(price, { nil: undefined }),
}) satisfies fc.Arbitrary<CandidateSketch>

interface Case {
  readonly candidates: readonly Candidate[]
  readonly allowed: readonly Candidate[]
  readonly mayProbe: boolean
  readonly choice: Choice
}

const cases: fc.Arbitrary<Case> = fc
  .record({
    sketched: fc.array(sketches, { maxLength: 7 }),
    excludedBits: fc.nat(127),
    policy: fc.constantFrom(...policies),
    seed: fc.nat(),
    turn: fc.nat(100),
    stickyTo: fc.constantFrom('', '', 'ann', 'bob'),
    mayProbe: fc.boolean(),
    cached: fc.nat(2000),
  })
  .map(({ sketched, excludedBits, policy, seed, turn, stickyTo, mayProbe, cached }) => {
    const candidates = sketched.map((sketch, index) => candidate(`d${index}`, sketch))
    const isExcluded = (_: unknown, index: number) => ((excludedBits >> index) & 1) === 1
    const excluded = new Set(candidates.filter(isExcluded).map(({ name }) => name))
    const choice = choose(
      candidates,
      policy,
      context({
        random: seededRandom(seed),
        turn,
        stickyTo,
        mayProbe,
        excluded,
        cachedOn: new Map([['d0', cached]]),
      }),
    )
    return { candidates, allowed: candidates.filter(({ name }) => !excluded.has(name)), mayProbe, choice }
  })

function stateOf({ health }: Candidate): Availability {
  return health.availability(0)
}

/** Holds for any case. */
function holds(law: (given: Case) => void): void {
  fc.assert(fc.property(cases, law), { numRuns: 1000 })
}

test('one that is excluded, or not in the list, is never chosen', () => {
  holds(({ allowed, choice }) => {
    if (choice.kind === 'one') expect(allowed).toContain(choice.candidate)
  })
})

test('one that is busy or cooling is never chosen, and one that is shut out only as a last resort', () => {
  holds(({ choice }) => {
    if (choice.kind !== 'one') return
    const state = stateOf(choice.candidate)
    if (state === 'free' || state === 'probe') return
    expect(['throttled', 'open', 'ejected']).toContain(state)
    expect(choice.candidate.health.lastResort(0)).toBe(true)
    expect(state === 'open' ? ['panic', 'last_resort'] : ['last_resort']).toContain(choice.because)
  })
})

test('while any is free one is chosen, of a group no later than the first that is', () => {
  holds(({ allowed, choice }) => {
    const free = allowed.filter((each) => stateOf(each) === 'free')
    if (free.length === 0) return
    const first = Math.min(...free.map(({ priority }) => priority))
    expect(choice.kind).toBe('one')
    if (choice.kind === 'one') expect(choice.candidate.priority).toBeLessThanOrEqual(first)
  })
})

test('what comes before the first free group is a trial, and no second attempt is one', () => {
  holds(({ allowed, mayProbe, choice }) => {
    if (choice.kind !== 'one' || !allowed.some((each) => stateOf(each) === 'free')) return
    if (stateOf(choice.candidate) === 'probe') expect(mayProbe).toBe(true)
  })
})

test('weight 0 is chosen only where nothing with a weight could be', () => {
  holds(({ allowed, choice }) => {
    if (choice.kind !== 'one' || choice.candidate.weight > 0) return
    const { priority } = choice.candidate
    const better = allowed.filter(
      (each) => each.priority === priority && each.weight > 0 && stateOf(each) === 'free',
    )
    expect(better).toEqual([])
  })
})

test('a wait is offered only when one is busy and none is free or due for a trial', () => {
  holds(({ allowed, choice }) => {
    if (choice.kind !== 'busy') return
    const states = new Set(allowed.map(stateOf))
    expect(states.has('busy')).toBe(true)
    expect(states.has('free') || states.has('probe')).toBe(false)
  })
})

test('nothing is answered only when nothing could be done', () => {
  holds(({ allowed, choice }) => {
    if (choice.kind !== 'none') return
    for (const each of allowed) {
      const state = stateOf(each)
      expect(state === 'free' || state === 'probe' || state === 'busy').toBe(false)
      if (state !== 'cooling') expect(each.health.lastResort(0)).toBe(false)
    }
  })
})
