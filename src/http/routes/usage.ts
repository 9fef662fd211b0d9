// GET /v1/usage: what a key has used, and what is left of what it may use. It sees its own calls; those of its user and of
// its team as sums that name nobody.
import type { Caller } from '../../core/caller.ts'
import { InvalidValue } from '../../core/errors.ts'
import { describeSums } from '../../ledger/spend/describe-row.ts'
import { noSums } from '../../ledger/spend/spend.ts'
import type { Dimension } from '../../ledger/spend/spend.ts'
import type { BudgetStanding } from '../../limits/budget.ts'
import type { LimitStanding } from '../../limits/limits.ts'
import { describeQuestion, questionIn, readSpend, spendPage } from '../admin/ask-spend.ts'
import type { SpendFilter, SpendSource } from '../admin/ask-spend.ts'
import type { Route } from '../router.ts'

export interface UsageParts {
  readonly source: SpendSource
  /** What stands over a caller just now. */
  standingsOf(caller: Caller): {
    readonly budgets: readonly BudgetStanding[]
    readonly limits: readonly LimitStanding[]
  }
}

/** Not by key and user: who of a team spends how much is for those who administer it. */
const allowed = [
  'endpoint',
  'model',
  'provider',
  'deployment',
  'region',
  'tag',
  'outcome',
  'purpose',
] as const satisfies readonly Dimension[]

/** The endpoint, over the ledger and what is held of limits. */
export function usage(parts: UsageParts): Route {
  return {
    method: 'GET',
    path: '/v1/usage',
    access: { scope: 'calls' },
    answer: async ({ request, edge, caller }) => {
      // The router lets nobody in here without a key.
      if (caller === undefined) throw new Error('Usage was asked for by nobody.')
      const query = new URL(request.url).searchParams
      const { wallMs } = edge.parts.clock
      const of = query.get('of') ?? 'key'
      const asked = questionIn({ query, wallMs: wallMs(), byUnasked: 'model', allowed })
      const question = { ...asked, where: { ...asked.where, ...callsOf(of, caller) } }
      const { page, total, unshipped } = await readSpend(parts.source, async (reader, left) => {
        const whole = { ...question, by: [], interval: undefined, after: undefined, limit: 1 }
        const [sums, found] = await Promise.all([reader.sums(whole), spendPage(question, reader)])
        return { page: found, total: sums[0]?.sums ?? noSums, unshipped: left }
      })
      const { budgets, limits } = parts.standingsOf(caller)
      return Response.json({
        object: 'usage',
        of,
        ...describeQuestion(question, unshipped),
        total: describeSums(total),
        data: page.rows,
        has_more: page.hasMore,
        budgets: budgets.map(describeBudget),
        limits: limits.map(describeLimit),
      })
    },
  }
}

/** Names alone are no bound: two tenants may have a team of the same name. */
function callsOf(of: string, { keyId, user, team, tenant }: Caller): SpendFilter {
  const ofTenant = { tenant: [tenant ?? ''] }
  if (of === 'key') return { key: [keyId] }
  if (of === 'user' && user !== undefined) return { user: [user], ...ofTenant }
  if (of === 'team' && team !== undefined) return { team: [team], ...ofTenant }
  const problem = of === 'user' || of === 'team' ? `this key has no ${of}` : 'write one of key, user, team'
  throw new InvalidValue('of', problem)
}

function describeBudget({
  level,
  name,
  rule,
  windowStartMs,
  windowEndMs,
  spent,
  held,
}: BudgetStanding): object {
  const left = Math.max(0, rule.amount - spent - held)
  return {
    level,
    name,
    unit: rule.unit,
    period: rule.period,
    amount: rule.amount,
    spent,
    held,
    remaining: left,
    stops: rule.stops,
    window_start: new Date(windowStartMs).toISOString(),
    window_end: windowEndMs === undefined ? null : new Date(windowEndMs).toISOString(),
  }
}

function describeLimit({ level, name, kind, limit, perMs, remaining, resetMs }: LimitStanding): object {
  return {
    level,
    name,
    kind,
    limit,
    per_seconds: kind === 'concurrency' ? null : perMs / 1_000,
    remaining,
    reset_seconds: Math.ceil(resetMs / 1_000),
  }
}
