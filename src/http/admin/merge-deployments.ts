// One view of deployments that several processes of a gateway call: what is counted is summed, and where they judge
// differently the most careful one is shown. Percentiles are weighed by their samples, which is near enough to look at.
import { rounded } from './described-deployment.ts'
import type { DescribedDeployment, ShownLimit, ShownModel, ShownPercentiles } from './described-deployment.ts'

/** From the best to the worst. */
const ranks = [
  'closed',
  'suspect',
  'cooling',
  'half_open',
  'open',
  'ejected',
] as const satisfies readonly DescribedDeployment['state'][]
const failuresShown = 5

/** Those of the first process first, in its order; then what only others know. */
export function mergeDeployments(
  all: readonly (readonly DescribedDeployment[])[],
): readonly DescribedDeployment[] {
  const byId = new Map<string, DescribedDeployment[]>()
  for (const one of all.flat()) {
    const known = byId.get(one.id)
    if (known === undefined) byId.set(one.id, [one])
    else known.push(one)
  }
  return [...byId.values()].map(merged)
}

function merged(views: readonly DescribedDeployment[]): DescribedDeployment {
  const [first] = views
  if (first === undefined || views.length === 1) return first as DescribedDeployment
  const worst = views.reduce((one, other) => (rankOf(other) > rankOf(one) ? other : one))
  const sum = (of: (view: DescribedDeployment) => number): number =>
    views.reduce((total, view) => total + of(view), 0)
  const calls = sum(({ window }) => window.calls)
  const asked = sum(({ throttle }) => throttle.calls)
  return {
    ...first,
    models: modelsOf(views),
    state: worst.state,
    reason: worst.reason,
    until: worst.until,
    ejections: Math.max(...views.map(({ ejections }) => ejections)),
    weight_share: rounded(sum((view) => view.weight_share) / views.length),
    window: {
      calls,
      failures: sum(({ window }) => window.failures),
      failures_in_row: Math.max(...views.map(({ window }) => window.failures_in_row)),
      success: calls === 0 ? 1 : rounded(sum(({ window }) => window.success * window.calls) / calls),
    },
    throttle: {
      calls: asked,
      accepted: sum(({ throttle }) => throttle.accepted),
      refused_share:
        asked === 0 ? 0 : rounded(sum(({ throttle }) => throttle.refused_share * throttle.calls) / asked),
    },
    in_flight: sum((view) => view.in_flight),
    limit: views.some(({ limit }) => limit === null) ? null : sum(({ limit }) => limit ?? 0),
    limits: limitsOf(views),
    first_token_ms: percentilesOf(views.map((view) => view.first_token_ms)),
    tokens_per_second: percentilesOf(views.map((view) => view.tokens_per_second)),
    last_failures: views
      .flatMap((view) => view.last_failures)
      .toSorted((one, other) => other.at.localeCompare(one.at))
      .slice(0, failuresShown),
  }
}

function rankOf({ state }: DescribedDeployment): number {
  return ranks.indexOf(state)
}

/** Each process has budgets of its own, and calls go to all of them. */
function modelsOf(views: readonly DescribedDeployment[]): readonly ShownModel[] {
  const byName = new Map<string, ShownModel>()
  for (const { name, budget_left: left } of views.flatMap(({ models }) => models)) {
    const known = byName.get(name)?.budget_left ?? { retries: 0, hedges: 0 }
    const together = { retries: known.retries + left.retries, hedges: known.hedges + left.hedges }
    byName.set(name, { name, budget_left: together })
  }
  return [...byName.values()]
}

/** Each process has its part of them. */
function limitsOf(views: readonly DescribedDeployment[]): readonly ShownLimit[] {
  const byKind = new Map<string, ShownLimit>()
  for (const one of views.flatMap(({ limits }) => limits)) {
    const key = `${one.kind} ${one.per_seconds}`
    const known = byKind.get(key)
    byKind.set(key, {
      ...one,
      limit: one.limit + (known?.limit ?? 0),
      remaining: one.remaining + (known?.remaining ?? 0),
      reset_seconds: Math.max(one.reset_seconds, known?.reset_seconds ?? 0),
    })
  }
  return [...byKind.values()]
}

function percentilesOf(all: readonly (ShownPercentiles | null)[]): ShownPercentiles | null {
  const known = all.filter((one) => one !== null)
  const samples = known.reduce((sum, one) => sum + one.samples, 0)
  if (samples === 0) return null
  const weighed = (of: (one: ShownPercentiles) => number): number =>
    rounded(known.reduce((sum, one) => sum + of(one) * one.samples, 0) / samples)
  return {
    samples,
    p50: weighed(({ p50 }) => p50),
    p95: weighed(({ p95 }) => p95),
    p99: weighed(({ p99 }) => p99),
  }
}
