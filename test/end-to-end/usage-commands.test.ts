// The commands about what was spent, on the data directory of a gateway that was killed, and what a gateway that starts on
// it knows of budgets.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Database } from 'bun:sqlite'
import { at, parsed } from '../json-at.ts'
import { startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { runCommand } from './run-command.ts'
import type { Ran } from './run-command.ts'
import { startGateway } from './start-gateway.ts'
import type { RunningGateway } from './start-gateway.ts'

/** Each command is a process of its own, and a test runs several. */
setDefaultTimeout(30_000)

let simulator: Simulator
let folder: string
/** Of the gateway that was killed. */
let billed: Simulator['bill']

const environment = { KEY_ADA: 'test-key-of-spend-ada', KEY_BOB: 'test-key-of-spend-bob' }
const today = new Date().toISOString().slice(0, 10)

/** Ten cents' worth of tokens for each call, and room for three of them. */
function config(): string {
  return `
discover: off
server: { drain_delay: 0s }
providers: { sim: { type: openai-compatible, base_url: "${simulator.baseUrl}/v1", api_key: env:SIM_KEY } }
models: { ten: { deployments: [{ provider: sim, model: "tokens:10", price: { input: 0, output: 10000 } }] } }
keys:
  - { name: ada, secret: env:KEY_ADA, team: red, user: u-ada, tenant: acme }
  - { name: bob, secret: env:KEY_BOB }
teams: { red: {} }
budgets:
  users: { u-ada: [{ dollars: 0.3, per: month }] }
  tags: { nightly: [{ dollars: 0.3, per: day }] }
`
}

async function ask({ url }: RunningGateway, who: keyof typeof environment, tags?: string): Promise<number> {
  const answer = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${environment[who]}`,
      ...(tags !== undefined && { 'x-sallyport-tags': tags }),
    },
    body: JSON.stringify({ model: 'ten', messages: [{ role: 'user', content: 'Hello' }], max_tokens: 10 }),
  })
  await answer.text()
  return answer.status
}

beforeAll(async () => {
  simulator = await startSimulator({ keys: 'any' })
  folder = mkdtempSync(join(tmpdir(), 'sallyport-spend-'))
  const first = await startGateway({
    config: config(),
    environment,
    dataDirectory: join(folder, '.sallyport'),
  })
  for (let call = 0; call < 2; call += 1) {
    expect([await ask(first, 'KEY_ADA'), await ask(first, 'KEY_BOB', 'nightly')]).toEqual([200, 200])
  }
  billed = [...simulator.bill]
  // What ended last has not been shipped.
  await first.stop('SIGKILL')
})

afterAll(async () => {
  await simulator.stop()
  rmSync(folder, { recursive: true, force: true })
})

function run(...words: readonly string[]): Promise<Ran> {
  return runCommand(folder, words)
}

describe('sallyport usage', () => {
  test('has what a killed gateway left, in a table', async () => {
    const { code, out } = await run('usage', '--by', 'team,user')
    expect([code, out.replaceAll(/ +/g, ' ')]).toEqual([
      0,
      expect.stringMatching(
        /^TEAM USER CALLS ATTEMPTS INPUT CACHED OUTPUT DOLLARS CHARGED\n- - 2 2 \d+ 0 20 0.2 0.2\nred u-ada 2 2 \d+ 0 20 0.2 0.2\ntotal 4 4 \d+ 0 40 0.4 0.4\n$/,
      ),
    ])
  })

  test('prints the same for programs', async () => {
    const { out } = await run(
      'usage',
      '--by',
      'key',
      '--interval',
      'day',
      '--format',
      'jsonl',
      '--only',
      'team=red',
    )
    expect(parsed(out)).toMatchObject({
      start: `${today}T00:00:00.000Z`,
      key: 'config:ada',
      key_name: 'ada',
      calls: 2,
    })
    const csv = (await run('usage', '--by', 'tag', '--format', 'csv')).out.split('\r\n')
    expect(csv[0]?.startsWith('tag,calls,attempts,')).toBeTrue()
    expect(csv.slice(1, 3).map((line) => line.split(',').slice(0, 2))).toEqual([
      ['', '2'],
      ['nightly', '2'],
    ])
    const attempts = (await run('usage', '--format', 'jsonl', '--attempts')).out.trimEnd().split('\n')
    expect(attempts.map((line) => at(parsed(line), 'attempt')).toSorted()).toEqual(
      billed.map(({ attemptId }) => attemptId).toSorted(),
    )
    expect((await run('usage', '--format', 'focus')).out).toContain('AI and Machine Learning')
  })

  test('says that nothing was used, and what it does not understand', async () => {
    expect(await run('usage', '--to', '2020-01-01')).toMatchObject({ code: 0, out: '' })
    expect((await run('usage', '--by', 'colour')).error).toContain('Invalid value for "by"')
    expect((await run('usage', '--only', 'team')).error).toContain('--only takes')
    expect((await run('usage', '--attempts')).code).toBe(1)
  })

  test('says how far it is while the database cannot be written to', async () => {
    const own = mkdtempSync(join(tmpdir(), 'sallyport-spend-busy-'))
    const dataDirectory = join(own, '.sallyport')
    await using gateway = await startGateway({ config: config(), environment, dataDirectory })
    const database = new Database(join(dataDirectory, 'sallyport.db'))
    database.run('BEGIN IMMEDIATE')
    expect(await ask(gateway, 'KEY_BOB')).toBe(200)
    const { out, error } = await runCommand(own, ['usage', '--format', 'jsonl'])
    expect([out, error]).toEqual(['', expect.stringContaining('1 of the attempts that have ended')])
    database.run('ROLLBACK')
    database.close()
    rmSync(own, { recursive: true, force: true })
  })
})

describe('sallyport reconcile', () => {
  const file = (name: string, text: string): string => {
    const path = join(folder, name)
    writeFileSync(path, text)
    return path
  }

  test('agrees with the bill of the provider', async () => {
    const input = billed.reduce((sum, { inputTokens }) => sum + inputTokens, 0)
    const startSeconds = Date.parse(today) / 1_000
    const results = [{ model: 'tokens:10', input_tokens: input, output_tokens: 40 }]
    const page = JSON.stringify({ data: [{ start_time: startSeconds, results }] })
    const { code, out, error } = await run('reconcile', file('agrees.json', page))
    expect([code, out, error]).toEqual([0, '', '2 sums compared; none differs by more than 1 %.\n'])
  })

  test('shows what differs, and ends with 1', async () => {
    const path = file('differs.csv', `Day,Model,Cost\n${today},tokens:10,0.41\n`)
    const columns = ['--columns', 'date=Day,model=Model,cost=Cost']
    const { code, out } = await run('reconcile', path, ...columns)
    expect([code, out.replaceAll(/ +/g, ' ')]).toEqual([
      1,
      `DAY MODEL WHAT RECORDED PROVIDER DIFFERENCE\n${today} tokens:10 dollars 0.4 0.41 -2.44%\n`,
    ])
    expect((await run('reconcile', path, ...columns, '--tolerance', '3')).code).toBe(0)
    const { out: json } = await run('reconcile', path, ...columns, '--json')
    expect(parsed(json)).toMatchObject({
      measure: 'nano_dollars',
      recorded: 4e8,
      provided: 4.1e8,
      too_large: true,
    })
  })

  test('says what is wrong with what it was given', async () => {
    expect((await run('reconcile', join(folder, 'nowhere.csv'))).error).toContain('nowhere.csv')
    expect((await run('reconcile', file('odd.csv', 'colour\nred\n'))).error).toContain('--columns')
    const old = file('old.csv', 'usage_date_utc,cost_usd\n2020-01-01,1\n')
    expect((await run('reconcile', old)).error).toContain('Nothing was recorded')
    expect((await run('reconcile', old, '--tolerance', 'much')).error).toContain('--tolerance')
  })
})

test('budgets of users and tags know what was spent before a process was killed', async () => {
  const dataDirectory = join(folder, '.sallyport')
  const second = await startGateway({ config: config(), environment, dataDirectory })
  const met = [await ask(second, 'KEY_ADA'), await ask(second, 'KEY_BOB', 'nightly')]
  await second.stop('SIGKILL')
  await using third = await startGateway({ config: config(), environment, dataDirectory })
  met.push(await ask(third, 'KEY_ADA'), await ask(third, 'KEY_BOB', 'nightly'), await ask(third, 'KEY_BOB'))
  expect(met).toEqual([200, 200, 429, 429, 200])
})
