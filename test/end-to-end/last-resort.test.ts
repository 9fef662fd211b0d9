// When no deployment of a model answers, one that is kept for that may, and then the operator's own words; where the request
// itself is at fault, neither.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import Anthropic from '@anthropic-ai/sdk'
import { ask, attemptsOf, callsAt, failureOf, messages, sdkOf, startFailoverWorld } from './failover-world.ts'
import type { FailoverWorld } from './failover-world.ts'
import { bearer } from './five-dialects.ts'
import { testKey } from './start-gateway.ts'

let world: FailoverWorld

const words = 'Our assistant is away – please try again soon.'

beforeAll(async () => {
  world = await startFailoverWorld(
    [
      '  kept:',
      `    last_resort: { deployment: { provider: c, model: kept }, message: "${words}" }`,
      '    deployments: [{ provider: a, model: kept }, { provider: b, model: kept }]',
      '  said:',
      `    last_resort: { message: "${words}" }`,
      '    deployments: [{ provider: a, model: said }]',
      '  hung:',
      `    last_resort: { deployment: { provider: c, model: hung }, message: "${words}" }`,
      '    deployments: [{ provider: a, model: hung }]',
    ].join('\n'),
    'routing: { failures_in_row: 1000 }',
  )
})

afterAll(() => world[Symbol.asyncDispose]())

beforeEach(() => {
  for (const simulator of [world.a, world.b, world.c]) simulator.mood('healthy')
})

describe('a deployment that is kept for when no other answers', () => {
  test('is not asked while another does', async () => {
    world.a.mood('fails-500')
    expect((await ask(world.gateway, 'kept')).deployment).toBe('b/kept')
    expect(callsAt(world.c, 'kept')).toBe(0)
  })

  test('answers in the place of all, and its attempt says what it was', async () => {
    for (const simulator of [world.a, world.b]) simulator.mood('fails-503')
    const answered = await ask(world.gateway, 'kept')
    expect(answered.deployment).toBe('c/kept')
    const attempts = await attemptsOf(world.gateway, answered.callId)
    expect(attempts.at(-1)).toBe('last_resort c ok')
    const stream = sdkOf(world.gateway).chat.completions.stream({ model: 'kept', messages: [...messages] })
    expect(await stream.finalContent()).toBe(answered.text)
  })

  test('is not asked where the client wants no other than the first', async () => {
    // Either may be the first.
    for (const simulator of [world.a, world.b]) simulator.mood('fails-500')
    const before = callsAt(world.c, 'kept')
    const { text } = await ask(world.gateway, 'kept', { 'x-sallyport-no-fallback': '1' })
    expect([text, callsAt(world.c, 'kept')]).toEqual([words, before])
  })

  test('is not asked when the time of the call is over', async () => {
    world.a.mood('hangs')
    const { text } = await ask(world.gateway, 'hung', { 'x-sallyport-timeout-ms': '200' })
    expect([text, callsAt(world.c, 'hung')]).toEqual([words, 0])
  })

  test('that fails too leaves the word to the operator', async () => {
    for (const simulator of [world.a, world.b, world.c]) simulator.mood('fails-500')
    expect((await ask(world.gateway, 'kept')).text).toBe(words)
  })
})

interface Canned {
  readonly status: number
  readonly mark: string | null
  readonly deployment: string | null
  readonly body: string
}

async function post(path: string, body: object): Promise<Canned> {
  const { status, headers, text } = await fetch(world.gateway.url + path, {
    method: 'POST',
    headers: { ...bearer, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).then(async (response) => ({
    status: response.status,
    headers: response.headers,
    text: await response.text(),
  }))
  return {
    status,
    mark: headers.get('x-sallyport-canned'),
    deployment: headers.get('x-sallyport-deployment'),
    body: text,
  }
}

describe("the operator's own words", () => {
  const model = 'said'
  const calls: readonly (readonly [string, object])[] = [
    ['/v1/chat/completions', { model, messages }],
    ['/v1/chat/completions', { model, messages, stream: true }],
    ['/v1/responses', { model, input: 'Hello' }],
    ['/v1/responses', { model, input: 'Hello', stream: true }],
    ['/v1/messages', { model, max_tokens: 9, messages }],
    ['/v1/messages', { model, max_tokens: 9, messages, stream: true }],
    ['/v1beta/models/said:generateContent', { contents: [{ role: 'user', parts: [{ text: 'Hello' }] }] }],
    [
      '/v1beta/models/said:streamGenerateContent?alt=sse',
      { contents: [{ role: 'user', parts: [{ text: 'Hello' }] }] },
    ],
  ]

  test.each(calls)('%s %j has them as its answer, with a mark and no deployment', async (path, body) => {
    world.a.mood('fails-500')
    const canned = await post(path, body)
    expect(canned).toMatchObject({ status: 200, mark: 'true', deployment: null })
    expect(canned.body).toContain(words)
    expect(canned.body).toContain('sallyport/canned')
  })

  test('are read by the official clients', async () => {
    world.a.mood('fails-500')
    const openai = sdkOf(world.gateway)
    const chat = openai.chat.completions.stream({ model, messages: [...messages] })
    expect(await chat.finalContent()).toBe(words)
    const responses = openai.responses.stream({ model, input: 'Hello' })
    expect((await responses.finalResponse()).output_text).toBe(words)
    const anthropic = new Anthropic({ baseURL: world.gateway.url, apiKey: testKey, maxRetries: 0 })
    const said = anthropic.messages.stream({ model, max_tokens: 9, messages: [...messages] })
    expect(await said.finalText()).toBe(words)
  })

  test('are no answer to a request that is wrong itself', async () => {
    world.a.next({ fault: { kind: 'status', status: 400, body: { kind: 'envelope' } } })
    expect((await failureOf(ask(world.gateway, 'said'))).status).toBe(400)
    const wrong = await post('/v1/chat/completions', { model, messages: 'Hello' })
    expect([wrong.status, wrong.mark]).toEqual([400, null])
  })

  test('cost nothing, and their call is told from others', async () => {
    world.a.mood('fails-500')
    await ask(world.gateway, 'said')
    const { usage } = await sdkOf(world.gateway).chat.completions.create({ model, messages: [...messages] })
    expect(usage?.total_tokens).toBe(0)
  })
})
