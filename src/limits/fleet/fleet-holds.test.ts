// Limits and budgets in common, by virtual time: what one gateway does when the store is slow, gone, or has forgotten
// everything, and what all of them let through together.
import { describe, expect, test } from 'bun:test'
import { ShakyStore } from '../../../test/shaky-store.ts'
import { VirtualClock } from '../../../test/virtual-clock.ts'
import { Account, BudgetOwner } from '../budget-account.ts'
import type { BudgetRule } from '../budget.ts'
import { Subject } from '../limit-subject.ts'
import type { LimitRule } from '../limits.ts'
import type { SharedLease, SharedOutcome } from '../shared-holds.ts'
import { FleetHolds } from './fleet-holds.ts'
import { MemoryHoldStore } from './memory-hold-store.ts'

const money: BudgetRule = {
  unit: 'nano_dollars',
  period: 'total',
  amount: 1_000,
  alertAt: [0.5],
  stops: true,
}
const none = { inputTokens: 0, outputTokens: 0 }

class World {
  readonly clock = new VirtualClock()
  readonly memory = new MemoryHoldStore(() => this.clock.wallMs())
  readonly told: string[] = []
  readonly alerts: number[] = []
  #gateways = 0

  gateway(rules: readonly LimitRule[], budgets: readonly BudgetRule[] = []): Member {
    this.#gateways++
    return new Member(this, `g${this.#gateways}`, { rules, budgets })
  }

  /** Time passes in small steps, and everybody gets to hear what was said. */
  async pass(forMs: number, stepMs = 5): Promise<void> {
    for (let passed = 0; passed < forMs; passed += stepMs) {
      this.clock.advance(stepMs)
      await settled()
    }
  }
}

/** Everything that waits for answers that are there has got them. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 8; turn++) await Promise.resolve()
}

class Member {
  readonly store: ShakyStore
  readonly holds: FleetHolds
  readonly subject: Subject
  readonly owner: BudgetOwner
  readonly #world: World

  constructor(
    world: World,
    name: string,
    { rules, budgets }: { readonly rules: readonly LimitRule[]; readonly budgets: readonly BudgetRule[] },
  ) {
    this.#world = world
    this.store = new ShakyStore(world.memory)
    this.subject = new Subject({ level: 'key', name: 'k' }, rules, { generation: 0, nowMs: 0 })
    this.owner = new BudgetOwner({ level: 'key', name: 'k' }, budgets, world.clock.wallMs())
    this.holds = new FleetHolds({
      store: this.store,
      clock: world.clock,
      from: name,
      tells: {
        modeChanged: (mode, reason) => world.told.push(reason === undefined ? mode : `${mode}: ${reason}`),
        decidedLocally: () => {},
        forgotten: () => world.told.push('forgotten'),
      },
      told: {
        tellShare: (_, share) => void world.alerts.push(share),
        tellStop: () => {},
      },
      onGateways: () => {},
      onForgotten: () => {},
    })
  }

  async start(): Promise<void> {
    void this.holds.start()
    await this.#world.pass(5)
  }

  async ask(amount = 0, tokens = none): Promise<SharedOutcome> {
    const { clock } = this.#world
    const outcome = this.holds.hold(
      { over: [this.subject], owners: [this.owner], tokens, spending: { nanoDollars: amount, tokens: 0 } },
      { nowMs: clock.nowMs(), wallMs: clock.wallMs() },
    )
    if (!(outcome instanceof Promise)) return outcome
    const told: SharedOutcome[] = []
    void outcome.then((answer) => told.push(answer))
    while (told.length === 0) await this.#world.pass(5)
    return await outcome
  }

  async granted(amount = 0): Promise<SharedLease> {
    const outcome = await this.ask(amount)
    if (outcome.kind !== 'granted') throw new Error(`it was ${outcome.kind}`)
    return outcome.lease
  }

  /** How many of so many calls are let in. */
  async grantsOf(calls: number, amount = 0): Promise<number> {
    let granted = 0
    for (let call = 0; call < calls; call++) if ((await this.ask(amount)).kind === 'granted') granted++
    return granted
  }

  end(lease: SharedLease, spent: number): void {
    this.holds.settle(lease, none, this.#world.clock.nowMs())
    this.holds.budgets.settle(lease, { nanoDollars: spent, tokens: 0 })
  }
}

const tenPerHour: LimitRule = { kind: 'requests', amount: 10, perMs: 3_600_000 }

describe('gateways with a store in common', () => {
  test('let through together what one limit says', async () => {
    const world = new World()
    const [one, other] = [world.gateway([tenPerHour]), world.gateway([tenPerHour])]
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
    const world = new World()
    const [one, other] = [world.gateway([], [money]), world.gateway([], [money])]
    await one.start()
    await other.start()
    for (let call = 0; call < 12; call++) {
      const member = call % 2 === 0 ? one : other
      const outcome = await member.ask(100)
      if (outcome.kind === 'granted') member.end(outcome.lease, 90)
      await world.pass(1_000, 40)
    }
    const [standing] = [one.owner.accounts[0]?.counterAt(world.clock.wallMs())]
    expect(standing?.spent).toBeWithin(900, 1_001)
    expect(world.alerts).toEqual([0.5])
  })

  test('free the places of a gateway that was killed, and charge what it held', async () => {
    const world = new World()
    const rules: readonly LimitRule[] = [{ kind: 'concurrency', amount: 2, perMs: 0 }]
    const [one, other] = [world.gateway(rules, [money]), world.gateway(rules, [money])]
    await one.start()
    await other.start()
    await one.granted(300)
    await one.granted(300)
    expect((await other.ask(10)).kind).toBe('limited')
    one.store.mood = 'deaf'
    await world.pass(100_000, 40)
    await other.granted(10)
    expect(other.owner.accounts[0]?.counterAt(0).spent).toBe(600)
  })

  test('keep what a call holds for as long as it runs', async () => {
    const world = new World()
    const one = world.gateway([{ kind: 'concurrency', amount: 1, perMs: 0 }], [money])
    await one.start()
    const lease = await one.granted(400)
    await world.pass(600_000, 40)
    expect((await one.ask(10)).kind).toBe('limited')
    one.end(lease, 150)
    await world.pass(20)
    await one.granted(10)
    expect(one.owner.accounts[0]?.counterAt(0).spent).toBe(150)
  })

  test('give back what a call did not use, as if it had not been made', async () => {
    const world = new World()
    const one = world.gateway([tenPerHour])
    await one.start()
    const lease = await one.granted()
    await one.grantsOf(9)
    one.holds.refund(lease, world.clock.nowMs())
    one.holds.refund(lease, world.clock.nowMs())
    await world.pass(20)
    expect(await one.grantsOf(3)).toBe(1)
  })
})

describe('a gateway that leaves', () => {
  /** How many of five hundred owners a call of this amount is let in for; it spends so much. */
  async function lets({ holds }: Member, amount: number, spent: number): Promise<number> {
    const [at, spending] = [
      { nowMs: 0, wallMs: 0 },
      { nanoDollars: amount, tokens: 0 },
    ]
    let granted = 0
    for (let number = 0; number < 500; number++) {
      const owner = new BudgetOwner({ level: 'key', name: `k${number}` }, [money], 0)
      const outcome = await holds.hold({ over: [], owners: [owner], tokens: none, spending }, at)
      if (outcome.kind !== 'granted') continue
      granted++
      holds.budgets.settle(outcome.lease, { nanoDollars: spent, tokens: 0 })
    }
    return granted
  }

  test('tells all that was spent, and gives back what it has for itself or is asking for', async () => {
    const world = new World()
    const [one, other] = [world.gateway([], [money]), world.gateway([], [money])]
    await one.start()
    await other.start()
    expect(await lets(one, 100, 60)).toBe(500)
    await one.holds.close()
    expect(one.holds.waiting).toBe(0)
    expect(await lets(other, 941, 0)).toBe(0)
    expect(await lets(other, 940, 0)).toBe(500)
  })

  test('waits a second at most for a store that says nothing', async () => {
    const world = new World()
    const one = world.gateway([], [money])
    await one.start()
    await lets(one, 100, 60)
    one.store.mood = 'deaf'
    let isClosed = false
    void one.holds.close().then(() => (isClosed = true))
    await world.pass(995)
    expect(isClosed).toBe(false)
    await world.pass(10)
    expect(isClosed).toBe(true)
  })
})

describe('a store that cannot be asked', () => {
  test('keeps nobody waiting for long, and after ten calls nobody at all', async () => {
    const world = new World()
    const one = world.gateway([{ kind: 'requests', amount: 1_000, perMs: 1_000 }])
    await one.start()
    one.store.mood = 'deaf'
    const waits: number[] = []
    for (let call = 0; call < 14; call++) {
      const beganMs = world.clock.nowMs()
      await one.granted()
      waits.push(world.clock.nowMs() - beganMs)
    }
    expect(waits.slice(0, 10).every((waitMs) => waitMs === 50)).toBe(true)
    expect(waits.slice(10)).toEqual([0, 0, 0, 0])
    expect(world.told).toEqual(['shared', 'local: slow'])
  })

  test('keeps a call waiting that only it can decide, and its late answer counts, whatever it is', async () => {
    const world = new World()
    const [one, other] = [world.gateway([], [money]), world.gateway([], [money])]
    await one.start()
    await other.start()
    other.end(await other.granted(900), 900)
    await world.pass(100)
    one.store.mood = 'late'
    const waits: number[] = []
    const asked = async (amount: number, answerMs: number): Promise<SharedOutcome> => {
      const beganMs = world.clock.nowMs()
      world.clock.after(answerMs, () => one.store.letAnswer())
      const outcome = await one.ask(amount)
      waits.push(world.clock.nowMs() - beganMs)
      return outcome
    }
    expect(await asked(200, 120)).toMatchObject({ kind: 'over_budget', denial: { spent: 900 } })
    expect((await asked(60, 290)).kind).toBe('granted')
    expect(waits).toEqual([120, 290])
  })

  test('does not keep it waiting longer, and is given back what it grants then', async () => {
    const world = new World()
    const one = world.gateway([], [money])
    await one.start()
    one.store.mood = 'late'
    const beganMs = world.clock.nowMs()
    expect((await one.ask(600)).kind).toBe('unknown')
    expect(world.clock.nowMs() - beganMs).toBe(300)
    one.store.letAnswer()
    one.store.mood = 'well'
    await world.pass(1_000)
    expect((await one.ask(950)).kind).toBe('granted')
  })

  test('is asked on after one moment that holds up many calls', async () => {
    const world = new World()
    const one = world.gateway([{ kind: 'requests', amount: 1_000, perMs: 1_000 }])
    await one.start()
    one.store.mood = 'mute'
    const request = { over: [one.subject], owners: [], tokens: none, spending: { nanoDollars: 0, tokens: 0 } }
    const at = { nowMs: world.clock.nowMs(), wallMs: world.clock.wallMs() }
    const calls = Array.from({ length: 100 }, async () => await one.holds.hold(request, at))
    await world.pass(60)
    expect(await Promise.all(calls)).toHaveLength(100)
    one.store.mood = 'well'
    const asked = one.store.asked
    await one.granted()
    expect(one.store.asked).toBeGreaterThan(asked)
    expect(world.told).toEqual(['shared'])
  })

  test('leaves each gateway its share and a half of the limits', async () => {
    const world = new World()
    const perMinute: LimitRule = { kind: 'requests', amount: 60, perMs: 60_000 }
    const members = [world.gateway([perMinute]), world.gateway([perMinute]), world.gateway([perMinute])]
    for (const member of members) await member.start()
    await world.pass(1_100)
    for (const { store } of members) store.mood = 'away'
    let granted = 0
    for (let second = 0; second < 60; second++) {
      for (const member of members) granted += await member.grantsOf(3)
      await world.pass(1_000, 40)
    }
    // A minute's worth at first, another that comes in, and half as much again: three gateways of three each round up.
    expect(granted).toBeWithin(120, 181)
    expect(world.told.filter((mode) => mode === 'local: away').length).toBe(3)
  })

  test('hears once of what was used without it', async () => {
    const world = new World()
    const one = world.gateway([tenPerHour], [money])
    await one.start()
    await one.granted(100)
    await world.pass(1_100)
    one.store.mood = 'away'
    const lease = await one.granted(20)
    one.end(lease, 15)
    const open = await one.granted(20)
    one.store.mood = 'well'
    await world.pass(6_000, 40)
    expect(world.told).toEqual(['shared', 'local: away', 'shared'])
    const other = world.gateway([tenPerHour], [money])
    await other.start()
    expect(await other.grantsOf(9)).toBe(7)
    const counter = other.owner.accounts[0]?.counterAt(0)
    expect(counter?.spent).toBe(15)
    // Of the first call, of the one that is open, and slices: of what is left a quarter at most.
    expect(counter?.held).toBeWithin(100 + 20 + 50, 100 + 20 + 271)
    one.end(open, 20)
  })

  test('lets budgets go as far as the slices that were given before', async () => {
    const world = new World()
    const one = world.gateway([], [money])
    await one.start()
    await one.granted(10)
    await world.pass(50)
    one.store.mood = 'away'
    // A twentieth of a thousand.
    expect(await one.grantsOf(10, 10)).toBe(5)
    expect(await one.ask(10)).toMatchObject({ kind: 'unknown', standing: { level: 'key', name: 'k' } })
  })

  test('is there when it comes back, whatever was lost on the way', async () => {
    const world = new World()
    const one = world.gateway([{ kind: 'concurrency', amount: 4, perMs: 0 }], [money])
    await one.start()
    await one.granted(10)
    await world.pass(50)
    one.store.mood = 'mute'
    const leases = [await one.granted(10), await one.granted(10)]
    one.store.breakConnection()
    one.store.mood = 'well'
    for (const lease of leases) one.end(lease, 10)
    await world.pass(12_000, 40)
    const other = world.gateway([{ kind: 'concurrency', amount: 4, perMs: 0 }], [money])
    await other.start()
    expect(await other.grantsOf(5, 1)).toBe(3)
    expect(other.owner.accounts[0]?.counterAt(0).spent).toBe(20)
  })

  test('is told anew what it has forgotten, by whoever remembers', async () => {
    const world = new World()
    const one = world.gateway([tenPerHour], [money])
    await one.start()
    const lease = await one.granted(600)
    one.end(lease, 600)
    const open = await one.granted(100)
    await one.grantsOf(6)
    await world.pass(1_500)
    world.memory.clear()
    await world.pass(1_500)
    expect(world.told).toEqual(['shared', 'forgotten'])
    expect(await one.grantsOf(4)).toBe(2)
    const outcome = await one.ask(500)
    expect(outcome.kind).toBe('limited')
    one.holds.refund(open, world.clock.nowMs())
    await world.pass(20)
    expect((await one.ask(500)).kind).toBe('over_budget')
  })

  test('that lost everything while nobody could reach it hears what each has spent alone', async () => {
    const world = new World()
    const [one, other] = [world.gateway([], [money]), world.gateway([], [money])]
    for (const member of [one, other]) {
      await member.start()
      member.end(await member.granted(100), 100)
      await world.pass(1_500)
    }
    // It has heard what the other has spent.
    one.end(await one.granted(10), 0)
    await world.pass(1_500)
    for (const { store } of [one, other]) store.mood = 'away'
    await world.pass(1_500)
    for (const member of [one, other]) member.end(await member.granted(40), 30)
    world.memory.clear()
    for (const { store } of [one, other]) store.mood = 'well'
    await world.pass(6_000, 40)
    expect(world.told.filter((words) => words === 'forgotten')).toHaveLength(2)
    const third = world.gateway([], [money])
    await third.start()
    await third.granted(10)
    expect(third.owner.accounts[0]?.counterAt(0).spent).toBe(100 + 100 + 30 + 30)
  })

  test('is told what it does not know before it is asked again, whatever is on its way', async () => {
    const world = new World()
    const one = world.gateway([], [money])
    await one.start()
    one.store.mood = 'late'
    one.holds.learn([new Account(one.owner, { ...money, period: 'month' }, 0).counterAt(0)])
    await world.pass(20)
    one.store.mood = 'well'
    world.clock.after(10, () => one.store.letAnswer())
    expect((await one.ask(10)).kind).toBe('granted')
  })

  test('does not keep a gateway from starting', async () => {
    const world = new World()
    const one = world.gateway([tenPerHour])
    one.store.mood = 'away'
    await one.start()
    expect(await one.grantsOf(11)).toBe(10)
    one.store.mood = 'well'
    await world.pass(1_000)
    expect(world.told).toEqual(['local: away', 'shared'])
    expect(await one.grantsOf(1)).toBe(0)
  })
})

describe('a stream of unknown length', () => {
  const piece = { nanoDollars: 100, tokens: 0 }

  test('takes pieces that were asked for ahead of need, and ends where the budget does', async () => {
    const world = new World()
    const one = world.gateway([], [money])
    await one.start()
    const lease = await one.granted(100)
    let pieces = 1
    for (; pieces < 20; pieces++) {
      one.holds.budgets.foresee(lease, piece)
      await world.pass(1_200, 40)
      if (!one.holds.budgets.topUp(lease, piece)) break
    }
    expect(pieces).toBe(10)
    one.end(lease, pieces * 100)
    await world.pass(20)
    expect((await one.ask(1)).kind).toBe('over_budget')
  })

  test('goes one piece ahead of an answer, and no further', async () => {
    const world = new World()
    const one = world.gateway([], [money])
    await one.start()
    const lease = await one.granted(900)
    one.holds.budgets.foresee(lease, { nanoDollars: 500, tokens: 0 })
    expect(one.holds.budgets.topUp(lease, { nanoDollars: 500, tokens: 0 })).toBe(true)
    expect(one.holds.budgets.topUp(lease, { nanoDollars: 500, tokens: 0 })).toBe(false)
  })

  test('goes on with the slice while the store is away, and stops where that ends', async () => {
    const world = new World()
    const one = world.gateway([], [money])
    await one.start()
    const lease = await one.granted(20)
    await world.pass(50)
    one.store.mood = 'away'
    await world.pass(1_100, 40)
    const small = { nanoDollars: 20, tokens: 0 }
    expect([1, 2, 3, 4, 5].map(() => one.holds.budgets.topUp(lease, small))).toEqual([
      true,
      true,
      true,
      true,
      false,
    ])
  })
})
