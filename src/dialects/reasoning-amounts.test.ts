import { expect, test } from 'bun:test'
import { budgetOfEffort, effortOfBudget } from './reasoning-amounts.ts'

test.each(['none', 'low', 'medium', 'high'])('%s is worth a budget that means the same again', (effort) => {
  expect(effortOfBudget(budgetOfEffort(effort) ?? -1) ?? '').toBe(effort)
})

test('what is no amount is none', () => {
  expect(budgetOfEffort('adaptive')).toBeUndefined()
  expect(budgetOfEffort('constructor')).toBeUndefined()
  expect(effortOfBudget(-1)).toBeUndefined()
})
