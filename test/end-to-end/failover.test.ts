// What a call goes through when a provider fails before its first content: who is asked again, who is asked instead, what
// the client's own headers change, and what is recorded of it.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import type { Fault } from '../simulator/behaviour.ts'
import { ask, attemptsOf, callsAt, failureOf, sdkOf, startFailoverWorld, messages } from './failover-world.ts'
import type { FailoverWorld } from './failover-world.ts'
import { bearer } from './five-dialects.ts'

let world: FailoverWorld

const names = [
  'soft',
  'hard',
  'wait',
  'far',
  'moves',
  'two',
  'one',
  'no-retry',
  'fair',
  'haste',
  'slow',
  'refused',
]

beforeAll(async () => {
  const models = names.map(
    (name) =>
      `  ${name}: { deployments: [{ provider: a, model: ${name} }, { provider: b, model: ${name} }] }`,
  )
  world = await startFailoverWorld(
    [
      ...models,
      '  sole: { deployments: [{ provider: a, model: sole }] }',
      '  sole-throttled: { deployments: [{ provider: a, model: sole-throttled }] }',
      '  sole-no-retry: { deployments: [{ provider: a, model: sole-no-retry }] }',
      '  sole-haste: { deployments: [{ provider: a, model: sole-haste }] }',
      '  three:',
      '    attempts: 2',
      '    deployments:',
      '      - { provider: a, model: three }',
      '      - { provider: b, model: three }',
      '      - { provider: c, model: three }',
    ].join('\n'),
    'timeouts: { total: 3s }\nrouting: { failures_in_row: 3 }',
  )
})

afterAll(() => world[Symbol.asyncDispose]())

beforeEach(() => {
  for (const simulator of [world.a, world.b, world.c]) simulator.mood('healthy')
})

function throttledFor(seconds: number): { readonly fault: Fault } {
  return { fault: { kind: 'status', status: 429, body: { kind: 'envelope' }, retryAfter: { seconds } } }
}

const broken: { readonly fault: Fault } = {
  fault: { kind: 'status', status: 500, body: { kind: 'envelope' } },
}

describe('a failing provider', () => {
  test('is asked once more where there is no other, and recorded as often', async () => {
    world.a.next(broken)
    const answered = await ask(world.gateway, 'sole')
    expect([answered.deployment, answered.attempts]).toEqual(['a/sole', '2'])
    expect(await attemptsOf(world.gateway, answered.callId)).toEqual(['first a server_fault', 'retry a ok'])
  })

  test('is not asked a second time more', async () => {
    world.a.next(broken, broken)
    const before = callsAt(world.a, 'sole')
    expect(await failureOf(ask(world.gateway, 'sole'))).toMatchObject({ status: 502, code: 'provider_error' })
    expect(callsAt(world.a, 'sole') - before).toBe(2)
  })

  test('hands its call on to the next deployment, streamed or whole', async () => {
    world.a.mood('fails-500')
    const whole = await ask(world.gateway, 'moves')
    const stream = sdkOf(world.gateway).chat.completions.stream({ model: 'moves', messages: [...messages] })
    expect(await stream.finalContent()).toBe(whole.text)
    expect(whole.deployment).toBe('b/moves')
    expect(await attemptsOf(world.gateway, whole.callId)).toEqual(['first a server_fault', 'failover b ok'])
  })

  test('leads to no more attempts than the model has', async () => {
    for (const simulator of [world.a, world.b]) simulator.mood('fails-500')
    expect(await failureOf(ask(world.gateway, 'three'))).toMatchObject({ status: 502 })
    expect([world.a, world.b, world.c].map((simulator) => callsAt(simulator, 'three'))).toEqual([1, 1, 0])
  })

  test('hands nothing on that is wrong in the request itself', async () => {
    world.a.next({ fault: { kind: 'status', status: 400, body: { kind: 'envelope' } } })
    expect(await failureOf(ask(world.gateway, 'refused'))).toMatchObject({ status: 400, retryAfter: null })
    expect(callsAt(world.b, 'refused')).toBe(0)
  })
})

describe('a provider that asks for a pause', () => {
  test('gets it, and then the same call', async () => {
    world.a.next(throttledFor(1))
    const startMs = performance.now()
    const answered = await ask(world.gateway, 'sole-throttled')
    const tookMs = performance.now() - startMs
    expect(tookMs).toBeGreaterThanOrEqual(1_000)
    expect(tookMs).toBeLessThan(2_000)
    expect(await attemptsOf(world.gateway, answered.callId)).toEqual(['first a throttled', 'retry a ok'])
  })

  test('for longer than anybody waits is told to the client at once, with the shortest of all pauses', async () => {
    world.a.next(throttledFor(30))
    world.b.next(throttledFor(25))
    const failure = await failureOf(ask(world.gateway, 'wait'))
    expect(failure).toEqual({ status: 429, code: 'provider_rate_limited', retryAfter: '25' })
  })

  test('is left alone meanwhile, and the client told how long', async () => {
    world.a.next(throttledFor(40))
    world.b.next(throttledFor(30))
    await failureOf(ask(world.gateway, 'far'))
    const calls = [callsAt(world.a, 'far'), callsAt(world.b, 'far')]
    const failure = await failureOf(ask(world.gateway, 'far'))
    expect([failure.status, failure.code]).toEqual([503, 'model_unavailable'])
    expect(Number(failure.retryAfter)).toBeGreaterThan(28)
    expect(Number(failure.retryAfter)).toBeLessThanOrEqual(30)
    expect([callsAt(world.a, 'far'), callsAt(world.b, 'far')]).toEqual(calls)
  })
})

describe('what a client may ask for', () => {
  test('no retry: its only deployment is asked once', async () => {
    world.a.next(broken)
    const failure = await failureOf(ask(world.gateway, 'sole-no-retry', { 'x-sallyport-no-retry': '1' }))
    expect([failure.status, callsAt(world.a, 'sole-no-retry')]).toEqual([502, 1])
  })

  test('no retry: another deployment may answer all the same', async () => {
    world.a.next(broken)
    const { deployment } = await ask(world.gateway, 'no-retry', { 'x-sallyport-no-retry': 'true' })
    expect(deployment).toBe('b/no-retry')
  })

  test('no fallback: only the deployment that is chosen first, though twice', async () => {
    world.a.next(broken, broken)
    const headers = { 'x-sallyport-no-fallback': '1' }
    expect((await failureOf(ask(world.gateway, 'one', headers))).status).toBe(502)
    expect([callsAt(world.a, 'one'), callsAt(world.b, 'one')]).toEqual([2, 0])
  })

  test('neither: one attempt', async () => {
    world.a.next(broken)
    const headers = { 'x-sallyport-no-fallback': 'on', 'x-sallyport-no-retry': 'on' }
    expect((await failureOf(ask(world.gateway, 'two', headers))).status).toBe(502)
    expect([callsAt(world.a, 'two'), callsAt(world.b, 'two')]).toEqual([1, 0])
  })

  test('less time, which is no fault of the deployment', async () => {
    world.a.mood('hangs')
    for (let call = 0; call < 4; call++) {
      const startMs = performance.now()
      const failure = await failureOf(ask(world.gateway, 'sole-haste', { 'x-sallyport-timeout-ms': '150' }))
      expect(failure).toMatchObject({ status: 504, code: 'provider_timeout' })
      expect(performance.now() - startMs).toBeLessThan(1_000)
    }
    world.a.mood('healthy')
    expect((await ask(world.gateway, 'sole-haste')).attempts).toBe('1')
    const changes = world.gateway.log.filter(({ deployment }) => deployment === 'a/sole-haste')
    expect(changes.filter(({ event }) => event === 'deployment_changed')).toEqual([])
  })

  test('but not more time than the config gives, whose end the deployment answers for', async () => {
    world.a.mood('hangs')
    const hasty = Array.from({ length: 3 }, () =>
      failureOf(ask(world.gateway, 'slow', { 'x-sallyport-timeout-ms': '60000' })),
    )
    const startMs = performance.now()
    for (const failure of await Promise.all(hasty)) expect(failure.status).toBe(504)
    expect(performance.now() - startMs).toBeLessThan(4_000)
    await world.gateway.logged(
      (line) =>
        line.event === 'deployment_changed' && line['deployment'] === 'a/slow' && line['to'] === 'open',
    )
  })
})

describe('headers that say nothing that is understood', () => {
  const calls: readonly (readonly [string, object])[] = [
    ['/v1/chat/completions', { model: 'fair', messages: [{ role: 'user', content: 'Hi' }] }],
    ['/v1/responses', { model: 'fair', input: 'Hi' }],
    ['/v1/messages', { model: 'fair', max_tokens: 5, messages: [{ role: 'user', content: 'Hi' }] }],
    ['/v1beta/models/fair:generateContent', { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] }],
  ]
  const wrong: readonly (readonly [string, string])[] = [
    ['x-sallyport-timeout-ms', '0'],
    ['x-sallyport-timeout-ms', '1.5'],
    ['x-sallyport-timeout-ms', '9999999999'],
    ['x-sallyport-no-retry', 'perhaps'],
    ['x-sallyport-no-fallback', '2'],
  ]

  test.each(calls)('%s refuses them, and asks nobody', async (path, body) => {
    for (const [name, value] of wrong) {
      const response = await fetch(world.gateway.url + path, {
        method: 'POST',
        headers: { ...bearer, 'content-type': 'application/json', [name]: value },
        body: JSON.stringify(body),
      })
      const text = await response.text()
      expect([response.status, response.headers.get('x-sallyport-error')]).toEqual([400, 'invalid_value'])
      expect(text).toContain(name)
    }
    expect(callsAt(world.a, 'fair')).toBe(0)
  })
})
