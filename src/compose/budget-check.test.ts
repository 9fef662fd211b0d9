import { beforeEach, describe, expect, test } from 'bun:test'
import { MemoryLeases } from '../../test/contract/memory-leases.ts'
import { VirtualClock } from '../../test/virtual-clock.ts'
import type { BudgetRule } from '../limits/budget.ts'
import { BudgetBook } from '../limits/budget-book.ts'
import { FleetHolds } from '../limits/fleet/fleet-holds.ts'
import type { SharedLease } from '../limits/shared-holds.ts'
import { MemoryHoldStore } from '../limits/fleet/memory-hold-store.ts'
import { Elected } from '../platform/elected.ts'
import { BudgetCheck, checkEveryMs } from './budget-check.ts'

const rule: BudgetRule = { unit: 'nano_dollars', period: 'total', amount: 1_000, alertAt: [], stops: true }
const rules = { key: new Map([['*', [rule]]]) }
const callers = { keyId: 'k', keyName: 'k', models: [], scopes: [] }
const none = { inputTokens: 0, outputTokens: 0 }

class World {
  readonly clock = new VirtualClock()
  readonly store = new MemoryHoldStore(() => this.clock.wallMs())
  readonly leases = new MemoryLeases(() => this.clock.wallMs())
  #gateways = 0

  gateway(hasRecordsOfAll = true): Gateway {
    this.#gateways++
    return new Gateway(this, `g${this.#gateways}`, hasRecordsOfAll)
  }

  async pass(forMs: number, stepMs = 25): Promise<void> {
    for (let leftMs = forMs; leftMs > 0; leftMs -= stepMs) {
      this.clock.advance(Math.min(stepMs, leftMs))
      for (let turn = 0; turn < 8; turn++) await Promise.resolve()
    }
  }
}

class Gateway {
  readonly check: BudgetCheck
  /** What the records say, of the key alone. */
  recorded = 0
  isUnreadable = false
  readonly compared: {
    readonly above: number
    readonly below: number
    readonly worst: string | undefined
  }[] = []
  readonly #holds: FleetHolds
  readonly #book: BudgetBook
  readonly #world: World

  constructor(world: World, name: string, hasRecordsOfAll: boolean) {
    const { clock, leases } = world
    this.#world = world
    this.#book = new BudgetBook(() => {})
    this.#book.use(rules, clock.wallMs())
    this.#holds = new FleetHolds({
      store: world.store,
      clock,
      from: name,
      tells: { modeChanged: () => {}, decidedLocally: () => {}, forgotten: () => {} },
      told: { tellShare: () => {}, tellStop: () => {} },
      onGateways: () => {},
      onForgotten: () => this.check.soon(),
    })
    this.check = new BudgetCheck({
      fleet: {
        hasRecordsOfAll,
        holds: this.#holds,
        elect: (office) => new Elected({ leases, clock, name: office, holder: name }),
      },
      clock,
      random: () => 0.5,
      budgets: this.#book,
      read: (book, wallMs) => {
        if (this.isUnreadable) return Promise.reject(new Error('the database is away'))
        book.use(rules, wallMs)
        const spent = { windowStartMs: 0, nanoDollars: this.recorded, tokens: 0 }
        book.load({ level: 'key', name: 'k', id: 'k' }, spent, wallMs)
        return Promise.resolve({
          hasAll: () => true,
          compared: (drift, worst) => void this.compared.push({ ...drift, worst }),
        })
      },
    })
  }

  async start(): Promise<void> {
    void this.#holds.start()
    this.check.start()
    await this.#world.pass(1_000)
  }

  /** Begins a call that holds so much. */
  async begin(amount: number): Promise<SharedLease> {
    const { clock } = this.#world
    const at = { nowMs: clock.nowMs(), wallMs: clock.wallMs() }
    const owners = this.#book.over({ caller: callers, tags: [] }, at.wallMs)
    const asked = this.#holds.hold(
      { over: [], owners, tokens: none, spending: { nanoDollars: amount, tokens: 0 } },
      at,
    )
    const answers: unknown[] = []
    void Promise.resolve(asked).then((answer) => answers.push(answer))
    while (answers.length === 0) await this.#world.pass(5, 5)
    const outcome = await asked
    if (outcome.kind !== 'granted') throw new Error(outcome.kind)
    return outcome.lease
  }

  async spend(amount: number): Promise<void> {
    const lease = await this.begin(amount)
    this.#holds.settle(lease, none, this.#world.clock.nowMs())
    this.#holds.budgets.settle(lease, { nanoDollars: amount, tokens: 0 })
    await this.#world.pass(1_000)
  }

  /** What all count. */
  async counted(): Promise<number> {
    await this.#world.pass(2_000)
    const { clock } = this.#world
    return this.#book.standings({ caller: callers, tags: [] }, clock.wallMs())[0]?.spent ?? -1
  }

  /** It is killed: it says nothing any more. */
  async kill(): Promise<void> {
    await this.check.stop()
    await this.#holds.close()
  }
}

let world: World

beforeEach(() => {
  world = new World()
})

describe('BudgetCheck', () => {
  test('counts what the records know and nobody has counted', async () => {
    const [one, other] = [world.gateway(), world.gateway()]
    for (const gateway of [one, other]) await gateway.start()
    await one.spend(100)
    for (const gateway of [one, other]) gateway.recorded = 250
    await world.pass(checkEveryMs)
    await other.spend(1)
    expect(await other.counted()).toBe(251)
    // One of them has looked, for all.
    expect([one.compared, other.compared]).toEqual([
      [{ above: 0, below: 0.15, worst: 'key k nano_dollars total' }],
      [],
    ])
  })

  test('is taken over by another when the one who did it is gone', async () => {
    const [one, other] = [world.gateway(), world.gateway()]
    for (const gateway of [one, other]) await gateway.start()
    await other.spend(1)
    await world.pass(checkEveryMs)
    await one.kill()
    await world.pass(checkEveryMs)
    expect([one.compared.length, other.compared.length]).toEqual([1, 1])
  })

  test('lets each gateway with records of its own tell them, and nothing goes down by that', async () => {
    const [one, other] = [world.gateway(false), world.gateway(false)]
    for (const gateway of [one, other]) await gateway.start()
    await one.spend(100)
    await other.spend(300)
    one.recorded = 100
    other.recorded = 300
    await world.pass(checkEveryMs)
    const nothing = { above: 0, below: 0, worst: undefined }
    expect([one.compared, other.compared]).toEqual([[nothing], [nothing]])
    await one.spend(1)
    expect(await one.counted()).toBe(401)
  })

  test('asks the records soon when the store has lost everything', async () => {
    const one = world.gateway()
    await one.start()
    await one.spend(100)
    one.recorded = 500
    world.store.clear()
    await world.pass(5_000)
    await one.spend(1)
    expect(await one.counted()).toBe(501)
  })

  test('asks them as soon as there is somebody to ask, and they can be read', async () => {
    const one = world.gateway()
    await one.start()
    await one.spend(100)
    one.recorded = 500
    one.isUnreadable = true
    world.store.clear()
    world.leases.clear()
    await world.pass(60_000)
    one.isUnreadable = false
    await world.pass(8_000)
    await one.spend(1)
    expect(await one.counted()).toBe(501)
  })

  test('tries again when the records cannot be read', async () => {
    const one = world.gateway()
    await one.start()
    await one.spend(100)
    one.isUnreadable = true
    await world.pass(checkEveryMs)
    expect(one.compared).toEqual([])
    one.isUnreadable = false
    await world.pass(8_000)
    expect(one.compared).toHaveLength(1)
    await one.check.stop()
    await world.pass(3 * checkEveryMs)
    expect(one.compared).toHaveLength(1)
  })
})
