// One look at what can be called, without a running gateway.
import type { Clock } from '../core/clock.ts'
import type { LoadedConfig } from '../config/load-config.ts'
import { evenRandom } from '../platform/random.ts'
import { RoutingMemory } from '../routing/routing-memory.ts'
import { Log } from '../telemetry/log.ts'
import { Discovery } from './discovery.ts'
import { commandEgress } from './find-deployments.ts'
import { nothingMeasured } from './measured-capabilities.ts'
import { LiveDirectory } from './model-directory.ts'
import { configuredProviders } from './provider-set.ts'

export interface FoundModels {
  readonly names: readonly string[]
  /** Providers whose list could not be had. */
  readonly silent: readonly string[]
}

/** Nobody is called on anybody's behalf here. */
const fingerprint = (): string => ''

/** Asks everybody once. */
export async function findModels(
  { config, secrets }: LoadedConfig,
  parts: { readonly clock: Clock; readonly environment: Readonly<Record<string, string | undefined>> },
): Promise<FoundModels> {
  const { clock, environment } = parts
  const egress = commandEgress({ config, secrets }, clock)
  const { models, routing } = config
  const memory = new RoutingMemory(evenRandom, () => {})
  const directory = new LiveDirectory({ models, routing, memory, clock })
  const discovery = new Discovery({
    egress: () => egress,
    fingerprint,
    measured: nothingMeasured,
    clock,
    log: new Log({ write: () => {} }, clock, 'json'),
    onChange: (providers) => directory.update(providers),
  })
  const measured = nothingMeasured
  const providers = configuredProviders({
    config,
    secrets,
    environment,
    egress,
    clock,
    fingerprint,
    measured,
  })
  await discovery.start({ enabled: config.discover, ownPort: 0, providers })
  const silent = discovery.known().filter(({ listed }) => listed.size === 0)
  discovery.stop()
  egress.close()
  return {
    names: directory.list().map(({ name }) => name),
    silent: silent.map(({ provider }) => provider.name),
  }
}
