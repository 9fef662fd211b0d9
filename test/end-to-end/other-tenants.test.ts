// What belongs to one tenant against the keys of another, through real sockets: not had, not changed, not listed, and not
// told from what is not there.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { routeTable } from '../../scripts/derived/route-table.ts'
import { operatorRoutes } from '../../src/compose/gateway-routes.ts'
import { at, listAt } from '../json-at.ts'
import { ask, codeOf, startAdministeredGateway } from './administered-gateway.ts'
import type { AdministeredGateway } from './administered-gateway.ts'

let gateway: AdministeredGateway

beforeAll(async () => {
  gateway = await startAdministeredGateway()
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
})

const table = routeTable()
/** What is everybody's, or the operator's: no tenant has anything there, and no tenant's administrator gets in. */
const isNobodys = (path: string): boolean =>
  /^\/v1(beta)?\/models\/|^\/admin\/v1\/(deployments|calls|webhooks)\//.test(path)
const nameOf = ({ method, path }: (typeof table)[number]): string => `${method} ${path}`
const forOperators = new Set(operatorRoutes(table).map(nameOf))

describe('what belongs to another tenant', () => {
  test('is nowhere to be found by its id', async () => {
    const made = await ask(gateway.url, '/v1/responses', {
      who: 'beta',
      method: 'POST',
      body: { model: 'fast', input: 'Hi' },
    })
    const responseId = at(await made.json(), 'id')
    const callId = made.headers.get('x-request-id')
    const key = await gateway.admin('/keys', {
      who: 'owner',
      method: 'POST',
      body: { name: 'of-beta', team: 'beta-team' },
    })
    const keyId = String(at(await key.json(), 'id'))
    expect([made.status, key.status]).toEqual([200, 201])
    // First, that these are their ids.
    expect((await ask(gateway.url, `/v1/responses/${String(responseId)}`, { who: 'beta' })).status).toBe(200)
    expect((await gateway.admin(`/keys/${keyId}`)).status).toBe(200)
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
      const url = forOperators.has(nameOf(route)) ? gateway.adminUrl : gateway.url
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
    expect(at(await (await gateway.admin(`/keys/${keyId}`)).json(), 'state')).toBe('valid')
    expect((await ask(gateway.url, `/v1/responses/${String(responseId)}`, { who: 'beta' })).status).toBe(200)
  })

  test('is on no list and behind no cursor', async () => {
    const key = await gateway.admin('/keys', {
      who: 'owner',
      method: 'POST',
      body: { name: 'hidden', tenant: 'beta' },
    })
    const foreign = String(at(await key.json(), 'id'))
    const own = await gateway.admin('/keys', { who: 'acme', method: 'POST', body: { name: 'mine' } })
    expect(at(await own.json(), 'tenant')).toBe('acme')
    const list = await (await gateway.admin('/keys', { who: 'acme' })).json()
    expect(new Set(listAt(list, 'data').map((entry) => at(entry, 'tenant')))).toEqual(new Set(['acme']))
    expect(await codeOf(await gateway.admin(`/keys?after=${foreign}`, { who: 'acme' }))).toEqual([
      400,
      'invalid_value',
    ])
  })

  test('cannot be joined', async () => {
    const make = (body: object): Promise<Response> =>
      gateway.admin('/keys', { who: 'acme', method: 'POST', body })
    const forbidden = [403, 'tenant_not_allowed']
    expect(await codeOf(await make({ name: 'x', tenant: 'beta' }))).toEqual(forbidden)
    expect(await codeOf(await make({ name: 'x', team: 'shared-team' }))).toEqual(forbidden)
    expect(await codeOf(await make({ name: 'x', team: 'beta-team' }))).toEqual([400, 'invalid_value'])
    const mine = String(at(await (await make({ name: 'x', team: 'acme-team' })).json(), 'id'))
    const change = (body: object): Promise<Response> =>
      gateway.admin(`/keys/${mine}`, { who: 'acme', method: 'PATCH', body })
    expect(await codeOf(await change({ tenant: 'beta', team: null }))).toEqual(forbidden)
    expect(await codeOf(await change({ tenant: null, team: null }))).toEqual(forbidden)
    expect((await change({ user: 'ann' })).status).toBe(200)
  })
})
