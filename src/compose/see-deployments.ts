// All deployments that this process knows: those of the config, whether anybody has called them or not, and those that
// were asked for by name.
import type { DeploymentLimits } from '../limits/deployment-limits.ts'
import type { ModelDirectory } from '../pipeline/route.ts'
import { accountsOf } from '../providers/deployment.ts'
import type { Account } from './provider-keys.ts'
import type { ReadyProvider } from './provider-set.ts'
import type { HealthPlace } from '../routing/health/health-registry.ts'
import type { RoutingMemory } from '../routing/routing-memory.ts'
import type { DeploymentReading } from '../telemetry/routing-telemetry.ts'
import type { SeenDeployment, UsingModel } from '../http/admin/seen-deployments.ts'

/** What is known of them, and outlives a config. */
export interface SeeParts {
  readonly memory: RoutingMemory
  readonly deploymentLimits: DeploymentLimits
}

/** Looks at them, those of the config first and in its order. */
export function seeDeployments(
  models: Iterable<string>,
  {
    directory,
    providers,
  }: { readonly directory: ModelDirectory; readonly providers: readonly ReadyProvider[] },
  { memory, deploymentLimits }: SeeParts,
): readonly SeenDeployment[] {
  const keys = new Map(providers.flatMap(({ accounts }) => accounts.map((key) => [key.account, key])))
  const users = new Map<string, UsingModel[]>()
  for (const name of models) {
    // Looking a model up is what makes the health of its deployments, if nobody has called them yet.
    const found = directory.find(name)
    if (found.kind !== 'found') continue
    const { retries, hedges } = memory.ofModel(name)
    const model = { name, retriesLeft: Math.floor(retries.tokens), hedgesLeft: Math.floor(hedges.tokens) }
    const all = [...found.deployments, ...(found.lastResort ? [found.lastResort] : [])]
    for (const deployment of all.flatMap((one) => accountsOf(one))) {
      const key = keyOf(deployment)
      const known = users.get(key)
      if (known === undefined) users.set(key, [model])
      else if (!known.includes(model)) known.push(model)
    }
  }
  const all = memory.health.all().map(({ place, health }) => ({
    place,
    health,
    key: shownKey(keys.get(place.credential)),
    models: users.get(keyOf(place)) ?? [],
    limits: (nowMs: number) => deploymentLimits.standings(`${place.provider}/${place.providerModel}`, nowMs),
  }))
  const rank = new Map([...users.keys()].map((key, index) => [key, index]))
  const rankOf = ({ place }: SeenDeployment): number => rank.get(keyOf(place)) ?? rank.size
  return all.toSorted((left, right) => rankOf(left) - rankOf(right))
}

/** By its name alone; a server without a key has none to show. */
function shownKey(account: Account | undefined): SeenDeployment['key'] {
  if (account === undefined || account.secret === '') return undefined
  return { secret: account.secret, weight: account.weight }
}

/** The same, as the metrics want it. */
export function standingsOf(seen: readonly SeenDeployment[], nowMs: number): readonly DeploymentReading[] {
  return seen.map(({ place, health, limits }) => ({
    provider: place.provider,
    providerModel: place.providerModel,
    account: place.credential,
    state: health.standing(nowMs),
    inFlight: health.inFlight,
    limits: limits(nowMs),
  }))
}

function keyOf({ provider, providerModel, credential }: HealthPlace): string {
  return `${provider}/${providerModel}\n${credential}`
}
