// What the admin API and the metrics see of deployments: all that are configured or were asked, with their health.
import type { DeploymentHealth } from '../../routing/health/deployment-health.ts'
import type { LimitStanding } from '../../limits/limits.ts'
import type { HealthPlace } from '../../routing/health/health-registry.ts'

/** A model that uses a deployment, and what its calls may still cost beyond their first attempts. */
export interface UsingModel {
  readonly name: string
  /** Retries, and calls that may be hedged, that could begin now. */
  readonly retriesLeft: number
  readonly hedgesLeft: number
}

export interface SeenDeployment {
  readonly place: HealthPlace
  readonly health: DeploymentHealth
  /** The key that its account is called with; undefined where there is none, or an earlier config had it. */
  readonly key: { readonly secret: string; readonly weight: number } | undefined
  /** Of the config; empty for one that clients named themselves, or that an earlier config had. */
  readonly models: readonly UsingModel[]
  /** How much it may still be asked for; empty where it has no limits. */
  limits(nowMs: number): readonly LimitStanding[]
}

/** Looks at all of them, those of the config first. */
export type SeeDeployments = () => readonly SeenDeployment[]
