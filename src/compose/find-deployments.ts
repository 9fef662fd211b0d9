// The deployments behind a name, without a running gateway: for commands that ask them directly.
import type { Clock } from '../core/clock.ts'
import type { EgressClient } from '../core/egress.ts'
import type { LoadedConfig } from '../config/load-config.ts'
import { Deadlines } from '../platform/deadlines.ts'
import { createEgress } from '../platform/egress/egress.ts'
import { systemResolver } from '../platform/egress/resolver.ts'
import { evenRandom } from '../platform/random.ts'
import type { Deployment } from '../providers/deployment.ts'
import { RoutingMemory } from '../routing/routing-memory.ts'
import { Log } from '../telemetry/log.ts'
import { Discovery } from './discovery.ts'
import { nothingMeasured } from './measured-capabilities.ts'
import { LiveDirectory } from './model-directory.ts'
import { configuredProviders } from './provider-set.ts'
import type { ReadyProvider } from './provider-set.ts'
import { egressSettingsOf } from './world.ts'

export interface FoundDeployment {
  readonly provider: ReadyProvider
  readonly deployment: Deployment
}

export interface FindParts {
  readonly egress: EgressClient
  readonly clock: Clock
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** Nobody is called on anybody's behalf here. */
const fingerprint = (): string => ''

/** The way out as a config wants it, for a command; its owner closes it. */
export function commandEgress(
  { config, secrets }: Pick<LoadedConfig, 'config' | 'secrets'>,
  clock: Clock,
): EgressClient {
  const parts = { clock, deadlines: new Deadlines(clock), resolve: systemResolver }
  return createEgress(egressSettingsOf(config, secrets), parts)
}

/** All deployments of a name, in the order of the config. Throws an Error whose sentence says why there are none. */
export async function findDeployments(
  model: string,
  { config, secrets }: LoadedConfig,
  { egress, clock, environment }: FindParts,
): Promise<readonly FoundDeployment[]> {
  const { models, routing } = config
  const memory = new RoutingMemory(evenRandom, () => {})
  const directory = new LiveDirectory({ models, routing, memory, clock })
  const measured = nothingMeasured
  const discovery = new Discovery({
    egress: () => egress,
    fingerprint,
    measured,
    clock,
    log: new Log({ write: () => {} }, clock, 'json'),
    onChange: (providers) => directory.update(providers),
  })
  const providers = configuredProviders({
    config,
    secrets,
    environment,
    egress,
    clock,
    fingerprint,
    measured,
  })
  const settings = { enabled: config.discover, ownPort: 0, providers }
  discovery.use(settings)
  // Only a bare name, or one of a local server, needs the lists of everybody.
  if (directory.find(model).kind !== 'found') await discovery.start(settings)
  discovery.stop()
  const lookup = directory.find(model)
  if (lookup.kind !== 'found') throw new Error(lookup.sentence)
  const known = new Map(discovery.known().map(({ provider }) => [provider.name, provider]))
  return lookup.deployments.flatMap((deployment) => {
    const provider = known.get(deployment.provider)
    return provider === undefined ? [] : [{ provider, deployment }]
  })
}
