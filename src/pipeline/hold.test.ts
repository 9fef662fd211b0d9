// What a call holds of limits that several gateways have in common, by virtual time.
import { beforeEach, expect, test } from 'bun:test'
import { chatDeployment } from '../../test/chat-deployment.ts'
import { routeTo } from '../../test/route-to.ts'
import { VirtualFleet } from '../../test/virtual-fleet.ts'
import type { FleetMember } from '../../test/virtual-fleet.ts'
import { doors } from '../dialects/doors.ts'
import { BudgetBook } from '../limits/budget-book.ts'
import { LimitBook } from '../limits/limit-book.ts'
import { RetryBudget } from '../routing/health/retry-budget.ts'
import { ModelMemory } from '../routing/model-memory.ts'
import { plainPlan } from '../routing/model-plan.ts'
import { admitAs } from './admit.ts'
import { hold, holdAnew } from './hold.ts'
import type { HoldParts, MayAnswer } from './hold.ts'
import type { HeldCall } from './hold-together.ts'
import { settleReservation } from './reserve.ts'
import { CallRecord } from './settle.ts'

const door = doors.responses
const plan = plainPlan(new ModelMemory(new RetryBudget()))
const timeouts = { totalMs: 60_000, attemptMs: 60_000, firstTokenMs: 60_000, stallMs: 60_000 }

let fleet: VirtualFleet
let gateway: FleetMember
let parts: HoldParts

beforeEach(async () => {
  fleet = new VirtualFleet()
  gateway = fleet.gateway([])
  await gateway.start()
  const limits = new LimitBook()
  const key = new Map([
    ['single', [{ kind: 'concurrency', amount: 1, perMs: 0 } as const]],
    ['busy', [{ kind: 'requests', amount: 100, perMs: 60_000 } as const]],
  ])
  limits.use({ key }, 0)
  parts = { clock: fleet.clock, timeouts, limits, budgets: new BudgetBook(() => {}), shared: gateway.holds }
})

interface Asking {
  readonly call: HeldCall
  readonly by: MayAnswer
}

function callOf(keyName: string): Asking {
  const caller = { keyId: keyName, keyName, scopes: [], models: [] }
  const body = Buffer.from('{"model":"fast","input":"x"}')
  const request = admitAs(door, { body, place: { model: 'fast', stream: false } }, caller)
  const by = routeTo({ deployments: [chatDeployment({})], plan }, { request, door })
  const record = new CallRecord('call_1', 'responses', { generation: 1, nowMs: 0 })
  return { call: { record, request, caller, tags: [], address: undefined }, by }
}

/** What another call did not use is on its way to a store that takes a moment to answer. */
async function tellSlowly(): Promise<void> {
  const over = callOf('busy')
  await hold(over.call, over.by, parts)
  settleReservation(over.call.record, fleet.clock.nowMs())
  gateway.store.mood = 'late'
  const next = callOf('busy')
  void hold(next.call, next.by, parts)
  gateway.store.mood = 'well'
}

/** Whether another call of the key that has one place is let in. */
async function hasRoom(): Promise<boolean> {
  const { call, by } = callOf('single')
  return await Promise.resolve(hold(call, by, parts)).then(
    () => true,
    () => false,
  )
}

test('a call that turns out to be a larger one is not refused for what it held itself', async () => {
  const { call, by } = callOf('single')
  await hold(call, by, parts)
  await tellSlowly()
  const again = holdAnew(call, by, parts)
  await fleet.pass(5)
  gateway.store.letAnswer()
  await again
  expect(call.record.reservation?.lease).toBeDefined()
  expect(await hasRoom()).toBe(false)
})

test('a call whose client leaves while what it held is given back holds nothing', async () => {
  const { call, by } = callOf('single')
  await hold(call, by, parts)
  await tellSlowly()
  const again = holdAnew(call, by, parts)
  call.record.settledMs = 1
  gateway.store.letAnswer()
  await again
  expect(await hasRoom()).toBe(true)
})
