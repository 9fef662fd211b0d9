// The life of a key that is made over the admin API, through real sockets, and what no key is made of.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { at } from '../json-at.ts'
import { codeOf, keys, startAdministeredGateway } from './administered-gateway.ts'
import type { AdministeredGateway } from './administered-gateway.ts'

let gateway: AdministeredGateway

beforeAll(async () => {
  gateway = await startAdministeredGateway()
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
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
    const made = await gateway.admin('/keys', { who: 'admin', method: 'POST', body })
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
    const changed: unknown = await (await gateway.admin(`/keys/${id}`, change)).json()
    expect(changed).toMatchObject({ name: 'builds', scopes: ['chat'], tags: null, models: ['fast'] })
    expect(await uses(secret)).toBe(403)
    await gateway.admin(`/keys/${id}`, { who: 'admin', method: 'PATCH', body: { scopes: null } })
    expect(await uses(secret)).toBe(200)

    const rotate = { who: 'admin', method: 'POST', body: { overlap: '1h' } } as const
    const rotated: unknown = await (await gateway.admin(`/keys/${id}/rotate`, rotate)).json()
    const newer = String(at(rotated, 'secret'))
    expect(typeof at(rotated, 'previous_secret_until')).toBe('string')
    expect([await uses(secret), await uses(newer)]).toEqual([200, 200])

    const revoked: unknown = await (
      await gateway.admin(`/keys/${id}`, { who: 'admin', method: 'DELETE' })
    ).json()
    expect(at(revoked, 'state')).toBe('revoked')
    expect([await uses(secret), await uses(newer)]).toEqual([401, 401])
    expect(await codeOf(await gateway.admin(`/keys/${id}/rotate`, rotate))).toEqual([400, 'invalid_value'])
    const seen = await (await gateway.admin('/keys?limit=1000')).text()
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
    const answer = await gateway.admin('/keys', { who: 'owner', method: 'POST', body })
    const said: unknown = await answer.json()
    expect([answer.status, at(said, 'error', 'code'), at(said, 'error', 'param')]).toEqual([400, code, param])
  })

  test('says where its calls have to stay and whether anything of them is kept, as one of the config does', async () => {
    const body = { name: 'eu', residency: { regions: ['eu'] }, keep_bodies: 'off' }
    const made: unknown = await (await gateway.admin('/keys', { who: 'admin', method: 'POST', body })).json()
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
    const changed: unknown = await (await gateway.admin(`/keys/${String(at(made, 'id'))}`, change)).json()
    expect(changed).toMatchObject({ residency: null, keep_bodies: true })
    expect(await call()).toBe(200)
    const trail = await (await gateway.admin('/audit?action=key.change&limit=1', { who: 'auditor' })).json()
    expect(JSON.stringify(at(trail, 'data', 0, 'before'))).toContain('eu')
  })

  test('is not made of what is no JSON', async () => {
    const headers = { authorization: `Bearer ${keys.owner}` }
    const answer = await fetch(`${gateway.adminUrl}/admin/v1/keys`, {
      method: 'POST',
      headers,
      body: '{"name":',
    })
    expect(await codeOf(answer)).toEqual([400, 'invalid_json'])
  })
})
