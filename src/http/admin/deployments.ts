// The admin API's view of deployments: how each stands and why, what it has measured, and the two things that an operator
// may do about it by hand. Names of members are a contract: they are added to and never changed.
import { DeploymentNotFound } from '../../core/admin-errors.ts'
import { InvalidValue, MethodNotAllowed } from '../../core/errors.ts'
import type { Clock } from '../../core/clock.ts'
import type { Percentiles } from '../../core/health.ts'
import type { Route, RouteRequest } from '../router.ts'
import { listPage } from './list-page.ts'
import type { WriteAct } from './written-acts.ts'
import type { SeeDeployments, SeenDeployment } from './seen-deployments.ts'

const place = '/admin/v1/deployments'
const access = { scope: 'admin' } as const

/** All routes about deployments. */
export function deploymentRoutes(see: SeeDeployments, write: WriteAct): readonly Route[] {
  return [
    {
      method: 'GET',
      path: place,
      access,
      answer: (asked) => Response.json(listPage(described(see(), asked), queryOf(asked))),
    },
    {
      method: 'GET',
      path: `${place}/*`,
      access,
      answer: (asked) => page(named(asked.rest, see()), asked),
    },
    { method: 'POST', path: `${place}/*`, access, answer: (asked) => act(asked, see, write) },
  ]
}

/** Does one of the two to every account of a deployment, or to the one that the id names. */
function act(asked: RouteRequest, see: SeeDeployments, write: WriteAct): Response {
  if (asked.rest === '') throw new MethodNotAllowed(place, 'GET')
  const { clock } = asked.edge.parts
  const cut = asked.rest.lastIndexOf('/')
  const [name, action] = [asked.rest.slice(0, Math.max(0, cut)), asked.rest.slice(cut + 1)]
  const found = named(name, see())
  const nowMs = clock.nowMs()
  const before = {
    states: Object.fromEntries(found.map((seen) => [idOf(seen), seen.health.report(nowMs).state])),
  }
  switch (action) {
    case 'restore':
      write(asked, { action: 'deployment.restore', subject: name, before, after: null })
      for (const { health } of found) health.restore(nowMs)
      // Whoever waits for a place may have one now.
      asked.edge.world.pipeline.lines.freed(nowMs)
      break
    case 'eject': {
      const forMs = ejectionMs(queryOf(asked))
      const after = { seconds: forMs / 1_000 }
      write(asked, { action: 'deployment.eject', subject: name, before, after })
      for (const { health } of found) health.eject(nowMs, 'operator', forMs)
      break
    }
    default:
      throw new DeploymentNotFound(asked.rest)
  }
  return page(found, asked)
}

const ejectionUnaskedSeconds = 600
const ejectionMaxSeconds = 86_400

function ejectionMs(query: URLSearchParams): number {
  const written = query.get('seconds')
  if (written === null) return ejectionUnaskedSeconds * 1_000
  const seconds = /^[1-9]\d{0,4}$/.test(written) ? Number(written) : 0
  if (seconds < 1 || seconds > ejectionMaxSeconds) {
    throw new InvalidValue('seconds', `must be a whole number from 1 to ${ejectionMaxSeconds}`)
  }
  return seconds * 1_000
}

/** By `provider/model`, which every account of it has, or by the id of one. */
function named(name: string, all: readonly SeenDeployment[]): readonly SeenDeployment[] {
  const found = all.filter((seen) => nameOf(seen) === name || idOf(seen) === name)
  if (found.length === 0) throw new DeploymentNotFound(name)
  return found
}

function page(found: readonly SeenDeployment[], asked: RouteRequest): Response {
  return Response.json(listPage(described(found, asked), new URLSearchParams()))
}

function queryOf({ request }: RouteRequest): URLSearchParams {
  return new URL(request.url).searchParams
}

function nameOf({ place: { provider, providerModel } }: SeenDeployment): string {
  return `${provider}/${providerModel}`
}

function idOf(seen: SeenDeployment): string {
  const { credential } = seen.place
  return credential === '' ? nameOf(seen) : `${nameOf(seen)}@${credential}`
}

interface Described {
  readonly id: string
  readonly [member: string]: unknown
}

function described(all: readonly SeenDeployment[], { edge }: RouteRequest): Described[] {
  return all.map((seen) => describe(seen, edge.parts.clock))
}

function describe(seen: SeenDeployment, clock: Clock): Described {
  const { place: where, health, models, limits, key } = seen
  const { window, throttle, ...report } = health.report(clock.nowMs())
  const { untilMs } = report
  return {
    id: idOf(seen),
    object: 'deployment',
    provider: where.provider,
    model: where.providerModel,
    account: where.credential === '' ? null : where.credential,
    secret: key?.secret ?? null,
    key_weight: key?.weight ?? null,
    models: models.map(({ name, retriesLeft, hedgesLeft }) => ({
      name,
      budget_left: { retries: rounded(retriesLeft), hedges: rounded(hedgesLeft) },
    })),
    state: report.state,
    reason: report.reason,
    until: untilMs > 0 ? new Date(clock.wallMs() + untilMs).toISOString() : null,
    ejections: report.ejections,
    weight_share: rounded(report.share),
    window: {
      calls: window.calls,
      failures: window.failures,
      failures_in_row: window.failuresInRow,
      success: rounded(window.success),
    },
    throttle: {
      calls: throttle.calls,
      accepted: throttle.accepts,
      refused_share: rounded(throttle.refusedShare),
    },
    in_flight: report.inFlight,
    limit: report.limit,
    limits: limits(clock.nowMs()).map(({ kind, limit, perMs, remaining, resetMs }) => ({
      kind,
      limit,
      per_seconds: perMs / 1_000,
      remaining,
      reset_seconds: Math.ceil(resetMs / 1_000),
    })),
    first_token_ms: percentiles(report.firstTokenMs),
    tokens_per_second: percentiles(report.tokensPerSecond),
    last_failures: health.lastFailures.map(({ outcome, status, atMs }) => ({
      outcome,
      status: status === 0 ? null : status,
      at: new Date(atMs).toISOString(),
    })),
  }
}

/** Percentiles as every endpoint shows them; null without samples. */
export function percentiles(measured: Percentiles | null | undefined): object | null {
  if (measured === null || measured === undefined) return null
  const { count, p50, p95, p99 } = measured
  return { samples: count, p50: rounded(p50), p95: rounded(p95), p99: rounded(p99) }
}

/** To three digits behind the point. */
function rounded(amount: number): number {
  return Math.round(amount * 1_000) / 1_000
}
