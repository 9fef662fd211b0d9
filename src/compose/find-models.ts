// One look at what can be called, without a running gateway.
import type { LoadedConfig } from '../config/load-config.ts'
import { Log } from '../telemetry/log.ts'
import { Discovery } from './discovery.ts'
import { unkeptPrices } from './deployment-price.ts'
import { nothingMeasured } from './measured-capabilities.ts'
import { noFingerprint, stillDirectory } from './still-directory.ts'
import type { StillParts } from './still-directory.ts'

export interface FoundModels {
  readonly names: readonly string[]
  /** Providers whose list could not be had. */
  readonly silent: readonly string[]
}

/** Asks everybody once. */
export async function findModels(loaded: LoadedConfig, parts: StillParts): Promise<FoundModels> {
  const { clock } = parts
  const { directory, providers, egress } = stillDirectory(loaded, parts)
  const discovery = new Discovery({
    egress: () => egress,
    fingerprint: noFingerprint,
    measured: nothingMeasured,
    prices: unkeptPrices(),
    clock,
    log: new Log({ write: () => {} }, clock, 'json'),
    onChange: (found) => directory.update(found),
  })
  await discovery.start({ enabled: loaded.config.discover, ownPort: 0, providers })
  const silent = discovery.known().filter(({ listed }) => listed.size === 0)
  discovery.stop()
  egress.close()
  return {
    names: directory.list().map(({ name }) => name),
    silent: silent.map(({ provider }) => provider.name),
  }
}
