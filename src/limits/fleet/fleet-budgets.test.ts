// Budgets in common, by virtual time, for streams whose length nobody knows.
import { describe, expect, test } from 'bun:test'
import { money, VirtualFleet } from '../../../test/virtual-fleet.ts'

describe('a stream of unknown length', () => {
  const piece = { nanoDollars: 100, tokens: 0 }

  test('takes pieces that were asked for ahead of need, and ends where the budget does', async () => {
    const fleet = new VirtualFleet()
    const one = fleet.gateway([], [money])
    await one.start()
    const lease = await one.granted(100)
    let pieces = 1
    for (; pieces < 20; pieces++) {
      one.holds.budgets.foresee(lease, piece)
      await fleet.pass(1_200, 40)
      if (one.holds.budgets.topUp(lease, piece) !== undefined) break
    }
    expect(pieces).toBe(10)
    one.end(lease, pieces * 100)
    await fleet.pass(20)
    expect((await one.ask(1)).kind).toBe('over_budget')
  })

  test('goes one piece ahead of an answer, and no further', async () => {
    const fleet = new VirtualFleet()
    const one = fleet.gateway([], [money])
    await one.start()
    const lease = await one.granted(900)
    one.holds.budgets.foresee(lease, { nanoDollars: 500, tokens: 0 })
    expect(one.holds.budgets.topUp(lease, { nanoDollars: 500, tokens: 0 })).toBeUndefined()
    expect(one.holds.budgets.topUp(lease, { nanoDollars: 500, tokens: 0 })).toMatchObject({ granted: false })
  })

  test('goes on with the slice while the store is away, and stops where that ends', async () => {
    const fleet = new VirtualFleet()
    const one = fleet.gateway([], [money])
    await one.start()
    const lease = await one.granted(20)
    await fleet.pass(50)
    one.store.mood = 'away'
    await fleet.pass(1_100, 40)
    const small = { nanoDollars: 20, tokens: 0 }
    expect([1, 2, 3, 4, 5].map(() => one.holds.budgets.topUp(lease, small) === undefined)).toEqual([
      true,
      true,
      true,
      true,
      false,
    ])
  })

  test('ends in the name of the budget that has no more, and that one is told of', async () => {
    const fleet = new VirtualFleet()
    const tokens = { ...money, unit: 'tokens', period: 'hour' } as const
    const one = fleet.gateway([], [money, tokens])
    await one.start()
    const lease = await one.granted(20)
    await fleet.pass(50)
    one.store.mood = 'away'
    await fleet.pass(1_100, 40)
    const refusal = one.holds.budgets.topUp(lease, { nanoDollars: 20, tokens: 500 })
    expect(refusal).toMatchObject({ granted: false, reason: 'exhausted', rule: tokens })
    expect(fleet.stops).toEqual(['tokens'])
  })
})
