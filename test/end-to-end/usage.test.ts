// What was used, wherever one may look, beside what the provider billed: the sums of operators and of keys, who may see
// which, and the files that are made of them.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { Database } from 'bun:sqlite'
import { join } from 'node:path'
import OpenAI from 'openai'
import { at, listAt, numberAt, parsed, textAt } from '../json-at.ts'
import { startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { startGateway } from './start-gateway.ts'
import type { RunningGateway } from './start-gateway.ts'

let simulator: Simulator
let gateway: RunningGateway

const names = ['ada', 'bob', 'eve', 'auditor', 'acme-admin'] as const
type Who = (typeof names)[number]
const keyFor = (name: Who): string => `test-key-of-usage-${name}`
const price = 'price: { input: 1, output: 10 }'

beforeAll(async () => {
  simulator = await startSimulator({ keys: 'any' })
  gateway = await startGateway({
    config: `
discover: off
server: { drain_delay: 0s }
providers: { sim: { type: openai-compatible, base_url: "${simulator.baseUrl}/v1", api_key: env:SIM_KEY, region: eu } }
models:
  ten: { deployments: [{ provider: sim, model: "tokens:10", ${price} }] }
  five: { deployments: [{ provider: sim, model: "tokens:5", ${price} }] }
  broken: { deployments: [{ provider: sim, model: "status:500", ${price} }, { provider: sim, model: "tokens:7", priority: 2, ${price} }] }
teams: { red: { tenant: acme }, blue: { tenant: beta } }
keys:
  - { name: ada, secret: env:KEY_ADA, team: red, user: ada }
  - { name: bob, secret: env:KEY_BOB, team: red, user: bob }
  - { name: eve, secret: env:KEY_EVE, team: blue, tags: [nightly] }
  - { name: auditor, secret: env:KEY_AUDITOR, scopes: ["admin:read"] }
  - { name: acme-admin, secret: env:KEY_ACME_ADMIN, tenant: acme, scopes: [admin] }
limits: { keys: { ada: { requests: 100/m } } }
budgets: { teams: { red: [{ dollars: 1, per: month }] } }
`,
    environment: Object.fromEntries(
      names.map((name) => [`KEY_${name.toUpperCase().replace('-', '_')}`, keyFor(name)]),
    ),
  })
  await ask('ada', 'ten', { 'x-sallyport-tags': 'blue,green' })
  await ask('ada', 'five')
  await ask('bob', 'ten')
  await ask('bob', 'broken')
  await ask('eve', 'five')
})

afterAll(async () => {
  await gateway.stop('SIGKILL')
  await simulator.stop()
})

async function ask(who: Who, model: string, headers: Record<string, string> = {}): Promise<void> {
  const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: keyFor(who), maxRetries: 0 })
  const messages = [{ role: 'user', content: 'one two three' } as const]
  await client.chat.completions.create({ model, messages }, { headers })
}

async function get(who: Who, path: string): Promise<{ readonly status: number; readonly body: unknown }> {
  const answer = await fetch(gateway.url + path, { headers: { authorization: `Bearer ${keyFor(who)}` } })
  return { status: answer.status, body: parsed(await answer.text()) }
}

async function sums(who: Who, query: string): Promise<readonly unknown[]> {
  const { status, body } = await get(who, `/admin/v1/spend?${query}`)
  expect([status, at(body, 'unshipped_attempts')]).toEqual([200, 0])
  return listAt(body, 'data')
}

async function file(who: Who, query: string): Promise<readonly string[]> {
  const answer = await fetch(`${gateway.url}/admin/v1/spend/export?${query}`, {
    headers: { authorization: `Bearer ${keyFor(who)}` },
  })
  expect(answer.status).toBe(200)
  return (await answer.text()).trimEnd().split(/\r?\n/)
}

describe('the sums of an operator', () => {
  test('are those of the provider, at once', async () => {
    const [all] = await sums('auditor', '')
    const billed = simulator.bill.filter(({ usageSent }) => usageSent !== null)
    const input = billed.reduce((sum, { inputTokens }) => sum + inputTokens, 0)
    const output = billed.reduce((sum, { outputTokens }) => sum + outputTokens, 0)
    expect(all).toMatchObject({
      calls: 5,
      attempts: simulator.bill.length,
      input_tokens: input,
      output_tokens: output,
      cost_nano_dollars: input * 1_000 + output * 10_000,
      unpriced_attempts: 0,
    })
  })

  test('go by teams, with their hours and days', async () => {
    const byTeam = await sums('auditor', 'by=team&interval=hour')
    expect(byTeam.map((row) => [at(row, 'team'), at(row, 'calls')])).toEqual([
      ['blue', 1],
      ['red', 4],
    ])
    expect(textAt(byTeam[0], 'start')).toEndWith(':00:00.000Z')
    const byDay = await sums('auditor', 'by=user,model&interval=day&team=red')
    expect(byDay.map((row) => [at(row, 'user'), at(row, 'model')])).toEqual([
      ['ada', 'five'],
      ['ada', 'ten'],
      ['bob', 'broken'],
      ['bob', 'ten'],
    ])
  })

  test('count a call with two tags for each of them', async () => {
    const byTag = await sums('auditor', 'by=tag')
    expect(byTag.map((row) => [at(row, 'tag'), at(row, 'calls')])).toEqual([
      [null, 3],
      ['blue', 1],
      ['green', 1],
      ['nightly', 1],
    ])
  })

  test('go by key with its name, by deployment, region and outcome', async () => {
    const byKey = await sums('auditor', 'by=key')
    expect(byKey.map((row) => [at(row, 'key'), at(row, 'key_name')])).toContainEqual(['config:ada', 'ada'])
    const places = await sums('auditor', 'by=deployment,region,outcome&model=broken')
    expect(
      places.map((row) => [at(row, 'deployment'), at(row, 'region'), at(row, 'outcome'), at(row, 'calls')]),
    ).toEqual([
      ['sim/status:500', 'eu', 'server_fault', 1],
      ['sim/tokens:7', 'eu', 'ok', 0],
    ])
  })

  test('come in pages that leave nothing out', async () => {
    const found: unknown[] = []
    for (let after = ''; ;) {
      const { body } = await get('auditor', `/admin/v1/spend?by=key,model&limit=2${after}`)
      found.push(...listAt(body, 'data'))
      if (at(body, 'has_more') !== true) break
      after = `&after=${textAt(body, 'last_id')}`
    }
    expect(found).toEqual([...(await sums('auditor', 'by=key,model'))])
    expect(found).toHaveLength(5)
  })

  test.each([
    ['by=colour', 'by'],
    ['by=team,team', 'by'],
    ['interval=minute', 'interval'],
    ['from=yesterday', 'from'],
    ['to=2026-02-31', 'to'],
    ['from=2026-11-02&to=2026-11-01', 'from'],
    ['limit=0', 'limit'],
    ['after=sum_bm90aGluZw', 'after'],
  ])('refuse %s', async (query, param) => {
    const { status, body } = await get('auditor', `/admin/v1/spend?${query}`)
    expect([status, at(body, 'error', 'code'), at(body, 'error', 'param')]).toEqual([
      400,
      'invalid_value',
      param,
    ])
  })

  test('are those of one tenant for who administers one', async () => {
    const [own] = await sums('acme-admin', '')
    expect(at(own, 'calls')).toBe(4)
    expect((await get('acme-admin', '/admin/v1/spend?tenant=beta')).status).toBe(403)
    expect((await get('acme-admin', '/admin/v1/spend/export?tenant=beta')).status).toBe(403)
    expect((await file('acme-admin', 'format=jsonl')).every((line) => !line.includes('"beta"'))).toBeTrue()
    expect((await get('ada', '/admin/v1/spend')).status).toBe(403)
  })
})

describe('a key', () => {
  test('sees what it has used, and what is left', async () => {
    const { body } = await get('ada', '/v1/usage')
    expect(body).toMatchObject({
      object: 'usage',
      of: 'key',
      total: { calls: 2, output_tokens: 15 },
      data: [
        { model: 'five', calls: 1 },
        { model: 'ten', calls: 1 },
      ],
      has_more: false,
      budgets: [{ level: 'team', name: 'red', unit: 'nano_dollars', period: 'month', amount: 1_000_000_000 }],
      limits: [{ level: 'key', name: 'ada', kind: 'requests', limit: 100, per_seconds: 60 }],
    })
    const [red] = await sums('auditor', 'by=team&team=red')
    expect(numberAt(body, 'budgets', 0, 'spent')).toBe(numberAt(red, 'charged_nano_dollars'))
    expect(numberAt(body, 'budgets', 0, 'remaining')).toBe(1e9 - numberAt(red, 'charged_nano_dollars'))
  })

  test('sees the sums of its team and of its user, and no names in them', async () => {
    const team = await get('ada', '/v1/usage?of=team')
    expect(numberAt(team.body, 'total', 'calls')).toBe(4)
    expect(numberAt((await get('ada', '/v1/usage?of=user&by=')).body, 'data', 0, 'calls')).toBe(2)
    expect((await get('ada', '/v1/usage?of=team&by=user')).status).toBe(400)
    expect((await get('eve', '/v1/usage?of=user')).status).toBe(400)
    expect((await get('eve', '/v1/usage?of=everybody')).status).toBe(400)
    // No way to ask for another key's.
    expect(numberAt((await get('eve', '/v1/usage?key=config:ada&team=red')).body, 'total', 'calls')).toBe(1)
  })
})

describe('an export', () => {
  test('has a line for every attempt', async () => {
    const [header = '', ...lines] = await file('auditor', 'format=csv')
    expect(header.split(',').slice(0, 8)).toEqual([
      'attempt',
      'call',
      'started_at',
      'key',
      'tenant',
      'team',
      'user',
      'request_user',
    ])
    expect(lines.map((line) => line.split(',')[0]).toSorted()).toEqual(
      simulator.bill.map(({ attemptId }) => attemptId).toSorted(),
    )
    const attempts = (await file('auditor', 'format=jsonl')).map((line) => parsed(line))
    expect(attempts).toHaveLength(lines.length)
    expect(at(attempts[0], 'tags')).toEqual(['blue', 'green'])
  })

  test('narrows as the sums do', async () => {
    expect(await file('auditor', 'format=jsonl&user=bob&outcome=ok')).toHaveLength(2)
    expect(await file('auditor', 'format=csv&to=2020-01-01')).toHaveLength(1)
    expect((await get('auditor', '/admin/v1/spend/export?format=xml')).status).toBe(400)
  })

  test('adds up to the same in FOCUS', async () => {
    const [header = '', ...lines] = await file('auditor', 'format=focus')
    const cost = header.split(',').indexOf('BilledCost')
    const billed = lines.reduce((sum, line) => sum + Number(line.split(',')[cost]), 0)
    const [all] = await sums('auditor', '')
    expect(Math.round(billed * 1e9)).toBe(numberAt(all, 'cost_nano_dollars'))
  })
})

test('what the database does not take is told, and is in the next answer', async () => {
  const database = new Database(join(gateway.dataDirectory, 'sallyport.db'))
  database.run('BEGIN IMMEDIATE')
  await ask('eve', 'ten')
  const { body } = await get('auditor', '/admin/v1/spend?team=blue')
  database.run('ROLLBACK')
  database.close()
  expect([at(body, 'unshipped_attempts'), at(body, 'data', 0, 'calls')]).toEqual([1, 1])
  const [then] = await sums('auditor', 'team=blue')
  expect(at(then, 'calls')).toBe(2)
}, 20_000)
