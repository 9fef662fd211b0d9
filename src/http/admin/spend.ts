// GET /admin/v1/spend: what was spent, told apart by whatever an operator wants to know; who administers one tenant sees
// what that tenant spent.
import { TenantNotAllowed } from '../../core/admin-errors.ts'
import type { Caller } from '../../core/caller.ts'
import type { Clock } from '../../core/clock.ts'
import { nameOfKey } from '../../keys/name-of-key.ts'
import type { DescribedRow } from '../../ledger/spend/describe-row.ts'
import { dimensions } from '../../ledger/spend/spend.ts'
import type { Route, RouteRequest } from '../router.ts'
import { describeQuestion, questionIn, readSpend, spendPage } from './ask-spend.ts'
import type { SpendFilter, SpendSource } from './ask-spend.ts'

/** What the routes about spending need. */
export interface SpendParts {
  readonly source: SpendSource
  /** The names of keys by their ids. */
  keyNames(): ReadonlyMap<string, string>
}

/** A route that needs nothing of the gateway but its time. */
export interface SpendRoute extends Route {
  answer(asked: SpendRequest): Promise<Response>
}

interface SpendRequest extends Pick<RouteRequest, 'request' | 'caller'> {
  readonly edge: { readonly parts: { readonly clock: Pick<Clock, 'wallMs'> } }
}

/** The endpoint, over the ledger. */
export function spend(parts: SpendParts): SpendRoute {
  return {
    method: 'GET',
    path: '/admin/v1/spend',
    access: { scope: 'admin', reach: 'tenant' },
    answer: async ({ request, edge, caller }) => {
      const query = new URL(request.url).searchParams
      const wallMs = edge.parts.clock.wallMs()
      const asked = questionIn({ query, wallMs, byUnasked: '', allowed: dimensions })
      const question = { ...asked, where: ofOwnTenant(asked.where, caller) }
      const { rows, hasMore, unshipped } = await readSpend(parts.source, async (reader, left) => ({
        ...(await spendPage(question, reader)),
        unshipped: left,
      }))
      return Response.json({
        object: 'list',
        ...describeQuestion(question, unshipped),
        data: rows.map((row) => withKeyName(row, parts)),
        first_id: rows[0]?.id ?? null,
        last_id: rows.at(-1)?.id ?? null,
        has_more: hasMore,
      })
    },
  }
}

/** The filter of somebody who may see one tenant. Throws TenantNotAllowed when another one is asked for. */
export function ofOwnTenant(where: SpendFilter, caller: RouteRequest['caller']): SpendFilter {
  const tenant = ownTenant(caller)
  if (tenant === undefined) return where
  if (where.tenant?.some((wanted) => wanted !== tenant) === true) throw new TenantNotAllowed(tenant)
  return { ...where, tenant: [tenant] }
}

function ownTenant(caller: Caller | undefined): string | undefined {
  // The router lets nobody in here without a key.
  if (caller === undefined) throw new Error('Spending was asked for by nobody.')
  return caller.tenant
}

function withKeyName(row: DescribedRow, { keyNames }: SpendParts): DescribedRow {
  const { key } = row
  if (typeof key !== 'string') return row
  return { ...row, key_name: nameOfKey(key, keyNames()) ?? null }
}
