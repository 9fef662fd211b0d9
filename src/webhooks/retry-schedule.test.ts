import { describe, expect, test } from 'bun:test'
import { probeWait, retryAfterOf, waitAfter } from './retry-schedule.ts'

describe('the wait after a failure', () => {
  test('is a tenth shorter or longer than planned, and ends after ten tries', () => {
    expect([0, 0.5, 1].map((random) => waitAfter(1, { random }))).toEqual([4_500, 5_000, 5_500])
    expect(waitAfter(9, { random: 0.5 })).toBe(24 * 3_600_000)
    expect(waitAfter(10, { random: 0.5, retryAfterMs: 1 })).toBeUndefined()
  })

  test('is never shorter than what the endpoint asks for, up to an hour', () => {
    expect(waitAfter(1, { random: 0.5, retryAfterMs: 60_000 })).toBe(60_000)
    expect(waitAfter(1, { random: 0.5, retryAfterMs: 1_000 })).toBe(5_000)
    expect(waitAfter(1, { random: 0.5, retryAfterMs: 90 * 60_000 })).toBe(60 * 60_000)
  })

  test('of an endpoint that failed too often grows to an hour', () => {
    expect([0, 1, 2, 50].map((probes) => probeWait(probes, 0.5) / 60_000)).toEqual([5, 30, 60, 60])
  })
})

test('retry-after is seconds or a date, and anything else is nothing', () => {
  const nowMs = Date.UTC(2026, 0, 1)
  expect(retryAfterOf('120', nowMs)).toBe(120_000)
  expect(retryAfterOf('Thu, 01 Jan 2026 00:01:00 GMT', nowMs)).toBe(60_000)
  expect(retryAfterOf('Wed, 31 Dec 2025 00:00:00 GMT', nowMs)).toBe(0)
  for (const text of [undefined, '', 'soon', '-5', '1e9', '99999999999'])
    expect([text, retryAfterOf(text, nowMs)]).toEqual([text, undefined])
})
