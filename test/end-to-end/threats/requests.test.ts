// What a stranger or a tenant may try with a request: words that mean something to a store, heads that mean something to
// somebody behind us, members that lead elsewhere. All of it on one gateway, which must be as it was afterwards.
import { Database } from 'bun:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { connect } from 'node:net'
import { join } from 'node:path'
import { at, listAt } from '../../json-at.ts'
import { headerOf } from '../../simulator/read-requests.ts'
import { bodyText, lastRequest } from '../../simulator/last-request.ts'
import { simulatorKey, startSimulator } from '../../simulator/start-simulator.ts'
import type { Simulator } from '../../simulator/start-simulator.ts'
import { until } from '../../until.ts'
import { startGateway, testKey } from '../start-gateway.ts'
import type { RunningGateway } from '../start-gateway.ts'

const rootKey = 'root-key-of-the-threats-test-0123456789'
const farKey = 'far-key-of-the-threats-test-0123456789'

let simulator: Simulator
let elsewhere: Simulator
let gateway: RunningGateway

beforeAll(async () => {
  ;[simulator, elsewhere] = await Promise.all([startSimulator(), startSimulator({ keys: 'any' })])
  gateway = await startGateway({
    environment: { SIM_KEY: simulatorKey, ROOT_KEY: rootKey, FAR_KEY: farKey },
    config: [
      'discover: off',
      'server: { drain_delay: 0s, cors: ["https://app.example"] }',
      'log: { level: debug, bodies: {} }',
      `providers: { sim: { type: openai-compatible, base_url: "${simulator.baseUrl}/v1", api_key: env:SIM_KEY } }`,
      'models:',
      '  fast: { deployments: [{ provider: sim, model: m, price: { input: 1, output: 1 } }] }',
      '  ruled:',
      `    rules: [{ when: 'metadata["__proto__"] == "x" || "constructor" in metadata', use: [sim/n] }]`,
      '    deployments: [{ provider: sim, model: m }, { provider: sim, model: n }]',
      'limits: { users: { "*": { requests: 100000/m } } }',
      'budgets: { tags: { "*": [{ dollars: 100, per: day }] }, users: { "*": [{ dollars: 100, per: day }] } }',
      'failed_keys: { per_address: 20, in_all: 100000 }',
      'keys:',
      '  - { name: tests, secret: env:TEST_KEY }',
      '  - { name: far, secret: env:FAR_KEY, addresses: [198.51.100.0/24] }',
      '  - { name: root, secret: env:ROOT_KEY, scopes: [admin] }',
      '',
    ].join('\n'),
  })
})

afterAll(async () => {
  await gateway.stop()
  await Promise.all([simulator.stop(), elsewhere.stop()])
})

interface Asked {
  readonly method?: string
  readonly key?: string
  readonly body?: object | string
  readonly headers?: Readonly<Record<string, string>>
}

function ask(
  path: string,
  { method = 'GET', key = rootKey, body, headers = {} }: Asked = {},
): Promise<Response> {
  return fetch(gateway.url + path, {
    method,
    headers: { authorization: `Bearer ${key}`, ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
}

function call(more: object = {}, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  const body = { model: 'fast', messages: [{ role: 'user', content: 'Hi' }], ...more }
  return ask('/v1/chat/completions', { method: 'POST', key: testKey, body, headers })
}

/** Bytes as they are; the whole answer as text. */
function raw(lines: readonly string[], body = ''): Promise<string> {
  const { hostname, port } = new URL(gateway.url)
  const { promise, resolve } = Promise.withResolvers<string>()
  const socket = connect(Number(port), hostname)
  let text = ''
  socket.on('data', (bytes) => (text += bytes.toString('latin1')))
  socket.on('error', () => resolve(text))
  socket.on('close', () => resolve(text))
  socket.write([...lines, 'connection: close', '', body].join('\r\n'))
  return promise
}

const hostile = [
  `' OR '1'='1`,
  `x'; DROP TABLE keys; --`,
  `" UNION SELECT hash FROM keys --`,
  `%' ESCAPE '\\`,
  `1; ATTACH DATABASE '/tmp/x' AS y; --`,
  `__proto__`,
  `constructor`,
  `../../../../etc/passwd`,
  `a\u0000b`,
  `\u202e\ud83d\ude00`,
  `\${7*7}{{7*7}}<%= 7 %>`,
  `$(touch /tmp/pwned)`,
  'x'.repeat(3_000),
]

/** Nothing of the store is gone, and nothing of its insides is told. */
function expectNoInsides(text: string): void {
  for (const inside of [
    'SQLITE',
    'sqlite',
    'syntax error',
    'SELECT',
    'no such column',
    'node_modules',
    '.ts:',
  ]) {
    expect(text.replaceAll('UNION SELECT', '')).not.toContain(inside)
  }
}

describe('words that mean something to a store', () => {
  const places: readonly (readonly [place: string, path: (word: string) => string, method?: string])[] = [
    ['the id of a key', (word) => `/admin/v1/keys/${word}`],
    ['the id of a key that is revoked', (word) => `/admin/v1/keys/${word}`, 'DELETE'],
    ['the id of a key that is rotated', (word) => `/admin/v1/keys/${word}/rotate`, 'POST'],
    ['a cursor of keys', (word) => `/admin/v1/keys?after=${word}`],
    ['a page’s size', (word) => `/admin/v1/keys?limit=${word}`],
    ['a state', (word) => `/admin/v1/keys?state=${word}`],
    ['a team', (word) => `/admin/v1/keys?team=${word}&user=${word}&tenant=${word}&role=${word}`],
    ['a cursor of the trail', (word) => `/admin/v1/audit?after=${word}`],
    ['filters of the trail', (word) => `/admin/v1/audit?action=${word}&actor=${word}&subject=${word}`],
    ['a deployment', (word) => `/admin/v1/deployments/${word}`],
    ['a cursor of deployments', (word) => `/admin/v1/deployments?after=${word}`],
    ['a trace', (word) => `/admin/v1/calls/${word}/trace`],
    ['whose bodies are erased', (word) => `/admin/v1/bodies?user=${word}`, 'DELETE'],
    ['which bodies are erased', (word) => `/admin/v1/bodies?call=${word}`, 'DELETE'],
    ['an action', (word) => `/admin/v1/deployments/sim/m/${word}`, 'POST'],
  ]

  test.each(places)('%s', async (_, path, method = 'GET') => {
    for (const word of hostile) {
      const answer = await ask(path(encodeURIComponent(word)), { method })
      const text = await answer.text()
      expect([word, answer.status < 500]).toEqual([word, true])
      expectNoInsides(text)
      // A filter that nothing meets finds nothing: it does not come true.
      if (answer.status === 200 && method === 'GET') expect(listAt(JSON.parse(text), 'data')).toEqual([])
    }
  })

  test('ids that clients ask for', async () => {
    for (const word of hostile) {
      for (const path of ['/v1/calls/', '/v1/responses/', '/v1/models/']) {
        const answer = await ask(path + encodeURIComponent(word), { key: testKey })
        expect([word, path, answer.status]).toEqual([word, path, 404])
        expectNoInsides(await answer.text())
      }
    }
  })

  test('names of users, tags and metadata are kept as they are, or refused', async () => {
    for (const word of hostile) {
      const answer = await call({ user: word, metadata: { [word.slice(0, 60)]: word.slice(0, 200) } })
      const text = await answer.text()
      expect([word, answer.status]).toEqual([word, 200])
      expectNoInsides(text)
      const headers = { 'x-sallyport-tags': encodeURIComponent(word).slice(0, 60) }
      expect((await call({}, headers)).status).toBeLessThan(500)
      const previous = { model: 'fast', input: 'Hi', previous_response_id: word }
      const gone = await ask('/v1/responses', { method: 'POST', key: testKey, body: previous })
      expect([word, gone.status >= 400 && gone.status < 500]).toEqual([word, true])
      expectNoInsides(await gone.text())
    }
  })

  test('members of a key that is made', async () => {
    for (const word of hostile) {
      for (const member of ['name', 'team', 'user', 'tenant', 'expires_at', 'role', 'expires_in', word]) {
        const body = { name: 'x', ...JSON.parse(JSON.stringify({ [member]: word })) }
        const answer = await ask('/admin/v1/keys', { method: 'POST', body })
        expectNoInsides(await answer.text())
        expect([word, member, answer.status < 500]).toEqual([word, member, true])
      }
    }
  })

  test('leave the store as it was', async () => {
    const { id }: { id: string } = JSON.parse(
      await (await ask('/admin/v1/keys', { method: 'POST', body: { name: 'after-all' } })).text(),
    )
    expect((await ask(`/admin/v1/keys/${id}`)).status).toBe(200)
    const path = join(gateway.dataDirectory, 'sallyport.db')
    const usersOf = (): readonly string[] => {
      const database = new Database(path, { readonly: true })
      const rows = database
        .query<{ user: string }, []>('SELECT DISTINCT request_user AS user FROM bodies')
        .all()
      const whole = database.query<{ integrity_check: string }, []>('PRAGMA integrity_check').get()
      database.close()
      expect(whole?.integrity_check).toBe('ok')
      return rows.map(({ user }) => user)
    }
    await until(() => usersOf().includes(`' OR '1'='1`))
    expect((await ask('/admin/v1/audit')).status).toBe(200)
  })
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
      const answer = await ask(path, { method: 'POST', key: testKey, body })
      await answer.text()
      expect([path, answer.status < 500]).toEqual([path, true])
    }
    expect(at(await (await call()).json(), 'polluted')).toBeUndefined()
  })

  test('a key is not made with them', async () => {
    const body = '{"name":"x","__proto__":{"scopes":["admin"]},"constructor":{"name":"y"}}'
    const answer = await ask('/admin/v1/keys', { method: 'POST', body })
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
    const answer = await ask('/admin/v1/keys', { method: 'POST', body })
    const said: unknown = await answer.json()
    if (code !== undefined) expect(at(said, 'error', 'code')).toBe(code)
    expect(answer.status).toBeLessThan(500)
  })

  test('rules that name them are not met by what every object has', async () => {
    await (await call({ model: 'ruled' })).text()
    expect(bodyText(lastRequest(simulator))).toContain('"model":"m"')
  })
})

describe('members and headers that would lead a provider’s key elsewhere', () => {
  test('lead nowhere', async () => {
    const place = `${elsewhere.baseUrl}/v1`
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
      await (await call({ [name]: name.endsWith('headers') ? { host: place } : place })).text()
      const headers = { [`x-${name.replace('_', '-')}`]: place, 'x-portkey-custom-host': place }
      await (await call({}, headers)).text()
    }
    for (const model of [
      `${place}/m`,
      `sim@${place}`,
      'sim/../../x',
      'sim/m#@evil',
      'sim/m?x=y',
      '//evil/m',
    ]) {
      await (await call({ model })).text()
    }
    expect([elsewhere.requests.length, elsewhere.connectionsAccepted]).toEqual([0, 0])
    const posted = simulator.requests.filter(({ method }) => method === 'POST')
    expect(new Set(posted.map(({ path }) => path))).toEqual(new Set(['/v1/chat/completions']))
  })
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
    expect(await raw([target, ...usual, ...said], body)).toStartWith('HTTP/1.1 200')
    const request = lastRequest(simulator)
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
      expect(await raw([target, ...usual, other], body)).toStartWith('HTTP/1.1 400')
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
    const answer = await raw(
      [target, 'host: localhost', `authorization: ${authorization}`, `content-length: ${body.length}`],
      body,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 40[01]/)
  })

  test('a line break in a value begins no header of an answer or of a request to a provider', async () => {
    for (const value of ['a\rx-evil: 1', 'a\nx-evil: 1', 'a\r\n x-evil: 1', 'a%0d%0ax-evil: 1']) {
      const before = simulator.requests.length
      const answer = await raw([target, ...usual, `x-sallyport-tags: ${value}`], body)
      expect(answer.split('\r\n\r\n')[0]).not.toMatch(/^x-evil/im)
      for (const request of simulator.requests.slice(before))
        expect(headerOf(request, 'x-evil')).toBeUndefined()
    }
    const inBody = await call({ model: 'fast\r\nx-evil: 1', user: 'a\r\nx-evil: 1' })
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
        expect(await raw(head)).toMatch(/^HTTP\/1\.1 (400|401|403|404)/)
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
    const answer = await ask('/v1/models', { key: farKey, headers })
    expect([answer.status, answer.headers.get('x-sallyport-error')]).toEqual([403, 'address_not_allowed'])
    expect((await ask('/metrics', { key: 'x', headers: { 'x-forwarded-for': '127.0.0.1' } })).status).toBe(
      401,
    )
  })

  test('gives nobody more tries at keys', async () => {
    const statuses = new Set<number>()
    for (let number = 0; number < 60; number += 1) {
      const headers = { 'x-forwarded-for': `203.0.113.${number}` }
      const answer = await ask('/v1/models', { key: `wrong-key-number-${number}`, headers })
      await answer.text()
      statuses.add(answer.status)
    }
    expect(statuses).toEqual(new Set([401, 429]))
    expect((await ask('/v1/models', { key: testKey })).status).toBe(200)
  })
})

describe('a web page', () => {
  test('on this machine is not the machine', async () => {
    const shown = async (headers: Readonly<Record<string, string>>): Promise<number> => {
      const lines = Object.entries({ host: 'localhost', ...headers }).map(
        ([name, value]) => `${name}: ${value}`,
      )
      return Number((await raw(['GET /metrics HTTP/1.1', ...lines])).slice(9, 12))
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
    const answer = await call({}, { origin })
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
    const allowed = await call({}, { origin: 'https://app.example' })
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.example')
    // Nobody is known by a cookie, so no page can use what a browser keeps.
    expect(allowed.headers.get('access-control-allow-credentials')).toBeNull()
  })
})
