// One config generation, built whole before anything of it is used: what it would take to answer calls by it.
import type { CallObserver } from '../core/call.ts'
import type { UsageSpool } from '../core/attempt.ts'
import type { Clock } from '../core/clock.ts'
import type { EgressClient } from '../core/egress.ts'
import type { Bodies } from '../bodies/bodies.ts'
import type { Secrets } from '../config/check-secrets.ts'
import type { Config } from '../config/schema.ts'
import { clientAddresses } from '../http/client-address.ts'
import type { EdgeWorld } from '../http/edge.ts'
import type { Overload } from '../http/overload.ts'
import type { KeyRing } from '../keys/key-ring.ts'
import type { KeyFinder } from '../pipeline/authenticate.ts'
import type { Deadlines } from '../platform/deadlines.ts'
import type { EgressSettings } from '../platform/egress/egress.ts'
import { sha256 } from '../platform/hmac.ts'
import { newId } from '../platform/ids.ts'
import type { Responses } from '../responses/responses.ts'
import type { Stickiness } from '../responses/stickiness.ts'
import type { ReportedModels } from '../routing/life/reported-models.ts'
import type { BudgetBook } from '../limits/budget-book.ts'
import type { DeploymentLimits } from '../limits/deployment-limits.ts'
import type { LimitBook } from '../limits/limit-book.ts'
import type { SharedHolds } from '../limits/shared-holds.ts'
import type { RoutingMemory } from '../routing/routing-memory.ts'
import type { PriceBook } from '../ledger/prices/price-book.ts'
import { bodyParts } from './kept-bodies.ts'
import type { MeasuredLookup } from './measured-capabilities.ts'
import { LiveDirectory } from './model-directory.ts'
import { configuredProviders } from './provider-set.ts'
import type { ReadyProvider } from './provider-set.ts'

/** What outlives a config: made once, when the process starts. */
export interface LastingParts {
  readonly clock: Clock
  readonly deadlines: Deadlines
  readonly spool: UsageSpool
  readonly keys: KeyFinder
  readonly observer: CallObserver
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly responses: Responses
  readonly bodies: Bodies
  readonly stickiness: Stickiness
  readonly memory: RoutingMemory
  readonly limits: LimitBook
  readonly deploymentLimits: DeploymentLimits
  readonly budgets: BudgetBook
  readonly overload: Overload
  readonly keyStanding: KeyRing
  readonly shared: SharedHolds | undefined
  readonly reported: ReportedModels
  readonly prices: PriceBook
  fingerprint(text: string): string
  /** 0 to 1, 1 excluded; nobody's secret. */
  readonly random: () => number
}

export interface World {
  readonly config: Config
  readonly edge: EdgeWorld
  readonly directory: LiveDirectory
  readonly providers: readonly ReadyProvider[]
  readonly egress: EgressClient
  /** As the config of this generation wants it; a kept way out may be older. */
  readonly egressSettings: EgressSettings
  readonly tls: { readonly cert: string; readonly key: string } | undefined
}

/** A client that takes nothing of its stream for this long is given up. */
const writeStallMs = 60_000

/** Builds a world. Throws when a provider cannot be prepared; then nothing has changed. */
export function buildWorld(
  loaded: {
    readonly config: Config
    readonly secrets: Secrets
    readonly generation: number
    readonly measured: MeasuredLookup
  },
  wayOut: Pick<World, 'egress' | 'egressSettings'>,
  parts: LastingParts,
): World {
  const { config, secrets, generation } = loaded
  const { clock, deadlines, spool, keys, observer, responses, stickiness, memory, random, overload } = parts
  const { timeouts, server } = config
  const { egress } = wayOut
  const { models, routing } = config
  const directory = new LiveDirectory({ models, routing, memory, clock, reported: parts.reported })
  const edge: EdgeWorld = {
    generation,
    bodyBytesMax: server.body_limit,
    waits: { headersMs: timeouts.headers_wait, keepAliveMs: timeouts.keep_alive, writeStallMs },
    addresses: clientAddresses(server.trusted_proxies),
    corsOrigins: server.cors === 'off' ? [] : server.cors,
    pipeline: {
      clock,
      deadlines,
      spool,
      keys,
      observer,
      directory,
      responses,
      bodies: bodyParts(parts.bodies, config.log.bodies),
      stickiness,
      generation,
      lines: memory.lines,
      limits: parts.limits,
      deploymentLimits: parts.deploymentLimits,
      budgets: parts.budgets,
      shared: parts.shared,
      gate: overload,
      strained: () => overload.isStrained,
      random,
      digest: sha256,
      newAttemptId: () => newId('att'),
      newCallId: () => newId('call'),
      timeouts: {
        firstTokenMs: timeouts.first_token,
        stallMs: timeouts.stall,
        attemptMs: timeouts.attempt,
        totalMs: timeouts.total,
      },
    },
  }
  const providers = configuredProviders({ ...parts, ...loaded, egress })
  const { egressSettings } = wayOut
  return { config, edge, directory, providers, egress, egressSettings, tls: tlsOf(server.tls, secrets) }
}

function tlsOf(tls: Config['server']['tls'], secrets: Secrets): World['tls'] {
  if (tls === 'off') return undefined
  return { cert: secrets.get(tls.cert)?.reveal() ?? '', key: secrets.get(tls.key)?.reveal() ?? '' }
}
