import { expect, test } from 'bun:test'
import { HedgeBudget } from './hedge-budget.ts'

test('one call in twenty may be asked twice, and ten are saved up at most', () => {
  const budget = new HedgeBudget()
  let hedged = 0
  for (let call = 0; call < 1_000; call += 1) {
    budget.beginCall()
    if (budget.take()) hedged += 1
  }
  expect(hedged).toBe(50)
  for (let call = 0; call < 1_000; call += 1) budget.beginCall()
  for (hedged = 0; budget.take();) hedged += 1
  expect(hedged).toBe(10)
})
