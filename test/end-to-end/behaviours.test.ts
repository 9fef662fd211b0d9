// Everything that a provider can do, through a running gateway: what the client sees, how often a provider was asked,
// and that our records say the same as the provider's own bill. The table is the simulator's; it knows no gateway.
import { afterAll, expect, test } from 'bun:test'
import type { BillEntry } from '../simulator/bill.ts'
import { behaviourCases } from '../simulator/behaviours.ts'
import type { BehaviourCase, Expectation, Seen } from '../simulator/expectation.ts'
import { expectedText, expectedTokens } from '../simulator/expected-text.ts'
import { startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { chat } from './chat-client.ts'
import type { ChatRequest, SeenAnswer } from './chat-client.ts'
import { startGateway, testKey } from './start-gateway.ts'
import type { RunningGateway } from './start-gateway.ts'

const goodModel = 'tokens:20'
const testTimeoutMs = 30_000

const faulty = await startSimulator({ keys: 'any' })
/** Whose kept connections die: a neighbour's call would rightly be tried twice on them. */
const dying = await startSimulator({ keys: 'any' })
const good = await startSimulator({ keys: 'any' })
const simulators = [faulty, dying, good]

const killsConnections = ({ behaviour: { wire } }: BehaviourCase): boolean =>
  wire?.connection === 'drop-next' || wire?.connection === 'close-unannounced'

const accountKeys: Readonly<Record<string, string>> = {
  'alone-stream': 'KEY_1',
  'alone-whole': 'KEY_2',
  'moved-stream': 'KEY_3',
  'moved-whole': 'KEY_4',
}
const environment = Object.fromEntries(Object.values(accountKeys).map((name) => [name, name]))
const patient = await startGateway({ environment, config: configWith('') })
/** For what only a deadline ends. */
const hasty = await startGateway({
  environment,
  config: configWith('timeouts: { first_token: 1500ms, stall: 1500ms, attempt: 1500ms }'),
})
afterAll(async () => {
  for (const disposable of [patient, hasty, ...simulators]) await disposable[Symbol.asyncDispose]()
})

function configWith(timeouts: string): string {
  const provider = (name: string, { baseUrl }: Simulator, key = 'SIM_KEY'): string =>
    `  ${name}: { type: openai-compatible, base_url: "${baseUrl}/v1", api_key: env:${key} }`
  const accounts = (name: string, simulator: Simulator): string[] =>
    Object.keys(accountKeys).map((account) => provider(`${name}-${account}`, simulator, accountKeys[account]))
  const model = (run: Run): string =>
    `  ${modelOf(run)}: { deployments: [{ provider: ${providerOf(run)}, model: ${run.entry.name} }, ` +
    `{ provider: good, model: "${goodModel}" }] }`
  return [
    'discover: off',
    'providers:',
    ...accounts('faulty', faulty),
    ...accounts('dying', dying),
    provider('good', good),
    'keys: [{ name: tests, secret: env:TEST_KEY }]',
    'models:',
    ...runs(true).map(([, run]) => model(run)),
    timeouts,
    '',
  ].join('\n')
}

/** What one call does to the health of a deployment must not be felt by the next: each kind has an account of its own. */
function providerOf({ entry, stream, isFailover }: Run): string {
  const account = `${isFailover ? 'moved' : 'alone'}-${stream ? 'stream' : 'whole'}`
  return `${killsConnections(entry) ? 'dying' : 'faulty'}-${account}`
}

function modelOf({ entry, stream }: Run): string {
  return `${entry.name}-${stream ? 'stream' : 'whole'}`
}

interface Run {
  readonly entry: BehaviourCase
  readonly stream: boolean
  readonly isFailover: boolean
  readonly expectation: Expectation
}

function runs(isFailover: boolean): [string, Run][] {
  return behaviourCases
    .flatMap((entry) => [
      { entry, stream: true, isFailover, expectation: entry.stream },
      { entry, stream: false, isFailover, expectation: entry.whole },
    ])
    .filter(({ expectation }) => !isFailover || expectation.failover)
    .map((run) => [`${run.stream ? 'a stream of' : 'a whole answer of'} ${run.entry.name}`, run])
}

function requestOf(run: Run): ChatRequest {
  const { entry, stream, isFailover } = run
  const content = `${entry.name} ${stream ? 'streamed' : 'whole'} ${isFailover ? 'elsewhere' : 'alone'}`
  const model = isFailover ? modelOf(run) : `${providerOf(run)}/${entry.name}`
  return { model, messages: [{ role: 'user', content }], stream }
}

function gatewayOf({ expectation }: Run): RunningGateway {
  return expectation.deadline === undefined ? patient : hasty
}

test.concurrent.each(runs(false))(
  '%s without another deployment ends as the table says',
  async (_, run) => {
    const seen = run.expectation.alone
    const request = requestOf(run)
    const answer = await chat(gatewayOf(run).url, request, {
      leaveAfterTokens: seen.kind === 'endless' ? 50 : undefined,
      headers: { 'x-sallyport-no-retry': '1' },
    })
    expectHeaders(answer)
    if (seen.kind === 'complete') expectComplete(answer, request, run.entry)
    else if (seen.kind === 'status') expectStatus(answer, seen)
    else expectPart(answer, seen, { request, run })
    const attempts = withoutStale(await attemptsOf(gatewayOf(run), answer))
    expect(attempts.map(({ provider }) => provider)).toEqual([providerOf(run)])
    for (const attempt of attempts) {
      expect(outcomesOf(seen)).toContain(attempt.outcome)
      await expectBilled(attempt, seen)
    }
  },
  testTimeoutMs,
)

test.concurrent.each(runs(true))(
  '%s is replaced by the second deployment before anything of it is seen',
  async (_, run) => {
    const request = requestOf(run)
    const answer = await chat(gatewayOf(run).url, request)
    expectHeaders(answer)
    expectComplete(answer, { ...request, model: goodModel })
    expect(answer.headers.get('x-sallyport-deployment')).toBe(`good/${goodModel}`)
    const recorded = await attemptsOf(gatewayOf(run), answer)
    expect(answer.headers.get('x-sallyport-attempts')).toBe(String(recorded.length))
    const attempts = withoutStale(recorded)
    expect(attempts.map(({ provider }) => provider)).toEqual([providerOf(run), 'good'])
    expect(outcomesOf(run.expectation.alone)).toContain(attempts[0]?.outcome ?? '')
    expect(attempts[1]?.outcome).toBe('ok')
    for (const attempt of attempts) await expectBilled(attempt, { kind: 'complete' })
  },
  testTimeoutMs,
)

test('a kept connection that dies under the next call costs the client nothing', async () => {
  const request = {
    model: 'dying-alone-stream/stale-connection',
    messages: [{ role: 'user', content: 'stale' }],
    stream: true,
  }
  for (const round of [1, 2, 3]) {
    const answer = await chat(patient.url, request)
    expect({ round, terminals: answer.terminals }).toEqual({ round, terminals: ['done'] })
    expect(answer.text).toBe(expectedText(request))
  }
})

const forbiddenHeaders = [
  'set-cookie',
  'x-internal-secret',
  'openai-organization',
  'cf-ray',
  'strict-transport-security',
  'content-encoding',
  'x-client-request-id',
]

function expectHeaders({ headers, body }: SeenAnswer): void {
  expect(headers.get('x-request-id')).toMatch(/^call_/)
  expect(headers.get('server')).not.toBe('simulator')
  expect(forbiddenHeaders.filter((name) => headers.has(name))).toEqual([])
  expect(JSON.stringify([...headers]) + body.slice(0, 100_000)).not.toContain('canary')
}

function expectComplete(answer: SeenAnswer, request: ChatRequest, entry?: BehaviourCase): void {
  expect(answer.status).toBe(200)
  expect(answer.error).toBeUndefined()
  expect(answer.strays).toEqual([])
  expect(answer.terminals).toEqual(request.stream ? ['done'] : [])
  const toolCalls = entry?.behaviour.answer?.toolCalls ?? []
  expect(answer.toolCalls).toEqual([...toolCalls])
  expect(answer.text === (toolCalls.length > 0 ? '' : expectedText(request, entry?.behaviour))).toBe(true)
  expect(answer.finishReason).toBe(
    entry?.behaviour.answer?.finishReason ?? (toolCalls.length > 0 ? 'tool_calls' : 'stop'),
  )
  expect(answer.ids).toHaveLength(1)
  // The gateway asks for the count; a client that did not must not be surprised by it.
  if (request.stream) expect(answer.hasUsageChunk).toBe(false)
}

function expectStatus(answer: SeenAnswer, seen: Extract<Seen, { kind: 'status' }>): void {
  expect({ status: answer.status, code: answer.headers.get('x-sallyport-error') }).toEqual({
    status: seen.status,
    code: expect.stringMatching(new RegExp(`^(${seen.codes.join('|')})$`)),
  })
  expect(answer.headers.get('content-type')).toBe('application/json')
  expectEnvelope(answer)
  if (seen.retryAfterSeconds !== undefined) {
    expect(answer.headers.get('retry-after')).toBe(String(seen.retryAfterSeconds))
  }
}

function expectEnvelope({ error, body, text }: SeenAnswer): void {
  expect({ error, body }).toMatchObject({ error: { message: expect.any(String), type: expect.any(String) } })
  expect(Object.keys(error ?? {})).toEqual(expect.arrayContaining(['message', 'type', 'param', 'code']))
  expect(text === '' || body.includes('data:')).toBe(true)
}

function expectPart(
  answer: SeenAnswer,
  seen: Extract<Seen, { kind: 'error-event' | 'endless' }>,
  { request, run }: { readonly request: ChatRequest; readonly run: Run },
): void {
  expect(answer.status).toBe(200)
  expect(answer.strays).toEqual([])
  if (seen.kind === 'endless') return expect(answer.terminals).toEqual([])
  expect(answer.terminals).toEqual(['error'])
  expectEnvelope(answer)
  expect(seen.codes.map(String)).toContain(String(answer.error?.code))
  const tokens = expectedTokens(request, run.entry.behaviour)
  if (seen.tokens === undefined) expect(tokens.join('')).toStartWith(answer.text)
  else expect(answer.text).toBe(tokens.slice(0, seen.tokens).join(''))
}

interface RecordedAttempt {
  readonly id: string
  readonly provider: string
  readonly outcome: string
  readonly status: number | null
  readonly usage: { readonly source: string; readonly input_tokens: number; readonly output_tokens: number }
}

const outcomesOfCode: Readonly<Partial<Record<string, readonly string[]>>> = {
  provider_refused_request: ['client_fault'],
  content_blocked: ['content'],
  provider_auth: ['credential'],
  provider_quota: ['credential'],
  provider_rate_limited: ['throttled'],
  provider_overloaded: ['overloaded'],
  provider_error: ['server_fault', 'interrupted'],
  provider_unreachable: ['unreachable'],
  provider_timeout: ['timeout'],
  stream_interrupted: ['interrupted', 'timeout'],
}

function outcomesOf(seen: Seen): readonly string[] {
  if (seen.kind === 'complete') return ['ok']
  if (seen.kind === 'endless') return ['cancelled']
  return seen.codes.flatMap((code) => outcomesOfCode[code] ?? [])
}

async function attemptsOf(gateway: RunningGateway, answer: SeenAnswer): Promise<readonly RecordedAttempt[]> {
  const id = answer.headers.get('x-request-id')
  const response = await fetch(`${gateway.url}/v1/calls/${id}`, {
    headers: { authorization: `Bearer ${testKey}` },
  })
  const call: { readonly attempts?: readonly RecordedAttempt[] } = JSON.parse(await response.text())
  return call.attempts ?? []
}

/**
 * A kept connection may have been closed by another case's fault just when it is taken again: one more try on a new one
 * is right, and which calls meet it is chance. It counts as that only if the provider says that it answered nothing.
 */
function withoutStale(attempts: readonly RecordedAttempt[]): readonly RecordedAttempt[] {
  const [first, second] = attempts
  const isRepeated =
    first !== undefined && first.provider === second?.provider && first.outcome === 'unreachable'
  return isRepeated && (entryOf(first.id)?.status ?? 0) === 0 ? attempts.slice(1) : attempts
}

/** What we count is what the provider counts, wherever it can be known. */
async function expectBilled({ id, outcome, status, usage }: RecordedAttempt, seen: Seen): Promise<void> {
  const line = await lineOf(id)
  if (line === undefined) throw new Error(`No provider has been asked for ${id}.`)
  if (status !== null) expect(status).toBe(line.status)
  const sent = line.usageSent
  const output = { source: usage.source, tokens: usage.output_tokens }
  if (outcome === 'ok' && isPlausible(sent)) {
    expect(output).toEqual({ source: 'final', tokens: sent.completion_tokens })
    expect(usage.input_tokens).toBe(sent.prompt_tokens)
  } else if (outcome === 'ok' && line.stream) {
    expect(output).toEqual({ source: 'observed', tokens: line.outputTokens })
  } else if (outcome === 'ok') {
    // Nobody counted: an estimate that is of the right size.
    expect(output.source).toBe('observed')
    expect(Math.abs(Math.log2(output.tokens / line.outputTokens))).toBeLessThan(1)
  } else if (seen.kind === 'error-event' && seen.tokens !== undefined) {
    expect(output).toEqual({ source: 'observed', tokens: seen.tokens })
  } else {
    expect(output.tokens).toBeLessThanOrEqual(line.outputTokens)
  }
}

function entryOf(attemptId: string): BillEntry | undefined {
  return simulators.flatMap(({ bill }) => bill).find((entry) => entry.attemptId === attemptId)
}

/** The provider's own line, once it is complete: it may learn later than the client that the call is over. */
async function lineOf(attemptId: string): Promise<BillEntry | undefined> {
  const simulator = simulators.find(({ bill }) => bill.some((entry) => entry.attemptId === attemptId))
  return await simulator?.waitForEnd(attemptId)
}

function isPlausible(
  sent: BillEntry['usageSent'],
): sent is { prompt_tokens: number; completion_tokens: number; total_tokens: number } {
  const counts = [sent?.prompt_tokens, sent?.completion_tokens]
  return counts.every((count) => Number.isSafeInteger(count) && Number(count) >= 0 && Number(count) < 1e7)
}
