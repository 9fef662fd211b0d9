// Two gateways on one PostgreSQL and one Redis, as behind a balancer: what is limited, spent, made, revoked, told and kept is
// one thing, whichever of them is asked, and whatever becomes of one of them.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { postgresMigrations } from '../../src/adapters/postgres/migrations.ts'
import { isTogether, makeKey, readinessOf, statusFor } from '../fleet-gateway.ts'
import { at, listAt } from '../json-at.ts'
import { startChaosProxy } from '../servers/chaos-proxy.ts'
import { hasPostgres, newPostgresDatabase, onDatabase } from '../servers/postgres.ts'
import { hasOwnRedis } from '../servers/redis.ts'
import { until } from '../until.ts'
import { verified } from '../webhooks/standard-webhooks.ts'
import { ask, get, keyOfReplicas, openReplicaWorld, post, webhookSecret } from './replica-world.ts'
import type { Answered, Name, ReplicaWorld } from './replica-world.ts'
import type { RunningGateway } from './start-gateway.ts'

/** The environment of a gateway of another version. */
const newVersion = { BUN_OPTIONS: `--preload=${new URL('./next-version.ts', import.meta.url).pathname}` }
const tokensOfDollar = 10_000

let world: ReplicaWorld
let folder: string
let one: RunningGateway
let other: RunningGateway

/** Eight at a time ask these gateways in turn, until nobody has been let in for a while; what was let in, and how long it took. */
async function exhaust(gateways: readonly RunningGateway[], name: Name, model: string) {
  const startMs = performance.now()
  const granted: Answered[] = []
  const course = { asked: 0, refusedInRow: 0 }
  const caller = async (): Promise<void> => {
    while (course.refusedInRow < 24) {
      const gateway = gateways[course.asked++ % gateways.length]
      if (gateway === undefined) return
      const answer = await ask(gateway, name, model)
      if (answer.status === 200) granted.push(answer)
      else expect(answer.status).toBe(429)
      course.refusedInRow = answer.status === 200 ? 0 : course.refusedInRow + 1
    }
  }
  await Promise.all(Array.from({ length: 8 }, caller))
  return { granted, seconds: (performance.now() - startMs) / 1_000 }
}

async function revoke(gateway: RunningGateway, id: string): Promise<void> {
  const headers = { authorization: `Bearer ${keyOfReplicas('owner')}` }
  const answer = await fetch(`${gateway.url}/admin/v1/keys/${id}`, { method: 'DELETE', headers })
  expect(answer.status).toBe(200)
}

/** How long a key that was revoked at one gateway still opens the other. */
async function opensForMs(id: string, secret: string): Promise<number> {
  await revoke(one, id)
  const revokedMs = performance.now()
  await until(async () => (await statusFor(other, secret)) === 401)
  return performance.now() - revokedMs
}

function eventsOf(type: string): readonly Record<string, unknown>[] {
  return world.receiver.received
    .map((delivery) => verified(delivery, webhookSecret, Date.now()))
    .filter((event) => event['type'] === type)
}

async function inDatabase<Row extends object>(text: string, ...values: unknown[]): Promise<readonly Row[]> {
  const { rows } = await onDatabase(world.databaseUrl, (client) => client.query<Row>(text, values))
  return rows
}

describe.skipIf(!hasPostgres || !hasOwnRedis)('two gateways on one PostgreSQL and one Redis', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'replicas-'))
    world = await openReplicaWorld()
    ;[one, other] = await Promise.all([world.start(), world.start()])
    for (const gateway of [one, other]) await until(() => isTogether(gateway))
  }, 30_000)

  afterAll(async () => {
    await Promise.all([one.stop('SIGKILL'), other.stop('SIGKILL')])
    await world[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true, force: true })
  })

  test('make the tables once when both start on an empty database', async () => {
    const done = await inDatabase<{ name: string }>('SELECT name FROM sallyport.migrations ORDER BY name')
    expect(done.map(({ name }) => name)).toEqual(postgresMigrations.map(({ name }) => name))
    const logs = [one, other].flatMap(({ log }) => log.filter(({ event }) => event === 'database_migrated'))
    expect(logs).toHaveLength(1)
  })

  test('let through a hundred requests a minute together, and what comes in again meanwhile', async () => {
    const { granted, seconds } = await exhaust([one, other], 'requests', 'hundred')
    expect(granted.length).toBeWithin(100, 100 + Math.ceil((seconds * 100) / 60) + 1)
  })

  test('let through ten thousand tokens a minute together, but for one call', async () => {
    const { granted, seconds } = await exhaust([one, other], 'tokens', 'counted')
    const tokens = granted.reduce((sum, answer) => sum + answer.tokens, 0)
    expect(tokens).toBeLessThanOrEqual(10_000 + Math.ceil((seconds * 10_000) / 60) + 130)
    expect(tokens).toBeGreaterThan(10_000 - 130)
  })

  test('spend a dollar once when one of them is killed in the middle, and record all of it', async () => {
    const dataDirectory = join(folder, 'killed')
    const third = await world.start({ dataDirectory })
    const open = Array.from({ length: 10 }, () =>
      ask(third, 'money', 'spent', { stream: true }).catch(() => undefined),
    )
    const crowd = exhaustUntilKilled(third)
    await until(() => spentTokens() > tokensOfDollar / 2)
    await third.stop('SIGKILL')
    await Promise.all([...open, crowd])
    await exhaust([one, other], 'money', 'spent')
    await until(() => billed().every(({ finish }) => finish !== 'open'))
    // Every call says how much it may cost at most, so nothing is added to what they hold.
    expect(spentTokens()).toBeLessThanOrEqual(tokensOfDollar)
    // What the killed one held, and its slice of a twentieth, counts as spent for as long as nobody knows better.
    expect(spentTokens()).toBeGreaterThan(tokensOfDollar * 0.6)
    // Its records come from its directory when it starts again.
    const again = await world.start({ dataDirectory })
    expect(await again.stop()).toBe(0)
    const ids = new Set(billed().map(({ attemptId }) => attemptId))
    const recorded = async (): Promise<number> => {
      const rows = await inDatabase<{ attempt_id: string }>('SELECT attempt_id FROM sallyport.attempts')
      return rows.filter(({ attempt_id: id }) => ids.has(id)).length
    }
    await until(async () => (await recorded()) === ids.size)
  }, 30_000)

  test('know at once of a key that is made at one, and within a second of its end', async () => {
    const { id, secret } = await makeKey(one, { owner: keyOfReplicas('owner'), name: 'short' })
    expect(await statusFor(other, secret)).toBe(200)
    expect(await opensForMs(id, secret)).toBeLessThan(1_000)
  })

  test('both say what both have spent', async () => {
    for (const gateway of [one, other, one, other, one]) {
      expect((await ask(gateway, 'owner', 'summed')).status).toBe(200)
    }
    const path = '/admin/v1/spend?by=model&model=summed'
    const sumsAt = async (gateway: RunningGateway): Promise<unknown> =>
      listAt(await get(gateway, path), 'data')[0]
    for (const gateway of [one, other]) {
      await until(async () => at(await sumsAt(gateway), 'calls') === 5)
      expect(await sumsAt(gateway)).toMatchObject({ output_tokens: 50, charged_nano_dollars: 5_000_000 })
    }
  })

  test('go on with what the other has kept', async () => {
    const made = await post(one, keyOfReplicas('owner'), '/v1/responses', {
      model: 'summed',
      input: 'I am Ann',
    })
    const id = String(at(await made.json(), 'id'))
    await until(async () => (await statusOf(other, `/v1/responses/${id}`)) === 200)
    expect(at(await get(other, `/v1/responses/${id}`), 'id')).toBe(id)
  })

  test('tell once of a budget of both, and at least once when who tells it is killed', async () => {
    world.receiver.answers.push('never')
    const before = world.receiver.received.length
    const teller = await world.start()
    await ask(teller, 'told', 'hundred', { max_tokens: 100 })
    expect((await ask(teller, 'told', 'hundred', { max_tokens: 100 })).status).toBe(429)
    await until(() => world.receiver.received.length > before)
    await teller.stop('SIGKILL')
    // Whoever starts on this machine sees that the one that was sending is gone.
    const next = await world.start()
    const told = (type: string): readonly unknown[] =>
      eventsOf(type).filter((event) => at(event, 'data', 'name') === 'told')
    await until(() => told('budget.alert').length > 0 && told('budget.exhausted').length > 0)
    // Who is refused at another gateway is told of no second time; what comes after it has come.
    expect((await ask(other, 'told', 'hundred', { max_tokens: 100 })).status).toBe(429)
    await other.logged(({ event, name }) => event === 'budget_exhausted' && name === 'told')
    await post(other, keyOfReplicas('owner'), '/admin/v1/webhooks/endpoints/ops/test', {})
    await until(() => eventsOf('webhook.test').length > 0)
    for (const type of ['budget.alert', 'budget.exhausted']) {
      expect([type, new Set(told(type).map((event) => at(event, 'id'))).size]).toEqual([type, 1])
    }
    await next.stop()
  }, 30_000)

  test('of an old and a new version serve side by side, while the new one brings the tables further', async () => {
    const newer = await world.start({ environment: newVersion })
    expect(newer.log.some(({ event }) => event === 'database_migrated')).toBe(true)
    const { secret } = await makeKey(one, { owner: keyOfReplicas('owner'), name: 'of-old' })
    const made = await makeKey(newer, { owner: keyOfReplicas('owner'), name: 'of-new' })
    const older = await world.start()
    expect(older.log.some(({ event }) => event === 'database_newer')).toBe(true)
    for (const gateway of [one, other, older, newer]) {
      expect([await statusFor(gateway, secret), await statusFor(gateway, made.secret)]).toEqual([200, 200])
      expect((await ask(gateway, 'owner', 'summed')).status).toBe(200)
      expect(await readinessOf(gateway)).toBe('200 ready')
    }
    const path = '/admin/v1/spend?by=model&model=summed'
    for (const gateway of [one, newer]) {
      await until(async () => at(listAt(await get(gateway, path), 'data')[0], 'calls') === 10)
    }
    expect([await older.stop(), await newer.stop()]).toEqual([0, 0])
  }, 30_000)

  test('of a version whose tables are one step behind go on when they are brought up to date', async () => {
    const url = await newPostgresDatabase()
    const older = await world.start({ environment: { ...newVersion, VERSION: 'before', DATABASE_URL: url } })
    const now = await world.start({ environment: { DATABASE_URL: url } })
    expect(now.log.some(({ event }) => event === 'database_migrated')).toBe(true)
    const { secret } = await makeKey(older, { owner: keyOfReplicas('owner'), name: 'of-old' })
    for (const gateway of [older, now]) {
      expect(await statusFor(gateway, secret)).toBe(200)
      expect((await ask(gateway, 'owner', 'summed')).status).toBe(200)
    }
    expect([await older.stop(), await now.stop()]).toEqual([0, 0])
  }, 30_000)

  test('hear of the end of a key from each other where one of them cannot reach the database', async () => {
    const port = Number(new URL(world.databaseUrl).port)
    await using proxy = await startChaosProxy(port)
    const byProxy = Object.assign(new URL(world.databaseUrl), { port: String(proxy.port) }).href
    await using cut = await world.start({ environment: { DATABASE_URL: byProxy } })
    const { id, secret } = await makeKey(one, { owner: keyOfReplicas('owner'), name: 'short' })
    expect(await statusFor(cut, secret)).toBe(200)
    proxy.turn('silent')
    await cut.logged(({ event }) => event === 'keys_not_read')
    await revoke(one, id)
    await until(async () => (await statusFor(cut, secret)) === 401, 5_000)
  }, 20_000)

  test('know within five seconds of the end of a key when Redis is gone', async () => {
    const { id, secret } = await makeKey(one, { owner: keyOfReplicas('owner'), name: 'short' })
    expect(await statusFor(other, secret)).toBe(200)
    world.redis.process?.kill('SIGKILL')
    await other.logged(({ event }) => event === 'limits_local')
    expect(await opensForMs(id, secret)).toBeLessThan(5_000)
    expect(await readinessOf(other)).toBe('200 degraded')
    await world.redis.restart()
  }, 20_000)
})

async function statusOf(gateway: RunningGateway, path: string): Promise<number> {
  const answer = await fetch(gateway.url + path, {
    headers: { authorization: `Bearer ${keyOfReplicas('owner')}` },
  })
  await answer.arrayBuffer()
  return answer.status
}

/** What the provider has billed of the model that has a budget. */
function billed() {
  return world.simulator.bill.filter((entry) => entry.model === 'tokens:102+gap:2')
}

function spentTokens(): number {
  return billed().reduce((sum, { outputTokens }) => sum + outputTokens, 0)
}

/** Asks all three for as long as the third is there. */
async function exhaustUntilKilled(third: RunningGateway): Promise<void> {
  const gateways = [one, other, third]
  const caller = async (index: number): Promise<void> => {
    for (
      let asked = index;
      third.process.exitCode === null && third.process.signalCode === null;
      asked += 1
    ) {
      const gateway = gateways[asked % 3] ?? one
      await ask(gateway, 'money', 'spent').catch(() => undefined)
    }
  }
  await Promise.all(Array.from({ length: 6 }, (_, index) => caller(index)))
}
