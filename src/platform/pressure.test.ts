import { describe, expect, test } from 'bun:test'
import { LoopDelay, pressureOf } from './pressure.ts'

describe('pressureOf', () => {
  const bounds = { from: 50, to: 250 }

  test.each([
    [0, 0],
    [50, 0],
    [150, 0.5],
    [250, 1],
    [9_000, 1],
  ])('%d between 50 and 250 is %d', (value, pressure) => {
    expect(pressureOf(value, bounds)).toBe(pressure)
  })

  test('what cannot be measured presses nobody', () => {
    expect(pressureOf(undefined, bounds)).toBe(0)
    expect(pressureOf(Number.NaN, bounds)).toBe(0)
  })
})

describe('LoopDelay', () => {
  const bounds = { from: 50, to: 250 }
  const afterSamples = (lateMs: readonly number[]): number[] => {
    const delay = new LoopDelay()
    return lateMs.map((byMs) => {
      delay.late(byMs)
      return pressureOf(delay.sample(), bounds)
    })
  }

  test('one hiccup of a quarter of a second turns nobody away', () => {
    expect(Math.max(...afterSamples([250, 0, 0]))).toBeLessThan(0.2)
  })

  test('a row of them does', () => {
    expect(afterSamples([250, 250, 250]).at(-1)).toBeGreaterThan(0.5)
  })

  test('one moment of two seconds does at once, and is forgotten after two', () => {
    const pressures = afterSamples([2_000, 0, 0, 0, 0, 0, 0, 0])
    expect(pressures[0]).toBe(1)
    expect(pressures.at(-1)).toBeLessThan(0.2)
  })

  test('the worst moment of a sample counts', () => {
    const delay = new LoopDelay()
    for (const byMs of [3, 800, 1]) delay.late(byMs)
    expect(delay.sample()).toBeCloseTo(240)
  })
})
