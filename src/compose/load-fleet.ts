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
import { databasePlace } from './database-place.ts'
import type { FellowWorkers } from './fellow-workers.ts'
import type * as WorkersPart from './workers-fleet-apart.ts'

/** What a gateway joins a fleet by. */
export type FleetOffer = (parts: JoiningParts) => OfferedFleet
export type JoiningParts = Omit<FleetPart.FleetParts, 'url' | 'ca'>

export interface OfferedFleet extends FleetPart.Fleet {
  /** The records of all gateways lie in one database. */
  readonly hasRecordsOfAll: boolean
}

export interface JoinedFleet extends OfferedFleet {
  readonly telemetry: FleetTelemetry
}

/** Undefined for a gateway that is alone. Workers without a Redis have a supervisor in its place. */
export async function loadFleet(
  { config, secrets }: Pick<LoadedConfig, 'config' | 'secrets'>,
  environment: Readonly<Record<string, string | undefined>>,
  fellows: FellowWorkers | undefined,
): Promise<FleetOffer | undefined> {
  const url = fleetAddress({ config, secrets }, environment)
  if (url === undefined) {
    if (fellows === undefined) return undefined
    const { openWorkersFleet } = await loadApart<typeof WorkersPart>('compose/workers-fleet-apart', {
      file: './workers-fleet-apart.ts',
      from: import.meta.url,
    })
    return (parts) => ({ ...openWorkersFleet(fellows, parts), hasRecordsOfAll: true })
  }
  const { openFleet } = await loadApart<typeof FleetPart>('adapters/redis/fleet-apart', {
    file: '../adapters/redis/fleet-apart.ts',
    from: import.meta.url,
  })
  const { ca_file: caFile } = config.egress
  const ca = caFile === undefined ? undefined : secrets.get(caFile)?.reveal()
  // A database in a file is one machine's own.
  const hasRecordsOfAll = databasePlace({ config, secrets }, environment).kind === 'postgres'
  return (parts) => ({ ...openFleet({ ...parts, url, ca }), hasRecordsOfAll })
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
  const telemetry = new FleetTelemetry(log, registry, () => fleet.holds)
  const fleet: OfferedFleet = offer({
    clock,
    random: evenRandom,
    ...watch,
    tells: telemetry,
  })
  return { ...fleet, telemetry }
}
