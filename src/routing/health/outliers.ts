// Which deployments of a group do far worse than the rest. The rule needs the group, so it is asked from outside, and
// rarely. A deployment that succeeds well enough to move calls to is never one of them: where all others are
// perfect, the mean less two deviations is nearly perfect too.
import type { DeploymentHealth } from './deployment-health.ts'
import type { HealthSettings } from './health-settings.ts'

/** Those to be ejected, the worst first; never more than leaves half of the group in. */
export function outliers(
  healths: readonly DeploymentHealth[],
  nowMs: number,
  { outlier, healthySuccess }: HealthSettings,
): DeploymentHealth[] {
  const compared = healths.filter(
    (health) => isIn(health, nowMs) && health.recentCalls(nowMs) >= outlier.requestsMin,
  )
  if (compared.length < outlier.deploymentsMin) return []
  const successes = compared.map((health) => health.recentSuccess(nowMs))
  const threshold = Math.min(healthySuccess, mean(successes) - outlier.deviations * deviation(successes))
  const out = healths.filter((health) => !isIn(health, nowMs)).length
  const left = Math.max(0, Math.ceil(healths.length * outlier.ejectedShareMax) - out)
  return compared
    .filter((health) => health.recentSuccess(nowMs) < threshold)
    .sort((one, other) => one.recentSuccess(nowMs) - other.recentSuccess(nowMs))
    .slice(0, left)
}

function isIn(health: DeploymentHealth, nowMs: number): boolean {
  const standing = health.standing(nowMs)
  return standing === 'closed' || standing === 'suspect' || standing === 'cooling'
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length
}

function deviation(numbers: readonly number[]): number {
  const middle = mean(numbers)
  return Math.sqrt(mean(numbers.map((number) => (number - middle) ** 2)))
}
