// Gateways that start before their database, and those that go on without it: what they know and what they say of it.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeSecret } from '../../src/keys/key-secret.ts'
import { randomBytes } from '../../src/platform/random.ts'
import { runCommand } from '../end-to-end/run-command.ts'
import { configFor, startGateway, testKey } from '../end-to-end/start-gateway.ts'
import type { RunningGateway } from '../end-to-end/start-gateway.ts'
import { hasPostgres, startPostgres } from '../servers/postgres.ts'
import type { OwnPostgres } from '../servers/postgres.ts'
import { startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { until } from '../until.ts'

let simulator: Simulator
let postgres: OwnPostgres
let folder: string

describe.skipIf(!hasPostgres)('a gateway whose database is away', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'late-'))
    simulator = await startSimulator({ keys: 'any', default: { answer: { tokens: 5 } } })
    postgres = await startPostgres()
  }, 20_000)

  afterAll(async () => {
    await postgres.remove()
    await simulator.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  test('answers declared keys, is ready when it has seen the others, and makes the tables then', async () => {
    const url = await postgres.newDatabase()
    await postgres.stop()
    const budgets = 'budgets: { keys: { "*": [{ tokens: 100000, per: day }] } }'
    await using gateway = await start('first', url, budgets)
    expect(await readiness(gateway)).toBe('503 starting')
    expect([await chat(gateway, testKey), await chat(gateway, unseen())]).toEqual([200, 503])
    await postgres.startAgain()
    await gateway.logged(({ event }) => event === 'keys_read_again')
    await gateway.logged(({ event }) => event === 'budgets_read')
    // What was used meanwhile is in the records by now, and counts once.
    const { total, budgets: over } = await usageOf(gateway)
    expect([total.calls, over[0]?.spent]).toEqual([1, total.input_tokens + total.output_tokens])
    expect(await readiness(gateway)).toBe('200 ready')
    expect([await chat(gateway, await newKey(url)), await chat(gateway, unseen())]).toEqual([200, 401])
    expect(eventsOf(gateway, 'keys_not_read')).toBe(1)
  }, 30_000)

  test('that has seen its keys starts with them, and knows of their revocation when it can', async () => {
    const url = await postgres.newDatabase()
    const key = await newKey(url)
    const before = await start('second', url)
    expect(await chat(before, key)).toBe(200)
    await before.stop()
    expect(statSync(join(folder, 'second', 'keys-of-fleet.json')).mode & 0o777).toBe(0o600)
    await postgres.stop()
    await using gateway = await start('second', url)
    expect(await readiness(gateway)).toBe('200 degraded')
    expect([await chat(gateway, key), await chat(gateway, unseen())]).toEqual([200, 503])
    await postgres.startAgain()
    await gateway.logged(({ event }) => event === 'keys_read_again')
    const revoked = await runCommand(folder, ['keys', 'revoke', key.slice(3, 11)], { DATABASE_URL: url })
    expect(revoked.code).toBe(0)
    await until(async () => (await chat(gateway, key)) === 401, 5_000)
  }, 30_000)

  test('with the keys of another database knows nobody', async () => {
    const [url, other] = [await postgres.newDatabase(), await postgres.newDatabase()]
    const key = await newKey(url)
    await (await start('third', url)).stop()
    await postgres.stop()
    await using gateway = await start('third', other)
    expect([await readiness(gateway), await chat(gateway, key)]).toEqual(['503 starting', 503])
    await postgres.startAgain()
  }, 30_000)
})

function start(name: string, url: string, more = ''): Promise<RunningGateway> {
  return startGateway({
    config: configFor(`${simulator.baseUrl}/v1`, `${more}\ndatabase: env:KEPT_IN`),
    dataDirectory: join(folder, name),
    environment: { KEPT_IN: url },
  })
}

function unseen(): string {
  return makeSecret(randomBytes).secret
}

async function newKey(url: string): Promise<string> {
  const { out } = await runCommand(folder, ['keys', 'create', '--name', 'ci'], { DATABASE_URL: url })
  return out.trim()
}

async function chat(gateway: RunningGateway, key: string): Promise<number> {
  const answer = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify({ model: 'sim/m', messages: [{ role: 'user', content: 'hello' }] }),
  })
  await answer.text()
  return answer.status
}

async function usageOf(gateway: RunningGateway) {
  const answer = await fetch(`${gateway.url}/v1/usage`, { headers: { authorization: `Bearer ${testKey}` } })
  type Sums = { calls: number; input_tokens: number; output_tokens: number }
  return (await answer.json()) as { total: Sums; budgets: readonly { spent: number }[] }
}

async function readiness(gateway: RunningGateway): Promise<string> {
  const answer = await fetch(`${gateway.url}/ready`)
  const { status } = (await answer.json()) as { status: string }
  return `${answer.status} ${status}`
}

function eventsOf(gateway: RunningGateway, name: string): number {
  return gateway.log.filter(({ event }) => event === name).length
}
