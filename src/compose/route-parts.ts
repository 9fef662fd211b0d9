// What the routes off the path of a call are made of, in a gateway that runs: whoever looks sees what all workers know, and
// whoever changes a key does it by the desk that writes the trail.
import type { Config } from '../config/schema.ts'
import type { SeeDeployments } from '../http/admin/seen-deployments.ts'
import type { OpenWebhooks } from '../http/admin/webhooks.ts'
import type { Teams } from '../keys/teams.ts'
import type { Registry } from '../telemetry/metrics.ts'
import type { RecentTraces } from '../telemetry/recent-traces.ts'
import { findsEverywhere, spendOfAll } from './fellow-views.ts'
import type { GatewayParts } from './gateway-parts.ts'
import type { RouteParts } from './gateway-routes.ts'
import { keyDesk } from './key-desk.ts'
import { keyNamesOf } from './load-budgets.ts'
import { namingIn } from './naming-in.ts'
import type { LastingParts } from './world.ts'

/** What only the running gateway can say. */
export interface Inside {
  readonly registry: Registry
  readonly traces: RecentTraces
  readonly seeDeployments: SeeDeployments
  readonly openWebhooks: OpenWebhooks
  /** The one that answers new calls just now, and its teams. */
  config(): Config
  teams(): Teams
}

export function routeParts(parts: GatewayParts, lasting: LastingParts, inside: Inside): RouteParts {
  const { ledger, trail, keys, keyStore: store, secretHash: hash, fellows } = parts
  const { clock, memory, responses, bodies, budgets, limits } = lasting
  const { config, teams, ...shown } = inside
  return {
    ...shown,
    fellows,
    trail,
    responses,
    healths: memory.health,
    desk: keyDesk({
      store,
      hash,
      trail,
      clock,
      ring: keys,
      teams,
      naming: (level, limited) => namingIn(config(), level, limited),
    }),
    bodies: { settings: () => config().log.bodies, erase: (filter) => bodies.erase(filter) },
    findAttempts: findsEverywhere(ledger, fellows),
    spend: {
      source: spendOfAll(ledger, fellows),
      keyNames: () => keyNamesOf(keys),
      standingsOf: (caller) => ({
        budgets: budgets.standings({ caller, tags: caller.tags ?? [] }, clock.wallMs()),
        limits: limits.standings(caller, clock.nowMs()),
      }),
    },
  }
}
