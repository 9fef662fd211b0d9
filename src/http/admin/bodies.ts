// The admin API's view of kept bodies: by which rules they are kept, and their erasing, which is written down before it is
// done. What was said is shown by no endpoint: reading it is the operator's, on the machine.
import { BodiesUnavailable, TenantNotAllowed } from '../../core/admin-errors.ts'
import { tenantOf } from '../../core/caller.ts'
import { InvalidValue } from '../../core/errors.ts'
import type { BodyFilter } from '../../bodies/ports.ts'
import { filterText } from '../../bodies/filter-text.ts'
import type { BodiesSetting } from '../../bodies/settings.ts'
import type { Route, RouteRequest } from '../router.ts'
import type { WriteAct } from './written-acts.ts'

const place = '/admin/v1/bodies'
const access = { scope: 'admin', reach: 'tenant' } as const

export interface BodyDesk {
  /** By the config that is in force. */
  settings(): BodiesSetting
  /** Makes them unreadable, those that wait to be written too; resolves with how many there were. */
  erase(filter: BodyFilter): Promise<number>
}

/** All routes about bodies. */
export function bodyRoutes(desk: BodyDesk, write: WriteAct): readonly Route[] {
  return [
    { method: 'GET', path: place, access, answer: () => Response.json(described(desk.settings())) },
    { method: 'DELETE', path: place, access, answer: (asked) => erase(asked, desk, write) },
  ]
}

function described(settings: BodiesSetting): object {
  const object = 'bodies'
  if (settings === 'off') {
    return { object, kept: false, sample: null, mask: null, max_bytes: null, retention_seconds: null }
  }
  const { sample, mask, max, retention } = settings
  return {
    object,
    kept: true,
    sample,
    mask: mask === 'off' ? [] : mask,
    max_bytes: max,
    retention_seconds: retention / 1_000,
  }
}

async function erase(asked: RouteRequest, desk: BodyDesk, write: WriteAct): Promise<Response> {
  const filter = filterIn(asked)
  const act = { action: 'bodies.erase', subject: filterText(filter), before: null, after: null } as const
  await write(asked, act)
  try {
    const erased = await desk.erase(filter)
    return Response.json({ object: 'bodies.erased', erased })
  } catch (failure) {
    await write(asked, act, 'failed')
    throw new BodiesUnavailable(failure)
  }
}

const nameCharsMax = 256
const named = { user: 'user', key: 'keyId', call: 'callId', tenant: 'tenant' } as const

/** What the query names; an administrator of one tenant means that tenant whatever it names. */
function filterIn({ request, caller }: RouteRequest): BodyFilter {
  const query = new URL(request.url).searchParams
  for (const name of query.keys()) {
    if (name !== 'all' && !Object.hasOwn(named, name)) throw new InvalidValue(name, 'there is no such filter')
  }
  const filter: { [Name in (typeof named)[keyof typeof named]]?: string } = {}
  for (const [name, member] of Object.entries(named)) {
    const written = query.getAll(name)
    // An empty one would be nobody's, and is most likely a variable that was not set.
    if (written.length > 1 || written[0] === '') throw new InvalidValue(name, 'name one, once')
    if (Number(written[0]?.length) > nameCharsMax) throw new InvalidValue(name, 'nobody has so long a name')
    if (written[0] !== undefined) filter[member] = written[0]
  }
  if (Object.keys(filter).length > 0 === (query.get('all') === 'true')) {
    throw new InvalidValue('user', 'say whose bodies: user, key, call or tenant, or all=true for all of them')
  }
  if (caller?.tenant === undefined) return filter
  if (filter.tenant !== undefined && filter.tenant !== caller.tenant)
    throw new TenantNotAllowed(caller.tenant)
  return { ...filter, tenant: tenantOf(caller) }
}
