// GET /admin/v1/audit: what was done to the gateway, the newest first.
import type { AuditEntry, AuditTrail } from '../../audit/audit-trail.ts'
import { InvalidValue } from '../../core/errors.ts'
import type { Route } from '../router.ts'
import { limitIn, pageOf } from './list-page.ts'

/** The endpoint, over the trail. */
export function auditPage(trail: Pick<AuditTrail, 'list'>): Route {
  return {
    method: 'GET',
    path: '/admin/v1/audit',
    access: { scope: 'admin' },
    answer: async ({ request }) => {
      const query = new URL(request.url).searchParams
      const limit = limitIn(query.get('limit'))
      const filters = {
        action: word(query, 'action'),
        actor: word(query, 'actor'),
        subject: word(query, 'subject'),
      }
      const found = await trail.list({ limit: limit + 1, below: belowIn(query.get('after')), ...filters })
      return Response.json(pageOf(found.map(described), limit))
    },
  }
}

const idForm = /^aud_([1-9]\d{0,14})$/

function belowIn(after: string | null): number | undefined {
  if (after === null) return undefined
  const number = idForm.exec(after)?.[1]
  if (number === undefined) throw new InvalidValue('after', 'must be the id of an entry, such as aud_17')
  return Number(number)
}

function word(query: URLSearchParams, name: string): string | undefined {
  return query.get(name) ?? undefined
}

interface DescribedEntry {
  readonly id: string
  readonly [member: string]: unknown
}

function described({ number, atMs, ...entry }: AuditEntry): DescribedEntry {
  const { actor, address, action, subject, outcome, before, after, hash } = entry
  return {
    id: `aud_${number}`,
    object: 'audit.entry',
    number,
    at: new Date(atMs).toISOString(),
    actor,
    address: address === '' ? null : address,
    action,
    subject,
    outcome,
    before,
    after,
    hash,
  }
}
