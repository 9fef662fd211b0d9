// What a stranger or a tenant may try with the members of a body: those that mean something to an object, and those that
// would lead a provider’s key elsewhere.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { at } from '../../json-at.ts'
import { bodyText, lastRequest } from '../../simulator/last-request.ts'
import { testKey } from '../start-gateway.ts'
import { ThreatenedGateway } from './threatened-gateway.ts'

let gateway: ThreatenedGateway

beforeAll(async () => {
  gateway = await ThreatenedGateway.start()
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
})

describe('members of a body that mean something to an object', () => {
  const members = [
    '"__proto__":{"polluted":true,"stream":true,"model":"ruled"}',
    '"constructor":{"prototype":{"polluted":true}}',
    '"metadata":{"__proto__":"x","constructor":"x"}',
    '"tools":[{"type":"function","function":{"name":"__proto__","parameters":{"type":"object","properties":{"__proto__":{"type":"string"}}}}}]',
    '"toString":1,"hasOwnProperty":2,"valueOf":3',
  ]

  test.each(members)('a call with %s is like any other', async (member) => {
    for (const path of ['/v1/chat/completions', '/v1/messages', '/v1/responses']) {
      const said = path.endsWith('responses') ? '"input":"Hi"' : '"messages":[{"role":"user","content":"Hi"}]'
      const body = `{"model":"fast","max_tokens":5,${said},${member}}`
      const answer = await gateway.ask(path, { method: 'POST', key: testKey, body })
      await answer.text()
      expect([path, answer.status < 500]).toEqual([path, true])
    }
    expect(at(await (await gateway.call()).json(), 'polluted')).toBeUndefined()
  })

  test('a key is not made with them', async () => {
    const body = '{"name":"x","__proto__":{"scopes":["admin"]},"constructor":{"name":"y"}}'
    const answer = await gateway.ask('/admin/v1/keys', { method: 'POST', body })
    expect([answer.status, at(await answer.json(), 'error', 'code')]).toEqual([400, 'invalid_value'])
  })

  test.each([
    ['deep', `${'['.repeat(50_000)}${']'.repeat(50_000)}`, 'json_too_complex'],
    [
      'wide',
      `{${Array.from({ length: 100_002 }, (_, index) => `"${index}":0`).join(',')}}`,
      'json_too_complex',
    ],
    ['large', `{"name":"${'x'.repeat(2_000_000)}"}`, 'body_too_large'],
    ['twice', '{"name":"x","name":"y"}', undefined],
  ])('the admin API takes no body that is too %s', async (_, body, code) => {
    const answer = await gateway.ask('/admin/v1/keys', { method: 'POST', body })
    const said: unknown = await answer.json()
    if (code !== undefined) expect(at(said, 'error', 'code')).toBe(code)
    expect(answer.status).toBeLessThan(500)
  })

  test('rules that name them are not met by what every object has', async () => {
    await (await gateway.call({ model: 'ruled' })).text()
    expect(bodyText(lastRequest(gateway.simulator))).toContain('"model":"m"')
  })
})

describe('members and headers that would lead a provider’s key elsewhere', () => {
  test('lead nowhere', async () => {
    const place = `${gateway.elsewhere.baseUrl}/v1`
    const names = [
      'api_base',
      'base_url',
      'api_key',
      'custom_llm_provider',
      'provider',
      'extra_headers',
      'deployment',
    ]
    for (const name of names) {
      await (await gateway.call({ [name]: name.endsWith('headers') ? { host: place } : place })).text()
      const headers = { [`x-${name.replace('_', '-')}`]: place, 'x-portkey-custom-host': place }
      await (await gateway.call({}, headers)).text()
    }
    for (const model of [
      `${place}/m`,
      `sim@${place}`,
      'sim/../../x',
      'sim/m#@evil',
      'sim/m?x=y',
      '//evil/m',
    ]) {
      await (await gateway.call({ model })).text()
    }
    expect([gateway.elsewhere.requests.length, gateway.elsewhere.connectionsAccepted]).toEqual([0, 0])
    const posted = gateway.simulator.requests.filter(({ method }) => method === 'POST')
    expect(new Set(posted.map(({ path }) => path))).toEqual(new Set(['/v1/chat/completions']))
  })
})
