// What every store of leases does, in memory and inside a real Redis.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { firstMs, storeKinds } from './hold-stores.ts'
import type { StoreKind } from './hold-stores.ts'

for (const { name, open, isHere } of storeKinds) {
  describe.skipIf(!isHere)(`leases in ${name}`, () => {
    let kind: StoreKind
    beforeAll(async () => {
      kind = await open()
    })
    afterAll(async () => {
      await kind[Symbol.asyncDispose]()
    })

    test('are one holder’s at a time, who may keep them', async () => {
      const { leases, setTime } = await kind.open()
      const term = await leases.hold('work', 'one', 1_000)
      expect(term).toBeGreaterThan(0)
      expect(await leases.hold('work', 'two', 1_000)).toBeUndefined()
      await setTime(firstMs + 900)
      expect(await leases.hold('work', 'one', 1_000)).toBe(term)
      await setTime(firstMs + 1_800)
      expect(await leases.hold('work', 'two', 1_000)).toBeUndefined()
      expect(await leases.hold('other work', 'two', 1_000)).toBeGreaterThan(0)
    })

    test('are anybody’s when their time is over, under a larger number', async () => {
      const { leases, setTime } = await kind.open()
      const terms = [await leases.hold('work', 'one', 1_000)]
      await setTime(firstMs + 1_000)
      terms.push(await leases.hold('work', 'two', 1_000))
      await setTime(firstMs + 2_000)
      // Somebody who comes again is somebody else: others may have been in between.
      terms.push(await leases.hold('work', 'two', 1_000))
      expect(terms.toSorted((a = 0, b = 0) => a - b)).toEqual(terms)
      expect(new Set(terms).size).toBe(3)
    })

    test('are free at once when they are given back, by whoever has them', async () => {
      const { leases } = await kind.open()
      const first = (await leases.hold('work', 'one', 1_000)) ?? 0
      await leases.release('work', 'two')
      expect(await leases.hold('work', 'two', 1_000)).toBeUndefined()
      await leases.release('work', 'one')
      expect(await leases.hold('work', 'two', 1_000)).toBeGreaterThan(first)
      await leases.release('nobody’s work', 'one')
    })

    test('have larger numbers also after the store has lost everything', async () => {
      const { leases, setTime, clear } = await kind.open()
      const first = (await leases.hold('work', 'one', 1_000)) ?? 0
      await setTime(firstMs + 1)
      await clear()
      expect(await leases.hold('work', 'two', 1_000)).toBeGreaterThan(first)
    })

    test('of one second are one holder’s among many who ask together', async () => {
      const { leases } = await kind.open()
      const asked = await Promise.all(
        Array.from({ length: 50 }, (_, who) => leases.hold('work', `holder ${who}`, 1_000)),
      )
      expect(asked.filter((term) => term !== undefined)).toHaveLength(1)
    })
  })
}
