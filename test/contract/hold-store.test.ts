// What every store of common limits and budgets does: in memory, and inside a real Redis. And that the two are one: any
// history of exchanges is answered alike by both.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import type {
  Exchange,
  ExchangeAnswer,
  Hold,
  HoldNote,
  HoldStore,
} from '../../src/limits/fleet/hold-store.ts'
import { afterWindowMs, gatewayGoneMs } from '../../src/limits/fleet/hold-store.ts'
import { firstMs, storeKinds } from './hold-stores.ts'
import type { OpenStore, StoreKind } from './hold-stores.ts'

const leaseMs = 30_000
const rate = { key: 'limit:requests', burst: 5, ratePerMs: 0.001, amount: 1 }
const window = { startMs: firstMs + 1, endMs: firstMs + 3_600_000 }
const counter = { key: 'spent:money', limit: 1_000, amount: 300, ...window }
const place = { key: 'limit:places', limit: 2 }

function holdOf(id: string, parts: Partial<Hold> = {}): Hold {
  return { id, leaseMs, rates: [], places: [], counters: [], ...parts }
}

const quiet = { from: 'g1', sequence: 0, notes: [], hold: undefined, holdUntilMs: -1, isBeat: false } as const

class Speaker {
  readonly #store: HoldStore
  readonly #from: string
  #sequence = 0

  constructor(store: HoldStore, from = 'g1') {
    this.#store = store
    this.#from = from
  }

  async say(...notes: readonly HoldNote[]): Promise<readonly number[]> {
    this.#sequence++
    const exchange = { ...quiet, from: this.#from, sequence: this.#sequence, notes }
    return (await this.#store.exchange(exchange)).results
  }

  async ask(hold: Hold) {
    return (await this.#store.exchange({ ...quiet, from: this.#from, hold })).hold
  }

  async epoch(): Promise<number> {
    return (await this.#store.exchange(quiet)).epoch
  }

  know(spent: number): Promise<readonly number[]> {
    return this.say({ kind: 'known', key: counter.key, ...window, spent })
  }
}

for (const { name, open, isHere } of storeKinds) {
  describe.skipIf(!isHere)(`holds in ${name}`, () => {
    let kind: StoreKind
    beforeAll(async () => {
      kind = await open()
    })
    afterAll(async () => {
      await kind[Symbol.asyncDispose]()
    })

    async function opened(): Promise<OpenStore & { readonly speaker: Speaker }> {
      const store = await kind.open()
      // The store remembers from its first moment on.
      await store.store.exchange(quiet)
      await store.setTime(firstMs + 2)
      return { ...store, speaker: new Speaker(store.store) }
    }

    test('grant all lines or none', async () => {
      const { speaker } = await opened()
      const both = { rates: [{ ...rate, amount: 5 }], counters: [{ ...counter, amount: 2_000 }] }
      expect((await speaker.ask(holdOf('a', both)))?.outcome).toBe('denied')
      const fits = { rates: [{ ...rate, amount: 5 }], counters: [counter], places: [place] }
      const granted = await speaker.ask(holdOf('b', fits))
      expect(granted).toEqual({ outcome: 'granted', used: [5], running: [1], spent: [0], held: [300] })
      const denied = await speaker.ask(holdOf('c', { rates: [rate], places: [place], counters: [counter] }))
      expect(denied).toEqual({ outcome: 'denied', used: [5], running: [1], spent: [0], held: [300] })
    })

    test('let what was used fade, by the store’s own clock, which may step back', async () => {
      const { speaker, setTime } = await opened()
      await speaker.ask(holdOf('a', { rates: [{ ...rate, amount: 5 }] }))
      await setTime(firstMs + 2_502)
      expect((await speaker.ask(holdOf('b', { rates: [{ ...rate, amount: 3 }] })))?.used).toEqual([2.5])
      expect((await speaker.ask(holdOf('c', { rates: [{ ...rate, amount: 2.5 }] })))?.used).toEqual([5])
      await setTime(firstMs - 50_000)
      expect((await speaker.ask(holdOf('d', { rates: [rate] })))?.outcome).toBe('denied')
      await setTime(firstMs + 60_000)
      expect((await speaker.ask(holdOf('e', { rates: [rate] })))?.used).toEqual([1])
    })

    test('go into debt by one burst at most', async () => {
      const { speaker } = await opened()
      const { key, burst, ratePerMs } = rate
      await speaker.say({ kind: 'use', key, burst, ratePerMs, amount: 1_000 })
      await speaker.say({ kind: 'use', key, burst, ratePerMs, amount: -9 })
      expect((await speaker.ask(holdOf('a', { rates: [rate] })))?.used).toEqual([2])
    })

    test('give places of calls that went silent to others, and take them again for calls that did not end', async () => {
      const { speaker, setTime } = await opened()
      for (const id of ['a', 'b']) await speaker.ask(holdOf(id, { places: [place] }))
      expect((await speaker.ask(holdOf('c', { places: [place] })))?.outcome).toBe('denied')
      await speaker.say({ kind: 'end', id: 'a', epoch: 0, places: [place.key], counters: [] })
      expect((await speaker.ask(holdOf('d', { places: [place] })))?.running).toEqual([2])
      await setTime(firstMs + 2 + leaseMs + 1)
      expect((await speaker.ask(holdOf('e', { places: [place] })))?.running).toEqual([1])
      await speaker.say({ kind: 'stay', id: 'b', epoch: 0, leaseMs, places: [place.key], counters: [] })
      expect((await speaker.ask(holdOf('f', { places: [place] })))?.outcome).toBe('denied')
    })

    test('know nothing of a window that began before them, until they are told', async () => {
      const { speaker } = await opened()
      const old = { ...counter, key: 'spent:old', startMs: firstMs - 1 }
      expect(await speaker.ask(holdOf('a', { counters: [counter, old] }))).toEqual({
        outcome: 'unknown',
        used: [],
        running: [],
        spent: [0, -1],
        held: [0, 0],
      })
      await speaker.say({ kind: 'known', key: old.key, ...window, spent: 800 })
      await speaker.say({ kind: 'known', key: old.key, ...window, spent: 700 })
      expect((await speaker.ask(holdOf('b', { counters: [counter, old] })))?.spent).toEqual([0, 800])
      expect((await speaker.ask(holdOf('c', { counters: [{ ...old, amount: 200 }] })))?.outcome).toBe(
        'granted',
      )
    })

    test('put what was spent in place of what was held', async () => {
      const { speaker } = await opened()
      await speaker.ask(holdOf('a', { counters: [counter] }))
      const epoch = await speaker.epoch()
      const counters = [{ key: counter.key, amount: 300, spent: 120 }]
      await speaker.say({ kind: 'end', id: 'a', epoch, places: [], counters })
      expect(await speaker.ask(holdOf('b', { counters: [counter] }))).toMatchObject({
        spent: [120],
        held: [300],
      })
    })

    test('count holds that ran out as spent, until somebody knows better', async () => {
      const { speaker, setTime } = await opened()
      await speaker.ask(holdOf('a', { counters: [counter] }))
      await setTime(firstMs + 2 + leaseMs + 1)
      const silent = { ...counter, amount: 0 }
      expect(await speaker.ask(holdOf('b', { counters: [silent] }))).toMatchObject({
        spent: [300],
        held: [0],
      })
      const epoch = await speaker.epoch()
      const counters = [{ key: counter.key, amount: 300, spent: 20 }]
      await speaker.say({ kind: 'end', id: 'a', epoch, places: [], counters })
      expect(await speaker.ask(holdOf('c', { counters: [silent] }))).toMatchObject({ spent: [20], held: [0] })
    })

    test('say what they counted where somebody knows what was spent, and count no less', async () => {
      const { speaker } = await opened()
      expect([await speaker.know(100), await speaker.know(80), await speaker.know(300)]).toEqual([
        [-1],
        [100],
        [100],
      ])
      const silent = { ...counter, amount: 0 }
      expect((await speaker.ask(holdOf('a', { counters: [silent] })))?.spent).toEqual([300])
    })

    test('take no longer for spent what ran out, when the records of all say so', async () => {
      const { speaker, setTime } = await opened()
      await speaker.know(100)
      for (const id of ['a', 'b']) await speaker.ask(holdOf(id, { counters: [counter] }))
      await setTime(firstMs + 2 + leaseMs + 1)
      const records = { kind: 'records', key: counter.key, ...window, spent: 90, term: 1 } as const
      const silent = { ...counter, amount: 0 }
      // What nobody guessed stays, though the records do not know it yet.
      expect(await speaker.say(records)).toEqual([700])
      expect((await speaker.ask(holdOf('c', { counters: [silent] })))?.spent).toEqual([100])
      expect(await speaker.say({ ...records, spent: 150 })).toEqual([100])
      expect((await speaker.ask(holdOf('d', { counters: [silent] })))?.spent).toEqual([150])
      // One of those that ran out is heard of after all: what it held was given back already.
      const epoch = await speaker.epoch()
      const counters = [{ key: counter.key, amount: 300, spent: 20 }]
      await speaker.say({ kind: 'end', id: 'a', epoch, places: [], counters })
      expect((await speaker.ask(holdOf('e', { counters: [silent] })))?.spent).toEqual([170])
    })

    test('do not listen to records from somebody whose term is over', async () => {
      const { store, speaker } = await opened()
      await speaker.know(100)
      const records = { kind: 'records', key: counter.key, ...window, spent: 500, term: 7 } as const
      expect(await speaker.say({ ...records, spent: 200 })).toEqual([100])
      const next = new Speaker(store, 'g2')
      expect(await next.say({ ...records, spent: 300, term: 8 })).toEqual([200])
      expect(await speaker.say(records)).toEqual([-2])
      expect(await next.say({ ...records, term: 8 })).toEqual([300])
    })

    test('keep up what is said to stay, and let go what is dropped', async () => {
      const { speaker, setTime } = await opened()
      await speaker.ask(holdOf('a', { counters: [counter] }))
      await setTime(firstMs + 20_000)
      const epoch = await speaker.epoch()
      const counters = [{ key: counter.key, amount: 300 }]
      await speaker.say({ kind: 'stay', id: 'a', epoch, leaseMs, places: [], counters })
      await setTime(firstMs + 45_000)
      const silent = { ...counter, amount: 0 }
      expect(await speaker.ask(holdOf('b', { counters: [silent] }))).toMatchObject({
        spent: [0],
        held: [300],
      })
      await speaker.say({ kind: 'drop', id: 'a', places: [], counters })
      expect(await speaker.ask(holdOf('c', { counters: [silent] }))).toMatchObject({ spent: [0], held: [0] })
    })

    test('hold more for a call under way, all of it or nothing', async () => {
      const { speaker } = await opened()
      await speaker.ask(holdOf('a', { counters: [counter] }))
      const more = (amount: number, by: number): HoldNote => ({
        kind: 'more',
        id: 'a',
        leaseMs,
        counters: [{ key: counter.key, amount, more: by, limit: 1_000 }],
      })
      expect(await speaker.say(more(300, 500), more(800, 201), more(800, 200))).toEqual([1, 0, 1])
      const silent = { ...counter, amount: 0 }
      expect((await speaker.ask(holdOf('b', { counters: [silent] })))?.held).toEqual([1_000])
    })

    test('give each gateway a slice of what is left, and take it back', async () => {
      const { store, speaker } = await opened()
      await speaker.know(200)
      for (const from of ['g1', 'g2']) await store.exchange({ ...quiet, from, isBeat: true })
      const epoch = await speaker.epoch()
      const slice = (have: number, want: number, isLast = false): HoldNote => {
        return { kind: 'slice', key: counter.key, epoch, have, want, limit: 1_000, leaseMs, isLast }
      }
      expect(await speaker.say(slice(0, 0))).toEqual([50])
      expect(await speaker.say(slice(50, 400))).toEqual([100])
      const silent = { ...counter, amount: 0 }
      expect((await speaker.ask(holdOf('b', { counters: [silent] })))?.held).toEqual([100])
      expect(await speaker.say(slice(100, 0, true))).toEqual([0])
      expect((await speaker.ask(holdOf('c', { counters: [silent] })))?.held).toEqual([0])
    })

    test('tell one gateway alone that it is the first to see a share spent', async () => {
      const { store, speaker } = await opened()
      await speaker.know(900)
      const told: HoldNote = { kind: 'tell', key: counter.key, mark: 800 }
      expect(await speaker.say(told)).toEqual([1])
      expect(await new Speaker(store, 'g2').say(told)).toEqual([0])
    })

    test('hear a parcel once, and answer it again when it comes again', async () => {
      const { store, speaker } = await opened()
      await speaker.know(100)
      const notes = [{ kind: 'spent', key: counter.key, amount: 7 }] as const
      const parcel = { ...quiet, from: 'g2', sequence: 5, notes }
      const answers = [await store.exchange(parcel), await store.exchange(parcel)]
      expect(answers.map(({ results }) => results)).toEqual([[1], [1]])
      expect((await store.exchange({ ...parcel, sequence: 4 })).results).toEqual([])
      expect((await speaker.ask(holdOf('a', { counters: [counter] })))?.spent).toEqual([107])
    })

    test('count the gateways that said something lately', async () => {
      const { store, setTime } = await opened()
      const beat = async (from: string): Promise<number> => {
        return (await store.exchange({ ...quiet, from, isBeat: true })).gateways
      }
      expect([await beat('g1'), await beat('g2'), await beat('g1')]).toEqual([1, 2, 2])
      await setTime(firstMs + 2 + gatewayGoneMs + 1)
      expect(await beat('g3')).toBe(1)
    })

    test('do not answer a call that has long been answered without them', async () => {
      const { store } = await opened()
      const hold = holdOf('a', { rates: [rate] })
      const late = await store.exchange({ ...quiet, hold, holdUntilMs: firstMs })
      expect(late.hold?.outcome).toBe('late')
      const inTime = await store.exchange({ ...quiet, hold, holdUntilMs: firstMs + 5 })
      expect(inTime.hold?.used).toEqual([1])
    })

    test('say by another epoch that they have lost everything', async () => {
      const { store, speaker, setTime, clear } = await opened()
      await speaker.know(100)
      const { epoch } = await store.exchange(quiet)
      await setTime(firstMs + 1_000)
      await clear()
      const after = await store.exchange({ ...quiet, hold: holdOf('a', { counters: [counter] }) })
      expect(after.epoch).not.toBe(epoch)
      expect(after.hold?.outcome).toBe('unknown')
    })
  })
}

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
