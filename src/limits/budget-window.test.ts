import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { windowAt } from './budget-window.ts'
import type { BudgetPeriod } from './budget-window.ts'

const cases: readonly [BudgetPeriod, string, string, string][] = [
  ['hour', '2026-03-29T01:59:59.999Z', '2026-03-29T01:00:00Z', '2026-03-29T02:00:00Z'],
  ['hour', '2026-10-25T01:00:00.000Z', '2026-10-25T01:00:00Z', '2026-10-25T02:00:00Z'],
  ['day', '2026-12-31T23:59:59.999Z', '2026-12-31T00:00:00Z', '2027-01-01T00:00:00Z'],
  ['day', '2027-01-01T00:00:00.000Z', '2027-01-01T00:00:00Z', '2027-01-02T00:00:00Z'],
  ['week', '2026-11-22T23:59:59.999Z', '2026-11-16T00:00:00Z', '2026-11-23T00:00:00Z'],
  ['week', '2026-11-23T00:00:00.000Z', '2026-11-23T00:00:00Z', '2026-11-30T00:00:00Z'],
  ['month', '2028-02-29T12:00:00.000Z', '2028-02-01T00:00:00Z', '2028-03-01T00:00:00Z'],
  ['month', '2026-12-31T23:59:59.999Z', '2026-12-01T00:00:00Z', '2027-01-01T00:00:00Z'],
  ['month', '2026-01-31T23:59:59.999Z', '2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z'],
]

describe('the window', () => {
  test.each(cases)('of a %s at %s begins at %s and ends at %s', (period, at, start, end) => {
    expect(windowAt(period, Date.parse(at))).toEqual({ startMs: Date.parse(start), endMs: Date.parse(end) })
  })

  test('of all time has no end', () => {
    expect(windowAt('total', Date.UTC(2026, 0, 1))).toEqual({ startMs: 0, endMs: Infinity })
  })

  test('holds its time, and begins where the one before it ends', () => {
    const anyPeriod = fc.constantFrom<BudgetPeriod>('hour', 'day', 'week', 'month')
    fc.assert(
      fc.property(anyPeriod, fc.integer({ min: 0, max: 4e12 }), (period, wallMs) => {
        const { startMs, endMs } = windowAt(period, wallMs)
        expect(startMs).toBeLessThanOrEqual(wallMs)
        expect(endMs).toBeGreaterThan(wallMs)
        expect(windowAt(period, endMs).startMs).toBe(endMs)
        expect(windowAt(period, startMs - 1).endMs).toBe(startMs)
        expect(windowAt(period, endMs - 1)).toEqual({ startMs, endMs })
      }),
    )
  })
})
