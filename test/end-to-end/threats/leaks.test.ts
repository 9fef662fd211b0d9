// What must never reach a client: keys of providers, whoever says them and however they are spelled, the gateway's insides,
// and where providers are. Every answer and the whole log are looked through.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { startGateway, testKey } from '../start-gateway.ts'
import type { RunningGateway } from '../start-gateway.ts'

const providerKey = 'sk-live/canary+0123456789=abcdef'
const spellings: Readonly<Record<string, string>> = {
  plain: providerKey,
  slashes: providerKey.replaceAll('/', '\\/'),
  escapes: providerKey.replaceAll('/', '\\u002f').replaceAll('+', '\\u002B').replaceAll('=', '\\u003d'),
  url: encodeURIComponent(providerKey),
  base64: Buffer.from(providerKey).toString('base64'),
}
/** What is left of it where it is only half hidden. */
const signs = ['canary', Buffer.from(providerKey).toString('base64').slice(0, 20)]
const insides = ['node_modules', '    at ', '.ts:', '/src/', 'sqlite', 'SELECT', 'bun:']

let gateway: RunningGateway
let provider: ReturnType<typeof Bun.serve>

/** `status:400+spelling`, `whole`, `first-event`, `later-event`: how it fails is in the model's name. */
function fail(model: string): Response {
  const [how = '', spelling = 'plain'] = model.split('.')
  const key = spellings[spelling] ?? ''
  const error = `{"error":{"message":"Bad: key ${key} from 10.1.2.3","type":"invalid_request_error","code":"bad","param":"${key}"}}`
  const events = {
    headers: { 'content-type': 'text/event-stream', 'x-api-key': key, 'set-cookie': `k=${key}` },
  }
  switch (how) {
    case 'whole':
      return new Response(error, { headers: { 'content-type': 'application/json' } })
    case 'first-event':
      return new Response(`data: ${error}\n\n`, events)
    case 'later-event': {
      const said = '{"id":"x","choices":[{"index":0,"delta":{"content":"a"}}]}'
      return new Response(`data: ${said}\n\ndata: ${error}\n\n`, events)
    }
    case 'html':
      return new Response(`<h1>Traceback</h1> at /srv/app.py ${key}`, { status: 502 })
    default:
      return new Response(error, {
        status: Number(how),
        headers: {
          'content-type': 'application/json',
          'www-authenticate': `Bearer ${key}`,
          location: `http://x/?key=${key}`,
        },
      })
  }
}

let asked = 0

beforeAll(async () => {
  provider = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: async (request) => {
      if (request.method !== 'POST') return new Response('', { status: 404 })
      asked += 1
      const { model } = JSON.parse(await request.text())
      return fail(model)
    },
  })
  const base = `http://127.0.0.1:${provider.port}`
  gateway = await startGateway({
    config: [
      'discover: off',
      'log: { level: debug }',
      'routing: { failures_in_row: 1000, failure_rate: 1, calls_min: 100000 }',
      'server: { drain_delay: 0s }',
      'providers:',
      `  chat: { type: openai-compatible, base_url: "${base}/v1", api_key: env:CANARY }`,
      `  claude: { type: anthropic, base_url: "${base}", api_key: env:CANARY }`,
      `  gone: { type: openai-compatible, base_url: "http://127.0.0.1:1/v1", api_key: env:CANARY }`,
      'keys: [{ name: tests, secret: env:TEST_KEY, scopes: [chat, models, calls, embeddings, "admin:read"] }]',
      '',
    ].join('\n'),
    environment: { CANARY: providerKey },
  })
})

afterAll(async () => {
  await gateway.stop('SIGKILL')
  await provider.stop(true)
})

const doors: Readonly<
  Record<string, (model: string, stream: boolean) => readonly [path: string, body: object]>
> = {
  chat: (model, stream) => [
    '/v1/chat/completions',
    { model, stream, messages: [{ role: 'user', content: 'Hi' }] },
  ],
  messages: (model, stream) => [
    '/v1/messages',
    { model, stream, max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }] },
  ],
  responses: (model, stream) => ['/v1/responses', { model, stream, input: 'Hi' }],
  generate: (model, stream) => [
    `/v1beta/models/${encodeURIComponent(model)}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] },
  ],
}

interface Told {
  readonly status: number
  readonly text: string
  readonly callId: string
}

async function ask(door: string, model: string, stream: boolean): Promise<Told> {
  const [path, body] = doors[door]?.(model, stream) ?? ['', {}]
  const answer = await fetch(gateway.url + path, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${testKey}`,
      'content-type': 'application/json',
      'x-sallyport-trace': '1',
      'x-sallyport-no-retry': '1',
    },
    body: JSON.stringify(body),
  })
  const text = `${JSON.stringify([...answer.headers])}\n${await answer.text()}`
  return { status: answer.status, text, callId: answer.headers.get('x-request-id') ?? '' }
}

function expectNothingOf(text: string, what: readonly string[]): void {
  for (const sign of what) expect(text).not.toContain(sign)
}

const failures = [
  '400',
  '401',
  '404',
  '422',
  '429',
  '500',
  '302',
  'html',
  'whole',
  'first-event',
  'later-event',
]

describe.each(Object.keys(doors))('through the door of %s', (door) => {
  test.each(failures)('a provider that fails with its key in its words (%s)', async (how) => {
    for (const spelling of Object.keys(spellings)) {
      for (const [from, stream] of [
        ['chat', false],
        ['chat', true],
        ['claude', false],
        ['claude', true],
      ] as const) {
        const askedBefore = asked
        // A deployment of its own: nobody is asked again who refuses keys.
        const told = await ask(door, `${from}/${how}.${spelling}.${askedBefore}`, stream)
        expect(asked).toBe(askedBefore + 1)
        expectNothingOf(told.text, [...signs, ...insides])
        if (how === 'html' || how === '500') expectNothingOf(told.text, ['10.1.2.3', 'Traceback', 'app.py'])
      }
    }
  })

  test('a provider that is not there: nothing says where it would be', async () => {
    const told = await ask(door, 'gone/m', false)
    expectNothingOf(told.text, ['127.0.0.1', ...signs, ...insides])
  })
})

test('neither the log, nor metrics, nor a trace has it', async () => {
  const { callId } = await ask('chat', 'chat/400.plain', false)
  const headers = { authorization: `Bearer ${testKey}` }
  for (const path of [
    '/metrics',
    `/admin/v1/calls/${callId}/trace`,
    '/admin/v1/deployments',
    `/v1/calls/${callId}`,
  ]) {
    const answer = await fetch(gateway.url + path, { headers })
    expect([path, answer.status]).toEqual([path, 200])
    expectNothingOf(await answer.text(), [...signs, testKey])
  }
  expectNothingOf(JSON.stringify(gateway.log) + gateway.printed.join('\n'), [...signs, testKey])
})
