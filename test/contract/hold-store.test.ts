// What every store of common limits and budgets does: in memory, and inside a real Redis.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { gatewayGoneMs } from '../../src/limits/fleet/hold-store.ts'
import type { HoldNote } from '../../src/limits/fleet/hold-store.ts'
import { counter, holdOf, leaseMs, place, quiet, rate, Speaker, window } from './hold-speaker.ts'
import { firstMs, storeKinds } from './hold-stores.ts'
import type { OpenStore, StoreKind } from './hold-stores.ts'

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
