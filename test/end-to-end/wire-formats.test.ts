// What holds between the wire formats beside the answers themselves: what is dropped is said, what cannot be carried goes
// elsewhere, versions and keys reach the right place, and a conversation goes on at another provider.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { simulatorKey } from '../simulator/start-simulator.ts'
import { bearer, startFiveDialects } from './five-dialects.ts'
import type { FiveDialects } from './five-dialects.ts'
import { testKey } from './start-gateway.ts'
import { jsonBodyOf, lastRequest } from '../simulator/last-request.ts'

type Json = Readonly<Record<string, unknown>>

let five: FiveDialects

beforeAll(async () => {
  five = await startFiveDialects({
    more: [
      'models:',
      '  mixed: { deployments: [{ provider: claude, model: m }, { provider: chat, model: m }] }',
      '  exact:',
      '    on_unsupported: error',
      '    deployments: [{ provider: claude, model: m }, { provider: chat, model: m }]',
      '  strict: { on_unsupported: error, deployments: [{ provider: claude, model: m }] }',
    ],
  })
})

afterAll(() => five[Symbol.asyncDispose]())

beforeEach(() => five.simulator.clearScript())

const question = [{ role: 'user', content: 'How are you?' }]

function chat(model: string, more: Json = {}): Promise<Response> {
  return five.post('/v1/chat/completions', { model, messages: question, ...more })
}

function message(
  model: string,
  more: Json = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return five.post(
    '/v1/messages',
    { model, max_tokens: 20, messages: question, ...more },
    { ...bearer, ...headers },
  )
}

async function jsonOf(answer: Promise<Response> | Response): Promise<Json> {
  return JSON.parse(await (await answer).text()) as Json
}

/** The last request that came to the simulator. */
function lastAsked(): {
  readonly path: string
  readonly headers: ReadonlyMap<string, string>
  readonly body: Json
} {
  const last = lastRequest(five.simulator)
  const headers = new Map(last.headers.map(([name, value]) => [name.toLowerCase(), value]))
  return { path: last.path, headers, body: jsonBodyOf(last) }
}

describe('what a deployment cannot be sent', () => {
  test('is named as the client spells it, and the rest is answered', async () => {
    const answer = await chat('claude/m', { seed: 7, logprobs: true, temperature: 0.5 })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('x-sallyport-dropped')).toBe('logprobs, seed')
    expect(lastAsked().body).not.toHaveProperty('seed')
  })

  test('is not named where nothing was dropped, nor for the next call', async () => {
    expect((await chat('claude/m')).headers.get('x-sallyport-dropped')).toBeNull()
    expect((await chat('chat/m', { seed: 7 })).headers.get('x-sallyport-dropped')).toBeNull()
  })

  test('goes to the next deployment where nothing may be dropped', async () => {
    const answer = await chat('exact', { seed: 7 })
    expect(answer.headers.get('x-sallyport-deployment')).toBe('chat/m')
    expect(answer.headers.get('x-sallyport-attempts')).toBe('1')
    expect(lastAsked().body).toMatchObject({ seed: 7 })
  })

  test('is refused by name where there is no other deployment', async () => {
    const answer = await chat('strict', { seed: 7 })
    expect(answer.status).toBe(400)
    expect((await jsonOf(answer))['error']).toMatchObject({ code: 'unsupported_parameter', param: 'seed' })
  })
})

describe('a failure before content', () => {
  test('moves from a relay to a translation', async () => {
    five.simulator.next({ fault: { kind: 'status', status: 529, body: { kind: 'envelope' } } })
    const answer = await message('mixed')
    expect(answer.headers.get('x-sallyport-deployment')).toBe('chat/m')
    expect(await jsonOf(answer)).toMatchObject({ type: 'message', stop_reason: 'end_turn' })
  })

  test('moves from a translation to a relay in a stream, too', async () => {
    five.simulator.next({ fault: { kind: 'error-event', atEvent: 1 } })
    const answer = await chat('mixed', { stream: true })
    expect(answer.headers.get('x-sallyport-deployment')).toBe('chat/m')
    const text = await answer.text()
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true)
    expect(text).not.toContain('event: error')
  })

  test('that a request explains is answered with what is wrong in it, not asked elsewhere', async () => {
    const answer = await chat('claude/m', { messages: [{ role: 'nobody', content: 'x' }] })
    expect(answer.status).toBe(400)
    expect((await jsonOf(answer))['error']).toMatchObject({
      code: 'invalid_value',
      param: 'messages[0].role',
    })
  })
})

describe('a refusal of the gateway itself by its provider', () => {
  test('is one that SDKs do not try again', async () => {
    five.simulator.next({ fault: { kind: 'status', status: 401, body: { kind: 'envelope' } } })
    const answer = await message('claude/refused')
    expect([answer.status, answer.headers.get('x-should-retry')]).toEqual([502, 'false'])
    const { status, headers } = await message('claude/another')
    expect([status, headers.get('x-should-retry')]).toEqual([200, null])
  })
})

describe('headers on the way to a provider', () => {
  test('carry the version and the betas of a client of the same format', async () => {
    await message(
      'claude/m',
      {},
      { 'anthropic-version': '2026-10-21', 'anthropic-beta': 'one-2026,two-2026' },
    )
    const { headers, path } = lastAsked()
    expect(path).toBe('/v1/messages')
    expect(headers.get('anthropic-version')).toBe('2026-10-21')
    expect(headers.get('anthropic-beta')).toBe('one-2026,two-2026')
    expect(headers.get('x-api-key')).toBe(simulatorKey)
    expect(headers.has('authorization')).toBe(false)
  })

  test('carry a version of ours for a client of another', async () => {
    await chat('claude/m')
    expect(lastAsked().headers.get('anthropic-version')).toBe('2023-06-01')
  })

  test('never carry the key of a client, wherever it stood', async () => {
    const path = `/v1beta/models/gem/m:generateContent?key=${testKey}`
    const contents = [{ role: 'user', parts: [{ text: 'Hi' }] }]
    const answer = await five.post(path, { contents }, {})
    expect(answer.status).toBe(200)
    const asked = lastAsked()
    expect(asked.headers.get('x-goog-api-key')).toBe(simulatorKey)
    expect(JSON.stringify([asked.path, [...asked.headers], asked.body])).not.toContain(testKey)
  })
})

describe('tokens are counted', () => {
  test('by the provider of the same format', async () => {
    const answer = await five.post('/v1/messages/count_tokens', { model: 'claude/m', messages: question })
    expect(answer.headers.get('x-sallyport-estimated')).toBeNull()
    expect(await jsonOf(answer)).toEqual({ input_tokens: 3 })
  })

  test('by an estimate that says so for any other', async () => {
    const answer = await five.post('/v1/messages/count_tokens', { model: 'chat/m', messages: question })
    expect(answer.headers.get('x-sallyport-estimated')).toBe('true')
    expect(answer.headers.get('x-sallyport-attempts')).toBe('0')
    expect(await jsonOf(answer)).toEqual({ input_tokens: 7 })
  })
})

describe('a conversation', () => {
  test('that began at one provider goes on at another of another format', async () => {
    const first = await jsonOf(five.post('/v1/responses', { model: 'chat/m', input: 'Say one.' }))
    const second = await jsonOf(
      five.post('/v1/responses', { model: 'claude/m', input: 'And two?', previous_response_id: first['id'] }),
    )
    expect(second).toMatchObject({ status: 'completed', previous_response_id: first['id'] })
    const { body, path } = lastAsked()
    expect(path).toBe('/v1/messages')
    expect(body['messages']).toMatchObject([{ role: 'user' }, { role: 'assistant' }, { role: 'user' }])
    expect(JSON.stringify(body['messages'])).toContain('Say one.')
  })

  test('that nobody kept is refused as OpenAI refuses it', async () => {
    const answer = await five.post('/v1/responses', {
      model: 'chat/m',
      input: 'x',
      previous_response_id: 'resp_none',
    })
    expect(answer.status).toBe(400)
    expect((await jsonOf(answer))['error']).toMatchObject({ code: 'previous_response_not_found' })
  })

  test('that lives on a server of OpenAI is not cut in half for others', async () => {
    const answer = await five.post('/v1/responses', { model: 'claude/m', input: 'x', conversation: 'conv_1' })
    expect(answer.status).toBe(400)
    expect((await jsonOf(answer))['error']).toMatchObject({
      code: 'unsupported_parameter',
      param: 'conversation',
    })
  })
})

describe('a thread', () => {
  const begin = { thread: { type: 'create' } }

  test('goes on where it was begun', async () => {
    const first = await jsonOf(message('mixed', begin))
    const thread = { type: 'continue', previous_message_id: first['id'] }
    const second = await message('mixed', { thread, messages: [{ role: 'user', content: 'And then?' }] })
    expect(second.status).toBe(200)
    expect(second.headers.get('x-sallyport-deployment')).toBe('claude/m')
    expect(lastAsked().body['thread']).toEqual(thread)
  })

  test('that is not known here is one that the SDK replays', async () => {
    const answer = await message('mixed', { thread: { type: 'continue', previous_message_id: 'msg_none' } })
    expect(answer.status).toBe(404)
    expect((await jsonOf(answer))['error']).toMatchObject({ details: { error_code: 'thread_not_found' } })
  })

  test('is refused in the words that the SDK goes on without', async () => {
    const answer = await message('chat/m', begin)
    expect(answer.status).toBe(400)
    const details = { error_code: 'thread_unsupported_request', unsupported: ['thread'] }
    expect((await jsonOf(answer))['error']).toMatchObject({ details })
  })
})

describe('a stream of Gemini', () => {
  test('is asked for as events, because an array tells nobody that it was cut off', async () => {
    const answer = await five.post('/v1beta/models/chat/m:streamGenerateContent', {
      contents: [{ role: 'user', parts: [{ text: 'Hi' }] }],
    })
    expect(answer.status).toBe(400)
    expect((await jsonOf(answer))['error']).toMatchObject({ status: 'INVALID_ARGUMENT' })
  })
})

describe('those who look', () => {
  test('are told of a translation by its log line and a counter', async () => {
    const answer = await chat('claude/m', { seed: 1 })
    const id = answer.headers.get('x-request-id')
    await answer.text()
    const line = await five.gateway.logged(({ event, call }) => event === 'call' && call === id)
    expect(line).toMatchObject({ translated_to: 'anthropic-messages', dropped: 'seed', outcome: 'ok' })
    const metrics = await (await fetch(`${five.gateway.url}/metrics`)).text()
    expect(metrics).toMatch(
      /sallyport_translated_calls_total\{endpoint="chat",dialect="anthropic-messages",dropped="true"\} [1-9]/,
    )
  })
})
