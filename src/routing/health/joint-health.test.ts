import { describe, expect, test } from 'bun:test'
import type { Availability, DeploymentHealth } from '../../core/health.ts'
import { JointHealth } from './joint-health.ts'

/** Of one key's health only what is joined. */
function part(stands: Availability, changes: Partial<DeploymentHealth> = {}): DeploymentHealth {
  const health: Partial<DeploymentHealth> = {
    availability: () => stands,
    lastResort: () => false,
    share: () => 0.5,
    recentSuccess: () => 0.9,
    inFlight: 2,
    limit: 5,
    waitMs: () => 0,
    firstTokenMs: () => undefined,
    ...changes,
  }
  return health as DeploymentHealth
}

describe('the health of several keys', () => {
  test('is that of the best of them', () => {
    expect(new JointHealth([part('ejected'), part('free')], Infinity).availability(0)).toBe('free')
    expect(new JointHealth([part('open'), part('probe')], Infinity).availability(0)).toBe('probe')
    expect(new JointHealth([part('open'), part('ejected')], Infinity).availability(0)).toBe('open')
  })

  test('has the places of all of them, up to what the deployment may have', () => {
    const parts = [part('free'), part('free')]
    const free = new JointHealth(parts, Infinity)
    expect([free.inFlight, free.limit, free.availability(0)]).toEqual([4, 10, 'free'])
    const capped = new JointHealth(parts, 4)
    expect([capped.limit, capped.availability(0), capped.lastResort(0)]).toEqual([4, 'busy', false])
  })

  test('waits for the first of them, and shares what a usable one has', () => {
    const joint = new JointHealth(
      [
        part('cooling', { waitMs: () => 500, share: () => 1 }),
        part('cooling', { waitMs: () => 200 }),
        part('free'),
      ],
      Infinity,
    )
    expect([joint.waitMs(0), joint.share(0)]).toEqual([200, 0.5])
  })

  test('measures by the one that was called most', () => {
    const speed = (count: number) => ({ count, p50: count, p95: count, p99: count })
    const parts = [5, 9, 2].map((count) => part('free', { firstTokenMs: () => speed(count) }))
    expect(new JointHealth(parts, Infinity).firstTokenMs(0)?.count).toBe(9)
  })

  test('is nobody to begin an attempt with', () => {
    expect(() => new JointHealth([part('free')], Infinity).begin()).toThrow()
  })
})
