// The one gateway that strangers and tenants try their requests on: what a config can have that a word of theirs may reach,
// the provider behind it, and a place that nothing may ever lead to.
import { connect } from 'node:net'
import { simulatorKey, startSimulator } from '../../simulator/start-simulator.ts'
import type { Simulator } from '../../simulator/start-simulator.ts'
import { startGateway, testKey } from '../start-gateway.ts'
import type { RunningGateway } from '../start-gateway.ts'

/** An administrator’s. */
export const rootKey = 'root-key-of-the-threats-test-0123456789'
/** A key for addresses that nobody here has. */
export const farKey = 'far-key-of-the-threats-test-0123456789'

interface Asked {
  readonly method?: string
  readonly key?: string
  readonly body?: object | string
  readonly headers?: Readonly<Record<string, string>>
}

export class ThreatenedGateway implements AsyncDisposable {
  readonly simulator: Simulator
  /** A provider that the config does not name. */
  readonly elsewhere: Simulator
  readonly #gateway: RunningGateway

  private constructor(gateway: RunningGateway, simulator: Simulator, elsewhere: Simulator) {
    this.#gateway = gateway
    this.simulator = simulator
    this.elsewhere = elsewhere
  }

  static async start(): Promise<ThreatenedGateway> {
    const [simulator, elsewhere] = await Promise.all([startSimulator(), startSimulator({ keys: 'any' })])
    const environment = { SIM_KEY: simulatorKey, ROOT_KEY: rootKey, FAR_KEY: farKey }
    const gateway = await startGateway({ environment, config: configFor(simulator.baseUrl) })
    return new ThreatenedGateway(gateway, simulator, elsewhere)
  }

  get url(): string {
    return this.#gateway.url
  }

  get dataDirectory(): string {
    return this.#gateway.dataDirectory
  }

  /** With an administrator's key, unless it says otherwise. */
  ask(path: string, { method = 'GET', key = rootKey, body, headers = {} }: Asked = {}): Promise<Response> {
    return fetch(this.url + path, {
      method,
      headers: { authorization: `Bearer ${key}`, ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
  }

  call(more: object = {}, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    const body = { model: 'fast', messages: [{ role: 'user', content: 'Hi' }], ...more }
    return this.ask('/v1/chat/completions', { method: 'POST', key: testKey, body, headers })
  }

  /** Bytes as they are; the whole answer as text. */
  raw(lines: readonly string[], body = ''): Promise<string> {
    const { hostname, port } = new URL(this.url)
    const { promise, resolve } = Promise.withResolvers<string>()
    const socket = connect(Number(port), hostname)
    let text = ''
    socket.on('data', (bytes) => (text += bytes.toString('latin1')))
    socket.on('error', () => resolve(text))
    socket.on('close', () => resolve(text))
    socket.write([...lines, 'connection: close', '', body].join('\r\n'))
    return promise
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#gateway.stop()
    await Promise.all([this.simulator.stop(), this.elsewhere.stop()])
  }
}

function configFor(baseUrl: string): string {
  return [
    'discover: off',
    'server: { drain_delay: 0s, cors: ["https://app.example"] }',
    'log: { level: debug, bodies: {} }',
    `providers: { sim: { type: openai-compatible, base_url: "${baseUrl}/v1", api_key: env:SIM_KEY } }`,
    'models:',
    '  fast: { deployments: [{ provider: sim, model: m, price: { input: 1, output: 1 } }] }',
    '  ruled:',
    `    rules: [{ when: 'metadata["__proto__"] == "x" || "constructor" in metadata', use: [sim/n] }]`,
    '    deployments: [{ provider: sim, model: m }, { provider: sim, model: n }]',
    'limits: { users: { "*": { requests: 100000/m } } }',
    'budgets: { tags: { "*": [{ dollars: 100, per: day }] }, users: { "*": [{ dollars: 100, per: day }] } }',
    'failed_keys: { per_address: 20, in_all: 100000 }',
    'keys:',
    '  - { name: tests, secret: env:TEST_KEY }',
    '  - { name: far, secret: env:FAR_KEY, addresses: [198.51.100.0/24] }',
    '  - { name: root, secret: env:ROOT_KEY, scopes: [admin] }',
    '',
  ].join('\n')
}
