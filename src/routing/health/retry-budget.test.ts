import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { FailoverBudget, RetryBudget, defaultRetryBudget } from './retry-budget.ts'

describe('the retry budget', () => {
  test('starts with four retries, one after another', () => {
    const budget = new RetryBudget()
    expect(taken(budget, 10, true)).toBe(4)
  })

  test('five calls earn one retry, exactly', () => {
    const budget = new RetryBudget()
    taken(budget, 5, true)
    for (let call = 0; call < 4; call += 1) serve(budget)
    expect(budget.mayBegin()).toBe(false)
    serve(budget)
    expect(budget.mayBegin()).toBe(true)
    expect(budget.tokens).toBe(1)
  })

  test('keeps four at most', () => {
    const budget = new RetryBudget()
    for (let call = 0; call < 1_000; call += 1) serve(budget)
    expect(budget.tokens).toBe(4)
    expect(taken(budget, 100, true)).toBe(4)
  })

  test('three retries may run at once when little else does', () => {
    expect(taken(new RetryBudget(), 10, false)).toBe(3)
  })

  test('a fifth of the calls may be retried at once when much runs', () => {
    const budget = new RetryBudget({ ...defaultRetryBudget, tokensMax: 20 })
    for (let call = 0; call < 50; call += 1) budget.beginCall()
    expect(taken(budget, 100, false)).toBe(10)
    budget.end()
    expect(budget.mayBegin()).toBe(true)
  })

  test('at a total outage, retries stay within a fifth of the calls and five more', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3), { maxLength: 300 }), (triesOfCalls) => {
        const budget = new RetryBudget()
        let retries = 0
        for (const tries of triesOfCalls) {
          budget.beginCall()
          retries += taken(budget, tries, true)
          budget.endCall()
          expect(budget.tokens).toBeWithin(0, 4.001)
        }
        expect(retries).toBeLessThanOrEqual(0.2 * triesOfCalls.length + 5)
      }),
    )
  })

  test('what runs at once never exceeds its bound when it begins', () => {
    const step = fc.constantFrom('call', 'call over', 'retry', 'retry over')
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const budget = new RetryBudget()
        let [calls, retries] = [0, 0]
        for (const name of steps) {
          if (name === 'call') {
            calls += 1
            budget.beginCall()
          } else if (name === 'call over' && calls > 0) {
            calls -= 1
            budget.endCall()
          } else if (name === 'retry over' && retries > 0) {
            retries -= 1
            budget.end()
          } else if (name === 'retry' && budget.mayBegin()) {
            retries += 1
            budget.begin()
            expect(retries).toBeLessThanOrEqual(Math.max(3, 0.2 * calls))
          }
        }
      }),
    )
  })
})

describe('the failover budget', () => {
  test('ten calls may move at once when little runs', () => {
    expect(moved(new FailoverBudget())).toBe(10)
  })

  test('each of the calls under way may move at once, and once', () => {
    const budget = new FailoverBudget()
    for (let call = 0; call < 41; call += 1) budget.beginCall()
    expect(moved(budget)).toBe(41)
    budget.end()
    expect(budget.mayBegin()).toBe(true)
    for (let call = 0; call < 41; call += 1) budget.endCall()
    expect(budget.mayBegin()).toBe(false)
  })
})

function serve(budget: RetryBudget): void {
  budget.beginCall()
  budget.endCall()
}

/** How many of so many retries the budget allows, each over before the next or none. */
function taken(budget: RetryBudget, wanted: number, areOver: boolean): number {
  let retries = 0
  for (; retries < wanted && budget.mayBegin(); retries += 1) {
    budget.begin()
    if (areOver) budget.end()
  }
  return retries
}

function moved(budget: FailoverBudget): number {
  let moves = 0
  for (; budget.mayBegin(); moves += 1) budget.begin()
  return moves
}
