// Limits and budgets in common, by virtual time: what one gateway does when the store is slow, gone, or has forgotten
// everything.
import { describe, expect, test } from 'bun:test'
import { money, noTokens, tenPerHour, VirtualFleet } from '../../../test/virtual-fleet.ts'
import { Account } from '../budget-account.ts'
import type { LimitRule } from '../limits.ts'
import type { SharedOutcome } from '../shared-holds.ts'

describe('a store that cannot be asked', () => {
  test('keeps nobody waiting for long, and after ten calls nobody at all', async () => {
    const fleet = new VirtualFleet()
    const one = fleet.gateway([{ kind: 'requests', amount: 1_000, perMs: 1_000 }])
    await one.start()
    one.store.mood = 'deaf'
    const waits: number[] = []
    for (let call = 0; call < 14; call++) {
      const beganMs = fleet.clock.nowMs()
      await one.granted()
      waits.push(fleet.clock.nowMs() - beganMs)
    }
    expect(waits.slice(0, 10).every((waitMs) => waitMs === 50)).toBe(true)
    expect(waits.slice(10)).toEqual([0, 0, 0, 0])
    expect(fleet.told).toEqual(['shared', 'local: slow'])
  })

  test('keeps a call waiting that only it can decide, and its late answer counts, whatever it is', async () => {
    const fleet = new VirtualFleet()
    const [one, other] = [fleet.gateway([], [money]), fleet.gateway([], [money])]
    await one.start()
    await other.start()
    other.end(await other.granted(900), 900)
    await fleet.pass(100)
    one.store.mood = 'late'
    const waits: number[] = []
    const asked = async (amount: number, answerMs: number): Promise<SharedOutcome> => {
      const beganMs = fleet.clock.nowMs()
      fleet.clock.after(answerMs, () => one.store.letAnswer())
      const outcome = await one.ask(amount)
      waits.push(fleet.clock.nowMs() - beganMs)
      return outcome
    }
    expect(await asked(200, 120)).toMatchObject({ kind: 'over_budget', denial: { spent: 900 } })
    expect((await asked(60, 290)).kind).toBe('granted')
    expect(waits).toEqual([120, 290])
  })

  test('does not keep it waiting longer, and is given back what it grants then', async () => {
    const fleet = new VirtualFleet()
    const one = fleet.gateway([], [money])
    await one.start()
    one.store.mood = 'late'
    const beganMs = fleet.clock.nowMs()
    expect((await one.ask(600)).kind).toBe('unknown')
    expect(fleet.clock.nowMs() - beganMs).toBe(300)
    one.store.letAnswer()
    one.store.mood = 'well'
    await fleet.pass(1_000)
    expect((await one.ask(950)).kind).toBe('granted')
  })

  test('is asked on after one moment that holds up many calls', async () => {
    const fleet = new VirtualFleet()
    const one = fleet.gateway([{ kind: 'requests', amount: 1_000, perMs: 1_000 }])
    await one.start()
    one.store.mood = 'mute'
    const request = {
      over: [one.subject],
      owners: [],
      tokens: noTokens,
      spending: { nanoDollars: 0, tokens: 0 },
    }
    const at = { nowMs: fleet.clock.nowMs(), wallMs: fleet.clock.wallMs() }
    const calls = Array.from({ length: 100 }, async () => await one.holds.hold(request, at))
    await fleet.pass(60)
    expect(await Promise.all(calls)).toHaveLength(100)
    one.store.mood = 'well'
    const asked = one.store.asked
    await one.granted()
    expect(one.store.asked).toBeGreaterThan(asked)
    expect(fleet.told).toEqual(['shared'])
  })

  test('leaves each gateway its share and a half of the limits', async () => {
    const fleet = new VirtualFleet()
    const perMinute: LimitRule = { kind: 'requests', amount: 60, perMs: 60_000 }
    const members = [fleet.gateway([perMinute]), fleet.gateway([perMinute]), fleet.gateway([perMinute])]
    for (const member of members) await member.start()
    await fleet.pass(1_100)
    for (const { store } of members) store.mood = 'away'
    let granted = 0
    for (let second = 0; second < 60; second++) {
      for (const member of members) granted += await member.grantsOf(3)
      await fleet.pass(1_000, 40)
    }
    // A minute's worth at first, another that comes in, and half as much again: three gateways of three each round up.
    expect(granted).toBeWithin(120, 181)
    expect(fleet.told.filter((mode) => mode === 'local: away').length).toBe(3)
  })

  test('hears once of what was used without it', async () => {
    const fleet = new VirtualFleet()
    const one = fleet.gateway([tenPerHour], [money])
    await one.start()
    await one.granted(100)
    await fleet.pass(1_100)
    one.store.mood = 'away'
    const lease = await one.granted(20)
    one.end(lease, 15)
    const open = await one.granted(20)
    one.store.mood = 'well'
    await fleet.pass(6_000, 40)
    expect(fleet.told).toEqual(['shared', 'local: away', 'shared'])
    const other = fleet.gateway([tenPerHour], [money])
    await other.start()
    expect(await other.grantsOf(9)).toBe(7)
    const counter = other.owner.accounts[0]?.counterAt(0)
    expect(counter?.spent).toBe(15)
    // Of the first call, of the one that is open, and slices: of what is left a quarter at most.
    expect(counter?.held).toBeWithin(100 + 20 + 50, 100 + 20 + 271)
    one.end(open, 20)
  })

  test('lets budgets go as far as the slices that were given before', async () => {
    const fleet = new VirtualFleet()
    const one = fleet.gateway([], [money])
    await one.start()
    await one.granted(10)
    await fleet.pass(50)
    one.store.mood = 'away'
    // A twentieth of a thousand.
    expect(await one.grantsOf(10, 10)).toBe(5)
    expect(await one.ask(10)).toMatchObject({ kind: 'unknown', standing: { level: 'key', name: 'k' } })
  })

  test('is there when it comes back, whatever was lost on the way', async () => {
    const fleet = new VirtualFleet()
    const one = fleet.gateway([{ kind: 'concurrency', amount: 4, perMs: 0 }], [money])
    await one.start()
    await one.granted(10)
    await fleet.pass(50)
    one.store.mood = 'mute'
    const leases = [await one.granted(10), await one.granted(10)]
    one.store.breakConnection()
    one.store.mood = 'well'
    for (const lease of leases) one.end(lease, 10)
    await fleet.pass(12_000, 40)
    const other = fleet.gateway([{ kind: 'concurrency', amount: 4, perMs: 0 }], [money])
    await other.start()
    expect(await other.grantsOf(5, 1)).toBe(3)
    expect(other.owner.accounts[0]?.counterAt(0).spent).toBe(20)
  })

  test('is told anew what it has forgotten, by whoever remembers', async () => {
    const fleet = new VirtualFleet()
    const one = fleet.gateway([tenPerHour], [money])
    await one.start()
    const lease = await one.granted(600)
    one.end(lease, 600)
    const open = await one.granted(100)
    await one.grantsOf(6)
    await fleet.pass(1_500)
    fleet.memory.clear()
    await fleet.pass(1_500)
    expect(fleet.told).toEqual(['shared', 'forgotten'])
    expect(await one.grantsOf(4)).toBe(2)
    const outcome = await one.ask(500)
    expect(outcome.kind).toBe('limited')
    one.holds.refund(open, fleet.clock.nowMs())
    await fleet.pass(20)
    expect((await one.ask(500)).kind).toBe('over_budget')
  })

  test('that lost everything while nobody could reach it hears what each has spent alone', async () => {
    const fleet = new VirtualFleet()
    const [one, other] = [fleet.gateway([], [money]), fleet.gateway([], [money])]
    for (const member of [one, other]) {
      await member.start()
      member.end(await member.granted(100), 100)
      await fleet.pass(1_500)
    }
    // It has heard what the other has spent.
    one.end(await one.granted(10), 0)
    await fleet.pass(1_500)
    for (const { store } of [one, other]) store.mood = 'away'
    await fleet.pass(1_500)
    for (const member of [one, other]) member.end(await member.granted(40), 30)
    fleet.memory.clear()
    for (const { store } of [one, other]) store.mood = 'well'
    await fleet.pass(6_000, 40)
    expect(fleet.told.filter((words) => words === 'forgotten')).toHaveLength(2)
    const third = fleet.gateway([], [money])
    await third.start()
    await third.granted(10)
    expect(third.owner.accounts[0]?.counterAt(0).spent).toBe(100 + 100 + 30 + 30)
  })

  test('is told what it does not know before it is asked again, whatever is on its way', async () => {
    const fleet = new VirtualFleet()
    const one = fleet.gateway([], [money])
    await one.start()
    one.store.mood = 'late'
    one.holds.learn([new Account(one.owner, { ...money, period: 'month' }, 0).counterAt(0)])
    await fleet.pass(20)
    one.store.mood = 'well'
    fleet.clock.after(10, () => one.store.letAnswer())
    expect((await one.ask(10)).kind).toBe('granted')
  })

  test('does not keep a gateway from starting', async () => {
    const fleet = new VirtualFleet()
    const one = fleet.gateway([tenPerHour])
    one.store.mood = 'away'
    await one.start()
    expect(await one.grantsOf(11)).toBe(10)
    one.store.mood = 'well'
    await fleet.pass(1_000)
    expect(fleet.told).toEqual(['local: away', 'shared'])
    expect(await one.grantsOf(1)).toBe(0)
  })
})
