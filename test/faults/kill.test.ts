// What a `kill -9` costs: nothing that the provider bills may be missing from our records, or stand there twice.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { Database } from 'bun:sqlite'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { configFor, startGateway } from '../end-to-end/start-gateway.ts'
import type { BillEntry } from '../simulator/bill.ts'
import { startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { openCall } from './open-call.ts'
import type { OpenCall } from './open-call.ts'

const killings = 20
const streamsEach = 50

const kinds = [
  'tokens:4',
  'tokens:300+gap:1',
  'tokens:20000+packet:20+gap:1',
  'head-delay:60000',
  'tokens:30+gap:20',
]
/** Nano-dollars a token. */
const rates = { input: 3_000, output: 15_000 }

interface Row {
  readonly attempt_id: string
  readonly outcome: string
  readonly usage_source: string
  readonly input_tokens: number
  readonly output_tokens: number
  readonly cost_nano_dollars: number | null
  readonly charged_nano_dollars: number | null
  readonly price_version: string
}

const folder = mkdtempSync(join(tmpdir(), 'sallyport-kill-'))
const dataDirectory = join(folder, 'data')
const bill = new Map<string, BillEntry>()
const rows = new Map<string, Row>()
let simulator: Simulator
let billLines = 0
let rowLines = 0
let keptPrices: readonly string[] = []

beforeAll(async () => {
  simulator = await startSimulator({ keys: 'any' })
  for (let round = 0; round < killings; round += 1) await killUnderLoad(round)
  await using last = await startGateway({ config: pricedConfig(), dataDirectory })
  expect(await last.stop()).toBe(0)
  const database = new Database(join(dataDirectory, 'sallyport.db'), { readonly: true })
  const found = database.query<Row, []>('SELECT * FROM attempts').all()
  keptPrices = database
    .query<{ id: string }, []>('SELECT id FROM price_versions')
    .all()
    .map(({ id }) => id)
  database.close()
  rowLines = found.length
  for (const row of found) rows.set(row.attempt_id, row)
  billLines = simulator.bill.length
  for (const entry of simulator.bill) bill.set(entry.attemptId, entry)
}, 90_000)

afterAll(async () => {
  await simulator.stop()
  rmSync(folder, { recursive: true, force: true })
})

test('every attempt that the provider bills is in the records once', () => {
  expect(bill.size).toBe(billLines)
  expect(rows.size).toBe(rowLines)
  expect([...bill.keys()].filter((id) => !rows.has(id))).toEqual([])
  // Both kinds of end have to occur, or the test has shown nothing.
  const outcomes = Object.groupBy(rows.values(), ({ outcome }) => outcome)
  expect(Object.keys(outcomes).sort()).toEqual(['crashed', 'ok'])
  expect(outcomes['crashed']?.length).toBeGreaterThan(killings * 10)
  expect(outcomes['ok']?.length).toBeGreaterThan(killings * 2)
})

test('a record that the provider does not bill is of an attempt that died before it was sent', () => {
  const unbilled = [...rows.values()].filter((row) => !bill.has(row.attempt_id))
  expect(unbilled.filter(({ outcome }) => outcome !== 'crashed')).toEqual([])
})

test('what was counted to the end is what the provider counted', () => {
  for (const row of rows.values()) {
    if (row.usage_source !== 'final') continue
    const entry = bill.get(row.attempt_id)
    expect([row.input_tokens, row.output_tokens]).toEqual([
      Number(entry?.inputTokens),
      Number(entry?.outputTokens),
    ])
  }
})

test('every record has its cost, by a price that was kept before it; and no client pays an estimate', () => {
  for (const row of rows.values()) {
    const { input_tokens: input, output_tokens: output, outcome } = row
    expect(keptPrices).toContain(row.price_version)
    expect(Number(row.cost_nano_dollars)).toBe(input * rates.input + output * rates.output)
    expect(row.charged_nano_dollars).toBe(outcome === 'crashed' ? 0 : row.cost_nano_dollars)
  }
  expect([...rows.values()].every(({ cost_nano_dollars: cost }) => Number(cost) > 0)).toBeTrue()
  expect(keptPrices.length).toBe(1)
})

test('a record of a killed process never holds more output than was written', () => {
  const crashed = [...rows.values()].filter(({ outcome }) => outcome === 'crashed')
  const tooMany = crashed.filter((row) => row.output_tokens > (bill.get(row.attempt_id)?.outputTokens ?? 0))
  expect(tooMany).toEqual([])
  // Long streams leave marks, so a kill does not lose what went by before it.
  expect(crashed.some(({ output_tokens: tokens }) => tokens > 0)).toBe(true)
})

/** Every kind of model costs the same. */
function pricedConfig(): string {
  const deployments = kinds.map(
    (kind, index) =>
      `  m${index}: { deployments: [{ provider: sim, model: "${kind}", price: { input: 3, output: 15 } }] }`,
  )
  return configFor(`${simulator.baseUrl}/v1`, ['models:', ...deployments].join('\n'))
}

/** Kills at another moment each time: from the first request to the middle of everything. */
async function killUnderLoad(round: number): Promise<void> {
  await using gateway = await startGateway({ config: pricedConfig(), dataDirectory })
  const before = simulator.bill.length
  const opening = Array.from({ length: streamsEach }, (_, index) =>
    openCall(gateway.url, { model: modelOf(index), prompt: `round ${round} call ${index}` }),
  )
  await simulator.waitForRequests(before + 1 + ((round * 7) % streamsEach))
  if (round % 4 !== 0) await firstOnesEnd(await Promise.all(opening), round)
  await gateway.stop('SIGKILL')
  const calls = await Promise.all(opening.map((call) => call.catch(() => undefined)))
  await Promise.all(calls.map(async (call) => await call?.ended))
  const opened = simulator.bill.slice(before)
  await Promise.all(opened.map(({ attemptId }) => simulator.waitForEnd(attemptId)))
}

function modelOf(index: number): string {
  return `sim/${kinds[index % kinds.length]}`
}

async function firstOnesEnd(calls: readonly OpenCall[], round: number): Promise<void> {
  const short = calls.filter((_, index) => index % 5 === 0)
  await Promise.all(short.slice(0, 1 + (round % short.length)).map(({ ended }) => ended))
}
