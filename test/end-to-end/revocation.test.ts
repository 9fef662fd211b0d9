// What becomes of calls under way when the key or token that they came with comes to its end: they are ended, at every
// door in its own words, and what was sent until then is charged.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { openPost } from '../faults/open-call.ts'
import type { OpenCall } from '../faults/open-call.ts'
import { until } from '../until.ts'
import { startFiveDialects } from './five-dialects.ts'
import type { FiveDialects } from './five-dialects.ts'
import { startIssuer } from './oidc-issuer.ts'
import type { Issuer } from './oidc-issuer.ts'
import { runCommand } from './run-command.ts'
import { startGateway, testKey } from './start-gateway.ts'

let world: FiveDialects
let issuer: Issuer

beforeAll(async () => {
  issuer = await startIssuer()
  world = await startFiveDialects({
    server: '{ drain_delay: 0s, recheck_keys: 1s }',
    more: ['oidc:', `  - { name: corp, issuer: "${issuer.url}", audience: sallyport }`],
  })
  // Longer than any test: whoever ends these streams, it is not the provider.
  world.simulator.setDefault({ answer: { tokens: 20_000 }, delays: { betweenEventsMs: 20 } })
})

afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await issuer[Symbol.asyncDispose]()
})

async function keys(...words: readonly string[]): Promise<string> {
  const ran = await runCommand('/tmp', ['keys', ...words, '--data-dir', world.gateway.dataDirectory])
  if (ran.code !== 0) throw new Error(ran.error)
  return ran.out.trim()
}

async function madeKey(
  ...words: readonly string[]
): Promise<{ readonly id: string; readonly secret: string }> {
  const secret = await keys('create', '--name', 'streams', ...words)
  return { id: secret.slice(3, 11), secret }
}

const messages = [{ role: 'user', content: 'Hello' }]

interface DoorCall {
  readonly path: string
  readonly headers: (key: string) => Record<string, string>
  readonly body: object
}

const authorization = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` })

const doors: Readonly<Record<string, DoorCall>> = {
  chat: {
    path: '/v1/chat/completions',
    headers: authorization,
    body: { model: 'chat/m', messages, stream: true },
  },
  messages: {
    path: '/v1/messages',
    headers: (key) => ({ 'x-api-key': key, 'anthropic-version': '2023-06-01' }),
    body: { model: 'claude/m', messages, max_tokens: 30_000, stream: true },
  },
  generate: {
    path: '/v1beta/models/gem%2Fm:streamGenerateContent?alt=sse',
    headers: (key) => ({ 'x-goog-api-key': key }),
    body: { contents: [{ role: 'user', parts: [{ text: 'Hello' }] }] },
  },
  responses: {
    path: '/v1/responses',
    headers: authorization,
    body: { model: 'responses/m', input: 'Hello', stream: true },
  },
  translated: {
    path: '/v1/messages',
    headers: (key) => ({ 'x-api-key': key, 'anthropic-version': '2023-06-01' }),
    body: { model: 'chat/m', messages, max_tokens: 30_000, stream: true },
  },
}

async function streamAt(door: string, key: string): Promise<OpenCall> {
  const { path, headers, body } = doors[door] ?? { path: '', headers: authorization, body: {} }
  const call = await openPost(world.gateway.url, { path, headers: headers(key), body })
  await call.received('word3')
  return call
}

/** What the last event of a stream says. */
function lastEventOf({ body }: OpenCall): unknown {
  const last = body.trimEnd().split('\n').at(-1) ?? ''
  return JSON.parse(last.slice('data: '.length))
}

const lastEvents: Readonly<Record<string, object>> = {
  chat: { error: { code: 'key_ended', type: 'invalid_request_error' } },
  messages: { type: 'error', error: { type: 'authentication_error' } },
  generate: { error: { code: 401, status: 'UNAUTHENTICATED' } },
  responses: { type: 'error', code: 'key_ended' },
  translated: { type: 'error', error: { type: 'authentication_error' } },
}

async function callLines(keyId: string): Promise<readonly Record<string, unknown>[]> {
  const found = (): readonly Record<string, unknown>[] =>
    world.gateway.log.filter(({ event, key }) => event === 'call' && key === keyId)
  await until(() => found().length > 0)
  return found()
}

describe('a stream whose key is revoked', () => {
  test.each(Object.keys(doors))('ends with an error of its own at the door of %s', async (door) => {
    const [own, other] = [await madeKey(), await madeKey()]
    const [call, beside] = [await streamAt(door, own.secret), await streamAt(door, other.secret)]
    const abortsBefore = world.simulator.bill.filter(({ finish }) => finish === 'aborted-by-client').length
    const revokedMs = performance.now()
    await keys('revoke', own.id)
    expect(await call.ended).toBe('whole')
    expect(performance.now() - revokedMs).toBeLessThan(5_000)
    expect(lastEventOf(call)).toMatchObject(lastEvents[door] ?? {})
    expect(call.body).not.toContain('[DONE]')
    // Nobody else's stream has felt anything.
    const seen = beside.body.length
    await until(() => beside.body.length > seen)
    beside.close()
    const [line] = await callLines(own.id)
    expect(line).toMatchObject({ outcome: 'cancelled', code: 'key_ended', usage: 'observed' })
    expect(Number(line?.['output_tokens'])).toBeGreaterThanOrEqual(3)
    await until(
      () =>
        world.simulator.bill.filter(({ finish }) => finish === 'aborted-by-client').length >=
        abortsBefore + 2,
    )
  })
})

test('a call that has no answer yet is refused when its key is revoked', async () => {
  const { id, secret } = await madeKey()
  world.simulator.next({ delays: { beforeHeadMs: 60_000 } })
  const asked = world.simulator.requests.length
  const call = await openPost(world.gateway.url, {
    path: '/v1/chat/completions',
    headers: authorization(secret),
    body: { model: 'chat/m', messages },
  })
  await world.simulator.waitForRequests(asked + 1)
  await keys('revoke', id)
  expect((await call.head).status).toBe(401)
  await call.ended
  expect(JSON.parse(call.body)).toMatchObject({ error: { code: 'key_ended' } })
})

test('a stream ends when its token does, and that of another token of the same person goes on', async () => {
  // Tokens are good for a minute after their end.
  const endsSoon = Math.floor(Date.now() / 1000) - 57
  const call = await streamAt('chat', await issuer.sign({ exp: endsSoon }))
  const beside = await streamAt('chat', await issuer.sign())
  expect(await call.ended).toBe('whole')
  expect(lastEventOf(call)).toMatchObject({ error: { code: 'key_ended' } })
  const seen = beside.body.length
  await until(() => beside.body.length > seen)
  beside.close()
})

test('a stream ends when a reload drops its declared key or its issuer', async () => {
  const [call, borne] = [await streamAt('chat', testKey), await streamAt('chat', await issuer.sign())]
  const config = await Bun.file(world.gateway.configPath).text()
  world.gateway.writeConfig(config.replace('name: tests', 'name: others').replace(/oidc:\n.*\n/, ''))
  expect([await call.ended, await borne.ended]).toEqual(['whole', 'whole'])
  for (const ended of [call, borne])
    expect(lastEventOf(ended)).toMatchObject({ error: { code: 'key_ended' } })
  world.gateway.writeConfig(config)
})

test('keys that end within a week are told once, and counted', async () => {
  const { id } = await madeKey('--expires', '3d')
  await madeKey('--expires', '30d')
  await until(async () => (await metricsText()).includes('\nsallyport_keys_expiring 1\n'))
  await using again = await startGateway({ dataDirectory: world.gateway.dataDirectory })
  const line = await again.logged(({ event }) => event === 'key_expires_soon')
  expect(line).toMatchObject({ level: 'warn', key: id, name: 'streams', days: 2 })
})

function metricsText(): Promise<string> {
  return fetch(`${world.gateway.url}/metrics`).then((answer) => answer.text())
}
