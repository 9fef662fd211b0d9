// F-02: `kill -9` again and again while streams are open, each time at another moment: from the first request to the middle
// of everything. Nothing that the provider bills may be missing from the records, or stand there twice.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { configFor, startGateway } from '../../end-to-end/start-gateway.ts'
import type { BillEntry } from '../../simulator/bill.ts'
import { startSimulator } from '../../simulator/start-simulator.ts'
import type { Simulator } from '../../simulator/start-simulator.ts'
import { recordsOf } from '../check-ledger.ts'
import type { Row as CountedRow } from '../check-ledger.ts'
import { atLeast, atMost, none } from '../figure.ts'
import type { Figure } from '../figure.ts'
import { keptPrices } from '../kept-prices.ts'
import { openCall } from '../open-call.ts'
import type { OpenCall } from '../open-call.ts'
import type { Form, Run, Scenario } from '../scenario.ts'

const killings: Readonly<Record<Form, number>> = { full: 100, short: 20 }
const streamsEach = 50
/** From the start of the process, that reads what its forerunner left behind, to its first answer. */
const recoveryMsMax: Readonly<Record<Form, number>> = { full: 3_000, short: 6_000 }

export const killedProcess: Scenario = {
  id: 'F-02',
  title: 'the process is killed again and again under open streams',
  secondsMax: { full: 300, short: 55 },
  run: killAgainAndAgain,
}

const kinds = [
  'tokens:4',
  'tokens:300+gap:1',
  'tokens:20000+packet:20+gap:1',
  'head-delay:60000',
  'tokens:30+gap:20',
]
/** Nano-dollars a token. */
const rates = { input: 3_000, output: 15_000 }

interface Row extends CountedRow {
  readonly cost_nano_dollars: number | null
  readonly charged_nano_dollars: number | null
  readonly price_version: string
}

interface Place {
  readonly dataDirectory: string
  readonly simulator: Simulator
}

async function killAgainAndAgain({ form, say }: Run): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-kill-'))
  const place = { dataDirectory: join(folder, 'data'), simulator: await startSimulator({ keys: 'any' }) }
  try {
    const recoveries: number[] = []
    for (let round = 0; round < killings[form]; round += 1) recoveries.push(await killUnderLoad(place, round))
    await using last = await startGateway({ config: pricedConfig(place), dataDirectory: place.dataDirectory })
    const rows = (await recordsOf(last)) as readonly Row[]
    return [
      atMost('start to first answer', Math.max(...recoveries), recoveryMsMax[form], 'ms'),
      ...figuresOf(rows, { ...place, kills: killings[form], say }),
    ]
  } finally {
    await place.simulator.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Judging extends Place {
  readonly kills: number
  say(line: string): void
}

function figuresOf(
  rows: readonly Row[],
  { dataDirectory, simulator, kills, say }: Judging,
): readonly Figure[] {
  const { bill } = simulator
  const byId = new Map(rows.map((row) => [row.attempt_id, row]))
  const entries = new Map(bill.map((entry) => [entry.attemptId, entry]))
  const written = (row: Row): number => entries.get(row.attempt_id)?.outputTokens ?? 0
  const shown = (found: readonly object[]): readonly string[] => found.map((each) => JSON.stringify(each))
  const crashed = rows.filter(({ outcome }) => outcome === 'crashed')
  const ok = rows.filter(({ outcome }) => outcome === 'ok')
  const kept = keptPrices(dataDirectory)
  const missing = bill.filter(({ attemptId }) => !byId.has(attemptId))
  const unsent = rows.filter((row) => !entries.has(row.attempt_id) && row.outcome !== 'crashed')
  const miscounted = rows.filter((row) => !isAsBilled(row, entries.get(row.attempt_id)))
  return [
    none('billed, not recorded', shown(missing), say),
    atMost('recorded twice', rows.length - byId.size, 0),
    atMost('billed twice', bill.length - entries.size, 0),
    none('recorded, never sent', shown(unsent), say),
    none('counts that differ from the bill', shown(miscounted), say),
    none(
      'more output than was written',
      shown(crashed.filter((row) => row.output_tokens > written(row))),
      say,
    ),
    none('costs that are not those of the counts', shown(rows.filter((row) => !isFair(row))), say),
    none('prices that were not kept', shown(rows.filter((row) => !kept.has(row.price_version))), say),
    // Both kinds of end have to occur, or nothing has been shown.
    atLeast('records of killed attempts', crashed.length, kills * 10),
    atLeast('records of whole answers', ok.length, kills * 2),
    none('other ends', shown(rows.filter(({ outcome }) => outcome !== 'crashed' && outcome !== 'ok')), say),
    // Long streams leave marks, so a kill does not lose what went by before it.
    atLeast(
      'killed attempts of which output is known',
      crashed.filter((row) => row.output_tokens > 0).length,
      1,
    ),
  ]
}

/** What was counted to the end is what the provider counted. */
function isAsBilled(row: Row, entry: BillEntry | undefined): boolean {
  if (row.usage_source !== 'final') return true
  return row.input_tokens === entry?.inputTokens && row.output_tokens === entry.outputTokens
}

/** Every record has its cost, and no client pays an estimate. */
function isFair(row: Row): boolean {
  const { input_tokens: input, output_tokens: output, cost_nano_dollars: cost, outcome } = row
  const isCost = cost !== null && cost > 0 && cost === input * rates.input + output * rates.output
  return isCost && row.charged_nano_dollars === (outcome === 'crashed' ? 0 : cost)
}

/** Every kind of model costs the same. */
function pricedConfig({ simulator }: Place): string {
  const deployments = kinds.map(
    (kind, index) =>
      `  m${index}: { deployments: [{ provider: sim, model: "${kind}", price: { input: 3, output: 15 } }] }`,
  )
  return configFor(`${simulator.baseUrl}/v1`, ['models:', ...deployments].join('\n'))
}

/** Resolves with how long the process took to its first answer. */
async function killUnderLoad(place: Place, round: number): Promise<number> {
  const { dataDirectory, simulator } = place
  const startMs = performance.now()
  await using gateway = await startGateway({ config: pricedConfig(place), dataDirectory })
  const first = await openCall(gateway.url, { model: modelOf(0), prompt: `round ${round} the first call` })
  const { status } = await first.head
  if (status !== 200) throw new Error(`the first call of round ${round} was answered ${status}`)
  const recoveryMs = performance.now() - startMs
  await first.ended
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
  return recoveryMs
}

function modelOf(index: number): string {
  return `sim/${kinds[index % kinds.length]}`
}

async function firstOnesEnd(calls: readonly OpenCall[], round: number): Promise<void> {
  const short = calls.filter((_, index) => index % 5 === 0)
  await Promise.all(short.slice(0, 1 + (round % short.length)).map(({ ended }) => ended))
}
