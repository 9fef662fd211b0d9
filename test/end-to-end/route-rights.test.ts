// Who may go where: the whole route table against every kind of key, through real sockets, and the rights that keys give
// to each other.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { routeTable } from '../../scripts/derived/route-table.ts'
import { operatorRoutes, publicRoutes } from '../../src/compose/gateway-routes.ts'
import { at } from '../json-at.ts'
import { ask, codeOf, startAdministeredGateway } from './administered-gateway.ts'
import type { AdministeredGateway, Who } from './administered-gateway.ts'

let gateway: AdministeredGateway

beforeAll(async () => {
  gateway = await startAdministeredGateway()
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
})

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
      const url = forOperators.has(name) ? gateway.adminUrl : gateway.url
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
        [gateway.adminUrl, forOperators],
      ] as const) {
        const answer = await ask(url, route.path.replace('*', 'x'), { method: route.method })
        const isUnknown = answer.headers.get('x-sallyport-error') === 'unknown_path'
        await answer.body?.cancel()
        expect([url === gateway.adminUrl, isUnknown]).toEqual([url === gateway.adminUrl, !here.has(name)])
      }
    },
  )

  test('takes no calls where operators are', async () => {
    const body = { model: 'fast', messages: [] }
    const answer = await ask(gateway.adminUrl, '/v1/chat/completions', { who: 'plain', method: 'POST', body })
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
      for (const url of [gateway.adminUrl, gateway.url]) {
        const answer = await ask(url, path, { who: 'plain' })
        expect([path, answer.status === 403 || answer.status === 404]).toEqual([path, true])
        await answer.body?.cancel()
      }
    }
  })
})

describe('rights', () => {
  test('are given only by those who have them', async () => {
    const make = (who: Who, body: object): Promise<Response> =>
      gateway.admin('/keys', { who, method: 'POST', body })
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
      expect(
        await codeOf(await gateway.admin(`/keys/${id}${path}`, { who: 'admin', method, body: {} })),
      ).toEqual(lacking)
    }
    const plain = String(at(await (await make('admin', { name: 'x' })).json(), 'id'))
    const raise = { who: 'admin', method: 'PATCH', body: { scopes: ['admin'] } } as const
    expect(await codeOf(await gateway.admin(`/keys/${plain}`, raise))).toEqual(lacking)
  })
})
