// Tenants beside each other, through real sockets: what one's names mean is nothing to another, and whoever administers one
// keeps to what they were given.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { at, listAt } from '../json-at.ts'
import { startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { startGateway } from './start-gateway.ts'
import type { RunningGateway } from './start-gateway.ts'

const secrets = {
  owner: 'owner-key-0123456789',
  acme: 'acme-admin-key-0123456789',
  beta: 'beta-admin-key-0123456789',
  bound: 'bound-admin-key-0123456789',
  few: 'few-admin-key-0123456789',
  teamed: 'teamed-admin-key-0123456789',
} as const
type Who = keyof typeof secrets

const dataDirectory = mkdtempSync(join(tmpdir(), 'sallyport-tenants-'))
let simulator: Simulator
let gateway: RunningGateway

/** Ten tokens for a tenth of a cent: every budget here is for two calls. */
function config(): string {
  return `
discover: off
server: { drain_delay: 0s }
providers: { sim: { type: openai-compatible, base_url: "${simulator.baseUrl}/v1", api_key: env:SIM_KEY } }
models: { ten: { deployments: [{ provider: sim, model: "tokens:10", price: { input: 0, output: 100 } }] } }
teams:
  eu-team: { tenant: acme, residency: { regions: [eu] } }
  other-team: { tenant: acme }
  ten-team: { tenant: acme, models: [ten], scopes: [chat] }
  paid-team: { tenant: acme }
keys:
  - { name: owner, secret: env:OWNER, scopes: [admin] }
  - { name: acme, secret: env:ACME, tenant: acme, scopes: [admin] }
  - { name: beta, secret: env:BETA, tenant: beta, scopes: [admin] }
  - { name: few, secret: env:FEW, tenant: acme, scopes: [admin], models: [ten] }
  - { name: teamed, secret: env:TEAMED, team: eu-team, scopes: [admin] }
  - name: bound
    secret: env:BOUND
    tenant: acme
    scopes: [admin]
    residency: { regions: [eu, ch] }
    addresses: [127.0.0.0/8]
    max_tokens: { max: 100 }
    keep_bodies: off
limits:
  users: { "ann@acme.example": { requests: 1000/m }, "*": { requests: 1000/m } }
  teams: { paid-team: { requests: 1000/m } }
budgets:
  keys:
    "*": [{ dollars: 0.002, per: total }]
    ci: [{ dollars: 0.002, per: total, alerts: [100] }]
    "acme release": [{ dollars: 0.002, per: total }]
  tags: { "*": [{ dollars: 0.002, per: total }] }
`
}

function start(): Promise<RunningGateway> {
  const environment = Object.fromEntries(
    Object.entries(secrets).map(([who, secret]) => [who.toUpperCase(), secret]),
  )
  return startGateway({ config: config(), environment, dataDirectory })
}

beforeAll(async () => {
  simulator = await startSimulator({ keys: 'any' })
  gateway = await start()
})

afterAll(async () => {
  await gateway.stop('SIGKILL')
  await simulator.stop()
  rmSync(dataDirectory, { recursive: true, force: true })
})

interface Key {
  readonly id: string
  readonly secret: string
}

async function admin(who: Who, method: 'POST' | 'PATCH', path: string, body: object): Promise<Response> {
  return await fetch(`${gateway.url}/admin/v1/keys${path}`, {
    method,
    headers: { authorization: `Bearer ${secrets[who]}` },
    body: JSON.stringify(body),
  })
}

async function make(who: Who, body: object): Promise<Key> {
  const made = await admin(who, 'POST', '', body)
  const key: unknown = await made.json()
  if (made.status !== 201) throw new Error(JSON.stringify(key))
  return { id: String(at(key, 'id')), secret: String(at(key, 'secret')) }
}

/** The status, and the member that a refusal is about. */
async function outcome(asked: Promise<Response>): Promise<unknown> {
  const answer = await asked
  const said: unknown = await answer.json()
  if (answer.ok) return answer.status
  return [answer.status, answer.headers.get('x-sallyport-error'), at(said, 'error', 'param')]
}

async function ask({ secret }: Key, more: { readonly tag?: string } = {}): Promise<number> {
  const answer = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${secret}`,
      ...(more.tag !== undefined && { 'x-sallyport-tags': more.tag }),
    },
    body: JSON.stringify({ model: 'ten', messages: [{ role: 'user', content: 'Hi' }], max_tokens: 10 }),
  })
  await answer.body?.cancel()
  return answer.status
}

/** What the budgets over a key say of themselves. */
async function budgetsOf({ secret }: Key): Promise<readonly unknown[]> {
  const answer = await fetch(`${gateway.url}/v1/usage`, { headers: { authorization: `Bearer ${secret}` } })
  return listAt(await answer.json(), 'budgets').map((budget) => [at(budget, 'name'), at(budget, 'spent')])
}

const call = 1_000_000

describe('a budget', () => {
  test('of a name is one for each tenant, also after a restart', async () => {
    const ofAcme = await make('owner', { name: 'ci', tenant: 'acme' })
    const ofBeta = await make('owner', { name: 'ci', tenant: 'beta' })
    const [mine, renamed] = [await make('acme', { name: 'mine' }), await make('acme', { name: 'before' })]
    expect([await ask(ofAcme), await ask(ofAcme), await ask(ofAcme)]).toEqual([200, 200, 429])
    expect(await budgetsOf(ofBeta)).toEqual([['ci', 0]])
    expect(await ask(ofBeta)).toBe(200)
    // A new name is no new beginning.
    expect([await ask(renamed), await ask(renamed), await ask(renamed)]).toEqual([200, 200, 429])
    expect(await outcome(admin('acme', 'PATCH', `/${renamed.id}`, { name: 'after' }))).toBe(200)
    expect(await ask(renamed)).toBe(429)
    expect(await budgetsOf(renamed)).toEqual([['after', 2 * call]])
    expect([await ask(mine), await budgetsOf(mine)]).toEqual([200, [['mine', call]]])
    await gateway.stop('SIGKILL')
    gateway = await start()
    expect(await Promise.all([ofAcme, ofBeta, renamed, mine].map(budgetsOf))).toEqual([
      [['ci', 2 * call]],
      [['ci', call]],
      [['after', 2 * call]],
      [['mine', call]],
    ])
    expect([await ask(ofAcme), await ask(renamed), await ask(ofBeta), await ask(ofBeta)]).toEqual([
      429, 429, 200, 429,
    ])
  })

  test('of a tag is one for each tenant', async () => {
    const [one, two] = [await make('acme', { name: 'a1' }), await make('acme', { name: 'a2' })]
    const foreign = await make('beta', { name: 'b1' })
    const tag = 'project'
    expect([await ask(one, { tag }), await ask(one, { tag }), await ask(two, { tag })]).toEqual([
      200, 200, 429,
    ])
    expect(await ask(foreign, { tag })).toBe(200)
  })
})

describe('a name that the config has budgets or limits for', () => {
  const taken = (member: string): unknown => [403, 'grant_not_allowed', member]

  test('is neither given nor taken by who administers one tenant', async () => {
    expect(await outcome(admin('beta', 'POST', '', { name: 'ci' }))).toEqual(taken('name'))
    expect(await outcome(admin('beta', 'POST', '', { name: 'x', user: 'ann@acme.example' }))).toEqual(
      taken('user'),
    )
    const own = await make('beta', { name: 'own' })
    expect(await outcome(admin('beta', 'PATCH', `/${own.id}`, { name: 'ci' }))).toEqual(taken('name'))
    const ci = await make('owner', { name: 'ci', tenant: 'beta' })
    expect(await outcome(admin('beta', 'PATCH', `/${ci.id}`, { name: 'free' }))).toEqual(taken('name'))
    expect(await outcome(admin('beta', 'PATCH', `/${ci.id}`, { name: 'ci', user: 'bob' }))).toBe(200)
    expect(await outcome(admin('owner', 'PATCH', `/${ci.id}`, { name: 'free' }))).toBe(200)
  })

  test('belongs to the tenant that stands before it', async () => {
    const release = await make('acme', { name: 'release' })
    expect(await outcome(admin('acme', 'PATCH', `/${release.id}`, { name: 'free' }))).toEqual(taken('name'))
    // To the others it is a name like any other.
    const foreign = await make('beta', { name: 'release' })
    expect(await outcome(admin('beta', 'PATCH', `/${foreign.id}`, { name: 'free' }))).toBe(200)
  })
})

describe('a restriction', () => {
  const kept = {
    residency: { regions: ['eu'] },
    addresses: ['127.0.0.1'],
    max_tokens: { max: 50 },
    keep_bodies: 'off',
  }
  const lifts: readonly (readonly [string, unknown])[] = [
    ['residency', null],
    ['residency', { regions: ['eu', 'us'] }],
    ['residency', { classes: ['self-hosted'] }],
    ['addresses', null],
    ['addresses', ['127.0.0.0/7']],
    ['max_tokens', null],
    ['max_tokens', { max: 101 }],
    ['keep_bodies', null],
    ['keep_bodies', 'on'],
    ['priority', 'critical'],
  ]

  test.each(lifts)('is not lifted by who administers the tenant: %s %j', async (member, value) => {
    const lifted = [403, 'grant_not_allowed', member]
    const key = await make('owner', { name: 'kept', tenant: 'acme', ...kept })
    expect(await outcome(admin('acme', 'PATCH', `/${key.id}`, { [member]: value }))).toEqual(lifted)
    expect(await outcome(admin('owner', 'PATCH', `/${key.id}`, { [member]: value }))).toBe(200)
    const { [member as keyof typeof kept]: _, ...others } = kept
    const less = value === null ? others : { ...kept, [member]: value }
    expect(await outcome(admin('bound', 'POST', '', { name: 'new', ...less }))).toEqual(lifted)
  })

  test('may be kept, and made narrower', async () => {
    const key = await make('bound', { name: 'narrow', ...kept })
    const narrower = { max_tokens: { max: 10 }, residency: { regions: ['eu'], classes: ['self-hosted'] } }
    expect(await outcome(admin('acme', 'PATCH', `/${key.id}`, narrower))).toBe(200)
    const [low, user] = ['low', 'bob'] as const
    expect(await outcome(admin('acme', 'PATCH', `/${key.id}`, { priority: low, user }))).toBe(200)
  })

  test('of a team goes with the keys that its members make, and no key leaves it', async () => {
    const made = await admin('teamed', 'POST', '', { name: 'of-team' })
    const key: unknown = await made.json()
    expect(at(key, 'team')).toBe('eu-team')
    const lifted = (member: string): unknown => [403, 'grant_not_allowed', member]
    expect(await outcome(admin('teamed', 'POST', '', { name: 'x', team: 'other-team' }))).toEqual(
      lifted('team'),
    )
    const path = `/${String(at(key, 'id'))}`
    expect(await outcome(admin('teamed', 'PATCH', path, { team: null }))).toEqual(lifted('team'))
    expect(await outcome(admin('acme', 'PATCH', path, { team: null }))).toEqual(lifted('residency'))
  })

  test.each([
    [{ team: 'ten-team' }, { team: null }, 'models'],
    [{ team: 'ten-team', models: ['ten'] }, { team: 'other-team' }, 'scopes'],
    [{ team: 'paid-team' }, { team: 'other-team' }, 'team'],
    [{ user: 'bob' }, { user: null }, 'user'],
    [{ expires_in: '1h' }, { expires_at: null }, 'expires_at'],
    [{ expires_in: '1h' }, { expires_in: '2h' }, 'expires_at'],
  ])('that a key has by %j is not lifted by %j', async (body, change, member) => {
    const { id } = await make('owner', { name: 'held', tenant: 'acme', ...body })
    expect(await outcome(admin('acme', 'PATCH', `/${id}`, change))).toEqual([
      403,
      'grant_not_allowed',
      member,
    ])
    expect(await outcome(admin('owner', 'PATCH', `/${id}`, change))).toBe(200)
  })

  test.each([
    [{ team: 'other-team' }, { team: 'ten-team' }],
    [{ team: 'ten-team', models: ['ten'], scopes: ['chat'] }, { team: null }],
    [{ user: 'bob' }, { user: 'carl' }],
    [{ expires_in: '1h' }, { expires_in: '30m' }],
  ])('that a key has by %j may be another by %j', async (body, change) => {
    const { id } = await make('owner', { name: 'held', tenant: 'acme', ...body })
    expect(await outcome(admin('acme', 'PATCH', `/${id}`, change))).toBe(200)
  })

  test('is not gone around by a new secret for a key that has less of it', async () => {
    const rotate = (who: Who, { id }: Key) => outcome(admin(who, 'POST', `/${id}/rotate`, {}))
    const free = await make('owner', { name: 'free', tenant: 'acme' })
    const refused = (member: string): unknown => [403, 'grant_not_allowed', member]
    expect(await rotate('bound', free)).toEqual(refused('residency'))
    expect(await rotate('teamed', free)).toEqual(refused('team'))
    expect(await rotate('few', free)).toEqual([403, 'model_not_allowed', 'model'])
    const high = await make('owner', { name: 'high', tenant: 'acme', priority: 'high' })
    expect(await rotate('acme', high)).toEqual(refused('priority'))
    const narrow = await make('owner', { name: 'narrow', tenant: 'acme', models: ['ten'], ...kept })
    for (const who of ['bound', 'few', 'acme'] as const) expect(await rotate(who, narrow)).toBe(200)
    expect(await rotate('teamed', await make('owner', { name: 'mate', team: 'eu-team' }))).toBe(200)
    for (const key of [free, high]) expect(await rotate('owner', key)).toBe(200)
  })
})

describe('a key', () => {
  test('of a team of the tenant is its tenant’s, also where the key itself names none', async () => {
    const { id } = await make('owner', { name: 'anna', team: 'other-team' })
    expect(await outcome(admin('acme', 'PATCH', `/${id}`, { models: ['ten'], scopes: ['chat'] }))).toBe(200)
    const nobodys = [403, 'tenant_not_allowed', null]
    expect(await outcome(admin('acme', 'PATCH', `/${id}`, { team: null }))).toEqual(nobodys)
    expect(await outcome(admin('acme', 'PATCH', `/${id}`, { team: null, tenant: 'acme' }))).toBe(200)
  })
})
