// The deployments behind a name, without a running gateway: for commands that ask them directly.
import type { Clock } from '../core/clock.ts'
import type { EgressClient } from '../core/egress.ts'
import type { LoadedConfig } from '../config/load-config.ts'
import type { Deployment } from '../providers/deployment.ts'
import { Log } from '../telemetry/log.ts'
import { unkeptPrices } from './deployment-price.ts'
import { Discovery } from './discovery.ts'
import { nothingMeasured } from './measured-capabilities.ts'
import type { ReadyProvider } from './provider-set.ts'
import { noFingerprint, stillDirectory } from './still-directory.ts'

export interface FoundDeployment {
  readonly provider: ReadyProvider
  readonly deployment: Deployment
}

export interface FindParts {
  readonly egress: EgressClient
  readonly clock: Clock
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** All deployments of a name, in the order of the config. Throws an Error whose sentence says why there are none. */
export async function findDeployments(
  model: string,
  loaded: LoadedConfig,
  parts: FindParts,
): Promise<readonly FoundDeployment[]> {
  const { egress, clock } = parts
  const { directory, providers } = stillDirectory(loaded, parts)
  const discovery = new Discovery({
    egress: () => egress,
    fingerprint: noFingerprint,
    measured: nothingMeasured,
    prices: unkeptPrices(),
    clock,
    log: new Log({ write: () => {} }, clock, 'json'),
    onChange: (found) => directory.update(found),
  })
  const settings = { enabled: loaded.config.discover, ownPort: 0, providers }
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
