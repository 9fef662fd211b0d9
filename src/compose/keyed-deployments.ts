// A deployment with its health: where its provider has several keys, once with each of them, each with a health of its own.
import type { Deployment, KeyedDeployment } from '../providers/deployment.ts'
import type { HealthRegistry } from '../routing/health/health-registry.ts'
import type { HealthSettings } from '../routing/health/health-settings.ts'
import { JointHealth } from '../routing/health/joint-health.ts'
import type { MadeDeployment } from './provider-set.ts'

/** What a directory adds to what a provider has made. */
type Placed = Pick<Deployment, 'life' | 'notice' | 'pinned' | 'region' | 'dataClass'>

interface HealthParts {
  readonly registry: HealthRegistry
  readonly settings: HealthSettings
  readonly nowMs: number
}

/** While another key serves, a refused one may be tried out this often: that costs a call no more than a second attempt. */
const refusedKeyProbeMs = 600_000

export function withHealth(
  { accounts, ...made }: MadeDeployment,
  placed: Placed,
  { registry, settings, nowMs }: HealthParts,
): Deployment {
  const deployment = { ...made, ...placed }
  if (accounts === undefined) return { ...deployment, health: registry.of(made, settings, nowMs) }
  const wanted = { ...settings, credentialProbeMs: Math.min(settings.credentialProbeMs, refusedKeyProbeMs) }
  const siblings: KeyedDeployment[] = []
  for (const { account: credential, sender, weight: keyWeight } of accounts) {
    const health = registry.of({ ...made, credential }, wanted, nowMs)
    siblings.push({ ...deployment, credential, sender, health, keyWeight, siblings })
  }
  const cap = settings.concurrency.fixed ?? Infinity
  const health = new JointHealth(
    siblings.map((sibling) => sibling.health),
    cap,
  )
  return { ...deployment, health, keys: siblings }
}
