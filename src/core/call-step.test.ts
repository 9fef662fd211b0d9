import { describe, expect, test } from 'bun:test'
import { compactSteps } from './call-step.ts'

describe('steps in one line', () => {
  test('stand one after the other, each with its time, its deployment and its reason', () => {
    expect(
      compactSteps([
        { atMs: 0.4, what: 'chosen', deployment: 'a/m', why: 'first' },
        { atMs: 12.6, what: 'failed', deployment: 'a/m' },
        { atMs: 13, what: 'error', why: 'provider_error' },
      ]),
    ).toBe('0 chosen a/m (first); 13 failed a/m; 13 error (provider_error)')
  })

  test('are printable ASCII without a semicolon of their own, whatever names they hold', () => {
    const line = compactSteps([{ atMs: 1, what: 'chosen', deployment: 'a/ü;\r\nx-evil: 1', why: '\u0000' }])
    expect(line).toBe('1 chosen a/?,??x-evil: 1 (?)')
  })

  test('are at most a kilobyte, and say how many are missing', () => {
    const steps = Array.from({ length: 100 }, (_, atMs) => ({
      atMs,
      what: 'failed',
      deployment: 'p/'.padEnd(90, 'm'),
    }))
    const line = compactSteps(steps)
    expect(line.length).toBeLessThanOrEqual(1_024)
    expect(line).toEndWith('; +91 more')
    expect(compactSteps([{ atMs: 0, what: 'x', why: 'y'.repeat(5_000) }]).length).toBeLessThanOrEqual(1_024)
  })

  test('that there are none is empty', () => {
    expect(compactSteps([])).toBe('')
  })
})
