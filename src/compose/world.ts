// One config generation, built whole before anything of it is used: what it would take to answer calls by it.
import type { CallObserver } from '../core/call.ts'
import type { UsageSpool } from '../core/attempt.ts'
import type { Clock } from '../core/clock.ts'
import type { EgressClient } from '../core/egress.ts'
import type { Secrets } from '../config/check-secrets.ts'
import type { Config } from '../config/schema.ts'
import { clientAddresses } from '../http/client-address.ts'
import type { EdgeWorld } from '../http/edge.ts'
import type { KeyFinder } from '../pipeline/authenticate.ts'
import type { Deadlines } from '../platform/deadlines.ts'
import { newId } from '../platform/ids.ts'
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
}

export interface World {
  readonly config: Config
  readonly edge: EdgeWorld
  readonly directory: LiveDirectory
  readonly providers: readonly ReadyProvider[]
  readonly egress: EgressClient
}

/** A client that takes nothing of its stream for this long is given up. */
const writeStallMs = 60_000

/** Builds a world. Throws when a provider cannot be prepared; then nothing has changed. */
export function buildWorld(
  loaded: { readonly config: Config; readonly secrets: Secrets; readonly generation: number },
  egress: EgressClient,
  parts: LastingParts,
): World {
  const { config, secrets, generation } = loaded
  const { clock, deadlines, spool, keys, observer, environment } = parts
  const { timeouts, server } = config
  const directory = new LiveDirectory(config.models)
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
      generation,
      newAttemptId: () => newId('att'),
      timeouts: {
        firstTokenMs: timeouts.first_token,
        stallMs: timeouts.stall,
        attemptMs: timeouts.attempt,
        totalMs: timeouts.total,
      },
    },
  }
  const providers = configuredProviders({ config, secrets, environment, egress, clock })
  return { config, edge, directory, providers, egress }
}
