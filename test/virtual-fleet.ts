// A fleet by virtual time: gateways with limits and budgets in common over one store, each with a connection of its own
// that can be hurt.
import { BudgetOwner } from '../src/limits/budget-account.ts'
import type { BudgetRule } from '../src/limits/budget.ts'
import { FleetHolds } from '../src/limits/fleet/fleet-holds.ts'
import { MemoryHoldStore } from '../src/limits/fleet/memory-hold-store.ts'
import { Subject } from '../src/limits/limit-subject.ts'
import type { LimitRule } from '../src/limits/limits.ts'
import type { SharedLease, SharedOutcome } from '../src/limits/shared-holds.ts'
import { ShakyStore } from './shaky-store.ts'
import { VirtualClock } from './virtual-clock.ts'

export const money: BudgetRule = {
  unit: 'nano_dollars',
  period: 'total',
  amount: 1_000,
  alertAt: [0.5],
  stops: true,
}
export const noTokens = { inputTokens: 0, outputTokens: 0 }
export const tenPerHour: LimitRule = { kind: 'requests', amount: 10, perMs: 3_600_000 }

/** Gateways with a store in common, and the time that passes for all of them. */
export class VirtualFleet {
  readonly clock = new VirtualClock()
  readonly memory = new MemoryHoldStore(() => this.clock.wallMs())
  readonly told: string[] = []
  readonly alerts: number[] = []
  readonly stops: string[] = []
  #gateways = 0

  gateway(rules: readonly LimitRule[], budgets: readonly BudgetRule[] = []): FleetMember {
    this.#gateways++
    return new FleetMember(this, `g${this.#gateways}`, { rules, budgets })
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

/** A gateway of the fleet, with one caller who has limits and budgets. */
export class FleetMember {
  readonly store: ShakyStore
  readonly holds: FleetHolds
  readonly subject: Subject
  readonly owner: BudgetOwner
  readonly #fleet: VirtualFleet

  constructor(
    fleet: VirtualFleet,
    name: string,
    { rules, budgets }: { readonly rules: readonly LimitRule[]; readonly budgets: readonly BudgetRule[] },
  ) {
    this.#fleet = fleet
    this.store = new ShakyStore(fleet.memory)
    this.subject = new Subject({ level: 'key', name: 'k' }, rules, { generation: 0, nowMs: 0 })
    this.owner = new BudgetOwner({ level: 'key', name: 'k' }, budgets, fleet.clock.wallMs())
    this.holds = new FleetHolds({
      store: this.store,
      clock: fleet.clock,
      from: name,
      tells: {
        modeChanged: (mode, reason) => fleet.told.push(reason === undefined ? mode : `${mode}: ${reason}`),
        decidedLocally: () => {},
        forgotten: () => fleet.told.push('forgotten'),
      },
      told: {
        tellShare: (_, share) => void fleet.alerts.push(share),
        tellStop: ({ account }) => void fleet.stops.push(account.rule.unit),
      },
      onGateways: () => {},
      onForgotten: () => {},
    })
  }

  async start(): Promise<void> {
    void this.holds.start()
    await this.#fleet.pass(5)
  }

  async ask(amount = 0, tokens = noTokens): Promise<SharedOutcome> {
    const { clock } = this.#fleet
    const outcome = this.holds.hold(
      { over: [this.subject], owners: [this.owner], tokens, spending: { nanoDollars: amount, tokens: 0 } },
      { nowMs: clock.nowMs(), wallMs: clock.wallMs() },
    )
    if (!(outcome instanceof Promise)) return outcome
    const told: SharedOutcome[] = []
    void outcome.then((answer) => told.push(answer))
    while (told.length === 0) await this.#fleet.pass(5)
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
    this.holds.settle(lease, noTokens, this.#fleet.clock.nowMs())
    this.holds.budgets.settle(lease, { nanoDollars: spent, tokens: 0 })
  }
}
