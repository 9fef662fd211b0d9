// That the stores of common limits and budgets are one: any history of exchanges is answered alike by the store in memory
// and by a real Redis.
import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { afterWindowMs } from '../../src/limits/fleet/hold-store.ts'
import type { Exchange, ExchangeAnswer, Hold, HoldNote } from '../../src/limits/fleet/hold-store.ts'
import { firstMs, storeKinds } from './hold-stores.ts'
import type { OpenStore } from './hold-stores.ts'

const keys = ['one', 'two'] as const
const rates = keys.map((key) => ({ key: `rate:${key}`, burst: 20, ratePerMs: 0.004 }))
const counters = keys.map((key, index) => ({
  key: `counter:${key}`,
  limit: index === 0 ? 1_000 : -1,
  startMs: index === 0 ? firstMs + 1 : firstMs - 1,
  endMs: firstMs + 40_000,
}))
const ids = fc.constantFrom('a', 'b', 'c')
const amount = fc.constantFrom(0, 50, 300)
const which = fc.nat(1)
const held = fc.record({ which, amount })

function lineOf<Line>(lines: readonly Line[], index: number): Line {
  const line = lines[index]
  if (line === undefined) throw new Error('no such line')
  return line
}

const epochs = fc.constantFrom(firstMs, 0)
const note: fc.Arbitrary<HoldNote> = fc.oneof(
  fc.record({ which, amount: fc.integer({ min: -8, max: 25 }) }).map(({ which: index, amount: used }) => {
    return { kind: 'use' as const, ...lineOf(rates, index), amount: used }
  }),
  fc.record({ which, amount: fc.nat(20) }).map(({ which: index, amount: used }) => {
    return { kind: 'used' as const, ...lineOf(rates, index), amount: used }
  }),
  fc.record({ id: ids, held, spent: fc.nat(400), epoch: epochs }).map(({ id, held: one, spent, epoch }) => {
    const { key } = lineOf(counters, one.which)
    return { kind: 'end' as const, id, epoch, places: ['p'], counters: [{ key, amount: one.amount, spent }] }
  }),
  fc.record({ id: ids, held }).map(({ id, held: one }) => {
    const { key } = lineOf(counters, one.which)
    return { kind: 'drop' as const, id, places: ['p'], counters: [{ key, amount: one.amount }] }
  }),
  fc.record({ id: ids, held, epoch: epochs }).map(({ id, held: one, epoch }) => {
    const { key } = lineOf(counters, one.which)
    return {
      kind: 'stay' as const,
      id,
      epoch,
      leaseMs: 5_000,
      places: ['p'],
      counters: [{ key, amount: one.amount }],
    }
  }),
  fc.record({ id: ids, held, more: amount }).map(({ id, held: one, more }) => {
    const { key, limit } = lineOf(counters, one.which)
    return { kind: 'more' as const, id, leaseMs: 5_000, counters: [{ key, amount: one.amount, more, limit }] }
  }),
  fc.record({ have: amount, want: amount, isLast: fc.boolean(), epoch: epochs }).map((slice) => {
    return { kind: 'slice' as const, key: 'counter:one', limit: 1_000, leaseMs: 5_000, ...slice }
  }),
  fc.record({ which, spent: fc.nat(900) }).map(({ which: index, spent }) => {
    const { key, startMs, endMs } = lineOf(counters, index)
    return { kind: 'known' as const, key, startMs, endMs, spent }
  }),
  fc.record({ which, spent: fc.nat(900), term: fc.nat(3) }).map(({ which: index, spent, term }) => {
    const { key, startMs, endMs } = lineOf(counters, index)
    return { kind: 'records' as const, key, startMs, endMs, spent, term }
  }),
  fc.record({ which, amount: fc.integer({ min: -300, max: 300 }) }).map(({ which: index, amount: by }) => {
    return { kind: 'spent' as const, key: lineOf(counters, index).key, amount: by }
  }),
  fc.record({ which, mark: fc.nat(2) }).map(({ which: index, mark }) => {
    return { kind: 'tell' as const, key: lineOf(counters, index).key, mark }
  }),
)

function oncePerKey<One extends { readonly which: number }>(all: readonly One[]): readonly One[] {
  return [...new Map(all.map((one) => [one.which, one])).values()]
}

const hold: fc.Arbitrary<Hold> = fc
  .record({
    id: ids,
    rates: fc.array(fc.record({ which, amount: fc.nat(12) }), { maxLength: 2 }),
    places: fc.boolean(),
    counters: fc.array(held, { maxLength: 2 }),
  })
  .map(({ id, rates: asked, places, counters: wanted }) => ({
    id,
    leaseMs: 5_000,
    rates: oncePerKey(asked).map(({ which: index, amount: used }) => ({
      ...lineOf(rates, index),
      amount: used,
    })),
    places: places ? [{ key: 'p', limit: 2 }] : [],
    counters: oncePerKey(wanted).map((one) => {
      const line = lineOf(counters, one.which)
      return { ...line, amount: line.limit < 0 ? 0 : one.amount }
    }),
  }))

type Step =
  | { readonly kind: 'say'; readonly exchange: Exchange }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'clear' }

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    {
      weight: 40,
      arbitrary: fc
        .record({
          from: fc.constantFrom('g1', 'g2'),
          sequence: fc.integer({ min: 1, max: 40 }),
          notes: fc.array(note, { maxLength: 4 }),
          hold: fc.option(hold, { nil: undefined }),
          isBeat: fc.boolean(),
        })
        .map((exchange) => ({ kind: 'say' as const, exchange: { ...exchange, holdUntilMs: -1 } })),
    },
    {
      weight: 15,
      arbitrary: fc.oneof(fc.integer({ min: -2_000, max: 9_000 }), fc.constant(afterWindowMs)).map((ms) => {
        return { kind: 'wait' as const, ms }
      }),
    },
    { weight: 1, arbitrary: fc.constant({ kind: 'clear' as const }) },
  ),
  { maxLength: 40 },
)

async function play({ store, setTime, clear }: OpenStore, all: readonly Step[]): Promise<readonly unknown[]> {
  let nowMs = firstMs
  const answers: unknown[] = []
  for (const step of all) {
    if (step.kind === 'wait') {
      nowMs += step.ms
      await setTime(nowMs)
    } else if (step.kind === 'clear') await clear()
    else answers.push(rounded(await store.exchange(step.exchange)))
  }
  return answers
}

/** One tells what was used in thousandths, the other whole. */
function rounded({ hold: answer, ...rest }: ExchangeAnswer): unknown {
  return {
    ...rest,
    hold: answer && { ...answer, used: answer.used.map((used) => Math.round(used * 100) / 100) },
  }
}

describe.skipIf(storeKinds.some(({ isHere }) => !isHere))('any history', () => {
  test('is answered alike by the store in memory and by Redis', async () => {
    const [memory, redis] = await Promise.all(storeKinds.map(async ({ open }) => await open()))
    if (memory === undefined || redis === undefined) throw new Error('two kinds of stores')
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const [one, other] = [await memory.open(), await redis.open()]
        expect(await play(one, all)).toEqual(await play(other, all))
      }),
      { numRuns: 150 },
    )
    await redis[Symbol.asyncDispose]()
  })
})
