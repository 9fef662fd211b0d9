// Limits and budgets in common, by virtual time: what gateways let through together, and what one tells that leaves.
import { describe, expect, test } from 'bun:test'
import { money, noTokens, tenPerHour, VirtualFleet } from '../../../test/virtual-fleet.ts'
import type { FleetMember } from '../../../test/virtual-fleet.ts'
import { BudgetOwner } from '../budget-account.ts'
import type { LimitRule } from '../limits.ts'

describe('gateways with a store in common', () => {
  test('let through together what one limit says', async () => {
    const fleet = new VirtualFleet()
    const [one, other] = [fleet.gateway([tenPerHour]), fleet.gateway([tenPerHour])]
    await one.start()
    await other.start()
    expect([await one.grantsOf(6), await other.grantsOf(6), await one.grantsOf(2)]).toEqual([6, 4, 0])
    const denied = await one.ask()
    expect(denied).toMatchObject({
      kind: 'limited',
      denial: { level: 'key', name: 'k', kind: 'requests', limit: 10, remaining: 0, isTooLarge: false },
    })
  })

  test('spend one budget together, and tell once that half of it is spent', async () => {
    const fleet = new VirtualFleet()
    const [one, other] = [fleet.gateway([], [money]), fleet.gateway([], [money])]
    await one.start()
    await other.start()
    for (let call = 0; call < 12; call++) {
      const member = call % 2 === 0 ? one : other
      const outcome = await member.ask(100)
      if (outcome.kind === 'granted') member.end(outcome.lease, 90)
      await fleet.pass(1_000, 40)
    }
    const [standing] = [one.owner.accounts[0]?.counterAt(fleet.clock.wallMs())]
    expect(standing?.spent).toBeWithin(900, 1_001)
    expect(fleet.alerts).toEqual([0.5])
  })

  test('free the places of a gateway that was killed, and charge what it held', async () => {
    const fleet = new VirtualFleet()
    const rules: readonly LimitRule[] = [{ kind: 'concurrency', amount: 2, perMs: 0 }]
    const [one, other] = [fleet.gateway(rules, [money]), fleet.gateway(rules, [money])]
    await one.start()
    await other.start()
    await one.granted(300)
    await one.granted(300)
    expect((await other.ask(10)).kind).toBe('limited')
    one.store.mood = 'deaf'
    await fleet.pass(100_000, 40)
    await other.granted(10)
    expect(other.owner.accounts[0]?.counterAt(0).spent).toBe(600)
  })

  test('keep what a call holds for as long as it runs', async () => {
    const fleet = new VirtualFleet()
    const one = fleet.gateway([{ kind: 'concurrency', amount: 1, perMs: 0 }], [money])
    await one.start()
    const lease = await one.granted(400)
    await fleet.pass(600_000, 40)
    expect((await one.ask(10)).kind).toBe('limited')
    one.end(lease, 150)
    await fleet.pass(20)
    await one.granted(10)
    expect(one.owner.accounts[0]?.counterAt(0).spent).toBe(150)
  })

  test('know somebody who moves to rules of their own by one name', async () => {
    const fleet = new VirtualFleet()
    const [one, other] = [fleet.gateway([tenPerHour]), fleet.gateway([tenPerHour])]
    await one.start()
    await other.start()
    await one.grantsOf(6)
    for (const { subject } of [one, other]) subject.id = 'own'
    expect([await other.grantsOf(8), await one.grantsOf(4)]).toEqual([8, 2])
  })

  test('give back what a call did not use, as if it had not been made', async () => {
    const fleet = new VirtualFleet()
    const one = fleet.gateway([tenPerHour])
    await one.start()
    const lease = await one.granted()
    await one.grantsOf(9)
    one.holds.refund(lease, fleet.clock.nowMs())
    one.holds.refund(lease, fleet.clock.nowMs())
    await fleet.pass(20)
    expect(await one.grantsOf(3)).toBe(1)
  })
})

describe('a gateway that leaves', () => {
  /** How many of five hundred owners a call of this amount is let in for; it spends so much. */
  async function lets({ holds }: FleetMember, amount: number, spent: number): Promise<number> {
    const [at, spending] = [
      { nowMs: 0, wallMs: 0 },
      { nanoDollars: amount, tokens: 0 },
    ]
    let granted = 0
    for (let number = 0; number < 500; number++) {
      const owner = new BudgetOwner({ level: 'key', name: `k${number}` }, [money], 0)
      const outcome = await holds.hold({ over: [], owners: [owner], tokens: noTokens, spending }, at)
      if (outcome.kind !== 'granted') continue
      granted++
      holds.budgets.settle(outcome.lease, { nanoDollars: spent, tokens: 0 })
    }
    return granted
  }

  test('tells all that was spent, and gives back what it has for itself or is asking for', async () => {
    const fleet = new VirtualFleet()
    const [one, other] = [fleet.gateway([], [money]), fleet.gateway([], [money])]
    await one.start()
    await other.start()
    expect(await lets(one, 100, 60)).toBe(500)
    await one.holds.close()
    expect(one.holds.waiting).toBe(0)
    expect(await lets(other, 941, 0)).toBe(0)
    expect(await lets(other, 940, 0)).toBe(500)
  })

  test('waits a second at most for a store that says nothing', async () => {
    const fleet = new VirtualFleet()
    const one = fleet.gateway([], [money])
    await one.start()
    await lets(one, 100, 60)
    one.store.mood = 'deaf'
    let isClosed = false
    void one.holds.close().then(() => (isClosed = true))
    await fleet.pass(995)
    expect(isClosed).toBe(false)
    await fleet.pass(10)
    expect(isClosed).toBe(true)
  })
})
