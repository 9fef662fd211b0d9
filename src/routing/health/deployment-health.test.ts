import { describe, expect, test } from 'bun:test'
import { DeploymentHealth } from './deployment-health.ts'
import { defaultHealthSettings } from './health-settings.ts'
import type { HealthSettings } from './health-settings.ts'
import type { Verdict } from './trial.ts'

const half = () => 0.5

describe('the health of a deployment', () => {
  test('five failures in a row take it out, and three probes bring it back', () => {
    const { health, changes } = made()
    for (let nowMs = 0; nowMs < 4; nowMs += 1) call(health, nowMs, 'failure')
    expect(health.availability(4)).toBe('free')
    call(health, 4, 'failure')
    expect(health.availability(5)).toBe('open')
    expect(health.waitMs(5)).toBe(9_999)
    expect(health.availability(10_004)).toBe('probe')
    for (let nowMs = 10_004; nowMs < 10_007; nowMs += 1) call(health, nowMs, 'success')
    expect(health.availability(10_007)).toBe('free')
    expect(health.share(10_006)).toBe(0.1)
    expect(changes).toEqual([
      'closed>open failures_in_row',
      'open>half_open ejection_over',
      'half_open>closed successes',
    ])
  })
})

function made(settings: Partial<HealthSettings> = {}, random = half) {
  const health = new DeploymentHealth({ ...defaultHealthSettings, ...settings }, random)
  const changes: string[] = []
  health.onChange = (from, to, reason) => void changes.push(`${from}>${to} ${reason}`)
  return { health, changes }
}

function call(health: DeploymentHealth, nowMs: number, verdict: Verdict): void {
  health.begin(nowMs).end(nowMs, verdict)
}
