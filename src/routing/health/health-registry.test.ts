import { expect, test } from 'bun:test'
import { HealthRegistry } from './health-registry.ts'
import { defaultHealthSettings } from './health-settings.ts'
import type { DeploymentHealth } from './deployment-health.ts'

const place = { provider: 'p', providerModel: 'm', credential: 'c' }
const other = { ...defaultHealthSettings, failuresInRow: 7 }

function made(): { registry: HealthRegistry; changes: string[] } {
  const changes: string[] = []
  const registry = new HealthRegistry(
    () => 0.5,
    (at, { to, reason }) => changes.push(`${at.provider}/${at.providerModel} ${to} ${reason}`),
  )
  return { registry, changes }
}

function end(health: DeploymentHealth, verdict: 'failure' | 'credential' | 'success', calls = 1): void {
  for (let call = 0; call < calls; call += 1) health.begin(0, false).end(0, verdict)
}

test('the health of a place is the same one for all who ask, while its settings are', () => {
  const { registry } = made()
  const health = registry.of(place, defaultHealthSettings, 0)
  expect(registry.of({ ...place }, { ...defaultHealthSettings }, 0)).toBe(health)
  expect(registry.of({ ...place, credential: 'd' }, defaultHealthSettings, 0)).not.toBe(health)
})

test('other settings count anew, and change nothing about who is left alone', () => {
  const { registry, changes } = made()
  end(registry.of(place, defaultHealthSettings, 0), 'failure', 5)
  const next = registry.of(place, other, 0)
  expect([next.availability(1), next.waitMs(0), next.recentCalls(0)]).toEqual(['open', 10_000, 0])
  expect(changes).toEqual(['p/m open failures_in_row'])
  end(next, 'success', 3)
  expect(next.standing(0)).toBe('closed')
  end(next, 'failure', 6)
  expect(next.standing(0)).toBe('closed')
})

test('nor about a credential that was refused, or a pause that was asked for', () => {
  const { registry } = made()
  end(registry.of(place, defaultHealthSettings, 0), 'credential')
  expect(registry.of(place, other, 0).availability(1)).toBe('ejected')
  const cooling = { ...place, providerModel: 'cooling' }
  registry.of(cooling, defaultHealthSettings, 0).coolDownUntil(9_000)
  const next = registry.of(cooling, other, 0)
  expect([next.availability(8_999), next.availability(9_000)]).toEqual(['cooling', 'free'])
})
