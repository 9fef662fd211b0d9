// The table of everything that is off the path of a call, and which of it is had at which listener.
import type { AuditTrail } from '../audit/audit-trail.ts'
import { auditPage } from '../http/admin/audit-page.ts'
import { bodyRoutes } from '../http/admin/bodies.ts'
import type { BodyDesk } from '../http/admin/bodies.ts'
import { callTrace } from '../http/admin/call-trace.ts'
import { deploymentRoutes } from '../http/admin/deployments.ts'
import type { KeyDesk } from '../http/admin/key-desk.ts'
import { keyRoutes } from '../http/admin/keys.ts'
import { spendExport } from '../http/admin/spend-export.ts'
import { spend } from '../http/admin/spend.ts'
import type { SpendParts } from '../http/admin/spend.ts'
import type { SeeDeployments } from '../http/admin/seen-deployments.ts'
import { webhookRoutes } from '../http/admin/webhooks.ts'
import type { OpenWebhooks } from '../http/admin/webhooks.ts'
import { writesActsIn } from '../http/admin/written-acts.ts'
import type { Edge } from '../http/edge.ts'
import { createHandler, createOperatorHandler } from '../http/handle.ts'
import { createRouter } from '../http/router.ts'
import type { Route } from '../http/router.ts'
import { version } from '../core/version.ts'
import { apiDescription } from '../http/routes/api-description.ts'
import { calls } from '../http/routes/calls.ts'
import type { FindAttempts } from '../http/routes/calls.ts'
import { health } from '../http/routes/health.ts'
import { metrics } from '../http/routes/metrics.ts'
import { geminiModel, geminiModels, model, models } from '../http/routes/models.ts'
import { ready } from '../http/routes/ready.ts'
import { keptResponse, keptResponseRemoval } from '../http/routes/responses.ts'
import { usage } from '../http/routes/usage.ts'
import type { UsageParts } from '../http/routes/usage.ts'
import type { Responses } from '../responses/responses.ts'
import type { HealthRegistry } from '../routing/health/health-registry.ts'
import type { Registry } from '../telemetry/metrics.ts'
import type { RecentTraces } from '../telemetry/recent-traces.ts'
import { metricsOfAll, otherDeployments, traceElsewhere } from './fellow-views.ts'
import type { FellowWorkers } from './fellow-workers.ts'

export interface RouteParts {
  readonly registry: Registry
  /** There where several processes serve, and whoever looks is to see what all of them know. */
  readonly fellows: FellowWorkers | undefined
  readonly traces: RecentTraces
  readonly responses: Responses
  readonly healths: HealthRegistry
  readonly trail: AuditTrail
  readonly desk: KeyDesk
  readonly bodies: BodyDesk
  readonly seeDeployments: SeeDeployments
  readonly findAttempts: FindAttempts
  readonly openWebhooks: OpenWebhooks
  readonly spend: SpendParts & UsageParts
}

/** All of them. */
export function gatewayRoutes(parts: RouteParts): readonly Route[] {
  const { registry, traces, responses, trail, fellows } = parts
  const routes: readonly Route[] = [
    health,
    ready,
    metrics(fellows === undefined ? () => registry.print() : () => metricsOfAll(fellows, registry)),
    models,
    model(parts.healths),
    geminiModels,
    geminiModel,
    calls(parts.findAttempts),
    usage(parts.spend),
    keptResponse(responses),
    keptResponseRemoval(responses),
    ...deploymentRoutes(parts.seeDeployments, writesActsIn(trail), fellows && otherDeployments(fellows)),
    callTrace(traces, fellows && ((callId) => traceElsewhere(fellows, callId))),
    auditPage(trail),
    spend(parts.spend),
    spendExport(parts.spend),
    ...keyRoutes(parts.desk),
    ...webhookRoutes(parts.openWebhooks, writesActsIn(trail)),
    ...bodyRoutes(parts.bodies, writesActsIn(trail)),
    ...apiDescription(() => routes, version),
  ]
  return routes
}

export interface GatewayHandlers {
  readonly ofClients: ReturnType<typeof createHandler>
  readonly ofOperators: ReturnType<typeof createOperatorHandler>
}

/** What answers at each listener. Without one of their own, operators have their routes among those of clients. */
export function gatewayHandlers(
  edge: Edge,
  routes: readonly Route[],
  { hasOperatorListener }: { readonly hasOperatorListener: boolean },
): GatewayHandlers {
  const ofClients = hasOperatorListener ? publicRoutes(routes) : routes
  return {
    ofClients: createHandler(edge, createRouter(edge, ofClients)),
    ofOperators: createOperatorHandler(edge, createRouter(edge, operatorRoutes(routes))),
  }
}

/** With a listener of their own, operators have their routes there and nowhere else. */
export function publicRoutes(all: readonly Route[]): readonly Route[] {
  return all.filter((route) => !isForOperators(route))
}

/** What anybody may ask is there, too, so that whoever watches that listener can. */
export function operatorRoutes(all: readonly Route[]): readonly Route[] {
  return all.filter((route) => route.access === 'anybody' || isForOperators(route))
}

function isForOperators({ access }: Route): boolean {
  if (access === 'anybody') return false
  return 'localOrScope' in access || access.scope === 'admin'
}
