// Whether this gateway has limits and budgets in common with others, and by what: its code is loaded only then.
import type * as FleetPart from '../adapters/redis/fleet-apart.ts'
import type { LoadedConfig } from '../config/load-config.ts'
import { isSecretReference } from '../core/secret.ts'
import type { Clock } from '../core/clock.ts'
import { loadApart } from '../platform/apart.ts'
import { evenRandom } from '../platform/random.ts'
import { FleetTelemetry } from '../telemetry/fleet-telemetry.ts'
import type { Log } from '../telemetry/log.ts'
import type { Registry } from '../telemetry/metrics.ts'

/** What a gateway opens its part in a fleet with. */
export interface FleetOffer {
  readonly open: typeof FleetPart.openFleet
  readonly url: string
  readonly ca: string | undefined
  /** The records of all gateways lie in one database. */
  readonly hasRecordsOfAll: boolean
}

/** Undefined for a gateway that is alone. */
export async function loadFleet(
  { config, secrets }: Pick<LoadedConfig, 'config' | 'secrets'>,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<FleetOffer | undefined> {
  const url = fleetAddress({ config, secrets }, environment)
  if (url === undefined) return undefined
  const { openFleet } = await loadApart<typeof FleetPart>('adapters/redis/fleet-apart', {
    file: '../adapters/redis/fleet-apart.ts',
    from: import.meta.url,
  })
  const { ca_file: caFile } = config.egress
  const ca = caFile === undefined ? undefined : secrets.get(caFile)?.reveal()
  // A database in a file is one gateway's own.
  return { open: openFleet, url, ca, hasRecordsOfAll: false }
}

/** Where it is, by the config and the variable that it leaves the choice to. */
export function fleetAddress(
  { config: { redis }, secrets }: Pick<LoadedConfig, 'config' | 'secrets'>,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (redis === 'off') return undefined
  if (isSecretReference(redis)) return secrets.get(redis)?.reveal()
  if (redis !== 'auto') return redis
  const given = environment['REDIS_URL']
  return given !== undefined && /^rediss?:\/\//.test(given) ? given : undefined
}

export interface JoinedFleet extends FleetPart.Fleet {
  readonly telemetry: FleetTelemetry
  readonly hasRecordsOfAll: boolean
}

/** This gateway's part, with its telemetry. */
export function joinFleet(
  {
    fleet: offer,
    clock,
    log,
  }: { readonly fleet: FleetOffer | undefined; readonly clock: Clock; readonly log: Log },
  registry: Registry,
  watch: Pick<FleetPart.FleetParts, 'told' | 'onGateways' | 'onForgotten'>,
): JoinedFleet | undefined {
  if (offer === undefined) return undefined
  const { open, url, ca, hasRecordsOfAll } = offer
  const telemetry = new FleetTelemetry(log, registry, () => fleet.holds)
  const fleet: FleetPart.Fleet = open({
    url,
    ca,
    clock,
    random: evenRandom,
    ...watch,
    tells: telemetry,
  })
  return { ...fleet, telemetry, hasRecordsOfAll }
}
