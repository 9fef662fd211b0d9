// What a stranger or a tenant may try with the head of a request: paths, keys, addresses and origins that are not theirs.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { headerOf } from '../../simulator/read-requests.ts'
import { lastRequest } from '../../simulator/last-request.ts'
import { simulatorKey } from '../../simulator/start-simulator.ts'
import { testKey } from '../start-gateway.ts'
import { farKey, rootKey, ThreatenedGateway } from './threatened-gateway.ts'

let gateway: ThreatenedGateway

beforeAll(async () => {
  gateway = await ThreatenedGateway.start()
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
})

describe('heads of requests', () => {
  const target = 'POST /v1/chat/completions HTTP/1.1'
  const body = JSON.stringify({ model: 'fast', messages: [{ role: 'user', content: 'Hi' }] })
  const usual = ['host: localhost', `authorization: Bearer ${testKey}`, `content-length: ${body.length}`]

  test('nothing of where a request came from, and no header that nobody asked for, goes on to a provider', async () => {
    const said = [
      'x-forwarded-for: 203.0.113.9',
      'x-forwarded-host: evil.example',
      'x-forwarded-proto: https',
      'x-real-ip: 203.0.113.9',
      'forwarded: for=203.0.113.9',
      'via: 1.1 somewhere',
      'cookie: session=secret',
      'proxy-authorization: Basic c2VjcmV0',
      'te: trailers',
      'upgrade: h2c',
      'x-api-version: 7',
      'openai-organization: org-of-somebody-else',
      'x-sallyport-tags: a',
    ]
    expect(await gateway.raw([target, ...usual, ...said], body)).toStartWith('HTTP/1.1 200')
    const request = lastRequest(gateway.simulator)
    for (const line of said) expect(headerOf(request, line.slice(0, line.indexOf(':')))).toBeUndefined()
    expect(headerOf(request, 'authorization')).toBe(`Bearer ${simulatorKey}`)
    expect(JSON.stringify(request.headers)).not.toContain('203.0.113.9')
  })

  test('two keys are none, however they are sent', async () => {
    const one = `authorization: Bearer ${testKey}`
    for (const other of [
      one,
      `authorization: Bearer ${rootKey}`,
      `Authorization: Basic eA==`,
      `x-api-key: ${rootKey}`,
    ]) {
      expect(await gateway.raw([target, ...usual, other], body)).toStartWith('HTTP/1.1 400')
    }
  })

  test.each([
    'Bearer',
    'Bearer ',
    `Basic ${testKey}`,
    `bearer\t${testKey}`,
    `Bearer ${testKey} ${testKey}`,
    `Bearer ${testKey},`,
    `Bearer "${testKey}"`,
    `Bearer ${testKey}\u00a0`,
  ])('a key in an odd form is none: %p', async (authorization) => {
    const answer = await gateway.raw(
      [target, 'host: localhost', `authorization: ${authorization}`, `content-length: ${body.length}`],
      body,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 40[01]/)
  })

  test('a line break in a value begins no header of an answer or of a request to a provider', async () => {
    for (const value of ['a\rx-evil: 1', 'a\nx-evil: 1', 'a\r\n x-evil: 1', 'a%0d%0ax-evil: 1']) {
      const before = gateway.simulator.requests.length
      const answer = await gateway.raw([target, ...usual, `x-sallyport-tags: ${value}`], body)
      expect(answer.split('\r\n\r\n')[0]).not.toMatch(/^x-evil/im)
      for (const request of gateway.simulator.requests.slice(before))
        expect(headerOf(request, 'x-evil')).toBeUndefined()
    }
    const inBody = await gateway.call({ model: 'fast\r\nx-evil: 1', user: 'a\r\nx-evil: 1' })
    expect(inBody.headers.get('x-evil')).toBeNull()
  })

  test.each([
    '//admin/v1/keys',
    '/v1/../admin/v1/keys',
    '/v1/..;/admin/v1/keys',
    '/v1/%2e%2e/admin/v1/keys',
    '/admin%2fv1%2fkeys',
    '/admin/v1/keys%00',
    '/admin/v1/keys;x=y',
    '/admin\\v1\\keys',
    '/health/../admin/v1/keys',
    '/admin/v1/keys/?',
    'http://localhost/admin/v1/keys',
    'http://evil.example/admin/v1/keys',
  ])('%s is behind the same door, or nowhere', async (path) => {
    for (const host of ['localhost', '127.0.0.1:1', 'evil.example', 'localhost.']) {
      for (const key of ['', `authorization: Bearer ${testKey}`]) {
        const head = [`GET ${path} HTTP/1.1`, `host: ${host}`, ...(key === '' ? [] : [key])]
        expect(await gateway.raw(head)).toMatch(/^HTTP\/1\.1 (400|401|403|404)/)
      }
    }
  })
})

describe('an address that a client says itself', () => {
  test('is not believed, where nobody trusts a proxy', async () => {
    const headers = {
      'x-forwarded-for': '198.51.100.7',
      'x-real-ip': '198.51.100.7',
      forwarded: 'for=198.51.100.7',
    }
    const answer = await gateway.ask('/v1/models', { key: farKey, headers })
    expect([answer.status, answer.headers.get('x-sallyport-error')]).toEqual([403, 'address_not_allowed'])
    expect(
      (await gateway.ask('/metrics', { key: 'x', headers: { 'x-forwarded-for': '127.0.0.1' } })).status,
    ).toBe(401)
  })

  test('gives nobody more tries at keys', async () => {
    const statuses = new Set<number>()
    for (let number = 0; number < 60; number += 1) {
      const headers = { 'x-forwarded-for': `203.0.113.${number}` }
      const answer = await gateway.ask('/v1/models', { key: `wrong-key-number-${number}`, headers })
      await answer.text()
      statuses.add(answer.status)
    }
    expect(statuses).toEqual(new Set([401, 429]))
    expect((await gateway.ask('/v1/models', { key: testKey })).status).toBe(200)
  })
})

describe('a web page', () => {
  test('on this machine is not the machine', async () => {
    const shown = async (headers: Readonly<Record<string, string>>): Promise<number> => {
      const lines = Object.entries({ host: 'localhost', ...headers }).map(
        ([name, value]) => `${name}: ${value}`,
      )
      return Number((await gateway.raw(['GET /metrics HTTP/1.1', ...lines])).slice(9, 12))
    }
    expect([
      await shown({}),
      await shown({ host: '127.0.0.1:4117' }),
      await shown({ host: '[::1]' }),
    ]).toEqual([200, 200, 200])
    // Of the origin that may call, of another, and of a name that was made to lead here.
    expect(await shown({ origin: 'https://app.example' })).toBe(401)
    expect(await shown({ origin: 'null' })).toBe(401)
    expect(await shown({ 'sec-fetch-site': 'cross-site' })).toBe(401)
    expect(await shown({ host: 'rebound.example:4117' })).toBe(401)
  })

  test('of another origin reads nothing, and may not ask for what a form cannot', async () => {
    const origin = 'https://evil.example'
    const preflight = await fetch(`${gateway.url}/admin/v1/keys`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'DELETE' },
    })
    expect([...preflight.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
    const answer = await gateway.call({}, { origin })
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
    const allowed = await gateway.call({}, { origin: 'https://app.example' })
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.example')
    // Nobody is known by a cookie, so no page can use what a browser keeps.
    expect(allowed.headers.get('access-control-allow-credentials')).toBeNull()
  })
})
