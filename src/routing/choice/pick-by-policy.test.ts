import { describe, expect, test } from 'bun:test'
import { candidate, context, outcome, tally } from '../../../test/candidates.ts'
import { seededRandom } from '../../../test/seeded-random.ts'
import { choose } from './choose.ts'
import type { Candidate, ChoiceContext, Policy } from './candidate.ts'

const times = 20_000

/** How often each was chosen, by one stream of chance. */
function counted(
  candidates: readonly Candidate[],
  policy: Policy,
  changes: Partial<ChoiceContext> = {},
): (name: string) => number {
  const random = seededRandom(11)
  const counts = tally(times, (turn) => choose(candidates, policy, context({ random, turn, ...changes })))
  return (name) => counts.get(name) ?? 0
}

/** Within three standard deviations of its part. */
function expectPart(count: number, part: number): void {
  expect(Math.abs(count - times * part)).toBeLessThanOrEqual(3 * Math.sqrt(times * part * (1 - part)))
}

describe('weighted', () => {
  test('gives each its weight', () => {
    const weights = { a: 1, b: 3, c: 6, d: 0 }
    const counts = counted(
      Object.entries(weights).map(([name, weight]) => candidate(name, { weight })),
      'weighted',
    )
    for (const [name, weight] of Object.entries(weights)) expectPart(counts(name), weight / 10)
  })

  test('gives one that is coming back its share of its weight', () => {
    const counts = counted(
      [candidate('a', { weight: 2, share: 0.25 }), candidate('b', { weight: 1 })],
      'weighted',
    )
    expectPart(counts('a'), 0.5 / 1.5)
  })

  test('gives all alike when none has a weight', () => {
    const counts = counted([candidate('a', { weight: 0 }), candidate('b', { weight: 0 })], 'weighted')
    expectPart(counts('a'), 0.5)
  })
})

describe('priority', () => {
  test('is the order of the list', () => {
    const candidates = [candidate('a', { weight: 1 }), candidate('b', { weight: 99 })]
    expect(outcome(choose(candidates, 'priority', context()))).toBe('a: first')
  })

  test('passes a suspect over as often as its share says', () => {
    const counts = counted([candidate('a', { share: 0.05 }), candidate('b')], 'priority')
    expectPart(counts('a'), 0.05)
    expect(counts('a') + counts('b')).toBe(times)
  })

  test('takes a suspect when there is no other', () => {
    const candidates = [candidate('a', { share: 0.05 }), candidate('b', { is: 'open' })]
    expect(outcome(choose(candidates, 'priority', context()))).toBe('a: only')
  })
})

describe('round_robin', () => {
  test('takes one after the other, and leaves out who cannot', () => {
    const candidates = [
      candidate('a', { weight: 5 }),
      candidate('b'),
      candidate('c', { is: 'busy' }),
      candidate('d'),
    ]
    const names = [0, 1, 2, 3, 4, 5].map((turn) =>
      outcome(choose(candidates, 'round_robin', context({ turn }))),
    )
    expect(names.join()).toBe('a: turn,b: turn,d: turn,a: turn,b: turn,d: turn')
  })
})

describe('random', () => {
  test('takes all alike, whatever they weigh', () => {
    const counts = counted([candidate('a', { weight: 9 }), candidate('b'), candidate('c')], 'random')
    for (const name of ['a', 'b', 'c']) expectPart(counts(name), 1 / 3)
  })
})

describe('least_latency', () => {
  test('counts the whole answer, not only its first token', () => {
    const candidates = [
      candidate('quick-start', { firstTokenMs: 100, tokensPerSecond: 20 }),
      candidate('quick-end', { firstTokenMs: 900, tokensPerSecond: 200 }),
    ]
    const long = context({ expectedOutputTokens: 500 })
    const short = context({ expectedOutputTokens: 5 })
    expect(outcome(choose(candidates, 'least_latency', long))).toBe('quick-end: fastest')
    expect(outcome(choose(candidates, 'least_latency', short))).toBe('quick-start: fastest')
  })

  test('tries an unmeasured one first in a twentieth of the calls', () => {
    const measured = { firstTokenMs: 300, tokensPerSecond: 50 }
    const counts = counted([candidate('a', measured), candidate('new')], 'least_latency')
    expectPart(counts('new'), 0.05)
  })

  test('goes by weight while nothing is measured', () => {
    const counts = counted([candidate('a', { weight: 3 }), candidate('b')], 'least_latency')
    expectPart(counts('a'), 0.75)
  })

  test('is no herd: nearly as fast is as good, and the less busy of two is taken', () => {
    const speed = { tokensPerSecond: 100, limit: 10 }
    const candidates = [
      candidate('a', { ...speed, firstTokenMs: 500, inFlight: 9 }),
      candidate('b', { ...speed, firstTokenMs: 520, inFlight: 5 }),
      candidate('c', { ...speed, firstTokenMs: 540, inFlight: 1 }),
      candidate('slow', { ...speed, firstTokenMs: 2500 }),
    ]
    const counts = counted(candidates, 'least_latency')
    expectPart(counts('c'), 2 / 3)
    expectPart(counts('b'), 1 / 3)
    expect(counts('a') + counts('slow')).toBe(0)
  })

  test('stays whole when a speed is 0 or not known', () => {
    const candidates = [
      candidate('a', { firstTokenMs: 100, tokensPerSecond: 0 }),
      candidate('b', { firstTokenMs: 200 }),
    ]
    const none = context({ expectedOutputTokens: 0 })
    expect(outcome(choose(candidates, 'least_latency', none))).toBe('a: fastest')
    expect(outcome(choose(candidates, 'least_latency', context()))).toBe('a: fastest')
  })

  test('counts a cached prompt as faster', () => {
    const candidates = [
      candidate('a', { firstTokenMs: 1000, tokensPerSecond: 1000 }),
      candidate('b', { firstTokenMs: 1400, tokensPerSecond: 1000 }),
    ]
    const cachedOn = new Map([['b', 1000]])
    const asked = { expectedOutputTokens: 10 }
    expect(outcome(choose(candidates, 'least_latency', context(asked)))).toBe('a: fastest')
    expect(outcome(choose(candidates, 'least_latency', context({ ...asked, cachedOn })))).toBe('b: fastest')
  })
})

describe('least_cost', () => {
  const cheapOut = candidate('cheap-out', { costPerMillion: { input: 3, output: 1 } })
  const cheapIn = candidate('cheap-in', { costPerMillion: { input: 1, output: 5 } })

  test('counts this prompt and this answer', () => {
    const candidates = [cheapOut, cheapIn]
    const reads = context({ estimatedInputTokens: 9000, expectedOutputTokens: 10 })
    const writes = context({ estimatedInputTokens: 10, expectedOutputTokens: 9000 })
    expect(outcome(choose(candidates, 'least_cost', reads))).toBe('cheap-in: cheapest')
    expect(outcome(choose(candidates, 'least_cost', writes))).toBe('cheap-out: cheapest')
  })

  test('takes one without a known price last, and nothing for nothing first', () => {
    const unknown = candidate('unknown')
    const local = candidate('local', { costPerMillion: { input: 0, output: 0 } })
    expect(outcome(choose([unknown, cheapIn], 'least_cost', context()))).toBe('cheap-in: cheapest')
    expect(outcome(choose([unknown, cheapIn, local], 'least_cost', context()))).toBe('local: cheapest')
    expect(outcome(choose([unknown, candidate('b', { is: 'busy' })], 'least_cost', context()))).toBe(
      'unknown: only',
    )
  })

  test('leaves a tie to the weights', () => {
    const costPerMillion = { input: 1, output: 2 }
    const counts = counted(
      [candidate('a', { costPerMillion, weight: 4 }), candidate('b', { costPerMillion })],
      'least_cost',
    )
    expectPart(counts('a'), 0.8)
  })

  test('counts a cached prompt at a tenth, or at its price', () => {
    const asked = { estimatedInputTokens: 1000, expectedOutputTokens: 0, cachedOn: new Map([['dear', 1000]]) }
    const cheap = candidate('cheap', { costPerMillion: { input: 1, output: 1 } })
    const dear = candidate('dear', { costPerMillion: { input: 8, output: 1 } })
    const dearer = candidate('dear', { costPerMillion: { input: 8, output: 1, cachedInput: 4 } })
    expect(outcome(choose([cheap, dear], 'least_cost', context(asked)))).toBe('dear: cheapest')
    expect(outcome(choose([cheap, dearer], 'least_cost', context(asked)))).toBe('cheap: cheapest')
  })

  test('never counts more as cached than the prompt holds', () => {
    const cachedOn = new Map([['a', 1e9]])
    const candidates = [
      candidate('a', { costPerMillion: { input: 8, output: 1 } }),
      candidate('b', { costPerMillion: { input: 0.1, output: 1 } }),
    ]
    expect(outcome(choose(candidates, 'least_cost', context({ cachedOn })))).toBe('b: cheapest')
  })
})

test('least_busy takes the one with the smallest part of its limit in use', () => {
  const candidates = [
    candidate('a', { inFlight: 3, limit: 4 }),
    candidate('b', { inFlight: 30, limit: 100 }),
    candidate('c', { inFlight: 2, limit: 4 }),
  ]
  expect(outcome(choose(candidates, 'least_busy', context()))).toBe('b: least_busy')
})

test('least_busy leaves idle ones to the weights', () => {
  const counts = counted([candidate('a', { weight: 3 }), candidate('b')], 'least_busy')
  expectPart(counts('a'), 0.75)
})

test('best_quality takes the highest score, and one without any last', () => {
  const candidates = [candidate('a'), candidate('b', { quality: 0.4 }), candidate('c', { quality: 0.9 })]
  expect(outcome(choose(candidates, 'best_quality', context()))).toBe('c: best_quality')
  const without = context({ excluded: new Set(['c']) })
  expect(outcome(choose(candidates, 'best_quality', without))).toBe('b: best_quality')
})
