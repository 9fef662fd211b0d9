// The admin API's view of keys: making, changing, rotating and revoking them. A secret is shown once, to whoever asked
// for it, and is nowhere else; keys that the config declares are the config's.
import { KeyNotFound } from '../../core/admin-errors.ts'
import type { Caller } from '../../core/caller.ts'
import { InvalidValue, MethodNotAllowed } from '../../core/errors.ts'
import type { KeyChanges, StoredKey } from '../../keys/key-store.ts'
import type { Route, RouteRequest } from '../router.ts'
import { describeKey } from './describe-key.ts'
import type { KeyDesk, ShownKey } from './key-desk.ts'
import { checkIsBoundAsMuch, checkKeepsRestrictions } from './key-restrictions.ts'
import type { KeyEdit } from './key-restrictions.ts'
import { checkMayChange, checkMayGive, checkMayGiveModels, checkSees, sees } from './key-rights.ts'
import { listPage } from './list-page.ts'
import { changesIn, newKeyIn } from './read-key.ts'
import { readJson } from './read-json.ts'
import { actorOf } from './written-acts.ts'

const place = '/admin/v1/keys'
const access = { scope: 'admin', reach: 'tenant' } as const

/** All routes about keys. */
export function keyRoutes(desk: KeyDesk): readonly Route[] {
  return [
    { method: 'GET', path: place, access, answer: (asked) => list(asked, desk) },
    { method: 'POST', path: place, access, answer: (asked) => make(asked, desk) },
    {
      method: 'GET',
      path: `${place}/*`,
      access,
      answer: async (asked) => shown(await named(asked.rest, asked, desk), asked),
    },
    { method: 'PATCH', path: `${place}/*`, access, answer: (asked) => change(asked, desk) },
    { method: 'DELETE', path: `${place}/*`, access, answer: (asked) => revoke(asked, desk) },
    { method: 'POST', path: `${place}/*`, access, answer: (asked) => rotate(asked, desk) },
  ]
}

async function list(asked: RouteRequest, desk: KeyDesk): Promise<Response> {
  const query = new URL(asked.request.url).searchParams
  const nowMs = asked.edge.parts.clock.wallMs()
  const caller = callerOf(asked)
  const teams = desk.teams()
  const seen = (await desk.list())
    .filter((key) => sees(caller, key, teams))
    .map((key) => describeKey(key, nowMs))
  const filters = (['state', 'team', 'user', 'tenant', 'role'] as const).flatMap((name) => {
    const wanted = query.get(name)
    return wanted === null ? [] : [{ name, wanted }]
  })
  return Response.json(
    listPage(
      seen.filter((key) => filters.every(({ name, wanted }) => key[name] === wanted)),
      query,
    ),
  )
}

async function make(asked: RouteRequest, desk: KeyDesk): Promise<Response> {
  const caller = callerOf(asked)
  const body = await readJson(asked.request, 'newKey')
  const key = newKeyIn(body, { caller, nowMs: asked.edge.parts.clock.wallMs() })
  checkMayGive(caller, key, desk.teams())
  checkKeepsRestrictions(caller, { ...keptBy(desk), before: undefined, after: key })
  return withSecret(await desk.make(key, actorOf(asked)), asked, 201)
}

async function change(asked: RouteRequest, desk: KeyDesk): Promise<Response> {
  const caller = callerOf(asked)
  const key = await changeable(asked.rest, asked, desk)
  const body = await readJson(asked.request, 'keyChange')
  const changes = changesIn(body, asked.edge.parts.clock.wallMs())
  const after = { ...key, ...changes }
  if (needsRights(changes)) checkMayGive(caller, after, desk.teams())
  checkKeepsRestrictions(caller, { ...keptBy(desk), before: key, after })
  return shown((await desk.change(key.id, changes, actorOf(asked))) ?? gone(key.id), asked)
}

function keptBy({ teams, naming }: KeyDesk): Pick<KeyEdit, 'teams' | 'naming'> {
  return { teams: teams(), naming }
}

/** What else is changed gives nobody a right. */
function needsRights(changes: KeyChanges): boolean {
  return ['models', 'scopes', 'tenant', 'team'].some((name) => name in changes)
}

async function revoke(asked: RouteRequest, desk: KeyDesk): Promise<Response> {
  const key = await named(asked.rest, asked, desk)
  checkMayChange(callerOf(asked), key)
  return shown((await desk.revoke(key.id, actorOf(asked))) ?? gone(key.id), asked)
}

const rotateSuffix = '/rotate'

async function rotate(asked: RouteRequest, desk: KeyDesk): Promise<Response> {
  const { rest, request } = asked
  if (!rest.endsWith(rotateSuffix)) throw new MethodNotAllowed(`${place}/${rest}`, 'GET, PATCH, DELETE')
  const caller = callerOf(asked)
  const key = await changeable(rest.slice(0, -rotateSuffix.length), asked, desk)
  // Whoever has the secret has what the key has.
  checkMayGiveModels(caller, key)
  checkIsBoundAsMuch(caller, key, desk.teams())
  const { overlap } = await readJson(request, 'rotation')
  return withSecret((await desk.rotate(key.id, overlap, actorOf(asked))) ?? gone(key.id), asked, 200)
}

async function changeable(id: string, asked: RouteRequest, desk: KeyDesk): Promise<StoredKey> {
  const key = await named(id, asked, desk)
  checkMayChange(callerOf(asked), key)
  if (key.revokedAtMs !== null) throw new InvalidValue('id', 'the key is revoked, and stays so')
  return key
}

/** The key of this id, if the administrator may know of it. */
async function named(id: string, asked: RouteRequest, desk: KeyDesk): Promise<StoredKey> {
  const key = (await desk.find(id)) ?? gone(id)
  checkSees(callerOf(asked), key, desk.teams())
  return key
}

function gone(id: string): never {
  throw new KeyNotFound(id)
}

function shown(key: StoredKey, { edge }: RouteRequest): Response {
  return Response.json(describeKey(key, edge.parts.clock.wallMs()))
}

function withSecret({ key, secret }: ShownKey, { edge }: RouteRequest, status: number): Response {
  const described = describeKey(key, edge.parts.clock.wallMs())
  return Response.json({ ...described, secret }, { status, headers: { 'cache-control': 'no-store' } })
}

function callerOf({ caller }: RouteRequest): Caller {
  // The router lets nobody in here without a key.
  if (caller === undefined) throw new Error('Keys were asked for by nobody.')
  return caller
}
