// F-LEDGER: thousands of calls of every kind in every dialect, whole and streamed, some cached, some left, some that
// fail over, are hedged or go on elsewhere. The sum that the ledger comes to is the providers' bill at the known prices, to
// the nano-dollar, and clients pay what reached them and no more.
import { fiveProviders, startFiveDialects } from '../../end-to-end/five-dialects.ts'
import type { Front } from '../../matrix/front.ts'
import { chatFront } from '../../matrix/fronts/chat.ts'
import { geminiFront } from '../../matrix/fronts/gemini.ts'
import { messagesFront } from '../../matrix/fronts/messages.ts'
import { responsesFront } from '../../matrix/fronts/responses.ts'
import type { BillEntry } from '../../simulator/bill.ts'
import { until } from '../../until.ts'
import { recordsOf } from '../check-ledger.ts'
import type { Row as CountedRow } from '../check-ledger.ts'
import { atLeast, none } from '../figure.ts'
import type { Figure } from '../figure.ts'
import { keptPrices } from '../kept-prices.ts'
import { openPost } from '../open-call.ts'
import type { OpenCall } from '../open-call.ts'
import type { Form, Run, Scenario } from '../scenario.ts'

export const money: Scenario = {
  id: 'F-LEDGER',
  title: 'the ledger’s sum is the providers’ bill at the known prices',
  secondsMax: { full: 120, short: 30 },
  run: countMoney,
}

const calls: Readonly<Record<Form, number>> = { full: 10_000, short: 2_000 }
const atOnce = 24

/** Pico-dollars a token, and nano-dollars a call; odd, so that sums have to be rounded. */
interface Rates {
  readonly input: number
  readonly cached: number
  readonly output: number
  readonly call: number
}
const rates: Readonly<Record<string, Rates>> = {
  [fiveProviders['openai-chat']]: { input: 123_457, cached: 12_341, output: 987_653, call: 0 },
  [fiveProviders['openai-responses']]: { input: 1_250_001, cached: 125_003, output: 10_000_007, call: 0 },
  [fiveProviders['anthropic-messages']]: { input: 3_000_011, cached: 300_007, output: 15_000_013, call: 0 },
  [fiveProviders.gemini]: { input: 77_777, cached: 7_777, output: 333_333, call: 1_001 },
  [fiveProviders.ollama]: { input: 0, cached: 0, output: 1, call: 0 },
}

const fronts: readonly Front[] = [chatFront, responsesFront, messagesFront, geminiFront]
const backs: readonly string[] = Object.values(fiveProviders)

/** A logical model: its deployments in the order in which they are asked. */
interface PricedModel {
  readonly name: string
  readonly deployments: readonly (readonly [provider: string, words: string])[]
  readonly settings: string
  /** Its streams are left after their first bytes. */
  readonly isLeft?: boolean
}

const chat = fiveProviders['openai-chat']
const claude = fiveProviders['anthropic-messages']
const models: readonly PricedModel[] = [
  ...backs.flatMap((back): PricedModel[] => [
    { name: `${back}-plain`, deployments: [[back, 'tokens:7']], settings: '' },
    { name: `${back}-cached`, deployments: [[back, 'tokens:23+cached:3']], settings: '' },
    { name: `${back}-thinks`, deployments: [[back, 'tokens:5+reasoning:9']], settings: '' },
    { name: `${back}-left`, deployments: [[back, 'tokens:400+gap:5']], settings: '', isLeft: true },
    {
      name: `${back}-failing`,
      deployments: [
        [back, 'status:500'],
        [chat, 'tokens:4'],
      ],
      settings: '',
    },
    {
      name: `${back}-cut`,
      deployments: [
        [back, 'tokens:30+cut-after:12'],
        [claude, 'tokens:6'],
      ],
      settings: '',
    },
  ]),
  {
    name: 'hedged',
    deployments: [
      [chat, 'tokens:9+first-delay:400'],
      [claude, 'tokens:9'],
    ],
    settings: 'hedge: { after: 100ms }, ',
  },
  // A deployment that breaks so often is soon left alone, so there are several.
  ...[26, 28, 30, 32].map((tokens): PricedModel => ({
    name: `continued-${tokens}`,
    deployments: [
      [chat, `tokens:${tokens}+continues+cut-after:12`],
      [claude, `tokens:${tokens}+continues`],
    ],
    settings: 'on_break: continue, ',
  })),
  ...[501, 502].map((status): PricedModel => ({
    name: `retried-${status}`,
    deployments: [[chat, `status:${status}`]],
    settings: '',
  })),
  {
    name: 'throttled',
    deployments: [
      [chat, 'throttle:60'],
      [claude, 'tokens:3'],
    ],
    settings: '',
  },
]

function modelConfig({ name, deployments, settings }: PricedModel): string {
  const priced = deployments.map(([provider, words], index) => {
    const { input, cached, output, call } = rates[provider] ?? rates[chat]!
    const price = `{ input: ${inDollars(input)}, cached_input: ${inDollars(cached)}, output: ${inDollars(output)}, call: ${(call / 1e9).toFixed(9)} }`
    return `{ provider: ${provider}, model: "${words}", priority: ${index + 1}, price: ${price} }`
  })
  return `  ${name}: { policy: priority, ${settings}deployments: [${priced.join(', ')}] }`
}

/** Of a million tokens. */
function inDollars(picoDollars: number): string {
  return (picoDollars / 1e6).toFixed(6)
}

interface Row extends CountedRow {
  readonly kind: string
  readonly model: string
  readonly cached_input_tokens: number
  readonly cost_nano_dollars: number | null
  readonly list_nano_dollars: number | null
  readonly charged_nano_dollars: number | null
  readonly price_version: string
}

async function countMoney({ form, say }: Run): Promise<readonly Figure[]> {
  const { simulator, gateway } = await startFiveDialects({
    more: ['routing: { ejection: 100ms }', 'models:', ...models.map(modelConfig)],
  })
  try {
    const queue = Array.from({ length: calls[form] }, (_, index) => index)
    const worker = async (): Promise<void> => {
      for (let index = queue.pop(); index !== undefined; index = queue.pop())
        await makeCall(gateway.url, index)
    }
    await Promise.all(Array.from({ length: atOnce }, worker))
    const rows = (await recordsOf(gateway)) as readonly Row[]
    await until(() => simulator.bill.every(({ finish }) => finish !== 'open'))
    return figuresOf(rows, { bill: simulator.bill, form, say, kept: keptPrices(gateway.dataDirectory) })
  } finally {
    await gateway[Symbol.asyncDispose]()
    await simulator.stop()
  }
}

async function makeCall(gatewayUrl: string, index: number): Promise<void> {
  const model = models[index % models.length]!
  const front = fronts[Math.floor(index / models.length) % fronts.length]!
  const stream = model.isLeft === true || Math.floor(index / models.length / fronts.length) % 2 === 0
  const { path, headers, body } = front.ask({
    model: model.name,
    feature: stream ? 'stream' : 'text',
    stream,
  })
  const open: OpenCall = await openPost(gatewayUrl, { path, headers, body })
  if (model.isLeft !== true) {
    await open.ended
    return
  }
  // Some leave before anything came, some in the middle.
  if (index % 3 > 0) await open.received('data:').catch(() => {})
  open.close()
  await open.ended
}

interface Judged {
  readonly bill: readonly BillEntry[]
  readonly form: Form
  readonly kept: ReadonlySet<string>
  say(line: string): void
}

function figuresOf(rows: readonly Row[], { bill, form, kept, say }: Judged): readonly Figure[] {
  const byId = new Map(rows.map((row) => [row.attempt_id, row]))
  const entries = new Map(bill.map((entry) => [entry.attemptId, entry]))
  const shown = (row: Row): string => JSON.stringify({ ...row, entry: entries.get(row.attempt_id) })
  const final = rows.filter((row) => row.usage_source === 'final')
  const ours = final.reduce((sum, row) => sum + BigInt(row.cost_nano_dollars ?? -1), 0n)
  const theirs = final.reduce((sum, row) => sum + billed(row, entries.get(row.attempt_id)), 0n)
  const kinds = Map.groupBy(rows, ({ kind }) => kind)
  const outcomes = Map.groupBy(rows, ({ outcome }) => outcome)
  return [
    atLeast('calls that were tried', new Set(rows.map((row) => row.call_id)).size, calls[form] * 0.95),
    atLeast('attempts whose counts are final', final.length, calls[form] * 0.7),
    none(
      'billed, not recorded',
      bill.filter(({ attemptId }) => !byId.has(attemptId)).map((entry) => JSON.stringify(entry)),
      say,
    ),
    none(
      'the sum differs from the bill, nano-dollars',
      ours === theirs ? [] : [`${ours} against ${theirs}`],
      say,
    ),
    none(
      'attempts that differ from the bill',
      final
        .filter((row) => BigInt(row.cost_nano_dollars ?? -1) !== billed(row, entries.get(row.attempt_id)))
        .map(shown),
      say,
    ),
    none(
      'attempts that do not cost what they counted',
      rows.filter((row) => row.cost_nano_dollars !== ownCost(row)).map(shown),
      say,
    ),
    none(
      'list prices that differ without a discount',
      rows.filter((row) => row.list_nano_dollars !== row.cost_nano_dollars).map(shown),
      say,
    ),
    none('shares that are not the client’s', rows.filter((row) => !isFair(row)).map(shown), say),
    none('prices that were not kept', rows.filter((row) => !kept.has(row.price_version)).map(shown), say),
    atLeast('attempts after a failure', kinds.get('failover')?.length ?? 0, 10),
    atLeast('attempts that were tried again', kinds.get('retry')?.length ?? 0, 1),
    atLeast('attempts beside a slow one', kinds.get('hedge')?.length ?? 0, 1),
    atLeast('attempts that went on', kinds.get('continuation')?.length ?? 0, 5),
    atLeast('attempts that were left', outcomes.get('cancelled')?.length ?? 0, 50),
    atLeast('attempts with cached tokens', rows.filter((row) => row.cached_input_tokens > 0).length, 100),
  ]
}

/** By the provider's own count. */
function billed(row: Row, entry: BillEntry | undefined): bigint {
  if (entry === undefined || entry.status !== 200) return 0n
  const cached = entry.endpoint === 'ollama' ? 0 : Number(/cached:(\d+)/.exec(entry.model)?.[1] ?? 0)
  const input = entry.inputTokens
  return costOf(row.provider, { input, cached: Math.min(cached, input), output: entry.outputTokens })
}

interface Counted {
  readonly input: number
  readonly cached: number
  readonly output: number
}

function costOf(provider: string, { input, cached, output }: Counted): bigint {
  const rate = rates[provider]
  if (rate === undefined) throw new Error(`The provider ${provider} has no price here.`)
  const pico =
    BigInt(input - cached) * BigInt(rate.input) +
    BigInt(cached) * BigInt(rate.cached) +
    BigInt(output) * BigInt(rate.output)
  return (pico + BigInt(rate.call) * 1_000n + 500n) / 1_000n
}

/** By the counts that stand in the record. What was refused has none. */
function ownCost(row: Row): number {
  const { input_tokens: input, cached_input_tokens: cached, output_tokens: output } = row
  return input + output === 0 ? 0 : Number(costOf(row.provider, { input, cached, output }))
}

/** Whoever got an answer pays it; its further part without the request; and nothing else but what it asked for and left. */
function isFair(row: Row): boolean {
  const { charged_nano_dollars: charged, cost_nano_dollars: cost, kind, outcome } = row
  if (charged === null || cost === null) return false
  if (outcome === 'hedge_loser') return charged === 0
  if (kind === 'continuation') return charged <= cost && (cost === 0 || charged < cost)
  if (outcome === 'ok') return charged === cost
  if (outcome === 'cancelled') return charged === (kind === 'hedge' ? 0 : cost)
  // After content it is an answer that broke off; before it, it is the operator's.
  return charged === 0 || (charged === cost && outcome === 'interrupted')
}
