import { expect, test } from 'bun:test'
import { ServingRate } from './serving-rate.ts'

test('nothing is expected before somebody has waited', () => {
  const rate = new ServingRate()
  rate.pass(5000, false)
  rate.pass(60_000, false)
  expect(rate.expectedMs(50)).toBe(0)
})

test('the wait is what is ahead at the rate of serving', () => {
  const rate = new ServingRate()
  rate.pass(500, false)
  for (let nowMs = 600; nowMs <= 8500; nowMs += 100) {
    rate.pass(nowMs, true)
    rate.serve()
  }
  // 80 in 8 s; one more is being served.
  expect(rate.expectedMs(10)).toBeCloseTo((10 * 8000) / 81, 6)
})

test('a line that stands still looks worse with time', () => {
  const rate = new ServingRate()
  rate.pass(0, false)
  rate.pass(1000, true)
  const early = rate.expectedMs(3)
  rate.pass(4000, true)
  expect(early).toBe(3000)
  expect(rate.expectedMs(3)).toBe(12_000)
})

test('time without demand says nothing', () => {
  const rate = new ServingRate()
  rate.pass(0, false)
  rate.pass(1000, true)
  rate.serve()
  rate.pass(7000, false)
  expect(rate.expectedMs(2)).toBe(1000)
})

test('what is more than ten seconds old is forgotten', () => {
  const rate = new ServingRate()
  rate.pass(0, false)
  rate.pass(3000, true)
  for (let served = 0; served < 29; served++) rate.serve()
  rate.pass(9000, false)
  expect(rate.expectedMs(1)).toBe(100)
  rate.pass(14_000, false)
  expect(rate.expectedMs(1)).toBe(0)
  rate.pass(1e9, true)
  expect(rate.expectedMs(1)).toBeGreaterThanOrEqual(9000)
  expect(rate.expectedMs(1)).toBeLessThanOrEqual(10_000)
})

test('a clock that stands or steps back does no harm', () => {
  const rate = new ServingRate()
  rate.pass(1000, true)
  rate.pass(1000, true)
  rate.pass(900, true)
  rate.serve()
  expect(rate.expectedMs(5)).toBe(0)
})
