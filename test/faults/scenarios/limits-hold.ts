// F-09: five hundred clients at once against limits on requests, tokens, calls at a time and a deployment, and against a
// budget of one dollar, while the process is killed again and again. The provider counts what was let through; and when all
// is quiet, everything that was held is there again, to the last place and the last nano-dollar.
import { Database } from 'bun:sqlite'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startGateway } from '../../end-to-end/start-gateway.ts'
import type { RunningGateway } from '../../end-to-end/start-gateway.ts'
import { nowMs } from '../../simulator/bill.ts'
import { startSimulator } from '../../simulator/start-simulator.ts'
import type { Simulator } from '../../simulator/start-simulator.ts'
import { until } from '../../until.ts'
import { atLeast, atMost, none } from '../figure.ts'
import type { Figure } from '../figure.ts'
import { answerTokens, startLimitedLoad } from '../limited-load.ts'
import type { Answers, Crowd } from '../limited-load.ts'
import { letThrough } from '../let-through.ts'
import type { Life, Rate } from '../let-through.ts'
import { openCall } from '../open-call.ts'
import type { OpenCall } from '../open-call.ts'
import type { Form, Run, Scenario } from '../scenario.ts'

const lengths: Readonly<Record<Form, { readonly lives: number; readonly lifeMs: number }>> = {
  full: { lives: 11, lifeMs: 6_000 },
  short: { lives: 2, lifeMs: 1_500 },
}
const clientsEach = 100
const restMsMax = 60_000
const refusedInEachLife = 50
const lifeMsMax = 30_000
const quietMs = 1_000

export const limitsHold: Scenario = {
  id: 'F-09',
  title: 'five hundred clients against limits and a budget, with kills',
  secondsMax: { full: 400, short: 55 },
  run: holdLimits,
}

const requestRate: Rate = { burst: 100, perSecond: 20 }
const tokenRate: Rate = { burst: 3_000, perSecond: 1_000 }
const places = 25
const budgetNanoDollars = 1_000_000_000
/** Nano-dollars a token: so that the dollar lasts for about half of the time. */
const dollarRates: Readonly<Record<Form, { readonly input: number; readonly output: number }>> = {
  full: { input: 1_000, output: 2_000 },
  short: { input: 10_000, output: 50_000 },
}

const crowds: readonly Crowd[] = ['requests', 'tokens', 'places', 'dollar', 'deployment'].map((name) => ({
  name,
  key: `key-of-the-crowd-of-${name}`,
  clients: clientsEach,
  asksUnbounded: name !== 'tokens',
}))

const refusals: Readonly<Record<string, string>> = {
  requests: '429 rate_limited',
  tokens: '429 rate_limited',
  places: '429 rate_limited',
  dollar: '429 budget_exhausted',
  deployment: '429 model_rate_limited',
}

interface Place {
  readonly form: Form
  readonly simulator: Simulator
  readonly dataDirectory: string
}

async function holdLimits({ form, loadMs, say }: Run): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-limits-'))
  const simulator = await startSimulator({ keys: 'any', requestsMax: 1 })
  const place = { form, simulator, dataDirectory: join(folder, 'data') }
  let gateway = await startLimited(place)
  try {
    const load = startLimitedLoad(crowds, () => gateway.url)
    const lives: Life[] = []
    let startMs = nowMs()
    const { lives: count, lifeMs } = lengths[form]
    for (let life = 1; life <= count; life += 1) {
      const before = refusedOf(load.answers)
      await Bun.sleep(loadMs === undefined ? lifeMs : loadMs / count)
      await untilAllRefuse(load.answers, before)
      if (life === count) await untilDollarIsSpent(load.answers)
      if (life < count) await gateway.stop('SIGKILL')
      lives.push({ startMs, endMs: nowMs() })
      if (life === count) break
      startMs = nowMs()
      gateway = await startLimited(place)
    }
    await load.stop()
    const seen = letThrough(simulator.bill, lives, { requests: requestRate, tokens: tokenRate, places })
    const restedMs = performance.now()
    const rest = await restFigures(place, gateway)
    return [
      ...seen,
      ...answerFigures(load.answers, say),
      ...rest,
      atMost('until all of it was there again', performance.now() - restedMs, restMsMax, 'ms'),
    ]
  } finally {
    await gateway.stop('SIGKILL')
    await simulator.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** By crowd: how often it was refused as it should be. */
function refusedOf(answers: ReadonlyMap<string, Answers>): ReadonlyMap<string, number> {
  return new Map([...answers].map(([name, { refused }]) => [name, refused.get(refusals[name] ?? '') ?? 0]))
}

/** On a machine that has other things to do, a life is longer: every limit is to be reached in it. */
async function untilAllRefuse(
  answers: ReadonlyMap<string, Answers>,
  before: ReadonlyMap<string, number>,
): Promise<void> {
  const isReached = (): boolean =>
    [...refusedOf(answers)].every(
      ([name, count]) => name === 'dollar' || count - (before.get(name) ?? 0) >= refusedInEachLife,
    )
  // The figures tell better than a failed wait what was not reached.
  await until(isReached, lifeMsMax).catch(() => {})
}

/** Until nobody of its crowd has been let in for a while. */
async function untilDollarIsSpent(answers: ReadonlyMap<string, Answers>): Promise<void> {
  let granted = -1
  let sinceMs = 0
  const isSpent = (): boolean => {
    const now = answers.get('dollar')?.granted ?? 0
    const refused = refusedOf(answers).get('dollar') ?? 0
    if (now !== granted) sinceMs = performance.now()
    granted = now
    return refused >= refusedInEachLife && performance.now() - sinceMs > quietMs
  }
  await until(isSpent, 2 * lifeMsMax).catch(() => {})
}

function startLimited({ form, simulator, dataDirectory }: Place): Promise<RunningGateway> {
  const provided = (name: string): string =>
    `  ${name}: { type: openai-compatible, base_url: "${simulator.baseUrl}/v1", api_key: env:PROVIDER_${name.toUpperCase()} }`
  const words = `tokens:${answerTokens}+first-delay:20+gap:3`
  const { input, output } = dollarRates[form]
  const price = (rates: { readonly input: number; readonly output: number }): string =>
    `price: { input: ${rates.input / 1_000}, output: ${rates.output / 1_000} }`
  const limited: Readonly<Record<string, string>> = {
    dollar: price({ input, output }),
    deployment: `limits: { requests: ${written(requestRate)} }`,
  }
  const model = (name: string): string => {
    const more = limited[name] === undefined ? '' : `, ${limited[name]}`
    return `  ${name}: { deployments: [{ provider: ${name}, model: "${words}"${more} }] }`
  }
  const names = crowds.map(({ name }) => name)
  const config = [
    'discover: off',
    'server: { drain_delay: 0s }',
    'keys:',
    ...names.map((name) => `  - { name: ${name}, secret: env:KEY_${name.toUpperCase()} }`),
    'providers:',
    ...names.map(provided),
    'models:',
    ...names.map(model),
    '  long: { deployments: [{ provider: places, model: "tokens:5000+gap:20" }] }',
    // A token of an answer is one nano-dollar.
    `  exact: { deployments: [{ provider: dollar, model: "tokens:1", ${price({ input: 0, output: 1 })} }] }`,
    'limits:',
    '  keys:',
    `    requests: { requests: ${written(requestRate)} }`,
    `    tokens: { tokens: ${written(tokenRate)} }`,
    `    places: { concurrency: ${places} }`,
    `budgets: { keys: { dollar: [{ dollars: ${budgetNanoDollars / 1e9}, per: total }] } }`,
    '',
  ].join('\n')
  const environment = Object.fromEntries(
    crowds.flatMap(({ name, key }) => [
      [`KEY_${name.toUpperCase()}`, key],
      [`PROVIDER_${name.toUpperCase()}`, name],
    ]),
  )
  return startGateway({ config, environment, dataDirectory })
}

function written({ burst, perSecond }: Rate): string {
  return `${perSecond}/s burst ${burst}`
}

function answerFigures(
  answers: ReadonlyMap<string, Answers>,
  say: (line: string) => void,
): readonly Figure[] {
  const all = [...answers]
  const strange = all.flatMap(([name, { refused }]) =>
    [...refused].flatMap(([words, count]) =>
      words === refusals[name] ? [] : [`${count} of ${name} were refused by ${words}`],
    ),
  )
  const refused = [...refusedOf(answers).values()]
  return [
    none('refused by anything else', strange, say),
    atLeast('calls that each limit refused', Math.min(...refused), refusedInEachLife),
    atLeast('calls that each let in', Math.min(...all.map(([, { granted }]) => granted)), 20),
  ]
}

async function restFigures(place: Place, gateway: RunningGateway): Promise<readonly Figure[]> {
  const spent = await spentOnceRecorded(place)
  const left = Math.max(0, budgetNanoDollars - spent)
  // An estimate of the input may be a tenth too low; the longest has eight words.
  const overshootMax = clientsEach * 8 * dollarRates[place.form].input * 0.1
  const tooMuch = await statusOf(gateway, left + 1)
  const allOfIt = left === 0 ? 200 : await statusOf(gateway, left)
  return [
    atMost('spent beyond the budget, nano-dollars', Math.max(0, spent - budgetNanoDollars), overshootMax),
    atLeast('spent of the budget', (100 * spent) / budgetNanoDollars, 90, '%'),
    atMost('one nano-dollar more than is left: not refused', tooMuch === 429 ? 0 : 1, 0),
    atMost('all that is left: refused', allOfIt === 200 ? 0 : 1, 0),
    atLeast('places that are free again', await freePlaces(gateway), places),
  ]
}

/** What clients paid, when every attempt that was billed has its record. */
async function spentOnceRecorded({ dataDirectory, simulator: { bill } }: Place): Promise<number> {
  const database = new Database(join(dataDirectory, 'sallyport.db'), { readonly: true })
  try {
    const recorded = database.query<{ attempt_id: string }, []>('SELECT attempt_id FROM attempts')
    await until(() => {
      const ids = new Set(recorded.all().map(({ attempt_id: id }) => id))
      return bill.every(({ attemptId, finish }) => finish !== 'open' && ids.has(attemptId))
    }, restMsMax)
    const sum = database.query<{ spent: number }, []>(
      "SELECT SUM(charged_nano_dollars) AS spent FROM attempts WHERE key_id = 'config:dollar'",
    )
    return sum.get()?.spent ?? Number.NaN
  } finally {
    database.close()
  }
}

async function statusOf(gateway: RunningGateway, maxTokens: number): Promise<number> {
  const { key } = crowds.find(({ name }) => name === 'dollar')!
  const call = await openCall(gateway.url, { model: 'exact', stream: false, maxTokens, key })
  const { status } = await call.head
  await call.ended
  return status
}

/** How many calls the key with places may have at a time: one more than there are is asked for. */
async function freePlaces(gateway: RunningGateway): Promise<number> {
  const { key } = crowds.find(({ name }) => name === 'places')!
  const open: OpenCall[] = []
  try {
    for (let index = 0; index <= places; index += 1) {
      const call = await openCall(gateway.url, { model: 'long', key })
      open.push(call)
      const { status } = await call.head
      if (status !== 200) return index
    }
    return open.length
  } finally {
    for (const call of open) call.close()
  }
}
