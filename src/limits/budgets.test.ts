import { describe, expect, test } from 'bun:test'
import { BudgetOwner } from './budget-account.ts'
import { Budgets } from './budgets.ts'
import { OutputAllowance } from './output-allowance.ts'
import type { BudgetAlert, BudgetDenial, BudgetLease, BudgetRule, BudgetStanding, Instant } from './budget.ts'

const startMs = Date.UTC(2026, 0, 31, 12)
const midnightMs = Date.UTC(2026, 1, 1)
const dollar = 1_000_000_000
const daily: BudgetRule = { unit: 'nano_dollars', period: 'day', amount: dollar, alertAt: [], stops: true }

describe('a budget', () => {
  test('holds back the most that calls can cost, until they have cost less', () => {
    const { budgets, key } = withRules([daily])
    const first = lease(ask(budgets, key, 0.6))
    expect(denied(ask(budgets, key, 0.6))).toMatchObject({
      reason: 'exhausted',
      level: 'key',
      name: 'k1',
      spent: 0,
      held: 0.6 * dollar,
      windowEndMs: midnightMs,
    })
    budgets.settle(first, { nanoDollars: 0.1 * dollar, tokens: 10 })
    lease(ask(budgets, key, 0.9))
    expect(budgets.standings(key, at(0))).toMatchObject([{ spent: 0.1 * dollar, held: 0.9 * dollar }])
  })

  test('takes from every budget over a call or from none', () => {
    const { budgets, key } = withRules([daily])
    const team = new BudgetOwner({ level: 'team', name: 't1' }, [{ ...daily, amount: 0.1 * dollar }], startMs)
    const decision = budgets.reserve([key, team], wanting(0.5), at(0))
    expect(denied(decision)).toMatchObject({ level: 'team' })
    expect(budgets.standings(key, at(0))).toMatchObject([{ held: 0 }])
  })

  test('counts the first word on a call only', () => {
    const { budgets, key } = withRules([daily])
    const held = lease(ask(budgets, key, 0.5))
    budgets.settle(held, { nanoDollars: 0.2 * dollar, tokens: 0 })
    budgets.settle(held, { nanoDollars: 0.2 * dollar, tokens: 0 })
    budgets.refund(held)
    expect(budgets.standings(key, at(0))).toMatchObject([{ spent: 0.2 * dollar, held: 0 }])
    expect(budgets.topUp(held, { nanoDollars: 1, tokens: 1 }, at(0))).toBeFalse()
  })

  test('in money refuses what nobody knows the price of, one in tokens does not', () => {
    const { budgets, key } = withRules([daily])
    const unknown = { nanoDollars: undefined, tokens: 10, leaseMs: 1_000 }
    expect(denied(budgets.reserve([key], unknown, at(0))).reason).toBe('unknown_price')
    const inTokens = new BudgetOwner(key, [{ ...daily, unit: 'tokens' }], startMs)
    expect(budgets.reserve([inTokens], unknown, at(0)).granted).toBeTrue()
  })

  test('that is empty lets pass what costs nothing', () => {
    const { budgets, key } = withRules([{ ...daily, amount: 0 }])
    expect(ask(budgets, key, 0).granted).toBeTrue()
    expect(ask(budgets, key, 1e-9).granted).toBeFalse()
  })

  test('in tokens counts tokens', () => {
    const { budgets, key } = withRules([{ ...daily, unit: 'tokens', amount: 100 }])
    const held = lease(ask(budgets, key, 5, 80))
    expect(denied(ask(budgets, key, 0, 21)).held).toBe(80)
    budgets.settle(held, { nanoDollars: 5, tokens: 120 })
    expect(budgets.standings(key, at(0))).toMatchObject([{ spent: 120, held: 0 }])
  })

  test('that only alerts stops nobody', () => {
    const { budgets, key, alerts } = withRules([{ ...daily, stops: false, alertAt: [1] }])
    budgets.settle(lease(ask(budgets, key, 3)), { nanoDollars: 3 * dollar, tokens: 0 })
    expect(ask(budgets, key, 3).granted).toBeTrue()
    expect(alerts).toMatchObject([{ share: 1, spent: 3 * dollar }])
  })

  test('with other rules has still spent what it spent', () => {
    const { budgets, key } = withRules([daily])
    const held = lease(ask(budgets, key, 0.4))
    key.change(
      [
        { ...daily, amount: 0.5 * dollar },
        { ...daily, period: 'month' },
      ],
      startMs,
    )
    expect(ask(budgets, key, 0.2).granted).toBeFalse()
    budgets.settle(held, { nanoDollars: 0.3 * dollar, tokens: 0 })
    expect(budgets.standings(key, at(0)).map(({ spent }) => spent)).toEqual([0.3 * dollar, 0])
  })
})

test('one that alerts and one that stops may stand side by side', () => {
  const soft = { ...daily, amount: 0.5 * dollar, alertAt: [1], stops: false }
  const { budgets, key, alerts } = withRules([soft])
  budgets.settle(lease(ask(budgets, key, 0.4)), { nanoDollars: 0.4 * dollar, tokens: 0 })
  key.change([soft, daily], startMs)
  expect(budgets.standings(key, at(0)).map(({ spent }) => spent)).toEqual([0.4 * dollar, 0.4 * dollar])
  expect(ask(budgets, key, 0.7).granted).toBeFalse()
  // Lowered beneath what is spent already, it tells so with the next call.
  key.change([{ ...soft, amount: 0.3 * dollar }, daily], startMs)
  budgets.refund(lease(ask(budgets, key, 0.1)))
  budgets.refund(lease(ask(budgets, key, 0.1)))
  expect(alerts).toMatchObject([{ share: 1, rule: { amount: 0.3 * dollar } }])
})

describe('the windows of a budget', () => {
  test('begin anew at midnight, and what began before stays where it began', () => {
    const { budgets, key } = withRules([daily])
    const late = lease(ask(budgets, key, 1, 0, midnightMs - 1))
    expect(ask(budgets, key, 1, 0, midnightMs - 1).granted).toBeFalse()
    const next = lease(ask(budgets, key, 1, 0, midnightMs))
    budgets.settle(late, { nanoDollars: dollar, tokens: 0 })
    expect(budgets.standings(key, { nowMs: 0, wallMs: midnightMs })).toMatchObject([
      { windowStartMs: midnightMs, spent: 0, held: dollar },
    ])
    budgets.settle(next, { nanoDollars: 0, tokens: 0 })
  })

  test('do not come again when the wall clock steps backwards', () => {
    const { budgets, key } = withRules([daily])
    budgets.settle(lease(ask(budgets, key, 1, 0, midnightMs)), { nanoDollars: dollar, tokens: 0 })
    expect(denied(ask(budgets, key, 1, 0, midnightMs - 3_600_000)).windowStartMs).toBe(midnightMs)
    expect(ask(budgets, key, 1, 0, midnightMs + 1).granted).toBeFalse()
  })

  test('of all time never begin anew', () => {
    const { budgets, key } = withRules([{ ...daily, period: 'total' }])
    budgets.settle(lease(ask(budgets, key, 1)), { nanoDollars: dollar, tokens: 0 })
    expect(denied(ask(budgets, key, 1, 0, Date.UTC(2036, 0, 1))).windowEndMs).toBeUndefined()
  })
})

describe('a hold', () => {
  test('that nobody ended runs out, and what was spent still counts when it is told', () => {
    const { budgets, key } = withRules([daily])
    const lost = lease(ask(budgets, key, 1))
    expect(budgets.standings(key, at(59_999))).toMatchObject([{ held: dollar }])
    expect(budgets.standings(key, at(60_000))).toMatchObject([{ held: 0 }])
    const other = lease(budgets.reserve([key], wanting(0.5), at(61_000)))
    budgets.settle(lost, { nanoDollars: 0.3 * dollar, tokens: 0 })
    expect(budgets.standings(key, at(61_000))).toMatchObject([{ spent: 0.3 * dollar, held: 0.5 * dollar }])
    budgets.refund(other)
  })

  test('of a call that still runs is held again', () => {
    const { budgets, key } = withRules([daily])
    const slow = lease(ask(budgets, key, 0.5))
    expect(budgets.standings(key, at(60_000))).toMatchObject([{ held: 0 }])
    expect(budgets.topUp(slow, { nanoDollars: 0.1 * dollar, tokens: 0 }, at(60_001))).toBeTrue()
    expect(budgets.standings(key, at(100_000))).toMatchObject([{ held: 0.6 * dollar }])
    budgets.settle(slow, { nanoDollars: 0.6 * dollar, tokens: 0 })
    expect(budgets.standings(key, at(100_000))).toMatchObject([{ held: 0, spent: 0.6 * dollar }])
  })
})

describe('alerts', () => {
  test('are told once in a window, each when it is reached', () => {
    const { budgets, key, alerts } = withRules([{ ...daily, alertAt: [0.5, 0.8, 1] }])
    const spend = (dollars: number, wallMs = startMs): void =>
      budgets.settle(lease(ask(budgets, key, dollars, 0, wallMs)), {
        nanoDollars: dollars * dollar,
        tokens: 0,
      })
    spend(0.4)
    expect(alerts).toEqual([])
    spend(0.1)
    spend(0.2)
    spend(0.3)
    expect(alerts.map(({ share }) => share)).toEqual([0.5, 0.8, 1])
    spend(0.9, midnightMs)
    expect(alerts.map(({ share }) => share)).toEqual([0.5, 0.8, 1, 0.5, 0.8])
  })

  test('say that a budget stops its first call in a window, also in the middle of a stream', () => {
    const { budgets, key, stops } = withRules([daily])
    const held = lease(ask(budgets, key, 0.9))
    expect(budgets.topUp(held, { nanoDollars: 0.2 * dollar, tokens: 1 }, at(0))).toBeFalse()
    denied(ask(budgets, key, 0.2))
    expect(stops).toMatchObject([{ name: 'k1', spent: 0, held: 0.9 * dollar }])
    denied(ask(budgets, key, 2, 0, midnightMs))
    expect(stops).toHaveLength(2)
    key.change([{ ...daily, amount: 0.5 * dollar }], midnightMs)
    denied(ask(budgets, key, 2, 0, midnightMs))
    expect(stops).toHaveLength(3)
  })
})

describe('a stream of unknown length', () => {
  test('is let through piece by piece, and cut where the budget has no further one', () => {
    const { budgets, key } = withRules([{ ...daily, amount: 3_000 * 1_000 }])
    const held = lease(
      budgets.reserve([key], { nanoDollars: 1_024_000, tokens: 1_024, leaseMs: 60_000 }, at(0)),
    )
    const boundFor = (outputTokens: number): number => outputTokens * 1_000
    const allowance = new OutputAllowance({ budgets, lease: held, boundFor })
    expect(allowance.allows(1_024, at(0))).toBeTrue()
    expect(allowance.granted).toBe(1_024)
    expect(allowance.allows(1_025, at(0))).toBeTrue()
    expect(allowance.granted).toBe(2_048)
    expect(allowance.allows(2_049, at(0))).toBeFalse()
    expect(allowance.allows(2_048, at(0))).toBeTrue()
    budgets.settle(held, { nanoDollars: 2_048_000, tokens: 2_048 })
    expect(allowance.allows(2_049, at(0))).toBeFalse()
    expect(budgets.standings(key, at(0))).toMatchObject([{ spent: 2_048_000, held: 0 }])
  })
})

function withRules(rules: readonly BudgetRule[]) {
  const alerts: BudgetAlert[] = []
  const stops: BudgetStanding[] = []
  const budgets = new Budgets(
    (alert) => void alerts.push(alert),
    (standing) => void stops.push(standing),
  )
  return { budgets, alerts, stops, key: new BudgetOwner({ level: 'key', name: 'k1' }, rules, startMs) }
}

function at(nowMs: number): Instant {
  return { nowMs, wallMs: startMs }
}

function wanting(dollars: number, tokens = 0) {
  return { nanoDollars: Math.round(dollars * dollar), tokens, leaseMs: 60_000 }
}

function ask(
  budgets: Budgets,
  owner: BudgetOwner,
  ...[dollars, tokens, wallMs = startMs]: [number, number?, number?]
) {
  return budgets.reserve([owner], wanting(dollars, tokens), { nowMs: 0, wallMs })
}

function lease(decision: BudgetLease | BudgetDenial): BudgetLease {
  if (!decision.granted) throw new Error(`denied: ${decision.reason}`)
  return decision
}

function denied(decision: BudgetLease | BudgetDenial): BudgetDenial {
  if (decision.granted) throw new Error('granted')
  return decision
}
