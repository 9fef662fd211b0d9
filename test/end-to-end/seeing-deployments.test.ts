// What operators see and do through the admin API, and clients through the speed of models: on real sockets, with one
// provider that works and one that does not.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { simulatorKey, startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { at, listAt } from '../json-at.ts'
import { startGateway, testKey } from './start-gateway.ts'
import type { RunningGateway } from './start-gateway.ts'

const operatorKey = 'key-of-the-operators-0123456789'
const narrowKey = 'narrow-key-0123456789'
const broken = { fault: { kind: 'status', status: 500, body: { kind: 'envelope' } } } as const

let good: Simulator
let sick: Simulator
let gateway: RunningGateway

beforeAll(async () => {
  good = await startSimulator({ default: { answer: { tokens: 40 }, delays: { betweenEventsMs: 5 } } })
  sick = await startSimulator({ default: broken })
  gateway = await startGateway({
    config: [
      'discover: off',
      'server: { drain_delay: 0s }',
      'providers:',
      `  good: { type: openai-compatible, base_url: "${good.baseUrl}/v1", api_key: env:SIM_KEY }`,
      `  sick: { type: openai-compatible, base_url: "${sick.baseUrl}/v1", api_key: env:SIM_KEY }`,
      'models:',
      '  fast:',
      '    deployments:',
      '      - { provider: sick, model: m }',
      '      - { provider: good, model: m, priority: 2, max_concurrency: 50 }',
      '  calm: { deployments: [{ provider: good, model: m }] }',
      'keys:',
      '  - { name: tests, secret: env:TEST_KEY }',
      '  - { name: ops, secret: env:OPS_KEY, scopes: [admin] }',
      '  - { name: narrow, secret: env:NARROW_KEY, models: [calm] }',
      '',
    ].join('\n'),
    environment: { SIM_KEY: simulatorKey, OPS_KEY: operatorKey, NARROW_KEY: narrowKey },
  })
})

afterAll(async () => {
  await gateway.stop()
  await good.stop()
  await sick.stop()
})

function ask(path: string, key = operatorKey, method = 'GET'): Promise<Response> {
  return fetch(gateway.url + path, { method, headers: { authorization: `Bearer ${key}` } })
}

function call(body: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${testKey}`, ...headers },
    body: JSON.stringify({ messages: [{ role: 'user', content: 'Tell me of gates' }], ...body }),
  })
}

async function deployment(name: string): Promise<unknown> {
  const page: unknown = await (await ask(`/admin/v1/deployments/${name}`)).json()
  return at(page, 'data', 0)
}

describe('the scope admin', () => {
  test('is had only by a key that names it, on this machine too', async () => {
    for (const key of [testKey, narrowKey]) {
      const answer = await ask('/admin/v1/deployments', key)
      expect([answer.status, answer.headers.get('x-sallyport-error')]).toEqual([403, 'scope_not_allowed'])
    }
    expect((await fetch(`${gateway.url}/admin/v1/deployments`)).status).toBe(401)
    expect((await ask('/admin/v1/deployments/good/m/restore', testKey, 'POST')).status).toBe(403)
  })

  test('opens nothing else', async () => {
    expect((await ask('/v1/models')).status).toBe(403)
    expect((await ask('/v1/models', testKey)).status).toBe(200)
  })
})

describe('deployments', () => {
  test('are listed before anybody has called them, with the models that use them', async () => {
    const page: unknown = await (await ask('/admin/v1/deployments')).json()
    const seen = [0, 1].map((row) => [at(page, 'data', row, 'provider'), at(page, 'data', row, 'models')])
    const untouched = { retries: expect.any(Number), hedges: 0 }
    expect(seen).toEqual([
      ['sick', [{ name: 'fast', budget_left: untouched }]],
      [
        'good',
        [
          { name: 'fast', budget_left: untouched },
          { name: 'calm', budget_left: untouched },
        ],
      ],
    ])
    expect(at(page, 'has_more')).toBe(false)
  })

  test('come in pages', async () => {
    const first: unknown = await (await ask('/admin/v1/deployments?limit=1')).json()
    expect([at(first, 'has_more'), at(first, 'data', 0, 'provider')]).toEqual([true, 'sick'])
    const after = encodeURIComponent(String(at(first, 'last_id')))
    const second: unknown = await (await ask(`/admin/v1/deployments?limit=1&after=${after}`)).json()
    expect([at(second, 'has_more'), at(second, 'data', 0, 'provider')]).toEqual([false, 'good'])
    expect((await ask('/admin/v1/deployments?limit=0')).status).toBe(400)
    expect((await ask('/admin/v1/deployments?after=nothing')).status).toBe(400)
  })

  test('tell how they stand, and why', async () => {
    for (let left = 5; left > 0; left -= 1) await (await call({ model: 'fast', stream: true })).text()
    const seen = await deployment('sick/m')
    expect([at(seen, 'state'), at(seen, 'reason')]).toEqual(['open', 'failures_in_row'])
    expect(Date.parse(String(at(seen, 'until')))).toBeGreaterThan(Date.now())
    expect([at(seen, 'ejections'), at(seen, 'in_flight')]).toEqual([1, 0])
    expect(listAt(seen, 'last_failures')).toHaveLength(5)
    expect(at(seen, 'last_failures', 0)).toMatchObject({ outcome: 'server_fault', status: 500 })
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text()
    expect(metrics).toMatch(
      /^sallyport_deployment_standing\{provider="sick",model="m",account="\w+",state="open"\} 1$/m,
    )
    expect(metrics).toMatch(
      /^sallyport_deployment_attempts_in_flight\{provider="good",model="m",account="\w+"\} 0$/m,
    )
  })

  test('are the same for all who ask them, under whatever name', async () => {
    for (const model of ['good/m', 'calm', 'fast']) await (await call({ model })).text()
    expect(at(await deployment('good/m'), 'limit')).toBe(50)
    expect(at(await deployment('good/m'), 'throttle', 'calls')).toBeGreaterThanOrEqual(8)
  })

  test('are let in again by hand, and kept out by hand', async () => {
    const restored: unknown = await (
      await ask('/admin/v1/deployments/sick/m/restore', operatorKey, 'POST')
    ).json()
    expect(at(restored, 'data', 0, 'state')).toBe('closed')
    expect([at(restored, 'data', 0, 'reason'), at(restored, 'data', 0, 'ejections')]).toEqual(['restored', 0])

    const ejected: unknown = await (
      await ask('/admin/v1/deployments/sick/m/eject?seconds=60', operatorKey, 'POST')
    ).json()
    expect([at(ejected, 'data', 0, 'state'), at(ejected, 'data', 0, 'reason')]).toEqual(['open', 'operator'])
    const untilMs = Date.parse(String(at(ejected, 'data', 0, 'until')))
    expect(untilMs - Date.now()).toBeWithin(50_000, 60_001)
    const asked = sick.bill.length
    await (await call({ model: 'fast' })).text()
    expect(sick.bill.length).toBe(asked)
  })

  test('that nobody knows, and things that nobody can do, are not found', async () => {
    for (const path of ['sick/none/restore', 'sick/m/explode', 'restore', 'sick/m']) {
      const answer = await ask(`/admin/v1/deployments/${path}`, operatorKey, 'POST')
      expect([path, answer.status, answer.headers.get('x-sallyport-error')]).toEqual([
        path,
        404,
        'deployment_not_found',
      ])
    }
    expect((await ask('/admin/v1/deployments/sick/m/eject?seconds=0', operatorKey, 'POST')).status).toBe(400)
    expect((await ask('/admin/v1/deployments', operatorKey, 'POST')).status).toBe(405)
  })
})

describe('the speed of a model', () => {
  test('is measured on its calls, as a whole and for each deployment', async () => {
    await (await call({ model: 'calm', stream: true })).text()
    const speed: unknown = await (await ask('/v1/models/calm/performance', narrowKey)).json()
    expect([at(speed, 'object'), at(speed, 'model')]).toEqual(['model.performance', 'calm'])
    expect(at(speed, 'window_seconds')).toBe(600)
    expect(at(speed, 'first_token_ms', 'p50')).toBeGreaterThan(0)
    expect(at(speed, 'tokens_per_second', 'samples')).toBeGreaterThan(0)
    expect(at(speed, 'deployments', 0, 'name')).toBe('good/m')
    expect(at(speed, 'deployments', 0, 'first_token_ms')).toEqual(at(speed, 'first_token_ms'))
  })

  test('is nothing where nothing was measured, and nobody’s business who may not call it', async () => {
    const speed: unknown = await (await ask('/v1/models/good/never/performance', testKey)).json()
    expect([at(speed, 'first_token_ms'), at(speed, 'tokens_per_second')]).toEqual([null, null])
    expect((await ask('/v1/models/fast/performance', narrowKey)).status).toBe(404)
    expect((await ask('/v1/models/calm/performance', operatorKey)).status).toBe(403)
  })
})

describe('a trace', () => {
  const wanted = { 'x-sallyport-trace': '1' }

  test('stands in a header of a whole answer that was asked to have it, and in no other', async () => {
    const answer = await call({ model: 'fast' }, wanted)
    const header = String(answer.headers.get('x-sallyport-trace'))
    expect(header).toMatch(/^\d+ routed \(priority of sick\/m, good\/m\)/)
    expect(header.length).toBeLessThanOrEqual(1_024)
    // An operator has taken the first out, further up.
    expect(header).toMatch(/; \d+ chosen good\/m \(only\); \d+ answered good\/m$/)
    expect((await call({ model: 'fast' })).headers.has('x-sallyport-trace')).toBe(false)
  })

  test('stands in a comment at the end of a stream', async () => {
    const text = await (await call({ model: 'calm', stream: true }, wanted)).text()
    const comment = /\n: sallyport trace (\{.*\})\n\n$/.exec(text)?.[1] ?? '{}'
    expect(at(JSON.parse(comment), 'steps', 0, 'what')).toBe('routed')
    expect(await (await call({ model: 'calm', stream: true })).text()).not.toContain('sallyport trace')
  })

  test('is kept out of streams whose clients fail at comments', async () => {
    const answer = await fetch(`${gateway.url}/v1beta/models/calm:streamGenerateContent?alt=sse`, {
      method: 'POST',
      headers: { 'x-goog-api-key': testKey, ...wanted },
      body: JSON.stringify({ contents: [{ role: 'user', parts: [{ text: 'Tell me of gates' }] }] }),
    })
    expect(answer.status).toBe(200)
    expect(await answer.text()).not.toContain('trace')
  })

  test('is had by the id of the call, by operators alone', async () => {
    const answer = await call({ model: 'calm' }, wanted)
    const id = String(answer.headers.get('x-request-id'))
    const trace: unknown = await (await ask(`/admin/v1/calls/${id}/trace`)).json()
    expect([at(trace, 'id'), at(trace, 'deployment'), at(trace, 'status')]).toEqual([id, 'good/m', 200])
    expect(at(trace, 'steps', 0)).toMatchObject({ what: 'routed', why: 'priority of good/m' })
    expect((await ask(`/admin/v1/calls/${id}/trace`, testKey)).status).toBe(403)
    for (const path of [id, 'call_of_nobody/trace', 'trace']) {
      expect((await ask(`/admin/v1/calls/${path}`)).headers.get('x-sallyport-error')).toBe('trace_not_found')
    }
  })

  test('of a call in which something failed is kept without being asked for', async () => {
    await ask('/admin/v1/deployments/sick/m/restore', operatorKey, 'POST')
    const answer = await call({ model: 'fast' })
    expect([answer.status, answer.headers.has('x-sallyport-trace')]).toEqual([200, false])
    const id = String(answer.headers.get('x-request-id'))
    const trace: unknown = await (await ask(`/admin/v1/calls/${id}/trace`)).json()
    const steps = listAt(trace, 'steps').map((step) => [
      at(step, 'what'),
      at(step, 'deployment'),
      at(step, 'why'),
    ])
    expect(steps).toEqual([
      ['failed', 'sick/m', 'server_fault 500, provider_error'],
      ['failover', 'good/m', null],
      ['answered', 'good/m', null],
    ])
  })

  test('of a call that nobody could answer ends with its error', async () => {
    const answer = await call({ model: 'sick/m' }, { ...wanted, 'x-sallyport-no-retry': '1' })
    expect(answer.status).toBe(502)
    expect(answer.headers.get('x-sallyport-trace')).toMatch(
      /routed .*; \d+ chosen sick\/m \(\w+\); \d+ failed sick\/m \(server_fault 500, provider_error\); \d+ error \(provider_error\)$/,
    )
  })
})
