import { describe, expect, test } from 'bun:test'
import { candidate, context, outcome, tally } from '../../../test/candidates.ts'
import { seededRandom } from '../../../test/seeded-random.ts'
import { choose } from './choose.ts'
import type { CandidateSketch } from '../../../test/candidates.ts'
import type { ChoiceContext } from './candidate.ts'

/** By list order, so that what is left over is the group's doing. */
function chosen(
  sketches: Readonly<Record<string, CandidateSketch>>,
  changes?: Partial<ChoiceContext>,
): string {
  const candidates = Object.entries(sketches).map(([name, sketch]) => candidate(name, sketch))
  return outcome(choose(candidates, 'priority', context(changes)))
}

describe('a deployment that is alone', () => {
  const alone = [
    [{ is: 'free' }, 'a: only'],
    [{ is: 'probe' }, 'a: probe'],
    [{ is: 'busy' }, 'busy'],
    [{ is: 'throttled' }, 'none: throttled'],
    [{ is: 'cooling' }, 'none: cooling'],
    [{ is: 'cooling', lastResort: true }, 'none: cooling'],
    [{ is: 'throttled', lastResort: true }, 'a: last_resort'],
    [{ is: 'ejected' }, 'none: ejected'],
    [{ is: 'ejected', lastResort: true }, 'a: last_resort'],
    [{ is: 'open' }, 'none: open'],
    [{ is: 'open', lastResort: true }, 'a: last_resort'],
  ] as const satisfies readonly (readonly [CandidateSketch, string])[]
  for (const [sketch, answer] of alone) {
    test(`${JSON.stringify(sketch)} gives "${answer}"`, () => {
      expect(chosen({ a: sketch })).toBe(answer)
      // The same as beside one that does not count.
      const besideExcluded = chosen({ a: sketch, b: {} }, { excluded: new Set(['b']) })
      expect(besideExcluded).toBe(answer)
    })
  }

  test('is not taken when it is excluded', () => {
    expect(chosen({ a: {} }, { excluded: new Set(['a']) })).toBe('none: excluded')
  })

  test('costs no look at anything but whether it is free', () => {
    const only = candidate('a')
    const asked: string[] = []
    const health = new Proxy(only.health, {
      get(of, name, receiver) {
        asked.push(String(name))
        return Reflect.get(of, name, receiver) as unknown
      },
    })
    choose([{ ...only, health }], 'least_latency', context())
    expect(asked).toEqual(['availability'])
  })
})

describe('groups', () => {
  test('the lowest priority that can take the call does, wherever it stands', () => {
    const both = { a: { priority: 2 }, b: { priority: 1 }, c: { priority: 1 } }
    expect(chosen(both)).toBe('b: first')
    expect(chosen(both, { excluded: new Set(['b']) })).toBe('c: only')
    expect(chosen(both, { excluded: new Set(['b', 'c']) })).toBe('a: only')
  })

  for (const is of ['busy', 'throttled', 'cooling', 'open', 'ejected'] as const) {
    test(`the next one takes what a group that is ${is} cannot`, () => {
      expect(chosen({ a: { is }, b: { priority: 1 } })).toBe('b: only')
    })
  }

  test('none at all is a reason of its own', () => {
    expect(outcome(choose([], 'priority', context()))).toBe('none: no_candidates')
  })

  test('all excluded is another', () => {
    expect(chosen({ a: {}, b: { priority: 1 } }, { excluded: new Set(['a', 'b']) })).toBe('none: excluded')
  })

  test('a wait is offered when a healthy one is at its limit', () => {
    expect(chosen({ a: { is: 'busy' }, b: { is: 'cooling' }, c: { is: 'open', priority: 1 } })).toBe('busy')
  })

  test('of several reasons the one that ends soonest is given', () => {
    expect(chosen({ a: { is: 'ejected' }, b: { is: 'cooling' }, c: { is: 'throttled', priority: 3 } })).toBe(
      'none: throttled',
    )
    expect(chosen({ a: { is: 'ejected' }, b: { is: 'cooling' } })).toBe('none: cooling')
  })

  test('weight 0 is taken when nothing else of its group can be', () => {
    const drained = { a: { weight: 0 }, b: {}, c: { priority: 1 } }
    expect(chosen(drained)).toBe('b: only')
    expect(chosen(drained, { excluded: new Set(['b']) })).toBe('a: only')
  })

  test('nobody is asked twice whether it is free: the answer may be a matter of chance', () => {
    const asked = new Map<string, number>()
    const counting = (name: string, sketch: CandidateSketch) => {
      const plain = candidate(name, sketch)
      const availability = (nowMs: number) => {
        asked.set(name, (asked.get(name) ?? 0) + 1)
        return plain.health.availability(nowMs)
      }
      return { ...plain, health: { ...plain.health, availability } }
    }
    const open = { is: 'open' } as const
    for (const last of ['open', 'free', 'busy'] as const) {
      asked.clear()
      choose(
        [
          counting('a', {}),
          counting('b', open),
          counting('c', open),
          counting('d', { is: last, priority: 1 }),
        ],
        'weighted',
        context(),
      )
      expect([...asked.values()].every((times) => times === 1)).toBe(true)
    }
  })
})

test('of those shut out the likeliest to succeed is asked last of all, across groups', () => {
  const last = { lastResort: true }
  const out = {
    a: { ...last, is: 'ejected' },
    b: { ...last, is: 'cooling' },
    c: { ...last, is: 'open', priority: 1 },
    d: { ...last, is: 'throttled', priority: 2 },
  } as const
  expect(chosen(out)).toBe('d: last_resort')
  expect(chosen(out, { excluded: new Set(['d']) })).toBe('c: last_resort')
  expect(chosen(out, { excluded: new Set(['d', 'c']) })).toBe('a: last_resort')
  expect(chosen(out, { excluded: new Set(['d', 'c', 'a']) })).toBe('none: cooling')
})

describe('a trial that is due', () => {
  test('goes before every policy, or a bad memory would last for ever', () => {
    const candidates = [candidate('a', { quality: 9 }), candidate('b', { is: 'probe', quality: 1 })]
    for (const policy of ['priority', 'weighted', 'best_quality', 'least_latency'] as const) {
      expect(outcome(choose(candidates, policy, context()))).toBe('b: probe')
    }
  })

  test('does not go before a lower priority group', () => {
    expect(chosen({ a: {}, b: { is: 'probe', priority: 1 } })).toBe('a: only')
  })

  test('is not made with a call that failed before, while any other can take it', () => {
    const due = { a: { is: 'probe' }, b: { priority: 1 } } as const
    expect(chosen(due, { mayProbe: false })).toBe('b: only')
    expect(chosen(due, { mayProbe: false, excluded: new Set(['b']) })).toBe('a: probe')
    expect(chosen({ a: { is: 'probe' }, b: { is: 'busy' } }, { mayProbe: false })).toBe('a: probe')
  })
})

describe('panic', () => {
  const open = { is: 'open', lastResort: true, recentSuccess: 0.5 } as const

  test('does not begin while no more than half are open, rounded up', () => {
    for (const sketches of [
      { a: open, b: {} },
      { a: open, b: open, c: {} },
    ]) {
      expect(chosen(sketches)).toEndWith(': only')
    }
  })

  test('takes all of the group by how well each did', () => {
    const candidates = [
      candidate('healthy'),
      candidate('half', open),
      candidate('dead', { ...open, recentSuccess: 0 }),
      candidate('drained', { ...open, weight: 0 }),
    ]
    const random = seededRandom(7)
    const counts = tally(20_000, () => choose(candidates, 'priority', context({ random })))
    const total = 1 + 0.5 + 0.02
    for (const [name, weight] of [
      ['healthy', 1],
      ['half', 0.5],
      ['dead', 0.02],
    ] as const) {
      const part = weight / total
      const deviation = Math.sqrt(20_000 * part * (1 - part))
      expect(Math.abs((counts.get(name) ?? 0) - 20_000 * part)).toBeLessThan(3 * deviation)
    }
  })

  test('leaves out an open one that has had its trickle', () => {
    const spent = { ...open, lastResort: false }
    expect(chosen({ a: spent, b: spent, c: spent, d: {} })).toBe('d: panic')
    expect(chosen({ a: spent, b: spent, c: open })).toBe('c: panic')
    expect(chosen({ a: spent, b: spent, c: { ...open, weight: 0 } })).toBe('c: panic')
    expect(chosen({ a: spent, b: spent })).toBe('none: open')
  })

  test('is not needed while a later group can take calls', () => {
    const later = { priority: 1 }
    expect(chosen({ a: open, b: open, c: open, d: {}, e: later })).toBe('d: only')
    expect(chosen({ a: open, b: open, d: later })).toBe('d: only')
    expect(chosen({ a: open, b: open, d: { ...later, is: 'busy' } })).toEndWith(': panic')
  })

  test('never takes one whose credential was refused, or that asked for a pause', () => {
    const gone = { a: open, b: open, c: open, d: { is: 'ejected' }, e: { is: 'cooling' } } as const
    const candidates = Object.entries(gone).map(([name, sketch]) => candidate(name, sketch))
    const random = seededRandom(3)
    const counts = tally(500, () => choose(candidates, 'weighted', context({ random })))
    expect([...counts.keys()].toSorted()).toEqual(['a', 'b', 'c'])
  })
})
