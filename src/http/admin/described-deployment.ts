// A deployment as the admin API shows it. Names of members are a contract: they are added to and never changed.
import type { Clock } from '../../core/clock.ts'
import type { Percentiles } from '../../core/health.ts'
import type { LimitKind } from '../../limits/limits.ts'
import type { HealthReport } from '../../routing/health/health-report.ts'
import type { SeenDeployment } from './seen-deployments.ts'

export interface ShownPercentiles {
  readonly samples: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
}

export interface ShownModel {
  readonly name: string
  readonly budget_left: { readonly retries: number; readonly hedges: number }
}

export interface ShownLimit {
  readonly kind: LimitKind
  readonly limit: number
  readonly per_seconds: number
  readonly remaining: number
  readonly reset_seconds: number
}

export interface DescribedDeployment {
  readonly id: string
  readonly object: 'deployment'
  readonly provider: string
  readonly model: string
  readonly account: string | null
  readonly secret: string | null
  readonly key_weight: number | null
  readonly models: readonly ShownModel[]
  readonly state: HealthReport['state']
  readonly reason: HealthReport['reason']
  readonly until: string | null
  readonly ejections: number
  readonly weight_share: number
  readonly window: {
    readonly calls: number
    readonly failures: number
    readonly failures_in_row: number
    readonly success: number
  }
  readonly throttle: { readonly calls: number; readonly accepted: number; readonly refused_share: number }
  readonly in_flight: number
  readonly limit: number | null
  readonly limits: readonly ShownLimit[]
  readonly first_token_ms: ShownPercentiles | null
  readonly tokens_per_second: ShownPercentiles | null
  readonly last_failures: readonly {
    readonly outcome: string
    readonly status: number | null
    readonly at: string
  }[]
}

export function describeDeployments(
  all: readonly SeenDeployment[],
  clock: Clock,
): readonly DescribedDeployment[] {
  return all.map((seen) => describe(seen, clock))
}

export function nameOf({ place: { provider, providerModel } }: SeenDeployment): string {
  return `${provider}/${providerModel}`
}

/** With the account, where it has one. */
export function idOf(seen: SeenDeployment): string {
  const { credential } = seen.place
  return credential === '' ? nameOf(seen) : `${nameOf(seen)}@${credential}`
}

function describe(seen: SeenDeployment, clock: Clock): DescribedDeployment {
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
export function percentiles(measured: Percentiles | null | undefined): ShownPercentiles | null {
  if (measured === null || measured === undefined) return null
  const { count, p50, p95, p99 } = measured
  return { samples: count, p50: rounded(p50), p95: rounded(p95), p99: rounded(p99) }
}

/** To three digits behind the point. */
export function rounded(amount: number): number {
  return Math.round(amount * 1_000) / 1_000
}
