import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { AdaptiveThrottle } from './adaptive-throttle.ts'
import { defaultHealthSettings } from './health-settings.ts'

describe('the adaptive throttle', () => {
  test('holds nothing back while half of the calls are accepted', () => {
    const throttle = counted(100, 50)
    expect(throttle.refusedShare(0, 0)).toBe(0)
  })

  test('holds back what exceeds two calls per accept', () => {
    expect(counted(100, 49).refusedShare(0, 0)).toBe(2 / 101)
    expect(counted(100, 10).refusedShare(0, 0)).toBe(80 / 101)
  })

  test('lets one call in fifty through when nothing is accepted', () => {
    expect(counted(1_000, 0).refusedShare(0, 0)).toBe(0.98)
  })

  test('a burst without an answer yet is not held back', () => {
    expect(counted(100, 0).refusedShare(0, 100)).toBe(0)
    expect(counted(100, 0).refusedShare(0, 49)).toBeGreaterThan(0)
  })

  test('counts for two minutes', () => {
    const throttle = counted(100, 0)
    expect(throttle.refusedShare(119_999, 0)).toBe(0.98)
    expect(throttle.refusedShare(120_000, 0)).toBe(0)
  })

  test('forgets when it is told to', () => {
    const throttle = counted(100, 0)
    throttle.forget()
    expect(throttle.refusedShare(0, 0)).toBe(0)
    expect(throttle.counts(0)).toEqual({ calls: 0, accepts: 0 })
  })

  test('is the formula of adaptive throttling for all counts', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.nat(300), (calls, accepts) => {
        const share = Math.min(0.98, Math.max(0, (calls - 2 * accepts) / (calls + 1)))
        expect(counted(calls, accepts).refusedShare(0, 0)).toBe(share)
      }),
    )
  })
})

function counted(calls: number, accepts: number): AdaptiveThrottle {
  const throttle = new AdaptiveThrottle(defaultHealthSettings.throttle)
  for (let call = 0; call < calls; call += 1) throttle.call(0)
  for (let accept = 0; accept < accepts; accept += 1) throttle.accept(0)
  return throttle
}
