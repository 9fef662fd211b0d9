import { expect, test } from 'bun:test'
import type { Figures } from '../measure/measurement.ts'
import { isGood, judge } from './judge.ts'

const cpu = (sallyport: readonly number[]): Figures => ({
  callCpuUs: { nginx: [10, 20, 10], portkey: [1000, 1000, 1000], sallyport },
})

const verdictOn = (title: string, figures: Figures) =>
  judge(figures, ['cpu'], {}).find(({ goal }) => goal.title === title)

test.each([
  [[25, 50, 26], 2.5, 'aim reached'],
  [[30, 60, 31], 3, 'met'],
  [[40, 80, 41], 4, 'MISSED'],
])('%p µs against nginx is a ratio of %p: %s', (sallyport, ratio, state) => {
  const verdict = verdictOn('CPU per call ÷ nginx', cpu(sallyport))
  expect(verdict?.state as string).toBe(state)
  expect(verdict?.measured?.median).toBe(ratio)
})

test('a missed bound fails the run', () => {
  expect(isGood(judge(cpu([30, 60, 30]), ['cpu'], {}))).toBe(true)
  expect(isGood(judge(cpu([40, 80, 40]), ['cpu'], {}))).toBe(false)
})

test('a run in which nothing was judged is not good', () => {
  expect(isGood(judge({}, ['cpu', 'start'], {}))).toBe(false)
  expect(isGood(judge({ callsPerSecond: { nginx: [2], sallyport: [1] } }, ['cpu'], {}))).toBe(false)
})

test('a measurement that failed fails the run although another one is good', () => {
  const verdicts = judge(cpu([25, 50, 25]), ['cpu', 'abort'], { abort: 'it broke' })
  expect(verdicts.filter(({ state }) => state === 'FAILED').map(({ goal }) => goal.measurement)).toContain(
    'abort',
  )
  expect(isGood(verdicts)).toBe(false)
})

test('a connection that is never closed misses its bound', () => {
  const never = Number.POSITIVE_INFINITY
  const verdicts = judge({ abortStreamMs: { sallyport: [never, never, 1] } }, ['abort'], {})
  expect(verdicts[0]).toMatchObject({ state: 'MISSED' })
})
