// What a config says can be called, put together without a running gateway: for commands that look and serve nobody.
import type { Clock } from '../core/clock.ts'
import type { EgressClient } from '../core/egress.ts'
import type { LoadedConfig } from '../config/load-config.ts'
import { Deadlines } from '../platform/deadlines.ts'
import { createEgress } from '../platform/egress/egress.ts'
import { systemResolver } from '../platform/egress/resolver.ts'
import { evenRandom } from '../platform/random.ts'
import { RoutingMemory } from '../routing/routing-memory.ts'
import { unkeptPrices } from './deployment-price.ts'
import { nothingMeasured } from './measured-capabilities.ts'
import type { MeasuredLookup } from './measured-capabilities.ts'
import { LiveDirectory } from './model-directory.ts'
import { configuredProviders } from './provider-set.ts'
import type { ReadyProvider } from './provider-set.ts'
import { egressSettingsOf } from './way-out.ts'

export interface StillParts {
  readonly clock: Clock
  readonly environment: Readonly<Record<string, string | undefined>>
  /** What was measured of deployments; nothing where it does not matter. */
  readonly measured?: MeasuredLookup
  /** The caller's own way out; without it one is made. */
  readonly egress?: EgressClient
}

export interface StillDirectory {
  /** Knows no provider before it is told of them. */
  readonly directory: LiveDirectory
  readonly providers: readonly ReadyProvider[]
  readonly egress: EgressClient
}

/** Nobody is called on anybody's behalf here. */
export const noFingerprint = (): string => ''

/** The way out as a config wants it, for a command; its owner closes it. */
export function commandEgress({ config, secrets }: LoadedConfig, clock: Clock): EgressClient {
  const parts = { clock, deadlines: new Deadlines(clock), resolve: systemResolver }
  return createEgress(egressSettingsOf(config, secrets), parts)
}

/** Puts it together. The way out opens nothing before it is used; close it. */
export function stillDirectory(loaded: LoadedConfig, parts: StillParts): StillDirectory {
  const { config, secrets } = loaded
  const { clock, environment, measured = nothingMeasured } = parts
  const egress = parts.egress ?? commandEgress(loaded, clock)
  const { models, routing } = config
  const memory = new RoutingMemory(evenRandom, () => {})
  const directory = new LiveDirectory({ models, routing, memory, clock })
  const fingerprint = noFingerprint
  const providers = configuredProviders({
    config,
    secrets,
    environment,
    egress,
    clock,
    fingerprint,
    measured,
    prices: unkeptPrices(),
  })
  return { directory, providers, egress }
}
