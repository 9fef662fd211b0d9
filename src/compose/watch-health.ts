// What is looked at between calls for the health of deployments: the outliers of a model, and whether providers are there.
import type { Clock } from '../core/clock.ts'
import type { EgressClient } from '../core/egress.ts'
import type { Config } from '../config/schema.ts'
import type { SeeDeployments } from '../http/admin/seen-deployments.ts'
import { defaultHealthSettings } from '../routing/health/health-settings.ts'
import type { Log } from '../telemetry/log.ts'
import type { Registry } from '../telemetry/metrics.ts'
import { heartbeatChanges } from '../telemetry/routing-telemetry.ts'
import { askModelList } from './ask-model-list.ts'
import { beatTimeoutMs, Heartbeats, pulsesOf } from './heartbeats.ts'
import { groupsOf, OutlierWatch } from './outlier-watch.ts'
import type { ReadyProvider } from './provider-set.ts'

export interface HealthWatchParts {
  readonly clock: Clock
  /** 0 to 1, 1 excluded. */
  readonly random: () => number
  readonly log: Log
  readonly registry: Registry
  /** All of these as they are just now. */
  world(): { readonly config: Pick<Config, 'routing'>; readonly egress: EgressClient }
  providers(): readonly ReadyProvider[]
  readonly seeAll: SeeDeployments
}

/** Makes both; they begin with `start`. */
export function watchHealth(parts: HealthWatchParts): { start(): void; stop(): void } {
  const { clock, random, world, providers, seeAll } = parts
  const settings = defaultHealthSettings
  const outliers = new OutlierWatch({
    clock,
    settings,
    groups: () => (world().config.routing.outliers ? groupsOf(seeAll(), settings) : []),
  })
  const heartbeats = new Heartbeats({
    clock,
    random,
    pulses: () => pulsesOf(providers(), seeAll()),
    ask: (provider) => askModelList(provider, beatTimeoutMs, { egress: world().egress, clock }),
    changed: heartbeatChanges(parts.log, parts.registry),
  })
  return {
    start: () => {
      outliers.start()
      heartbeats.start()
    },
    stop: () => {
      outliers.stop()
      heartbeats.stop()
    },
  }
}
