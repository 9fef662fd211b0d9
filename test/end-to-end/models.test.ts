// The lists of models as the clients of each dialect read them, and what one model is said to be able to do. Providers
// with APIs of their own are called where, and signed as, their catalogue entries say: a recorder stands for them.
import { Anthropic } from '@anthropic-ai/sdk'
import { GoogleGenAI } from '@google/genai'
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import OpenAI from 'openai'
import { startGateway, testKey } from './start-gateway.ts'
import type { RunningGateway } from './start-gateway.ts'
import { until } from '../until.ts'

interface Asked {
  readonly target: string
  readonly headers: Headers
  readonly body: Record<string, unknown>
}

const asked: Asked[] = []
const recorder = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  async fetch(request) {
    const { pathname, search } = new URL(request.url)
    const text = await request.text()
    asked.push({
      target: pathname + search,
      headers: request.headers,
      body: text === '' ? {} : JSON.parse(text),
    })
    return lists[pathname] === undefined
      ? Response.json({ error: { message: 'not here' } }, { status: 418 })
      : Response.json(lists[pathname])
  },
})
const lists: Readonly<Record<string, unknown>> = {
  '/anthropic/v1/models': { data: [{ id: 'claude-haiku-4-5', type: 'model' }] },
  '/google/v1beta/models': {
    models: [{ name: 'models/gemini-3.8-flash' }, { name: 'models/gemini-embedding' }],
  },
  '/ollama/v1/models': { object: 'list', data: [{ id: 'llama3.3:70b', object: 'model' }] },
}

let gateway: RunningGateway

beforeAll(async () => {
  const at = recorder.url.href
  gateway = await startGateway({
    environment: { SOME_KEY: 'sk-of-the-provider', NARROW_KEY: 'narrow-key-0123456789' },
    config: [
      'discover: off',
      'server: { drain_delay: 0s }',
      'providers:',
      `  claude: { type: anthropic, base_url: "${at}anthropic/v1", api_key: env:SOME_KEY }`,
      `  gemini: { base_url: "${at}google/v1beta/openai", api_key: env:SOME_KEY }`,
      `  ollama: { base_url: "${at}ollama/v1" }`,
      `  azure: { type: azure-openai-classic, base_url: "${at}azure", api_key: env:SOME_KEY, models: [dep+one] }`,
      'models:',
      '  fast:',
      '    deployments:',
      '      - { provider: claude, model: claude-haiku-4-5 }',
      '      - { provider: ollama, model: "llama3.3:70b", priority: 2, capabilities: { vision: off, context: 32k } }',
      'keys:',
      '  - { name: tests, secret: env:TEST_KEY }',
      '  - { name: narrow, secret: env:NARROW_KEY, models: [fast] }',
      '',
    ].join('\n'),
  })
  // The lists are asked for in the background.
  await until(async () => (await namesOf('/v1/models')).length >= all.length)
})

afterAll(async () => {
  await gateway.stop()
  await recorder.stop(true)
})

const all = [
  'fast',
  'azure/dep+one',
  'claude/claude-haiku-4-5',
  'gemini/gemini-3.8-flash',
  'gemini/gemini-embedding',
  'ollama/llama3.3:70b',
]

async function namesOf(path: string, headers: Record<string, string> = {}): Promise<string[]> {
  const { data } = JSON.parse(await (await ask(path, headers)).text())
  return data.map(({ id }: { id: string }) => id)
}

function ask(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${gateway.url}${path}`, { headers: { authorization: `Bearer ${testKey}`, ...headers } })
}

const anthropicVersion = { 'anthropic-version': '2023-06-01' }

describe('the lists', () => {
  test('are asked for in each provider’s way', () => {
    const [claude, google, ollama] = [
      '/anthropic/v1/models?limit=1000',
      '/google/v1beta/models?pageSize=1000',
      '/ollama/v1/models',
    ].map((target) => asked.find((one) => one.target === target)?.headers)
    expect(claude?.get('x-api-key')).toBe('sk-of-the-provider')
    expect(claude?.get('anthropic-version')).toBe('2023-06-01')
    expect(google?.get('x-goog-api-key')).toBe('sk-of-the-provider')
    expect(google?.get('authorization')).toBeNull()
    expect(ollama?.get('authorization')).toBeNull()
  })

  test('are read by the OpenAI client', async () => {
    const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: testKey, maxRetries: 0 })
    const names: string[] = []
    for await (const { id } of client.models.list()) names.push(id)
    expect(names).toEqual(all)
    expect(await client.models.retrieve('fast')).toMatchObject({ id: 'fast', object: 'model' })
  })

  test('are read by the Anthropic client, page by page too', async () => {
    const client = new Anthropic({ baseURL: gateway.url, apiKey: testKey, maxRetries: 0 })
    for (const limit of [undefined, 1, 4, 6, 1000]) {
      const names: string[] = []
      const page = limit === undefined ? {} : { limit }
      for await (const { id, type } of client.models.list(page)) names.push(`${type} ${id}`)
      expect(names).toEqual(all.map((name) => `model ${name}`))
    }
    expect(await client.models.retrieve('claude/claude-haiku-4-5')).toMatchObject({
      type: 'model',
      max_input_tokens: 200_000,
      max_tokens: 64_000,
    })
  })

  test('go backwards as Anthropic’s do', async () => {
    const page = async (query: string): Promise<unknown> => {
      const { data, ...rest } = JSON.parse(await (await ask(`/v1/models?${query}`, anthropicVersion)).text())
      return [data.map(({ id }: { id: string }) => id), rest]
    }
    expect(await page('limit=2&before_id=gemini/gemini-embedding')).toEqual([
      ['claude/claude-haiku-4-5', 'gemini/gemini-3.8-flash'],
      { has_more: true, first_id: 'claude/claude-haiku-4-5', last_id: 'gemini/gemini-3.8-flash' },
    ])
    expect(await page('limit=2&before_id=nobody')).toEqual([
      [],
      { has_more: false, first_id: null, last_id: null },
    ])
  })

  test('are read by the Google client, page by page too', async () => {
    for (const apiVersion of ['v1', 'v1beta']) {
      const httpOptions = { baseUrl: gateway.url, apiVersion }
      const client = new GoogleGenAI({ apiKey: testKey, httpOptions })
      for (const pageSize of [1, 4, 6, 100]) {
        const names: (string | undefined)[] = []
        for await (const { name } of await client.models.list({ config: { pageSize } })) names.push(name)
        expect(names).toEqual(all.map((name) => `models/${name}`))
      }
      expect(await client.models.get({ model: 'gemini/gemini-3.8-flash' })).toMatchObject({
        name: 'models/gemini/gemini-3.8-flash',
        inputTokenLimit: 1_048_576,
        outputTokenLimit: 65_536,
      })
    }
  })

  test.each([
    ['/v1/models', anthropicVersion],
    ['/v1beta/models', {}],
    ['/v1/models', {}],
  ])('%s shows a key only what it may call', async (path, headers) => {
    const key = { ...headers, authorization: 'Bearer narrow-key-0123456789' }
    const body = JSON.parse(await (await ask(path, key)).text())
    expect(JSON.stringify(body)).toContain('fast')
    expect(JSON.stringify(body)).not.toContain('claude')
    const refused = await ask(`${path}/claude/claude-haiku-4-5`, key)
    expect(refused.status).toBe(404)
  })

  test.each([
    ['/v1beta/models?pageSize=0', 400, 'INVALID_ARGUMENT'],
    ['/v1beta/models?pageToken=x', 400, 'INVALID_ARGUMENT'],
    ['/v1beta/models/nobody', 404, 'NOT_FOUND'],
  ])('%s is refused as Gemini refuses', async (path, status, word) => {
    const answer = await ask(path)
    expect(answer.status).toBe(status)
    expect(JSON.parse(await answer.text()).error).toMatchObject({ code: status, status: word })
  })

  test('nonsense in a page is refused as Anthropic refuses', async () => {
    for (const limit of ['0', '-1', 'many', '']) {
      const answer = await ask(`/v1/models?limit=${limit}`, anthropicVersion)
      expect(answer.status).toBe(400)
      expect(JSON.parse(await answer.text())).toMatchObject({
        type: 'error',
        error: { type: 'invalid_request_error' },
      })
    }
  })

  test('Gemini’s are for keys in its places, and for nobody without', async () => {
    const statusOf = async (path: string, headers = {}): Promise<number> =>
      (await fetch(`${gateway.url}${path}`, { headers })).status
    expect(await statusOf('/v1beta/models', { 'x-goog-api-key': testKey })).toBe(200)
    expect(await statusOf(`/v1beta/models?key=${testKey}`)).toBe(200)
    expect(await statusOf('/v1beta/models')).toBe(401)
    expect(await statusOf('/v1beta/models', { 'x-goog-api-key': 'other' })).toBe(401)
    expect(await statusOf(`/v1/models?key=${testKey}`)).toBe(401)
  })
})

test('one model is shown with its deployments, and with what they can do together', async () => {
  const { sallyport } = JSON.parse(await (await ask('/v1/models/fast')).text())
  expect(sallyport.deployments).toMatchObject([
    {
      name: 'claude/claude-haiku-4-5',
      dialect: 'anthropic-messages',
      capabilities: {
        vision: true,
        logprobs: false,
        n: false,
        context: 200_000,
        output: 64_000,
        thinking: 'budget',
      },
    },
    {
      name: 'ollama/llama3.3:70b',
      dialect: 'ollama',
      capabilities: { vision: false, files: false, seed: true, context: 32_000 },
    },
  ])
  expect(sallyport.capabilities).toMatchObject({
    tools: true,
    vision: false,
    files: false,
    seed: false,
    context: 32_000,
    output: 64_000,
  })
})

describe('a call goes', () => {
  const call = async (
    path: string,
    body: unknown,
    headers: Record<string, string> = {},
  ): Promise<Asked | undefined> => {
    const before = asked.length
    await fetch(`${gateway.url}${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { authorization: `Bearer ${testKey}`, 'content-type': 'application/json', ...headers },
    })
    return asked[before]
  }
  const messages = [{ role: 'user', content: 'Hi' }]

  test.each([
    ['ollama/llama3.3:70b', '/ollama/v1/chat/completions'],
    ['claude/claude-haiku-4-5', '/anthropic/v1/messages'],
    ['gemini/gemini-3.8-flash', '/google/v1beta/models/gemini-3.8-flash:generateContent'],
    ['azure/dep+one', '/azure/openai/deployments/dep%2Bone/chat/completions?api-version=2024-10-21'],
  ])('for %s to %s', async (model, target) => {
    expect((await call('/v1/chat/completions', { model, messages }))?.target).toBe(target)
  })

  test('to Azure with the key in its own header', async () => {
    const sent = await call('/v1/chat/completions', { model: 'azure/dep+one', messages })
    expect(sent?.headers.get('api-key')).toBe('sk-of-the-provider')
    expect(sent?.headers.get('authorization')).toBeNull()
  })

  test('to Gemini’s embeddings with a bearer', async () => {
    const sent = await call('/v1/embeddings', { model: 'gemini/gemini-embedding', input: 'a' })
    expect(sent?.target).toBe('/google/v1beta/openai/embeddings')
    expect(sent?.headers.get('authorization')).toBe('Bearer sk-of-the-provider')
    expect(sent?.headers.get('x-goog-api-key')).toBeNull()
  })

  test('to Anthropic with the version of the client, or with ours', async () => {
    const body = { model: 'claude/claude-haiku-4-5', max_tokens: 5, messages }
    const newer = { 'anthropic-version': '2026-10-21' }
    expect((await call('/v1/messages', body, newer))?.headers.get('anthropic-version')).toBe('2026-10-21')
    expect((await call('/v1/messages', body))?.headers.get('anthropic-version')).toBe('2023-06-01')
    const counted = await call('/v1/messages/count_tokens', { ...body, max_tokens: undefined })
    expect(counted?.target).toBe('/anthropic/v1/messages/count_tokens')
  })

  test('without the settings that the model is known not to take', async () => {
    const settings = { temperature: 0.3, seed: 7, messages }
    const newer = await call('/v1/chat/completions', { model: 'claude/claude-opus-5', ...settings })
    expect(newer?.body).not.toHaveProperty('temperature')
    const older = await call('/v1/chat/completions', { model: 'claude/claude-haiku-4-5', ...settings })
    expect(older?.body).toMatchObject({ temperature: 0.3 })
    expect(older?.body).not.toHaveProperty('seed')
  })

  test('with thinking asked for in the way of the model’s time', async () => {
    const settings = { reasoning_effort: 'low', max_completion_tokens: 20_000, messages }
    const older = await call('/v1/chat/completions', { model: 'claude/claude-haiku-4-5', ...settings })
    expect(older?.body).toMatchObject({ thinking: { type: 'enabled', budget_tokens: 1_024 } })
    const newer = await call('/v1/chat/completions', { model: 'claude/claude-opus-5', ...settings })
    expect(newer?.body).toMatchObject({ thinking: { type: 'adaptive' }, output_config: { effort: 'low' } })
  })
})
