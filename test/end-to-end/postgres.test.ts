// Two gateways on one PostgreSQL database, each with a data directory of its own: what one is told or keeps, the other has.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { at, listAt } from '../json-at.ts'
import { hasPostgres, newPostgresDatabase, onDatabase } from '../servers/postgres.ts'
import { simulatorKey, startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { until } from '../until.ts'
import { runCommand } from './run-command.ts'
import type { Ran } from './run-command.ts'
import { startGateway, testKey } from './start-gateway.ts'
import type { RunningGateway } from './start-gateway.ts'

let simulator: Simulator
let url: string
let folder: string
let one: RunningGateway
let other: RunningGateway

function start(config: string, environment: Readonly<Record<string, string>>): Promise<RunningGateway> {
  const text = [
    'discover: off',
    'server: { drain_delay: 0s }',
    `providers: { sim: { type: openai, base_url: "${simulator.baseUrl}/v1", api_key: env:SIM_KEY } }`,
    'models: { fast: { deployments: [{ provider: sim, model: "tokens:5" }] } }',
    'keys: [{ name: tests, secret: env:TEST_KEY, scopes: [admin, chat, calls] }]',
    config,
    '',
  ].join('\n')
  return startGateway({ config: text, environment: { SIM_KEY: simulatorKey, ...environment } })
}

/** A command as on a third machine. */
function command(...words: string[]): Promise<Ran> {
  return runCommand(folder, words, { DATABASE_URL: url })
}

function post(gateway: RunningGateway, path: string, body: object, key = testKey): Promise<Response> {
  return fetch(gateway.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify(body),
  })
}

async function get(gateway: RunningGateway, path: string, key = testKey): Promise<unknown> {
  const answer = await fetch(gateway.url + path, { headers: { authorization: `Bearer ${key}` } })
  return { status: answer.status, body: await answer.json() }
}

async function chat(gateway: RunningGateway, key: string): Promise<Response> {
  const answer = await post(gateway, '/v1/chat/completions', chatOf('hello'), key)
  await answer.text()
  return answer
}

function chatOf(content: string): object {
  return { model: 'fast', messages: [{ role: 'user', content }] }
}

async function newKey(...words: string[]): Promise<string> {
  const { code, out, error } = await command('keys', 'create', '--name', 'ci', ...words)
  if (code !== 0) throw new Error(error)
  return out.trim()
}

const idOf = (key: string): string => key.slice(3, 11)

describe.skipIf(!hasPostgres)('two gateways on one PostgreSQL', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'command-'))
    simulator = await startSimulator({ default: { answer: { tokens: 5 } } })
    url = await newPostgresDatabase()
    // Both at once, on a database without tables.
    ;[one, other] = await Promise.all([
      start('database: env:KEPT_IN', { KEPT_IN: url }),
      start('', { DATABASE_URL: url }),
    ])
  }, 30_000)

  afterAll(async () => {
    await Promise.all([one.stop(), other.stop(), simulator.stop()])
    rmSync(folder, { recursive: true, force: true })
  })

  test('know a key that a command makes at once, and know it no more when it is revoked', async () => {
    const key = await newKey()
    expect([(await chat(one, key)).status, (await chat(other, key)).status]).toEqual([200, 200])
    expect((await command('keys', 'list')).out).toContain(idOf(key))
    expect((await command('keys', 'revoke', idOf(key))).code).toBe(0)
    await until(async () => (await chat(one, key)).status === 401, 5_000)
    await until(async () => (await chat(other, key)).status === 401, 5_000)
  })

  test('go on to know their keys when the pepper is changed, and bring them under the new one', async () => {
    const key = await newKey()
    expect((await chat(one, key)).status).toBe(200)
    const changed = await command('keys', 'pepper', '--force')
    expect([changed.code, changed.error]).toEqual([0, ''])
    const made = await newKey()
    for (const gateway of [one, other]) {
      expect([(await chat(gateway, made)).status, (await chat(gateway, key)).status]).toEqual([200, 200])
    }
  })

  test('have their records in one table, which each reads', async () => {
    const answer = await chat(one, testKey)
    const id = answer.headers.get('x-request-id') ?? ''
    const found = async (): Promise<unknown> => get(other, `/v1/calls/${id}`)
    await until(async () => at(await found(), 'status') === 200, 5_000)
    expect(await found()).toMatchObject({ body: { attempts: [{ outcome: 'ok' }] } })
  })

  test('go on with each other’s conversations', async () => {
    const first = await post(one, '/v1/responses', { model: 'fast', input: 'I am Ann' })
    const id = String(at(await first.json(), 'id'))
    await until(async () => at(await get(other, `/v1/responses/${id}`), 'status') === 200, 5_000)
    const next = await post(other, '/v1/responses', {
      model: 'fast',
      input: 'Who am I?',
      previous_response_id: id,
    })
    expect(next.status).toBe(200)
    expect(at(await next.json(), 'previous_response_id')).toBe(id)
  })

  test('write one audit trail, whoever does something', async () => {
    const make = (gateway: RunningGateway): Promise<Response> =>
      post(gateway, '/admin/v1/keys', { name: 'by-api' })
    const made = await Promise.all([make(one), make(other), make(one), make(other), newKey()])
    expect(made.map((answer) => (typeof answer === 'string' ? 'made' : answer.status))).toEqual([
      201,
      201,
      201,
      201,
      'made',
    ])
    const { code, out } = await command('audit', 'verify')
    expect([code, out]).toEqual([0, expect.stringContaining('is whole')])
    const listed = at(await get(other, '/admin/v1/audit'), 'body')
    expect(listAt(listed, 'data').length).toBeGreaterThanOrEqual(5)
  })

  test('keep nothing of it in their own directories but a copy of the keys, and say their address nowhere', async () => {
    for (const gateway of [one, other]) {
      expect(existsSync(join(gateway.dataDirectory, 'sallyport.db'))).toBe(false)
      expect(existsSync(join(gateway.dataDirectory, 'keys-of-fleet.json'))).toBe(true)
      const listening = gateway.log.find(({ event }) => event === 'listening')
      expect(listening?.['database']).toMatch(/^127\.0\.0\.1:\d+\/test_/)
      expect(JSON.stringify(gateway.log)).not.toMatch(/p(@|%40)ss-of-tests/)
    }
  })

  test('are not backed up by us, and it is said by what', async () => {
    const { code, error } = await command('backup', 'copy.db')
    expect([code, error]).toEqual([1, expect.stringContaining('pg_dump')])
  })

  test('leave with every record in the database', async () => {
    const gateway = await start('database: env:KEPT_IN', { KEPT_IN: url })
    const ids = await Promise.all(
      Array.from({ length: 20 }, async () => (await chat(gateway, testKey)).headers.get('x-request-id')),
    )
    expect(await gateway.stop()).toBe(0)
    const { rows } = await onDatabase(url, (client) =>
      client.query('SELECT count(*)::int AS count FROM sallyport.attempts WHERE call_id = ANY ($1)', [ids]),
    )
    expect(rows).toEqual([{ count: 20 }])
  })
})

describe('a database that cannot be one', () => {
  test('is named in words, without what its address holds', async () => {
    folder = mkdtempSync(join(tmpdir(), 'command-'))
    const wrong = { DATABASE_URL: 'postgres://ann:se%cret@127.0.0.1:1/x?sslmode=maybe' }
    const { code, error } = await runCommand(folder, ['keys', 'list'], wrong)
    expect([code, error]).toEqual([1, expect.stringContaining('write %25')])
    const mode = { DATABASE_URL: 'postgres://ann:secret@127.0.0.1:1/x?sslmode=maybe' }
    expect((await runCommand(folder, ['keys', 'list'], mode)).error).toContain('write sslmode=disable')
    const away = { DATABASE_URL: 'postgres://ann:secret@127.0.0.1:1/x' }
    const { error: said } = await runCommand(folder, ['keys', 'list'], away)
    expect(said).toContain('The database 127.0.0.1:1/x cannot be used:')
    expect(said).not.toContain('secret')
    rmSync(folder, { recursive: true, force: true })
  })
})
