// Moving from SQLite into PostgreSQL: a gateway that starts there afterwards has everything that it had before.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Database } from 'bun:sqlite'
import { movedTables } from '../../src/adapters/postgres/take-over.ts'
import { hasPostgres, newPostgresDatabase, onDatabase } from '../servers/postgres.ts'
import { simulatorKey, startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { startReceiver } from '../webhooks/receiver.ts'
import type { Receiver } from '../webhooks/receiver.ts'
import { until } from '../until.ts'
import { runCommand } from './run-command.ts'
import type { Ran } from './run-command.ts'
import { startGateway, testKey } from './start-gateway.ts'
import type { RunningGateway } from './start-gateway.ts'

const canary = 'goldfinch-canary-7718'
const environment = {
  SIM_KEY: simulatorKey,
  SEAL: '7d1fTqWn8mXKQ0kkKf0m2bq1eJm0m3Zr6o3V0b8o3Hs=',
  HOOK: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
}

let provider: Simulator
let receiver: Receiver
let folder: string
let directory: string

function configWith(more = ''): string {
  return [
    'discover: off',
    'server: { drain_delay: 0s, drain_timeout: 20s }',
    `providers: { sim: { type: openai-compatible, base_url: "${provider.baseUrl}/v1", api_key: env:SIM_KEY } }`,
    'keys: [{ name: tests, secret: env:TEST_KEY, scopes: [admin, chat] }]',
    'log: { bodies: {} }',
    'encryption: { key: env:SEAL }',
    `webhooks: [{ name: ops, url: "${receiver.url}", insecure: on, secret: env:HOOK }]`,
    more,
    '',
  ].join('\n')
}

function start(more = '', url = ''): Promise<RunningGateway> {
  return startGateway({
    config: configWith(more),
    dataDirectory: directory,
    environment: { ...environment, NEW_HOME: url },
  })
}

/** With the config of before, or of after where there is an address. */
function command(words: readonly string[], url?: string): Promise<Ran> {
  const path = join(folder, 'c.yaml')
  writeFileSync(path, configWith(url === undefined ? '' : 'database: env:NEW_HOME'))
  return runCommand(folder, [...words, '--data-dir', directory, '--config', path], {
    ...environment,
    ...(url !== undefined && { NEW_HOME: url }),
  })
}

function migrate(url: string, to = 'env:NEW_HOME'): Promise<Ran> {
  return runCommand(folder, ['migrate', '--to', to, '--data-dir', directory], { NEW_HOME: url })
}

async function turn({ url }: RunningGateway, key: string, previous?: string): Promise<Response> {
  return await fetch(`${url}/v1/responses`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify({ model: 'sim/m', input: canary, previous_response_id: previous }),
  })
}

async function metric({ url }: RunningGateway, name: string): Promise<number> {
  const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${testKey}` } })
  return Number(new RegExp(`${name} (\\d+)`).exec(await answer.text())?.[1] ?? 0)
}

/** What is at home in the directory, by table, in the words of SQLite. */
function rowsInSqlite(): ReadonlyMap<string, readonly unknown[]> {
  const raw = new Database(join(directory, 'sallyport.db'), { readonly: true })
  try {
    return new Map(movedTables.map(({ name }) => [name, sorted(raw.query(`SELECT * FROM ${name}`).all())]))
  } finally {
    raw.close()
  }
}

async function rowsInPostgres(url: string): Promise<ReadonlyMap<string, readonly unknown[]>> {
  return await onDatabase(url, async (client) => {
    const rows = new Map<string, readonly unknown[]>()
    for (const { name } of movedTables) {
      const found = await client.query<Record<string, unknown>>({
        text: `SELECT * FROM sallyport.${name}`,
        types: { getTypeParser: (type) => ([20, 701].includes(type) ? Number : String) },
      })
      rows.set(name, sorted(found.rows))
    }
    return rows
  })
}

function sorted(rows: readonly unknown[]): readonly unknown[] {
  const texts = rows.map((row) =>
    JSON.stringify(
      Object.entries(row ?? {})
        .filter(([column]) => column !== 'place')
        .toSorted(([one], [two]) => (one < two ? -1 : 1)),
    ),
  )
  return texts.toSorted()
}

describe.skipIf(!hasPostgres)('a gateway whose records are moved', () => {
  let url: string
  let key: string
  let response: string
  let call: string
  let spentBefore: string
  let auditBefore: string

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'move-'))
    directory = join(folder, 'kept')
    receiver = await startReceiver()
    receiver.otherwise = { status: 503 }
    provider = await startSimulator()
    provider.setDefault({ answer: { text: `You said ${canary}.` } })
    url = await newPostgresDatabase()
    await using first = await start()
    const made = await command(['keys', 'create', '--name', 'ci', '--user', 'ann'])
    key = made.out.trim()
    expect((await command(['keys', 'pepper'])).code).toBe(0)
    const answer = await turn(first, key)
    call = answer.headers.get('x-request-id') ?? ''
    const { id } = (await answer.json()) as { readonly id: string }
    response = id
    expect((await turn(first, key)).status).toBe(200)
    await until(async () => (await metric(first, 'sallyport_responses_total\\{event="stored"\\}')) >= 2)
    await until(async () => (await metric(first, 'sallyport_bodies_total\\{event="stored"\\}')) >= 2)
    const tested = await fetch(`${first.url}/admin/v1/webhooks/endpoints/ops/test`, {
      method: 'POST',
      headers: { authorization: `Bearer ${testKey}` },
    })
    expect(tested.ok).toBe(true)
    expect((await migrate(url)).error).toContain('Stop it first, then move')
    expect(await first.stop()).toBe(0)
    // The next one is killed: what it has not shipped waits in the spool.
    await using second = await start()
    expect((await turn(second, key)).status).toBe(200)
    await second.stop('SIGKILL')
  }, 60_000)

  afterAll(async () => {
    await Promise.all([provider.stop(), receiver[Symbol.asyncDispose]()])
    rmSync(folder, { recursive: true, force: true })
  })

  test('has each row there that it had, and still has it where it was', async () => {
    const { code, out, error } = await migrate(url)
    expect([code, error]).toEqual([0, ''])
    expect(out).toMatch(/^table +rows$/m)
    expect(out).toMatch(/^keys +1$/m)
    expect(out).toContain('Write "database: env:NEW_HOME" into the config')
    const before = rowsInSqlite()
    const after = await rowsInPostgres(url)
    for (const { name } of movedTables) expect([name, after.get(name)]).toEqual([name, before.get(name)])
    const filled = [
      'keys',
      'audit',
      'attempts',
      'spend_sums',
      'responses',
      'response_items',
      'bodies',
      'encryption_keys',
      'webhook_events',
      'webhook_deliveries',
    ]
    for (const name of filled) expect([name, before.get(name)?.length]).not.toEqual([name, 0])
    expect(before.get('attempts')).toHaveLength(3)
    spentBefore = (await command(['usage', '--by', 'user,model', '--format', 'jsonl'])).out
    auditBefore = (await command(['audit', 'verify'])).out
    expect(spentBefore).toContain('ann')
  }, 20_000)

  test('has spent what it had spent, and a trail that is whole and goes on', async () => {
    expect((await command(['usage', '--by', 'user,model', '--format', 'jsonl'], url)).out).toBe(spentBefore)
    const verified = await command(['audit', 'verify'], url)
    expect([verified.code, verified.out]).toEqual([0, auditBefore])
    expect((await command(['audit', 'list'], url)).out).toContain('database.move')
  }, 20_000)

  test('knows its keys, goes on with its conversations, and shows what was said, sealed as it was', async () => {
    await using gateway = await start('database: env:NEW_HOME', url)
    const next = await turn(gateway, key, response)
    expect(next.status).toBe(200)
    expect(await next.json()).toMatchObject({ previous_response_id: response })
    expect((await turn(gateway, 'sp_unknown')).status).toBe(401)
    const read = await fetch(`${gateway.url}/v1/responses/${response}`, {
      headers: { authorization: `Bearer ${key}` },
    })
    expect([read.status, await read.text()]).toEqual([200, expect.stringContaining(canary)])
    const shown = await command(['bodies', 'show', call], url)
    expect(shown.out).toContain(canary)
    await onDatabase(url, async (client) => {
      const { rows } = await client.query('SELECT body FROM sallyport.responses')
      expect(JSON.stringify(rows)).not.toContain(canary)
    })
    expect((await command(['keys', 'create', '--name', 'later'], url)).code).toBe(0)
    expect((await command(['audit', 'verify'], url)).code).toBe(0)
    expect(await gateway.stop()).toBe(0)
  }, 20_000)

  test('is not moved into what is not empty, and it is said what to do', async () => {
    const { code, error } = await migrate(url)
    expect([code, error]).toEqual([
      1,
      expect.stringMatching(/is not empty: .*keys \(2\).*DROP SCHEMA sallyport/),
    ])
    expect(error).not.toMatch(/p(@|%40)ss-of-tests/)
    expect((await command(['audit', 'list'])).out.match(/database\.move/g)).toHaveLength(1)
  })
})

describe('a move that cannot be', () => {
  let place: string

  beforeAll(() => {
    place = mkdtempSync(join(tmpdir(), 'move-'))
  })
  afterAll(() => rmSync(place, { recursive: true, force: true }))

  const tried = (to: string, variables: Readonly<Record<string, string>> = {}): Promise<Ran> =>
    runCommand(place, ['migrate', '--to', to], variables)

  test.each([
    ['postgres://ann:hush@127.0.0.1:1/x', 'an address with a password is named here, never written'],
    ['sqlite', 'no address of PostgreSQL'],
    ['env:NOT_THERE', 'The variable NOT_THERE, which --to names, is not set'],
    ['env:OTHER', 'no address of PostgreSQL'],
    ['file:none.txt', 'The file none.txt, which --to names, does not exist'],
    ['postgres://ann@127.0.0.1:1/x', 'There is no SQLite database in .sallyport'],
  ])('is refused where --to is %s', async (to, words) => {
    const { code, error } = await tried(to, { OTHER: 'mysql://ann:hush@host/x' })
    expect([code, error]).toEqual([1, expect.stringContaining(words)])
    expect(error).not.toContain('hush')
    expect(existsSync(join(place, '.sallyport'))).toBe(false)
  })

  test('says that the database is away, and leaves no trace', async () => {
    expect((await runCommand(place, ['keys', 'create', '--name', 'ci'])).code).toBe(0)
    const { code, error } = await tried('env:AWAY', { AWAY: 'postgres://ann:hush@127.0.0.1:1/x' })
    expect([code, error]).toEqual([1, expect.stringContaining('The database 127.0.0.1:1/x cannot be used')])
    expect(error).not.toContain('hush')
    expect((await runCommand(place, ['audit', 'list'])).out).not.toContain('database.move')
  })
})
