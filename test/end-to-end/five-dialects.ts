// A gateway with five providers that are one simulator, each spoken to in another dialect alone.
import type { DialectName } from '../../src/core/model-request.ts'
import { simulatorKey, startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { startGateway, testKey } from './start-gateway.ts'
import type { RunningGateway } from './start-gateway.ts'

/** The providers' names in the config, by their dialects. */
export const fiveProviders = {
  'openai-chat': 'chat',
  'openai-responses': 'responses',
  'anthropic-messages': 'claude',
  gemini: 'gem',
  ollama: 'local',
} as const satisfies Readonly<Record<DialectName, string>>

export interface FiveDialects extends AsyncDisposable {
  readonly simulator: Simulator
  readonly gateway: RunningGateway
  /** Calls the gateway with JSON, or with a text that may be none. Other headers take the place of the test's key. */
  post(path: string, body: object | string, headers?: Readonly<Record<string, string>>): Promise<Response>
}

export interface FiveOptions {
  /** Settings of the server, YAML in braces. */
  readonly server?: string
  /** Lines of config to put below all others. */
  readonly more?: readonly string[]
}

/** The key that every config of tests declares, as OpenAI's clients send it. */
export const bearer: Readonly<Record<string, string>> = { authorization: `Bearer ${testKey}` }

/** A dialect is named only where the type alone would mean another. */
const providerTypes: Readonly<Record<DialectName, readonly [type: string, path: string]>> = {
  'openai-chat': ['openai-compatible', '/v1'],
  'openai-responses': ['openai, dialect: openai-responses', '/v1'],
  'anthropic-messages': ['anthropic', '/v1'],
  gemini: ['gemini', '/v1beta'],
  ollama: ['ollama, dialect: ollama', ''],
}

/** The settings of a provider at this origin that is spoken to in this dialect alone; its key is that of `SIM_KEY`. */
export function providerConfig(dialect: DialectName, origin: string, models?: readonly string[]): string {
  const [type, path] = providerTypes[dialect]
  const listed = models === undefined ? '' : `, models: [${models.join(', ')}]`
  return `{ type: ${type}, base_url: "${origin}${path}", api_key: env:SIM_KEY${listed} }`
}

export async function startFiveDialects(options: FiveOptions = {}): Promise<FiveDialects> {
  const simulator = await startSimulator()
  const providers = Object.entries(fiveProviders).map(
    ([dialect, name]) => `  ${name}: ${providerConfig(dialect as DialectName, simulator.baseUrl, ['m'])}`,
  )
  const gateway = await startGateway({
    environment: { SIM_KEY: simulatorKey },
    config: [
      'discover: off',
      `server: ${options.server ?? '{ drain_delay: 0s }'}`,
      'providers:',
      ...providers,
      'keys: [{ name: tests, secret: env:TEST_KEY }]',
      ...(options.more ?? []),
      '',
    ].join('\n'),
  })
  return {
    simulator,
    gateway,
    post: (path, body, headers = bearer) =>
      fetch(gateway.url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    [Symbol.asyncDispose]: async () => {
      await gateway.stop()
      await simulator.stop()
    },
  }
}
