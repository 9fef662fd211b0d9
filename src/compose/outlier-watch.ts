// Compares the deployments of each model with one another every ten seconds, and takes out those that do far worse than the
// rest. No call has to: the rule needs the group, and the group changes slowly.
import type { Clock, Timer } from '../core/clock.ts'
import type { SeenDeployment } from '../http/admin/seen-deployments.ts'
import type { DeploymentHealth } from '../routing/health/deployment-health.ts'
import type { HealthSettings } from '../routing/health/health-settings.ts'
import { outliers } from '../routing/health/outliers.ts'

export const compareEachMs = 10_000

/** The deployments of one model. */
export type HealthGroup = readonly DeploymentHealth[]

export interface OutlierWatchParts {
  readonly clock: Clock
  readonly settings: HealthSettings
  /** Those that are large enough to be compared, of the config in use; none where it wants no comparing. */
  groups(): readonly HealthGroup[]
}

export class OutlierWatch {
  readonly #parts: OutlierWatchParts
  #timer: Timer | undefined

  constructor(parts: OutlierWatchParts) {
    this.#parts = parts
  }

  start(): void {
    this.#timer = this.#parts.clock.after(compareEachMs, () => {
      this.#compare()
      this.start()
    })
  }

  stop(): void {
    this.#timer?.cancel()
  }

  #compare(): void {
    const { clock, settings, groups } = this.#parts
    const nowMs = clock.nowMs()
    for (const group of groups()) {
      for (const health of outliers(group, nowMs, settings)) health.eject(nowMs, 'outlier')
    }
  }
}

/** The deployments of each model that has enough of them to be compared. */
export function groupsOf(
  seen: readonly SeenDeployment[],
  { outlier }: HealthSettings,
): readonly HealthGroup[] {
  const groups = new Map<string, DeploymentHealth[]>()
  for (const { health, models } of seen) {
    for (const { name } of models) {
      const group = groups.get(name)
      if (group === undefined) groups.set(name, [health])
      else group.push(health)
    }
  }
  return [...groups.values()].filter((group) => group.length >= outlier.deploymentsMin)
}
