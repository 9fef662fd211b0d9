// Who may administer what, through real sockets: the whole route table against every kind of key, the objects of one
// tenant against the keys of another, the life of a key, and the trail that all of it leaves.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { routeTable } from '../../scripts/derived/route-table.ts'
import { operatorRoutes, publicRoutes } from '../../src/compose/gateway-routes.ts'
import { at, listAt } from '../json-at.ts'
import { simulatorKey, startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { startGateway } from './start-gateway.ts'
import type { RunningGateway } from './start-gateway.ts'

const keys = {
  plain: 'plain-key-0123456789',
  auditor: 'auditor-key-0123456789',
  admin: 'admin-key-0123456789',
  owner: 'owner-key-0123456789',
  /** An administrator of the tenant acme. */
  acme: 'acme-key-0123456789',
  /** Somebody who makes calls for the tenant beta, and one for acme. */
  beta: 'beta-key-0123456789',
  acmeUser: 'acme-user-key-0123456789',
} as const
type Who = keyof typeof keys

let simulator: Simulator
let gateway: RunningGateway
let adminUrl: string

beforeAll(async () => {
  simulator = await startSimulator({ default: { answer: { tokens: 5 } } })
  gateway = await startGateway({
    config: [
      'discover: off',
      'server: { drain_delay: 0s, admin: { port: 0 } }',
      'failed_keys: off',
      `providers: { sim: { type: openai, base_url: "${simulator.baseUrl}/v1", api_key: env:SIM_KEY } }`,
      'models: { fast: { deployments: [{ provider: sim, model: m }] } }',
      'webhooks:',
      '  - { name: one, url: "https://hooks.invalid/one", secret: env:HOOK }',
      '  - { name: two, url: "https://hooks.invalid/two", secret: env:HOOK }',
      'teams:',
      '  acme-team: { tenant: acme }',
      '  beta-team: { tenant: beta }',
      '  shared-team: { models: [fast] }',
      'keys:',
      '  - { name: plain, secret: env:PLAIN }',
      '  - { name: auditor, secret: env:AUDITOR, scopes: ["admin:read"] }',
      '  - { name: admin, secret: env:ADMIN, scopes: ["admin:read", "admin:write"] }',
      '  - { name: owner, secret: env:OWNER, scopes: [admin] }',
      '  - { name: acme, secret: env:ACME, tenant: acme, scopes: [admin, chat, calls] }',
      '  - { name: beta, secret: env:BETA, tenant: beta }',
      '  - { name: acme-user, secret: env:ACMEUSER, tenant: acme }',
      '',
    ].join('\n'),
    environment: {
      SIM_KEY: simulatorKey,
      HOOK: `whsec_${Buffer.alloc(24, 1).toString('base64')}`,
      ...Object.fromEntries(Object.entries(keys).map(([who, secret]) => [who.toUpperCase(), secret])),
    },
  })
  adminUrl = String((await gateway.logged(({ event }) => event === 'listening'))['admin'])
})

afterAll(async () => {
  await gateway.stop()
  await simulator.stop()
})

/** As from another machine: a proxy that nobody declared has been in between. */
function ask(
  url: string,
  path: string,
  more: { who?: Who; method?: string; body?: object } = {},
): Promise<Response> {
  const { who, method = 'GET', body } = more
  const authorization: Record<string, string> =
    who === undefined ? {} : { authorization: `Bearer ${keys[who]}` }
  return fetch(url + path, {
    method,
    headers: { 'x-forwarded-for': '203.0.113.9', ...authorization },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
}

function admin(path: string, more: Parameters<typeof ask>[2] = { who: 'owner' }): Promise<Response> {
  return ask(adminUrl, `/admin/v1${path}`, more)
}

async function codeOf(answer: Response): Promise<unknown> {
  await answer.body?.cancel()
  return [answer.status, answer.headers.get('x-sallyport-error')]
}

const visitors = [undefined, 'plain', 'auditor', 'admin', 'acme'] as const

/** Who is let in: nobody's key, a plain key, an auditor, an administrator, an administrator of one tenant. */
const everybody = 'yes yes yes yes yes'
const clients = '401 yes 403 403 yes'
const clientsOnly = '401 yes 403 403 403'
const lookers = '401 403 yes yes 403'
const doers = '401 403 403 yes 403'
const lookersOfTenants = '401 403 yes yes yes'
const doersOfTenants = '401 403 403 yes yes'

const expected: Readonly<Record<string, string>> = {
  'GET /health': everybody,
  'GET /ready': everybody,
  'GET /openapi.json': everybody,
  'GET /docs': everybody,
  // Free on this machine, which none of these visitors is on.
  'GET /metrics': '401 403 403 403 403',
  'GET /v1/models': clientsOnly,
  'GET /v1/models/*': clientsOnly,
  'GET /v1beta/models': clientsOnly,
  'GET /v1beta/models/*': clientsOnly,
  'GET /v1/calls/*': clients,
  'GET /v1/usage': clients,
  'GET /v1/responses/*': clients,
  'DELETE /v1/responses/*': clients,
  'GET /admin/v1/deployments': lookers,
  'GET /admin/v1/deployments/*': lookers,
  'POST /admin/v1/deployments/*': doers,
  'GET /admin/v1/calls/*': lookers,
  'GET /admin/v1/audit': lookers,
  'GET /admin/v1/webhooks/endpoints': lookers,
  'POST /admin/v1/webhooks/endpoints/*': doers,
  'GET /admin/v1/webhooks/deliveries': lookers,
  'POST /admin/v1/webhooks/deliveries/*': doers,
  'GET /admin/v1/spend': lookersOfTenants,
  'GET /admin/v1/spend/export': lookersOfTenants,
  'GET /admin/v1/bodies': lookersOfTenants,
  'DELETE /admin/v1/bodies': doersOfTenants,
  'GET /admin/v1/keys': lookersOfTenants,
  'POST /admin/v1/keys': doersOfTenants,
  'GET /admin/v1/keys/*': lookersOfTenants,
  'PATCH /admin/v1/keys/*': doersOfTenants,
  'DELETE /admin/v1/keys/*': doersOfTenants,
  'POST /admin/v1/keys/*': doersOfTenants,
}

const table = routeTable()
/** What is everybody's, or the operator's: no tenant has anything there, and no tenant's administrator gets in. */
const isNobodys = (path: string): boolean =>
  /^\/v1(beta)?\/models\/|^\/admin\/v1\/(deployments|calls|webhooks)\//.test(path)
const nameOf = ({ method, path }: (typeof table)[number]): string => `${method} ${path}`
const forOperators = new Set(operatorRoutes(table).map(nameOf))
const forClients = new Set(publicRoutes(table).map(nameOf))

describe('the route table', () => {
  test('has each of its routes in the table of this test', () => {
    expect(table.map(nameOf).toSorted()).toEqual(Object.keys(expected).toSorted())
  })

  test.each(table.map((route) => [nameOf(route), route] as const))(
    '%s lets in whom it is for',
    async (name, route) => {
      const url = forOperators.has(name) ? adminUrl : gateway.url
      const path = route.path.replace('*', 'nothing-of-this-name/rotate')
      const met: string[] = []
      for (const who of visitors) {
        const answer = await ask(url, path, { method: route.method, ...(who !== undefined && { who }) })
        await answer.body?.cancel()
        met.push(answer.status === 401 || answer.status === 403 ? String(answer.status) : 'yes')
      }
      expect(met.join(' ')).toBe(expected[name] ?? 'not in the table')
    },
  )

  test.each(table.map((route) => [nameOf(route), route] as const))(
    '%s is where it belongs alone',
    async (name, route) => {
      for (const [url, here] of [
        [gateway.url, forClients],
        [adminUrl, forOperators],
      ] as const) {
        const answer = await ask(url, route.path.replace('*', 'x'), { method: route.method })
        const isUnknown = answer.headers.get('x-sallyport-error') === 'unknown_path'
        await answer.body?.cancel()
        expect([url === adminUrl, isUnknown]).toEqual([url === adminUrl, !here.has(name)])
      }
    },
  )

  test('takes no calls where operators are', async () => {
    const body = { model: 'fast', messages: [] }
    const answer = await ask(adminUrl, '/v1/chat/completions', { who: 'plain', method: 'POST', body })
    expect(await codeOf(answer)).toEqual([404, 'unknown_path'])
  })

  test('stands also behind odd spellings of a path', async () => {
    for (const path of [
      '/admin/v1//keys',
      '/admin/v1/keys/',
      '/ADMIN/v1/keys',
      '/admin/v1/./keys/../keys/x%2f',
      '/%61dmin/v1/keys',
    ]) {
      for (const url of [adminUrl, gateway.url]) {
        const answer = await ask(url, path, { who: 'plain' })
        expect([path, answer.status === 403 || answer.status === 404]).toEqual([path, true])
        await answer.body?.cancel()
      }
    }
  })
})

describe('what belongs to another tenant', () => {
  test('is nowhere to be found by its id', async () => {
    const made = await ask(gateway.url, '/v1/responses', {
      who: 'beta',
      method: 'POST',
      body: { model: 'fast', input: 'Hi' },
    })
    const responseId = at(await made.json(), 'id')
    const callId = made.headers.get('x-request-id')
    const key = await admin('/keys', {
      who: 'owner',
      method: 'POST',
      body: { name: 'of-beta', team: 'beta-team' },
    })
    const keyId = String(at(await key.json(), 'id'))
    expect([made.status, key.status]).toEqual([200, 201])
    // First, that these are their ids.
    expect((await ask(gateway.url, `/v1/responses/${String(responseId)}`, { who: 'beta' })).status).toBe(200)
    expect((await admin(`/keys/${keyId}`)).status).toBe(200)
    /** What another tenant has under each path that takes an id, and what can be asked of it. */
    const theirs: Readonly<Record<string, readonly string[]>> = {
      '/v1/responses/*': [String(responseId), `${String(responseId)}/input_items`],
      '/v1/calls/*': [String(callId)],
      '/admin/v1/keys/*': [keyId, `${keyId}/rotate`],
    }
    // Each route that there is with each of these: one that is added to the table is tried, or has to be excused.
    for (const route of table.filter(({ path }) => path.endsWith('/*') && !isNobodys(path))) {
      const ids = theirs[route.path]
      if (ids === undefined) throw new Error(`What has another tenant under ${route.path}?`)
      const url = forOperators.has(nameOf(route)) ? adminUrl : gateway.url
      for (const [who, id] of ids.flatMap((known) => [
        ['acmeUser', known] as const,
        ['acme', known] as const,
      ])) {
        // Of the same form, and never given out.
        const nobodys = id.replace(/[0-9A-Za-z_-](?=\/|$)/, (last) => (last === 'x' ? 'y' : 'x'))
        const [met, expectedOf] = await Promise.all(
          [id, nobodys].map(async (asked) => {
            const answer = await ask(url, route.path.replace('*', asked), { who, method: route.method })
            return [answer.status, (await answer.text()).replaceAll(asked.split('/')[0] ?? '', 'ID')]
          }),
        )
        // Neither had, nor changed, nor told from what is not there.
        expect([nameOf(route), id, who, met]).toEqual([nameOf(route), id, who, expectedOf])
        expect([403, 404, 405]).toContain(Number(met?.[0]))
        expect(String(met?.[1])).not.toContain('of-beta')
      }
    }
    // Nothing has happened to it.
    expect(at(await (await admin(`/keys/${keyId}`)).json(), 'state')).toBe('valid')
    expect((await ask(gateway.url, `/v1/responses/${String(responseId)}`, { who: 'beta' })).status).toBe(200)
  })

  test('is on no list and behind no cursor', async () => {
    const key = await admin('/keys', {
      who: 'owner',
      method: 'POST',
      body: { name: 'hidden', tenant: 'beta' },
    })
    const foreign = String(at(await key.json(), 'id'))
    const own = await admin('/keys', { who: 'acme', method: 'POST', body: { name: 'mine' } })
    expect(at(await own.json(), 'tenant')).toBe('acme')
    const list = await (await admin('/keys', { who: 'acme' })).json()
    expect(new Set(listAt(list, 'data').map((entry) => at(entry, 'tenant')))).toEqual(new Set(['acme']))
    expect(await codeOf(await admin(`/keys?after=${foreign}`, { who: 'acme' }))).toEqual([
      400,
      'invalid_value',
    ])
  })

  test('cannot be joined', async () => {
    const make = (body: object): Promise<Response> => admin('/keys', { who: 'acme', method: 'POST', body })
    const forbidden = [403, 'tenant_not_allowed']
    expect(await codeOf(await make({ name: 'x', tenant: 'beta' }))).toEqual(forbidden)
    expect(await codeOf(await make({ name: 'x', team: 'shared-team' }))).toEqual(forbidden)
    expect(await codeOf(await make({ name: 'x', team: 'beta-team' }))).toEqual([400, 'invalid_value'])
    const mine = String(at(await (await make({ name: 'x', team: 'acme-team' })).json(), 'id'))
    const change = (body: object): Promise<Response> =>
      admin(`/keys/${mine}`, { who: 'acme', method: 'PATCH', body })
    expect(await codeOf(await change({ tenant: 'beta', team: null }))).toEqual(forbidden)
    expect(await codeOf(await change({ tenant: null, team: null }))).toEqual(forbidden)
    expect((await change({ user: 'ann' })).status).toBe(200)
  })
})

describe('rights', () => {
  test('are given only by those who have them', async () => {
    const make = (who: Who, body: object): Promise<Response> => admin('/keys', { who, method: 'POST', body })
    const lacking = [403, 'grant_not_allowed']
    expect(await codeOf(await make('admin', { name: 'x', role: 'owner' }))).toEqual(lacking)
    expect(await codeOf(await make('admin', { name: 'x', scopes: ['admin'] }))).toEqual(lacking)
    expect(await codeOf(await make('acme', { name: 'x', scopes: ['metrics'] }))).toEqual(lacking)
    expect((await make('admin', { name: 'x', role: 'auditor' })).status).toBe(201)
    const owner = await (await make('owner', { name: 'second-owner', role: 'owner' })).json()
    expect(at(owner, 'role')).toBe('owner')
    const id = String(at(owner, 'id'))
    for (const [method, path] of [
      ['POST', '/rotate'],
      ['PATCH', ''],
      ['DELETE', ''],
    ] as const) {
      expect(await codeOf(await admin(`/keys/${id}${path}`, { who: 'admin', method, body: {} }))).toEqual(
        lacking,
      )
    }
    const plain = String(at(await (await make('admin', { name: 'x' })).json(), 'id'))
    const raise = { who: 'admin', method: 'PATCH', body: { scopes: ['admin'] } } as const
    expect(await codeOf(await admin(`/keys/${plain}`, raise))).toEqual(lacking)
  })
})

describe('a key', () => {
  test('is made, used, changed, rotated and revoked, and its secret is shown only when it is new', async () => {
    const body = {
      name: 'ci',
      models: ['fast'],
      scopes: ['models', 'chat'],
      expires_in: '1h',
      tags: ['build'],
    }
    const made = await admin('/keys', { who: 'admin', method: 'POST', body })
    expect([made.status, made.headers.get('cache-control')]).toEqual([201, 'no-store'])
    const key: unknown = await made.json()
    const [id, secret] = [String(at(key, 'id')), String(at(key, 'secret'))]
    expect(key).toMatchObject({
      object: 'key',
      state: 'valid',
      role: 'member',
      ends_in: secret.slice(-4),
      tags: ['build'],
    })
    const uses = async (with_: string): Promise<number> => {
      const answer = await fetch(`${gateway.url}/v1/models`, {
        headers: { authorization: `Bearer ${with_}` },
      })
      await answer.body?.cancel()
      return answer.status
    }
    expect(await uses(secret)).toBe(200)

    const change = {
      who: 'admin',
      method: 'PATCH',
      body: { scopes: ['chat'], name: 'builds', tags: null },
    } as const
    const changed: unknown = await (await admin(`/keys/${id}`, change)).json()
    expect(changed).toMatchObject({ name: 'builds', scopes: ['chat'], tags: null, models: ['fast'] })
    expect(await uses(secret)).toBe(403)
    await admin(`/keys/${id}`, { who: 'admin', method: 'PATCH', body: { scopes: null } })
    expect(await uses(secret)).toBe(200)

    const rotate = { who: 'admin', method: 'POST', body: { overlap: '1h' } } as const
    const rotated: unknown = await (await admin(`/keys/${id}/rotate`, rotate)).json()
    const newer = String(at(rotated, 'secret'))
    expect(typeof at(rotated, 'previous_secret_until')).toBe('string')
    expect([await uses(secret), await uses(newer)]).toEqual([200, 200])

    const revoked: unknown = await (await admin(`/keys/${id}`, { who: 'admin', method: 'DELETE' })).json()
    expect(at(revoked, 'state')).toBe('revoked')
    expect([await uses(secret), await uses(newer)]).toEqual([401, 401])
    expect(await codeOf(await admin(`/keys/${id}/rotate`, rotate))).toEqual([400, 'invalid_value'])
    const seen = await (await admin('/keys?limit=1000')).text()
    expect(seen).toContain(`"${id}"`)
    for (const hidden of [secret, newer, 'hash', 'pepper']) expect(seen).not.toContain(hidden)
  })

  test.each([
    [{}, 'missing_required_parameter', 'name'],
    [{ name: 7 }, 'invalid_type', 'name'],
    [{ name: 'a b' }, 'invalid_value', 'name'],
    [{ name: 'a', models: [] }, 'invalid_value', 'models'],
    [{ name: 'a', scopes: ['everything'] }, 'invalid_value', 'scopes.0'],
    [{ name: 'a', secret: 'mine' }, 'invalid_value', 'secret'],
    [{ name: 'a', team: 'nobody' }, 'invalid_value', 'team'],
    [{ name: 'a', expires_at: '2020-01-01T00:00:00Z' }, 'invalid_value', 'expires_at'],
    [{ name: 'a', expires_at: 'tomorrow' }, 'invalid_value', 'expires_at'],
    [{ name: 'a', expires_in: '1h', expires_at: '2099-01-01T00:00:00Z' }, 'invalid_value', 'expires_in'],
    [{ name: 'a', max_tokens: { default: 9, max: 5 } }, 'invalid_value', 'max_tokens'],
    [{ name: 'a', role: 'king' }, 'invalid_value', 'role'],
  ])('is not made of %j', async (body, code, param) => {
    const answer = await admin('/keys', { who: 'owner', method: 'POST', body })
    const said: unknown = await answer.json()
    expect([answer.status, at(said, 'error', 'code'), at(said, 'error', 'param')]).toEqual([400, code, param])
  })

  test('says where its calls have to stay and whether anything of them is kept, as one of the config does', async () => {
    const body = { name: 'eu', residency: { regions: ['eu'] }, keep_bodies: 'off' }
    const made: unknown = await (await admin('/keys', { who: 'admin', method: 'POST', body })).json()
    expect(made).toMatchObject({ residency: { regions: ['eu'], classes: null }, keep_bodies: false })
    const call = async (): Promise<number> => {
      const answer = await fetch(`${gateway.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${String(at(made, 'secret'))}` },
        body: JSON.stringify({ model: 'fast', messages: [{ role: 'user', content: 'Hi' }] }),
      })
      await answer.body?.cancel()
      return answer.status
    }
    // Nobody knows where its only deployment is.
    expect(await call()).toBe(403)
    const change = { who: 'admin', method: 'PATCH', body: { residency: null, keep_bodies: null } } as const
    const changed: unknown = await (await admin(`/keys/${String(at(made, 'id'))}`, change)).json()
    expect(changed).toMatchObject({ residency: null, keep_bodies: true })
    expect(await call()).toBe(200)
    const trail = await (await admin('/audit?action=key.change&limit=1', { who: 'auditor' })).json()
    expect(JSON.stringify(at(trail, 'data', 0, 'before'))).toContain('eu')
  })

  test('is not made of what is no JSON', async () => {
    const headers = { authorization: `Bearer ${keys.owner}` }
    const answer = await fetch(`${adminUrl}/admin/v1/keys`, { method: 'POST', headers, body: '{"name":' })
    expect(await codeOf(answer)).toEqual([400, 'invalid_json'])
  })
})

describe('the audit trail', () => {
  test('holds what was done by whom, without secrets, in pages', async () => {
    const made = await admin('/keys', { who: 'admin', method: 'POST', body: { name: 'traced' } })
    const key: unknown = await made.json()
    const id = String(at(key, 'id'))
    await admin(`/keys/${id}`, { who: 'owner', method: 'DELETE' })
    await admin('/deployments/sim/m/eject?seconds=60', { who: 'admin', method: 'POST' })
    await admin('/deployments/sim/m/restore', { who: 'admin', method: 'POST' })
    const page: unknown = await (await admin('/audit?limit=2', { who: 'auditor' })).json()
    expect(
      listAt(page, 'data').map((entry) => [at(entry, 'action'), at(entry, 'subject'), at(entry, 'actor')]),
    ).toEqual([
      ['deployment.restore', 'sim/m', 'config:admin'],
      ['deployment.eject', 'sim/m', 'config:admin'],
    ])
    expect(at(page, 'has_more')).toBe(true)
    const next = await (
      await admin(`/audit?limit=2&after=${String(at(page, 'last_id'))}`, { who: 'auditor' })
    ).text()
    expect(
      listAt(JSON.parse(next), 'data').map((entry) => [at(entry, 'action'), at(entry, 'subject')]),
    ).toEqual([
      ['key.revoke', id],
      ['key.create', id],
    ])
    for (const hidden of [String(at(key, 'secret')), 'hash":"x', 'pepper']) expect(next).not.toContain(hidden)
    const ofKey: unknown = await (
      await admin(`/audit?subject=${id}&action=key.create`, { who: 'auditor' })
    ).json()
    expect(listAt(ofKey, 'data')).toHaveLength(1)
    expect(at(ofKey, 'data', 0)).toMatchObject({ address: '127.0.0.1', outcome: 'done', before: null })
    expect(await codeOf(await admin('/audit?after=x', { who: 'auditor' }))).toEqual([400, 'invalid_value'])
  })
})

describe('lists of the admin API', () => {
  test('come in pages, all of them in the same way', async () => {
    const document: unknown = await (await ask(adminUrl, '/openapi.json')).json()
    const paths = Object.entries(at(document, 'paths') ?? {}).filter(([path, operations]) => {
      const said = JSON.stringify(at(operations, 'get', 'responses', '200') ?? '')
      return path.startsWith('/admin/v1/') && !path.includes('{') && said.includes('"has_more"')
    })
    expect(paths.map(([path]) => path)).toEqual(
      expect.arrayContaining(['/admin/v1/audit', '/admin/v1/deployments', '/admin/v1/keys']),
    )
    for (const name of ['one', 'two']) {
      await ask(adminUrl, `/admin/v1/webhooks/endpoints/${name}/test`, { who: 'owner', method: 'POST' })
    }
    for (const [path, operations] of paths) {
      const parameters = listAt(operations, 'get', 'parameters')
      const named = new Set(parameters.map((parameter) => at(parameter, 'name')))
      expect([path, named.has('limit'), named.has('after')]).toEqual([path, true, true])
      const first: unknown = await (await ask(adminUrl, `${path}?limit=1`, { who: 'owner' })).json()
      expect([path, listAt(first, 'data').length, at(first, 'object')]).toEqual([path, 1, 'list'])
      expect(at(first, 'last_id')).toBe(at(first, 'data', 0, 'id') as string)
      const after = encodeURIComponent(String(at(first, 'last_id')))
      const second: unknown = await (
        await ask(adminUrl, `${path}?limit=1&after=${after}`, { who: 'owner' })
      ).json()
      expect([path, listAt(second, 'data').length > 0]).toEqual([path, at(first, 'has_more') as boolean])
      for (const wrong of ['limit=0', 'limit=1001', 'limit=x', 'limit=', 'after=nothing']) {
        const answer = await ask(adminUrl, `${path}?${wrong}`, { who: 'owner' })
        expect([path, wrong, await codeOf(answer)]).toEqual([path, wrong, [400, 'invalid_value']])
      }
    }
  })
})

describe('the description of the API', () => {
  test('is had on both listeners, as JSON and as a page that loads nothing', async () => {
    for (const url of [gateway.url, adminUrl]) {
      const document: unknown = await (await ask(url, '/openapi.json')).json()
      expect(at(document, 'openapi')).toBe('3.1.0')
      const page = await ask(url, '/docs')
      expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
      const text = await page.text()
      expect(text).toContain('/admin/v1/keys/{id}/rotate')
      expect(text).not.toMatch(/<script|<link|<img|src=/)
    }
  })

  test('has the members that answers have', async () => {
    const document: unknown = await (await ask(adminUrl, '/openapi.json')).json()
    const membersOf = (name: string): unknown => at(document, 'components', 'schemas', name, 'required')
    const key: unknown = await (
      await admin('/keys', { who: 'owner', method: 'POST', body: { name: 'shape' } })
    ).json()
    expect(Object.keys(key ?? {}).toSorted()).toEqual((membersOf('KeyWithSecret') as string[]).toSorted())
    const page: unknown = await (await admin('/audit?limit=1')).json()
    expect(Object.keys(at(page, 'data', 0) ?? {}).toSorted()).toEqual(
      (membersOf('AuditEntry') as string[]).toSorted(),
    )
    const lists = at(document, 'paths', '/admin/v1/audit', 'get', 'responses', '200', 'content')
    expect(at(lists, 'application/json', 'schema', 'required')).toEqual(Object.keys(page ?? {}))
  })
})
