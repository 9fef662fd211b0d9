// What the admin API tells of what is there and what was done: the audit trail, the pages of its lists, and its own
// description.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
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

describe('the audit trail', () => {
  test('holds what was done by whom, without secrets, in pages', async () => {
    const made = await gateway.admin('/keys', { who: 'admin', method: 'POST', body: { name: 'traced' } })
    const key: unknown = await made.json()
    const id = String(at(key, 'id'))
    await gateway.admin(`/keys/${id}`, { who: 'owner', method: 'DELETE' })
    await gateway.admin('/deployments/sim/m/eject?seconds=60', { who: 'admin', method: 'POST' })
    await gateway.admin('/deployments/sim/m/restore', { who: 'admin', method: 'POST' })
    const page: unknown = await (await gateway.admin('/audit?limit=2', { who: 'auditor' })).json()
    expect(
      listAt(page, 'data').map((entry) => [at(entry, 'action'), at(entry, 'subject'), at(entry, 'actor')]),
    ).toEqual([
      ['deployment.restore', 'sim/m', 'config:admin'],
      ['deployment.eject', 'sim/m', 'config:admin'],
    ])
    expect(at(page, 'has_more')).toBe(true)
    const next = await (
      await gateway.admin(`/audit?limit=2&after=${String(at(page, 'last_id'))}`, { who: 'auditor' })
    ).text()
    expect(
      listAt(JSON.parse(next), 'data').map((entry) => [at(entry, 'action'), at(entry, 'subject')]),
    ).toEqual([
      ['key.revoke', id],
      ['key.create', id],
    ])
    for (const hidden of [String(at(key, 'secret')), 'hash":"x', 'pepper']) expect(next).not.toContain(hidden)
    const ofKey: unknown = await (
      await gateway.admin(`/audit?subject=${id}&action=key.create`, { who: 'auditor' })
    ).json()
    expect(listAt(ofKey, 'data')).toHaveLength(1)
    expect(at(ofKey, 'data', 0)).toMatchObject({ address: '127.0.0.1', outcome: 'done', before: null })
    expect(await codeOf(await gateway.admin('/audit?after=x', { who: 'auditor' }))).toEqual([
      400,
      'invalid_value',
    ])
  })
})

describe('lists of the admin API', () => {
  test('come in pages, all of them in the same way', async () => {
    const document: unknown = await (await ask(gateway.adminUrl, '/openapi.json')).json()
    const paths = Object.entries(at(document, 'paths') ?? {}).filter(([path, operations]) => {
      const said = JSON.stringify(at(operations, 'get', 'responses', '200') ?? '')
      return path.startsWith('/admin/v1/') && !path.includes('{') && said.includes('"has_more"')
    })
    expect(paths.map(([path]) => path)).toEqual(
      expect.arrayContaining(['/admin/v1/audit', '/admin/v1/deployments', '/admin/v1/keys']),
    )
    // Something for each of them to show.
    const call = { model: 'fast', messages: [{ role: 'user', content: 'Hi' }] }
    const called = await ask(gateway.url, '/v1/chat/completions', {
      who: 'plain',
      method: 'POST',
      body: call,
    })
    expect(called.status).toBe(200)
    await called.body?.cancel()
    await gateway.admin('/keys', { who: 'owner', method: 'POST', body: { name: 'listed' } })
    for (const name of ['one', 'two']) {
      await ask(gateway.adminUrl, `/admin/v1/webhooks/endpoints/${name}/test`, {
        who: 'owner',
        method: 'POST',
      })
    }
    for (const [path, operations] of paths) {
      const parameters = listAt(operations, 'get', 'parameters')
      const named = new Set(parameters.map((parameter) => at(parameter, 'name')))
      expect([path, named.has('limit'), named.has('after')]).toEqual([path, true, true])
      const first: unknown = await (await ask(gateway.adminUrl, `${path}?limit=1`, { who: 'owner' })).json()
      expect([path, listAt(first, 'data').length, at(first, 'object')]).toEqual([path, 1, 'list'])
      expect(at(first, 'last_id')).toBe(at(first, 'data', 0, 'id') as string)
      const after = encodeURIComponent(String(at(first, 'last_id')))
      const second: unknown = await (
        await ask(gateway.adminUrl, `${path}?limit=1&after=${after}`, { who: 'owner' })
      ).json()
      expect([path, listAt(second, 'data').length > 0]).toEqual([path, at(first, 'has_more') as boolean])
      for (const wrong of ['limit=0', 'limit=1001', 'limit=x', 'limit=', 'after=nothing']) {
        const answer = await ask(gateway.adminUrl, `${path}?${wrong}`, { who: 'owner' })
        expect([path, wrong, await codeOf(answer)]).toEqual([path, wrong, [400, 'invalid_value']])
      }
    }
  })
})

describe('the description of the API', () => {
  test('is had on both listeners, as JSON and as a page that loads nothing', async () => {
    for (const url of [gateway.url, gateway.adminUrl]) {
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
    const document: unknown = await (await ask(gateway.adminUrl, '/openapi.json')).json()
    const membersOf = (name: string): unknown => at(document, 'components', 'schemas', name, 'required')
    const key: unknown = await (
      await gateway.admin('/keys', { who: 'owner', method: 'POST', body: { name: 'shape' } })
    ).json()
    expect(Object.keys(key ?? {}).toSorted()).toEqual((membersOf('KeyWithSecret') as string[]).toSorted())
    const page: unknown = await (await gateway.admin('/audit?limit=1')).json()
    expect(Object.keys(at(page, 'data', 0) ?? {}).toSorted()).toEqual(
      (membersOf('AuditEntry') as string[]).toSorted(),
    )
    const lists = at(document, 'paths', '/admin/v1/audit', 'get', 'responses', '200', 'content')
    expect(at(lists, 'application/json', 'schema', 'required')).toEqual(Object.keys(page ?? {}))
  })
})
