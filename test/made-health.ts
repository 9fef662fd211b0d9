// The health of deployments to which something has happened already.
import type { Verdict } from '../src/core/health.ts'
import { DeploymentHealth } from '../src/routing/health/deployment-health.ts'
import { defaultHealthSettings } from '../src/routing/health/health-settings.ts'
import type { ConcurrencySettings, HealthSettings } from '../src/routing/health/health-settings.ts'

/** The middle of every draw: an ejection is exactly as long as planned. */
const middleOfDraws = () => 0.5

/** All that there are. */
export const verdicts = [
  'success',
  'failure',
  'overloaded',
  'timeout',
  'throttled',
  'credential',
  'neutral',
] as const satisfies readonly Verdict[]

export function madeHealth(settings: Partial<HealthSettings> = {}, random = middleOfDraws) {
  const health = new DeploymentHealth({ ...defaultHealthSettings, ...settings }, random)
  const changes: string[] = []
  health.onChange = (from, to, reason) => void changes.push(`${from}>${to} ${reason}`)
  return { health, changes }
}

export function concurrency(settings: Partial<ConcurrencySettings>): ConcurrencySettings {
  return { ...defaultHealthSettings.concurrency, ...settings }
}

/** Taken out at 0, by calls of which none is longer ago than that. */
export function openHealth(nowMs = 0) {
  const parts = madeHealth()
  endCalls(parts.health, nowMs, 'failure', 5)
  return parts
}

/** Its first contents come in a tenth of a second. */
export function knownHealth() {
  const parts = madeHealth()
  for (let nowMs = 0; nowMs < 20; nowMs += 1) {
    const trial = parts.health.begin(nowMs)
    trial.firstContent(nowMs + 100)
    trial.end(nowMs + 200, 'success')
  }
  return parts
}

/** Ten calls are under way that nothing has been heard of. */
export function hangingHealth() {
  const parts = knownHealth()
  const trials = Array.from({ length: 10 }, () => parts.health.begin(1_000))
  return { ...parts, trials }
}

/** So many calls begin and end so at once. */
export function endCalls(health: DeploymentHealth, nowMs: number, verdict: Verdict, times = 1): void {
  for (let trial = 0; trial < times; trial += 1) health.begin(nowMs).end(nowMs, verdict)
}
