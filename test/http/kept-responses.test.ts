// The endpoints of kept responses as clients meet them: over a socket, through the handler of every request, with the
// official client as the judge.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import OpenAI from 'openai'
import type { Caller } from '../../src/core/caller.ts'
import { FailedTries } from '../../src/keys/failed-tries.ts'
import { clientAddresses } from '../../src/http/client-address.ts'
import { Edge } from '../../src/http/edge.ts'
import type { EdgeWorld } from '../../src/http/edge.ts'
import { createHandler } from '../../src/http/handle.ts'
import { createRouter } from '../../src/http/router.ts'
import { keptResponse, keptResponseRemoval } from '../../src/http/routes/responses.ts'
import { startHttpServer } from '../../src/platform/http-server.ts'
import type { HttpServer } from '../../src/platform/http-server.ts'
import { Responses } from '../../src/responses/responses.ts'
import { Stickiness } from '../../src/responses/stickiness.ts'
import { idleEdgeParts, idlePipeline } from '../idle-pipeline.ts'
import { MemoryHeldIds, MemoryResponses } from '../contract/memory-responses.ts'
import { RecordingObserver } from '../response-observer.ts'
import { VirtualClock } from '../virtual-clock.ts'

const callers = new Map<string, Caller>([
  ['sp_ours', { keyId: 'ours', keyName: 'ours', scopes: [], models: [] }],
  ['sp_colleague', { keyId: 'colleague', keyName: 'colleague', scopes: ['chat'], models: ['fast'] }],
  ['sp_stranger', { keyId: 'stranger', keyName: 'stranger', scopes: [], models: [], tenant: 'other' }],
  ['sp_narrow', { keyId: 'narrow', keyName: 'narrow', scopes: ['embeddings'], models: [] }],
])

const store = new MemoryResponses()
let responses: Responses
let server: HttpServer
let client: OpenAI

beforeAll(() => {
  const [clock, observer] = [new VirtualClock(), new RecordingObserver()]
  const stickiness = new Stickiness({ store: new MemoryHeldIds(), clock, observer }, 1_000)
  const parts = { store, stickiness, clock, observer, sealTravels: () => false }
  responses = new Responses(parts, { store: true, keep: 1_000, size_limit: 10_000 })
  const keys = {
    failedTries: new FailedTries(clock, undefined),
    find: (secret: string) => {
      const caller = callers.get(secret)
      return caller === undefined ? { kind: 'unknown' as const } : { kind: 'known' as const, caller }
    },
  }
  const edge = new Edge(worldOf({ clock, keys, responses, stickiness }), idleEdgeParts(clock))
  const router = createRouter(edge, [keptResponse(responses), keptResponseRemoval(responses)])
  const at = { host: '127.0.0.1', port: 0, bodyBytesMax: 10_000, tls: undefined }
  server = startHttpServer(at, createHandler(edge, router))
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'sp_ours', maxRetries: 0 })
})

function worldOf(parts: Parameters<typeof idlePipeline>[0]): EdgeWorld {
  return {
    pipeline: idlePipeline(parts),
    generation: 1,
    bodyBytesMax: 10_000,
    waits: { headersMs: 1, keepAliveMs: 1, writeStallMs: 1 },
    addresses: clientAddresses([]),
    corsOrigins: ['*'],
  }
}

afterAll(() => server.close())

const body = (id: string): string =>
  `{"id":"${id}","object":"response","created_at":1,"status":"completed","model":"m","big":12345678901234567890,` +
  `"output":[{"type":"message","id":"msg_${id}","role":"assistant","content":[{"type":"output_text","text":"Hi"}]}]}`

beforeEach(() => {
  store.isAway = false
  const common = { tenant: 'default', keyId: 'ours', model: 'fast', providerId: null }
  const maker = { provider: 'office', deployment: 'office/m', credential: '' }
  const input = [1, 2, 3].map((number) => ({
    type: 'message',
    id: `in_${number}`,
    role: 'user',
    content: [],
  }))
  const [first, second] = [input, input.map((entry) => ({ ...entry, id: `${entry.id}_more` }))]
  responses.keep({
    ...common,
    maker,
    id: 'resp_1',
    previousId: null,
    inputJson: JSON.stringify(first),
    bodyJson: body('resp_1'),
  })
  responses.keep({
    ...common,
    maker,
    id: 'resp_2',
    previousId: 'resp_1',
    inputJson: JSON.stringify(second),
    bodyJson: body('resp_2'),
  })
})

function ask(path: string, key: string | undefined = 'sp_ours', method = 'GET'): Promise<Response> {
  const headers: Record<string, string> = key === '' ? {} : { authorization: `Bearer ${key}` }
  return fetch(`${server.url}/v1/responses${path}`, { method, headers })
}

async function codeOf(path: string, key?: string, method?: string): Promise<unknown> {
  const answer = await ask(path, key, method)
  const { error } = JSON.parse(await answer.text())
  return [answer.status, error.code]
}

describe('a kept response', () => {
  test('is had again by the official client, byte for byte, by any key of its tenant', async () => {
    expect((await client.responses.retrieve('resp_1')).output_text).toBe('Hi')
    const answer = await ask('/resp_1', 'sp_colleague')
    expect([answer.headers.get('content-type'), await answer.text()]).toEqual([
      'application/json',
      body('resp_1'),
    ])
  })

  test('is deleted by the official client, and then not there', async () => {
    await client.responses.delete('resp_1')
    expect(async () => client.responses.retrieve('resp_1')).toThrow(OpenAI.NotFoundError)
    expect(await codeOf('/resp_1', 'sp_ours', 'DELETE')).toEqual([404, 'response_not_found'])
  })

  test('says that it was deleted', async () => {
    const answer = await ask('/resp_2', 'sp_ours', 'DELETE')
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { id: 'resp_2', object: 'response', deleted: true },
    ])
  })

  test('of another tenant looks like none', async () => {
    const stranger = 'sp_stranger'
    const [theirs, none] = await Promise.all([ask('/resp_1', stranger), ask('/resp_9', stranger)])
    expect([theirs.status, none.status]).toEqual([404, 404])
    expect(await theirs.text()).toBe((await none.text()).replace('resp_9', 'resp_1'))
    expect(await codeOf('/resp_1', stranger, 'DELETE')).toEqual([404, 'response_not_found'])
    expect(await codeOf('/resp_1/input_items', stranger)).toEqual([404, 'response_not_found'])
    expect((await ask('/resp_1')).status).toBe(200)
  })

  test('takes a key, and one with the scope "chat"', async () => {
    for (const [path, method] of [['/resp_1'], ['/resp_1/input_items'], ['/resp_1', 'DELETE']] as const) {
      expect(await codeOf(path, '', method)).toEqual([401, 'missing_api_key'])
      expect(await codeOf(path, 'sp_wrong', method)).toEqual([401, 'invalid_api_key'])
      expect(await codeOf(path, 'sp_narrow', method)).toEqual([403, 'scope_not_allowed'])
    }
    expect((await ask('/resp_1')).status).toBe(200)
  })

  test('is not streamed again', async () => {
    expect(await codeOf('/resp_1?stream=true')).toEqual([400, 'invalid_value'])
    expect((await ask('/resp_1?stream=false&include[]=reasoning.encrypted_content&beta=true')).status).toBe(
      200,
    )
  })

  test('cannot be had while the store is away', async () => {
    await responses.find('resp_1', 'default')
    store.isAway = true
    const answer = await ask('/resp_elsewhere')
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
  })
})

describe('the items that led to it', () => {
  test('are read by the official client page by page, the conversation before it too', async () => {
    const ids: unknown[] = []
    const pages = await client.responses.inputItems.list('resp_2', { limit: 2, order: 'asc' })
    for await (const entry of pages) ids.push(entry.id)
    expect(ids).toEqual(['in_1', 'in_2', 'in_3', 'msg_resp_1', 'in_1_more', 'in_2_more', 'in_3_more'])
  })

  test('begin with the last one, when nothing else is said', async () => {
    const page = await (await ask('/resp_1/input_items')).json()
    expect(page).toMatchObject({ object: 'list', first_id: 'in_3', last_id: 'in_1', has_more: false })
  })

  test.each([
    ['limit=1', 1],
    ['limit=100', 7],
    ['after=in_1', 0],
    ['after=in_1&order=asc', 6],
    ['include=reasoning.encrypted_content&include[]=message.input_image.image_url', 7],
  ])('may be asked for with %s', async (query, number) => {
    const page = JSON.parse(await (await ask(`/resp_2/input_items?${query}`)).text())
    expect(page.data.length).toBe(number)
  })

  test.each([
    'limit=0',
    'limit=101',
    'limit=-1',
    'limit=1.5',
    'limit=',
    'limit=ten',
    'order=up',
    'after=msg_none',
  ])('are not asked for with %s', async (query) => {
    expect(await codeOf(`/resp_2/input_items?${query}`)).toEqual([400, 'invalid_value'])
  })
})

describe('a path below /v1/responses', () => {
  test.each([
    '/',
    '/a/b',
    '/input_items',
    '//input_items',
    '/resp_1/output_items',
    '/%ff',
    '/a%00b',
    `/${'a'.repeat(2_000)}`,
  ])('that leads to nothing says so: %s', async (path) => {
    expect(await codeOf(path)).toEqual([404, 'response_not_found'])
  })

  test('takes no other method, and says which', async () => {
    const answer = await ask('/resp_1', 'sp_ours', 'PUT')
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, DELETE'])
    const items = await ask('/resp_1/input_items', 'sp_ours', 'DELETE')
    expect([items.status, items.headers.get('allow')]).toEqual([405, 'GET'])
  })

  test('may be called from a browser, also to delete', async () => {
    const headers = { origin: 'https://app.example.com', 'access-control-request-method': 'DELETE' }
    const answer = await fetch(`${server.url}/v1/responses/resp_1`, { method: 'OPTIONS', headers })
    expect(answer.headers.get('access-control-allow-methods')).toContain('DELETE')
  })
})
