// What is kept of prompts and answers: nothing unless it is asked for, nothing secret of it, and nothing any more once it is
// erased. Looked for in everything that a gateway leaves on a disk and prints.
import { expect, test } from 'bun:test'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { at } from '../json-at.ts'
import { simulatorKey, startSimulator } from '../simulator/start-simulator.ts'
import { runCommand } from './run-command.ts'
import { configFor, startGateway, testKey } from './start-gateway.ts'
import type { RunningGateway } from './start-gateway.ts'

const secrets = [
  'sk-proj-canary0123456789abcdef',
  'canary.person@example.org',
  '4111 1111 1111 1111',
  'DE89 3704 0044 0532 0130 00',
]
const rootKey = 'root-key-of-the-bodies-test-0123456789'
const acmeKey = 'acme-key-of-the-bodies-test-0123456789'
const canary = 'blackbird-canary-7731'
const said = `${canary} ${secrets.join(' and ')}`

interface Kept {
  readonly directory: string
  readonly gateway: RunningGateway
  /** Everything below the data directory, and what was printed. */
  traces(): string
}

async function withGateway(log: string, work: (kept: Kept) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-bodies-'))
  await using simulator = await startSimulator()
  // The answer repeats what was said, so that secrets come back in pieces.
  simulator.setDefault({ answer: { text: `You said ${said}.` } })
  try {
    await using gateway = await startGateway({
      config: configFor(`${simulator.baseUrl}/v1`, log),
      dataDirectory: directory,
      environment: { SIM_KEY: simulatorKey, ROOT_KEY: rootKey, ACME_KEY: acmeKey },
    })
    const traces = (): string =>
      `${filesIn(directory)}\n${JSON.stringify(gateway.log)}\n${gateway.printed.join('\n')}`
    await work({ directory, gateway, traces })
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function filesIn(directory: string): string {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1'))
    .join('\n')
}

const paths = {
  chat: '/v1/chat/completions',
  messages: '/v1/messages',
  responses: '/v1/responses',
  generate: '/v1beta/models/sim%2Fm:streamGenerateContent?alt=sse',
} as const

/** One call; resolves with its id when its record is written and its log line is there. */
async function call(
  gateway: RunningGateway,
  door: keyof typeof paths,
  members: object = {},
): Promise<string> {
  const turns = [{ role: 'user', content: said }]
  const body = {
    chat: { model: 'sim/m', messages: turns, user: 'mallory' },
    messages: { model: 'sim/m', messages: turns, max_tokens: 500, metadata: { user_id: 'mallory' } },
    responses: { model: 'sim/m', input: said, store: false, user: 'mallory' },
    generate: { contents: [{ role: 'user', parts: [{ text: said }] }] },
  }[door]
  const answer = await fetch(`${gateway.url}${paths[door]}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${testKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ...body, ...members }),
  })
  await answer.text()
  const callId = answer.headers.get('x-request-id') ?? ''
  await gateway.logged((line) => line.event === 'call' && line['call'] === callId)
  return callId
}

async function stored(gateway: RunningGateway, number: number): Promise<void> {
  for (;;) {
    const answer = await fetch(`${gateway.url}/metrics`, { headers: { authorization: `Bearer ${testKey}` } })
    const [, count] = /sallyport_bodies_total\{event="stored"\} (\d+)/.exec(await answer.text()) ?? []
    if (Number(count) >= number) return
    await Bun.sleep(10)
  }
}

test('D8 nothing that was said is left anywhere while bodies are off', async () => {
  await withGateway('log: { level: debug }', async ({ gateway, traces }) => {
    for (const door of ['chat', 'messages', 'responses', 'generate'] as const) await call(gateway, door)
    await call(gateway, 'chat', { stream: true })
    await call(gateway, 'chat', { max_tokens: 'many' })
    await call(gateway, 'chat', { model: 'nobody/knows' })
    expect(await gateway.stop()).toBe(0)
    const left = traces()
    expect(left).toContain('sim/m')
    expect(left).not.toContain(canary)
    for (const secret of secrets) expect(left).not.toContain(secret)
  })
}, 30_000)

test('D8 kept bodies hold what was said in every format, and no secret of it', async () => {
  await withGateway('log: { level: debug, bodies: {} }', async ({ directory, gateway, traces }) => {
    const calls = [
      await call(gateway, 'chat'),
      await call(gateway, 'chat', { stream: true }),
      await call(gateway, 'messages', { stream: true }),
      await call(gateway, 'responses', { stream: true }),
      await call(gateway, 'generate'),
      await call(gateway, 'messages'),
      await call(gateway, 'responses'),
    ]
    expect(await gateway.stop()).toBe(0)
    expect(traces()).toContain(canary)
    for (const secret of secrets) expect(traces()).not.toContain(secret)
    // Not in the log, whatever its level.
    expect(JSON.stringify(gateway.log)).not.toContain(canary)
    for (const callId of calls) {
      const shown = await runCommand(directory, ['bodies', 'show', callId, '--data-dir', directory])
      const body: unknown = JSON.parse(shown.out)
      const safe = `${canary} [key] and [email] and [card] and [iban]`
      expect(at(body, 'prompt')).toEqual([{ role: 'user', kind: 'text', text: safe }])
      expect(at(body, 'answer')).toEqual([{ role: 'assistant', kind: 'text', text: `You said ${safe}.` }])
      expect(at(body, 'cut')).toBe(false)
    }
  })
}, 30_000)

test('D8 what is kept of a user is erased from every file, while the gateway runs', async () => {
  await withGateway(`log: { bodies: {} }`, async ({ directory, gateway, traces }) => {
    await call(gateway, 'chat')
    await call(gateway, 'messages', { metadata: { user_id: 'somebody-else' } })
    await stored(gateway, 2)
    const erase = ['bodies', 'erase', '--user', 'mallory', '--data-dir', directory]
    expect((await runCommand(directory, erase)).out).toBe('Erased what was kept of 1 call.\n')
    const listed = await runCommand(directory, ['bodies', 'list', '--data-dir', directory])
    expect(listed.out.trim().split('\n')).toHaveLength(1)
    expect(listed.out).toContain('(somebody-else)')
    const others = ['bodies', 'erase', '--all', '--data-dir', directory]
    expect((await runCommand(directory, others)).out).toBe('Erased what was kept of 1 call.\n')
    expect(traces()).not.toContain(canary)
    const audited = await runCommand(directory, ['audit', 'list', '--data-dir', directory])
    expect(audited.out).toContain('bodies.erase')
    expect(audited.out).toContain('user mallory')
    const nobody = await runCommand(directory, ['bodies', 'erase', '--data-dir', directory])
    expect([nobody.code, nobody.error]).toEqual([1, expect.stringContaining('Say whose bodies')])
  })
}, 30_000)

test('D8 the admin API erases what is kept of a user, of its own tenant where it has one', async () => {
  const keys = [
    '  - { name: root, secret: env:ROOT_KEY, scopes: [admin] }',
    '  - { name: acme, secret: env:ACME_KEY, tenant: acme, scopes: [admin, chat] }',
  ].join('\n')
  await withGateway('log: { bodies: { retention: 2d } }', async ({ directory, gateway, traces }) => {
    gateway.writeConfig(
      readFileSync(gateway.configPath, 'utf8').replace(
        'keys: [{ name: tests, secret: env:TEST_KEY }]',
        `keys:\n  - { name: tests, secret: env:TEST_KEY }\n${keys}`,
      ),
    )
    gateway.process.kill('SIGHUP')
    await gateway.logged((line) => line.event === 'config_reloaded')
    const ask = async (key: string, method: string, query = ''): Promise<unknown> => {
      const answer = await fetch(`${gateway.url}/admin/v1/bodies${query}`, {
        method,
        headers: { authorization: `Bearer ${key}` },
      })
      const body: unknown = await answer.json()
      return answer.ok ? body : [answer.status, answer.headers.get('x-sallyport-error')]
    }
    expect(await ask(rootKey, 'GET')).toMatchObject({ kept: true, sample: 1, retention_seconds: 172_800 })
    await call(gateway, 'chat')
    await call(gateway, 'messages', { metadata: { user_id: 'somebody-else' } })
    const refusals = [
      [rootKey, ''],
      [rootKey, '?user='],
      [rootKey, '?usr=mallory'],
      [rootKey, '?user=a&user=b'],
      [rootKey, '?user=mallory&all=true'],
      [rootKey, `?user=${'x'.repeat(300)}`],
    ] as const
    for (const [key, query] of refusals) {
      expect([query, await ask(key, 'DELETE', query)]).toEqual([query, [400, 'invalid_value']])
    }
    expect(await ask(testKey, 'DELETE', '?all=true')).toEqual([403, 'scope_not_allowed'])
    expect(await ask(acmeKey, 'DELETE', '?tenant=default')).toEqual([403, 'tenant_not_allowed'])
    expect(await ask(acmeKey, 'DELETE', '?all=true')).toEqual({ object: 'bodies.erased', erased: 0 })
    expect(await ask(acmeKey, 'DELETE', '?user=mallory')).toEqual({ object: 'bodies.erased', erased: 0 })
    const injected = encodeURIComponent("mallory' OR '1'='1")
    expect(await ask(rootKey, 'DELETE', `?user=${injected}`)).toEqual({ object: 'bodies.erased', erased: 0 })
    // Whether or not it was written by then.
    expect(await ask(rootKey, 'DELETE', '?user=mallory')).toEqual({ object: 'bodies.erased', erased: 1 })
    expect(await ask(rootKey, 'DELETE', '?all=true')).toEqual({ object: 'bodies.erased', erased: 1 })
    expect(traces()).not.toContain(canary)
    const audited = await runCommand(directory, ['audit', 'list', '--data-dir', directory])
    expect(audited.out).toContain('user mallory, tenant acme')
    expect(audited.out).toContain('config:root')
  })
}, 30_000)

test('D8 a prompt is kept up to a size, its secrets hidden also where it is cut', async () => {
  await withGateway('log: { bodies: { max: 1KB, mask: [keys] } }', async ({ directory, gateway }) => {
    const prompt = `${'ä'.repeat(495)} sk-proj-canary0123456789abcdef ${'z'.repeat(5_000)}`
    const callId = await call(gateway, 'chat', { messages: [{ role: 'user', content: prompt }] })
    expect(await gateway.stop()).toBe(0)
    const shown = await runCommand(directory, ['bodies', 'show', callId, '--data-dir', directory])
    const body: unknown = JSON.parse(shown.out)
    expect(at(body, 'prompt', 0, 'text')).toBe(`${'ä'.repeat(495)} [key]`)
    expect(at(body, 'cut')).toBe(true)
  })
}, 30_000)

test('D8 nothing is kept of a key that opts out, whatever is kept of others', async () => {
  await withGateway('log: { bodies: {} }', async ({ gateway, traces }) => {
    gateway.writeConfig(
      readFileSync(gateway.configPath, 'utf8').replace('env:TEST_KEY', 'env:TEST_KEY, keep_bodies: off'),
    )
    gateway.process.kill('SIGHUP')
    await gateway.logged((line) => line.event === 'config_reloaded')
    await call(gateway, 'chat')
    expect(await gateway.stop()).toBe(0)
    expect(traces()).not.toContain(canary)
  })
}, 30_000)
