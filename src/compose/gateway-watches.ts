// Everything that looks at something while a gateway runs, without a call that asks for it: what the process has to do, models,
// the health of deployments, secrets and keys.
import type { Overload } from '../http/overload.ts'
import type { SeeDeployments } from '../http/admin/seen-deployments.ts'
import type { Registry } from '../telemetry/metrics.ts'
import type { WebhookEvent } from '../webhooks/webhook-event.ts'
import type { GatewayParts } from './gateway-parts.ts'
import type { Happenings } from './happenings.ts'
import type { KeyWatchParts } from './key-watch.ts'
import type { JoinedFleet } from './load-fleet.ts'
import { ModelWatch } from './model-watch.ts'
import type { ReadyProvider } from './provider-set.ts'
import type { SecretWatch } from './secret-watch.ts'
import { watchHealth } from './watch-health.ts'
import { watchKeys } from './watch-keys.ts'
import { keyExpires } from './webhook-events.ts'
import type { LastingParts, World } from './world.ts'

export interface Watch {
  start(): void
  stop(): void
}

/** What is looked at, as it is just now, and who is told. */
export interface WatchedParts extends Pick<KeyWatchParts, 'callers' | 'expel'> {
  readonly registry: Registry
  readonly happenings: Happenings
  /** Undefined for a gateway that is alone. */
  readonly fleet: JoinedFleet | undefined
  readonly overload: Overload
  readonly secretWatch: SecretWatch
  world(): World
  providers(): readonly ReadyProvider[]
  readonly seeAll: SeeDeployments
  tell(event: WebhookEvent): void
}

/** In the order in which they begin, and end. */
export function gatewayWatches(
  parts: GatewayParts,
  lasting: LastingParts,
  watched: WatchedParts,
): readonly Watch[] {
  const { registry, happenings, fleet, overload, secretWatch, callers, expel } = watched
  const { world, providers, seeAll, tell } = watched
  const modelWatch = new ModelWatch(parts.clock, () => {
    happenings.stagesChanged(world().directory.checkDays())
    happenings.reported.save()
  })
  const healthWatch = watchHealth({ ...lasting, log: parts.log, registry, world, providers, seeAll })
  const keyWatch = watchKeys({
    ...parts,
    registry,
    fleet,
    callers,
    recheckMs: () => world().config.server.recheck_keys,
    expel,
    onEndsSoon: (key) => tell(keyExpires(key, parts.clock.wallMs())),
  })
  return [overload, modelWatch, healthWatch, secretWatch, keyWatch]
}
