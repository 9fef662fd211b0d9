import { expect, test } from 'bun:test'
import { VirtualClock } from '../../test/virtual-clock.ts'
import { DeploymentHealth } from '../routing/health/deployment-health.ts'
import { defaultHealthSettings } from '../routing/health/health-settings.ts'
import { compareEachMs, OutlierWatch } from './outlier-watch.ts'

const settings = defaultHealthSettings

function made(count: number): {
  clock: VirtualClock
  healths: readonly DeploymentHealth[]
  watch: OutlierWatch
} {
  const clock = new VirtualClock()
  const healths = Array.from({ length: count }, () => new DeploymentHealth(settings, () => 0.5))
  const watch = new OutlierWatch({ clock, settings, groups: () => [healths] })
  watch.start()
  return { clock, healths, watch }
}

/** A hundred calls, of which so many fail, never two in a row. */
function call(health: DeploymentHealth, failures: number, nowMs: number): void {
  for (let index = 0; index < 100; index += 1) {
    health.begin(nowMs, false).end(nowMs, index % 3 === 0 && index < 3 * failures ? 'failure' : 'success')
  }
}

function standings(healths: readonly DeploymentHealth[], nowMs: number): readonly string[] {
  return healths.map((health) => health.standing(nowMs))
}

test('one of five that fails far more often than the rest is taken out, at the next comparison', () => {
  const { clock, healths } = made(5)
  for (const [index, health] of healths.entries()) call(health, index === 3 ? 34 : 1, clock.nowMs())
  clock.advance(compareEachMs - 1)
  expect(standings(healths, clock.nowMs())).not.toContain('open')
  clock.advance(1)
  expect(standings(healths, clock.nowMs())).toEqual(['closed', 'closed', 'closed', 'open', 'closed'])
  expect(healths[3]?.report(clock.nowMs()).reason).toBe('outlier')
})

test('four are no group, and nobody is taken out of them', () => {
  const { clock, healths } = made(4)
  for (const [index, health] of healths.entries()) call(health, index === 3 ? 34 : 1, clock.nowMs())
  clock.advance(compareEachMs)
  expect(standings(healths, clock.nowMs())).not.toContain('open')
})

test('nobody is taken out who fails as often as all others', () => {
  const { clock, healths } = made(6)
  for (const health of healths) call(health, 34, clock.nowMs())
  clock.advance(compareEachMs)
  expect(standings(healths, clock.nowMs())).not.toContain('open')
})

test('it goes on comparing until it is stopped', () => {
  const { clock, healths, watch } = made(5)
  clock.advance(5 * compareEachMs)
  for (const [index, health] of healths.entries()) call(health, index === 0 ? 34 : 1, clock.nowMs())
  watch.stop()
  clock.advance(compareEachMs)
  expect([standings(healths, clock.nowMs())[0], clock.pending]).toEqual(['closed', 0])
})
