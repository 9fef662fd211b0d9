// The world of a scenario: simulated providers, each with its own port and bill, and one gateway in front of them. At
// its end the gateway is asked to leave, so that its records are whole, and the oracle reads both sides.
import { readdirSync, readFileSync } from 'node:fs'
import { startGateway } from '../end-to-end/start-gateway.ts'
import type { RunningGateway } from '../end-to-end/start-gateway.ts'
import type { Behaviour } from '../simulator/behaviour.ts'
import { expectedText } from '../simulator/expected-text.ts'
import { startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { ledgerFigures, recordsOf } from './check-ledger.ts'
import type { Row } from './check-ledger.ts'
import { atMost } from './figure.ts'
import type { Figure } from './figure.ts'
import { messagesOf } from './open-call.ts'
import { built } from './scenario.ts'
import type { Run } from './scenario.ts'
import type { SeenCall } from './see-call.ts'
import { until } from '../until.ts'

/** A provider as its ordinary answers are: twenty events, fifty milliseconds to the first. */
export const ordinary: Behaviour = {
  answer: { tokens: 16, goesOn: true },
  delays: { beforeFirstEventMs: 50, betweenEventsMs: 5 },
}
/** The model that the gateway of these worlds offers. */
export const model = 'fast'
export const firstTokenMs = 1_500
/** What a clock and two busy cores may add to a limit of time. */
export const graceMs = 150

export interface WorldOptions {
  readonly providers: readonly string[]
  readonly totalMs: number
  /** What becomes of a stream that breaks after content. */
  readonly onBreak?: 'error' | 'continue'
  /** How it leaves. */
  readonly drain?: string
  /** More of its config, each a line. */
  readonly more?: readonly string[]
  /** Keys beside the usual one, by their priorities. */
  readonly keys?: Readonly<Record<string, string>>
  readonly environment?: Readonly<Record<string, string>>
  /** Reads the attempts where they are not in the data directory. */
  readonly readRecords?: () => Promise<readonly Row[]>
}

export interface World extends AsyncDisposable {
  readonly providers: readonly Simulator[]
  readonly gateway: RunningGateway
  /** Ends the gateway and tells what it recorded. */
  records(): Promise<readonly Row[]>
  /** The oracle's part that is the same for every scenario; ends the gateway. */
  ledger(run: Run): Promise<readonly Figure[]>
}

/** How deployments are chosen, and the share of the calls that the first of `count` gets by it. */
export const policy = built.has('routing') ? 'weighted' : 'priority'

export function shareOfFirst(count: number): number {
  return policy === 'weighted' ? 1 / count : 1
}

export async function startWorld(options: WorldOptions): Promise<World> {
  const providers = await Promise.all(
    options.providers.map(() => startSimulator({ keys: 'any', default: ordinary, requestsMax: 10 })),
  )
  const environment = { ...options.environment, ...keyVariables(options.keys) }
  const gateway = await startGateway({ config: worldConfig(providers, options), environment })
  const filesAtStart = openFiles(gateway)
  let rows: readonly Row[] | undefined
  const records = async (): Promise<readonly Row[]> => {
    rows ??= await recordsOf(gateway, options.readRecords)
    return rows
  }
  return {
    providers,
    gateway,
    records,
    ledger: async ({ say }) => {
      const leaked = await leakedFiles(gateway, providers, filesAtStart)
      const files = leaked === undefined ? [] : [atMost('open files left over', leaked, filesMax)]
      const bill = providers.flatMap((provider) => provider.bill)
      const recorded = await records()
      await until(() => bill.every(({ finish }) => finish !== 'open'))
      return [...ledgerFigures(recorded, bill, say), ...files]
    },
    [Symbol.asyncDispose]: async () => {
      await gateway[Symbol.asyncDispose]()
      await Promise.all(providers.map((provider) => provider.stop()))
    },
  }
}

export function worldConfig(providers: readonly Simulator[], options: WorldOptions): string {
  const named = providers.map((provider, index) => ({ provider, name: options.providers[index] ?? '' }))
  const deployments = named.map(({ name }) => `{ provider: ${name}, model: m }`)
  const onBreak = options.onBreak === 'continue' ? ', on_break: continue' : ''
  return [
    'discover: off',
    `server: { ${options.drain ?? 'drain_delay: 0s, drain_timeout: 20s'} }`,
    'providers:',
    ...named.map(
      ({ name, provider }) =>
        `  ${name}: { type: openai-compatible, base_url: "${provider.baseUrl}/v1", api_key: env:SIM_KEY, models: [m] }`,
    ),
    `models: { ${model}: { policy: ${policy}${onBreak}, deployments: [${deployments.join(', ')}] } }`,
    `timeouts: { total: ${options.totalMs}ms, first_token: ${firstTokenMs}ms, stall: ${firstTokenMs}ms, attempt: 3s }`,
    'keys:',
    '  - { name: tests, secret: env:TEST_KEY }',
    ...Object.keys(options.keys ?? {}).map(
      (priority) => `  - { name: ${priority}, priority: ${priority}, secret: env:${variableOf(priority)} }`,
    ),
    ...(options.more ?? []),
    '',
  ].join('\n')
}

function keyVariables(keys: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(keys).map(([priority, key]) => [variableOf(priority), key]))
}

function variableOf(priority: string): string {
  return `KEY_OF_${priority.toUpperCase()}`
}

/** What every provider of these worlds says to a call. */
export function wordsOf(call: Pick<SeenCall, 'prompt'>): string {
  return expectedText({ model, messages: messagesOf({ model, prompt: call.prompt }) }, ordinary)
}

export function isGood(call: SeenCall): boolean {
  return call.end === 'whole' && call.text === wordsOf(call)
}

/**
 * What is open in the process beyond its start and the kept connections to providers, once it has come to rest.
 * Undefined where that cannot be seen, or not any more.
 */
async function leakedFiles(
  gateway: RunningGateway,
  providers: readonly Simulator[],
  atStart: number | undefined,
): Promise<number | undefined> {
  if (atStart === undefined || gateway.process.exitCode !== null) return undefined
  const leaked = (): number =>
    (openFiles(gateway) ?? 0) - atStart - providers.reduce((sum, { connections }) => sum + connections, 0)
  // A figure tells better than a failed wait what is left.
  await until(() => leaked() <= filesMax, restMs).catch(() => {})
  return Math.max(0, leaked())
}

const restMs = 3_000
/** The database opens some files with the first record. A leak would be as many as the calls. */
const filesMax = 8

function openFiles({ process: { pid } }: RunningGateway): number | undefined {
  const folder = `/proc/${pid}/fd`
  try {
    return readdirSync(folder).length
  } catch {
    // Only Linux lists them.
    return undefined
  }
}

export function residentBytes({ process: { pid } }: RunningGateway): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024
}
