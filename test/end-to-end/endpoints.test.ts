// What passes and what does not: bytes of a relay, headers both ways, keys and their limits, names of models, and the
// endpoints beside the calls.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { secretHeaders } from '../simulator/answer-head.ts'
import { simulatorKey, startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { startGateway, testKey } from './start-gateway.ts'
import type { RunningGateway } from './start-gateway.ts'
import { bodyText, lastRequest } from '../simulator/last-request.ts'

let simulator: Simulator
let gateway: RunningGateway

beforeAll(async () => {
  simulator = await startSimulator()
  const provider = `{ type: openai-compatible, base_url: "${simulator.baseUrl}/v1", api_key: env:SIM_KEY, models:`
  gateway = await startGateway({
    environment: {
      SIM_KEY: simulatorKey,
      NARROW_KEY: 'narrow-key-0123456789',
      SCRAPER_KEY: 'scraper-key-0123456789',
    },
    config: [
      'discover: off',
      'server: { drain_delay: 0s, cors: ["https://app.example.com"] }',
      'providers:',
      `  one: ${provider} [only-one, both] }`,
      `  two: ${provider} [both] }`,
      '  demo: {}',
      'models: { fast: { deployments: [{ provider: one, model: m }] } }',
      'keys:',
      '  - { name: tests, secret: env:TEST_KEY }',
      '  - { name: narrow, secret: env:NARROW_KEY, models: [fast, "two/*"], scopes: [chat, models] }',
      '  - { name: scraper, secret: env:SCRAPER_KEY, scopes: [metrics] }',
      '',
    ].join('\n'),
  })
})

afterAll(async () => {
  await gateway.stop()
  await simulator.stop()
})

function chat(body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    body,
    headers: { authorization: `Bearer ${testKey}`, 'content-type': 'application/json', ...headers },
  })
}

function ask(
  path: string,
  headers: Record<string, string> = { authorization: `Bearer ${testKey}` },
): Promise<Response> {
  return fetch(`${gateway.url}${path}`, { headers })
}

async function codeOf(answer: Response): Promise<unknown> {
  const { error } = JSON.parse(await answer.text())
  return [answer.status, error.code]
}

const question = (model: string, more = ''): string =>
  `{"model":"${model}","messages":[{"role":"user","content":"Hi"}]${more}}`

describe('a relay', () => {
  test('hands the request on byte for byte but for the name of the model', async () => {
    const body =
      '{ "x_unknown" : {"deep":[1.0,1e2,12345678901234567890]},"model":"fast" , "messages":[{"content":"Grüße","role":"user"}],"seed":7 }'
    await chat(body)
    expect(bodyText(lastRequest(simulator))).toBe(body.replace('"fast"', '"m"'))
  })

  test('hands the answer on byte for byte, odd numbers and unknown members included', async () => {
    const direct = await fetch(`${simulator.baseUrl}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${simulatorKey}` },
      body: question('odd-json'),
    })
    const stable = (text: string): string => text.replaceAll(/"(id|created)":("[^"]*"|\d+)/g, '"$1":0')
    const through = await chat(question('one/odd-json'))
    expect(stable(await through.text())).toBe(stable(await direct.text()))
  })

  test('asks for the usage of a stream and keeps the extra chunk to itself', async () => {
    const text = await (await chat(question('fast', ',"stream":true'))).text()
    expect(bodyText(lastRequest(simulator))).toContain('"include_usage":true')
    expect(text).not.toContain('"choices":[]')
    expect(text).toEndWith('data: [DONE]\n\n')
  })
})

describe('headers', () => {
  test('of a client do not reach the provider', async () => {
    await chat(question('fast'), {
      cookie: 'a=b',
      'x-secret': 'c',
      'openai-organization': 'd',
      'x-api-key': testKey,
    })
    const sent = lastRequest(simulator).headers
    const names = sent.map(([name]) => name.toLowerCase()).toSorted()
    expect(names).toEqual([
      'accept',
      'accept-encoding',
      'authorization',
      'connection',
      'content-length',
      'content-type',
      'host',
      'user-agent',
      'x-client-request-id',
    ])
    expect(JSON.stringify(sent)).not.toContain(testKey)
  })

  test('of a provider reach the client only when they may', async () => {
    const { headers } = await chat(question('fast'))
    for (const name of Object.keys(secretHeaders)) expect(headers.get(name)).toBeNull()
    expect(headers.get('x-ratelimit-remaining-requests')).not.toBeNull()
    expect(headers.get('x-sallyport-provider-request-id')).not.toBeNull()
  })

  test('tell what an answer took', async () => {
    const { headers } = await chat(question('fast'))
    expect(headers.get('x-request-id')).toStartWith('call_')
    expect(headers.get('x-sallyport-model')).toBe('fast')
    expect(headers.get('x-sallyport-deployment')).toBe('one/m')
    expect(headers.get('x-sallyport-attempts')).toBe('1')
    expect(headers.get('server-timing')).toMatch(/authenticate;dur=.*admit;dur=.*route;dur=.*total;dur=/)
  })

  test('let the named origin read answers, and no other', async () => {
    const from = async (origin: string): Promise<string | null> =>
      (await chat(question('fast'), { origin })).headers.get('access-control-allow-origin')
    expect(await from('https://app.example.com')).toBe('https://app.example.com')
    expect(await from('https://evil.example.com')).toBeNull()
  })
})

describe('keys', () => {
  test.each([
    ['no key', {}, 401, 'missing_api_key'],
    ['an unknown key', { authorization: 'Bearer nobody' }, 401, 'invalid_api_key'],
    [
      'two different keys',
      { authorization: `Bearer ${testKey}`, 'x-api-key': 'other' },
      400,
      'conflicting_api_keys',
    ],
  ])('%s is refused', async (_name, headers, status, code) => {
    expect(await codeOf(await ask('/v1/models', headers))).toEqual([status, code])
  })

  test('may come in X-API-Key', async () => {
    expect((await ask('/v1/models', { 'x-api-key': testKey })).status).toBe(200)
  })

  test('keep to their models and scopes', async () => {
    const narrow = { authorization: 'Bearer narrow-key-0123456789' }
    expect((await chat(question('fast'), narrow)).status).toBe(200)
    expect((await chat(question('two/anything'), narrow)).status).toBe(200)
    expect(await codeOf(await chat(question('one/m'), narrow))).toEqual([403, 'model_not_allowed'])
    expect(await codeOf(await ask('/v1/calls/call_0123456789012345678901', narrow))).toEqual([
      403,
      'scope_not_allowed',
    ])
    const { data } = JSON.parse(await (await ask('/v1/models', narrow)).text())
    expect(data.map(({ id }: { id: string }) => id)).toEqual(['fast', 'two/both'])
  })
})

describe('names of models', () => {
  test.each([
    ['a logical model', 'fast', 'one/m'],
    ['a bare name that one provider lists', 'only-one', 'one/only-one'],
    ['an unlisted model of a named provider', 'two/not-listed', 'two/not-listed'],
    ['the demo, which was declared', 'demo/echo', 'demo/echo'],
  ])('%s', async (_name, model, deployment) => {
    expect((await chat(question(model))).headers.get('x-sallyport-deployment')).toBe(deployment)
  })

  test('a bare name that two providers list is refused, and both are offered', async () => {
    const answer = await chat(question('both'))
    expect(answer.status).toBe(400)
    expect(await answer.text()).toContain('\\"one/both\\" or \\"two/both\\"')
  })

  test('an unknown name is answered with the nearest', async () => {
    const answer = await chat(question('fats'))
    expect(answer.status).toBe(404)
    expect(await answer.text()).toContain('Did you mean \\"fast\\"?')
  })

  test('the demo has no embeddings', async () => {
    const answer = await fetch(`${gateway.url}/v1/embeddings`, {
      method: 'POST',
      headers: { authorization: `Bearer ${testKey}` },
      body: '{"model":"demo/echo","input":"a"}',
    })
    expect(await codeOf(answer)).toEqual([400, 'endpoint_not_supported'])
  })
})

describe('beside the calls', () => {
  test('health and readiness need no key', async () => {
    const health = JSON.parse(await (await ask('/health', {})).text())
    expect(health).toEqual({ status: 'ok', timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) })
    expect((await ask('/ready', {})).status).toBe(200)
  })

  test('metrics are free on this machine and take a key with their scope from elsewhere', async () => {
    const here = await ask('/metrics', {})
    expect(await here.text()).toContain('sallyport_calls_total')
    const elsewhere = { 'x-forwarded-for': '203.0.113.7' }
    expect((await ask('/metrics', elsewhere)).status).toBe(401)
    const withKey = (key: string) => ask('/metrics', { ...elsewhere, authorization: `Bearer ${key}` })
    expect((await withKey(testKey)).status).toBe(403)
    expect((await withKey('scraper-key-0123456789')).status).toBe(200)
  })

  test('a call is shown to the key that made it, and to no other', async () => {
    const answer = await chat(question('fast'))
    const id = answer.headers.get('x-request-id') ?? ''
    const call = JSON.parse(await (await ask(`/v1/calls/${id}`)).text())
    expect(call).toMatchObject({
      id,
      model: 'fast',
      outcome: 'ok',
      attempts: [{ provider: 'one', outcome: 'ok' }],
    })
    expect(call.attempts[0].id).toBe(simulator.bill.at(-1)?.attemptId)
    const narrow = await chat(question('fast'), { authorization: 'Bearer narrow-key-0123456789' })
    const foreign = await ask(`/v1/calls/${narrow.headers.get('x-request-id')}`)
    expect(await codeOf(foreign)).toEqual([404, 'call_not_found'])
  })

  test('unknown paths and wrong methods are told in the envelope', async () => {
    expect(await codeOf(await ask('/v1/nothing'))).toEqual([404, 'unknown_path'])
    expect(await codeOf(await ask('/v1/chat/completions'))).toEqual([405, 'method_not_allowed'])
    const posted = await fetch(`${gateway.url}/v1/models`, { method: 'POST' })
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET'])
  })
})
