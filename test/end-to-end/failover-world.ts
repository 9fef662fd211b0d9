// A gateway in front of several simulated providers, each on a port of its own and with its own bill: what failover is
// tested in. Health is kept by deployment, so a test that names its provider models after itself begins with good ones.
import OpenAI from 'openai'
import { startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { startGateway, testKey } from './start-gateway.ts'
import type { RunningGateway } from './start-gateway.ts'

export interface FailoverWorld extends AsyncDisposable {
  readonly a: Simulator
  readonly b: Simulator
  readonly c: Simulator
  readonly gateway: RunningGateway
  /** The config with these models; for a reload. */
  configWith(models: string, more?: string): string
}

/** What a test says to hear nothing back but who answered. */
export type Headers = Readonly<Record<string, string>>

/** A failure as the SDK raises it, cut down to what a client goes by. */
export interface SeenFailure {
  readonly status: number | undefined
  readonly code: string | null | undefined
  readonly retryAfter: string | null | undefined
}

/** Starts providers `a`, `b` and `c`, and `claude`, which is `c` in another format. `models` is the YAML below `models:`, `more` whole lines of config. */
export async function startFailoverWorld(models: string, more = ''): Promise<FailoverWorld> {
  const [a, b, c] = await Promise.all([
    startSimulator({ keys: 'any' }),
    startSimulator({ keys: 'any' }),
    startSimulator({ keys: 'any' }),
  ])
  const provider = ({ baseUrl }: Simulator): string =>
    `{ type: openai-compatible, base_url: "${baseUrl}/v1", api_key: env:SIM_KEY, models: [] }`
  const claude = `{ type: anthropic, base_url: "${c.baseUrl}/v1", api_key: env:SIM_KEY, models: [] }`
  const configWith = (named: string, changed = more): string =>
    [
      'discover: off',
      'server: { drain_delay: 0s }',
      'keys: [{ name: tests, secret: env:TEST_KEY }]',
      `providers: { a: ${provider(a)}, b: ${provider(b)}, c: ${provider(c)}, claude: ${claude} }`,
      'models:',
      named,
      changed,
      '',
    ].join('\n')
  const gateway = await startGateway({ config: configWith(models) })
  return {
    a,
    b,
    c,
    gateway,
    configWith,
    [Symbol.asyncDispose]: async () => {
      await gateway[Symbol.asyncDispose]()
      await Promise.all([a.stop(), b.stop(), c.stop()])
    },
  }
}

/** The official client, which retries nothing itself. */
export function sdkOf({ url }: RunningGateway): OpenAI {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey: testKey, maxRetries: 0 })
}

export const messages = [{ role: 'user', content: 'Hello' }] as const satisfies readonly object[]

export interface SeenCall {
  readonly callId: string
  readonly deployment: string | null
  readonly attempts: string | null
  readonly text: string
}

/** One whole answer, or the SDK's own error. */
export async function ask(gateway: RunningGateway, model: string, headers: Headers = {}): Promise<SeenCall> {
  const { data: answer, response } = await sdkOf(gateway)
    .chat.completions.create({ model, messages: [...messages] }, { headers })
    .withResponse()
  return {
    callId: response.headers.get('x-request-id') ?? '',
    deployment: response.headers.get('x-sallyport-deployment'),
    attempts: response.headers.get('x-sallyport-attempts'),
    text: answer.choices[0]?.message.content ?? '',
  }
}

/** The failure of a call that is expected to have one. */
export async function failureOf(call: Promise<unknown>): Promise<SeenFailure> {
  const problem: unknown = await call.then(
    () => undefined,
    (failure: unknown) => failure,
  )
  if (!(problem instanceof OpenAI.APIError)) throw new Error('the call did not fail as an API call does')
  return {
    status: problem.status,
    code: problem.code,
    retryAfter: problem.headers?.get('retry-after'),
  }
}

export interface RecordedAttempt {
  readonly kind: string
  readonly provider: string
  readonly outcome: string
}

/** What `GET /v1/calls/{id}` tells of a call: its attempts as `first a server_fault`. */
export async function attemptsOf(gateway: RunningGateway, callId: string): Promise<readonly string[]> {
  const response = await fetch(`${gateway.url}/v1/calls/${callId}`, {
    headers: { authorization: `Bearer ${testKey}` },
  })
  const { attempts }: { attempts: readonly RecordedAttempt[] } = JSON.parse(await response.text())
  return attempts.map(({ kind, provider, outcome }) => `${kind} ${provider} ${outcome}`)
}

/** Waits until a deployment has come to stand so. */
export async function standing(gateway: RunningGateway, deployment: string, to: string): Promise<void> {
  await gateway.logged(
    (line) => line.event === 'deployment_changed' && line['deployment'] === deployment && line['to'] === to,
  )
}

/** How many calls of this model a provider has got. */
export function callsAt({ bill }: Simulator, model: string): number {
  return bill.filter((entry) => entry.model === model).length
}
