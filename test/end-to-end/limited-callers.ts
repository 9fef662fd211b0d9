// Callers with limits and a dollar each, for those who look whether several processes count as one: each limit and each
// budget has a key of its own.
import type { Simulator } from '../simulator/start-simulator.ts'

/** A hundredth of a cent for each token of an answer, and nothing for the request. */
const price = 'price: { input: 0, output: 100 }'

export class LimitedCallers {
  readonly #names: readonly string[]
  readonly #kind: string

  /** `kind` keeps the secrets of tests apart. */
  constructor(kind: string, names: readonly string[]) {
    this.#kind = kind
    this.#names = names
  }

  keyOf(name: string): string {
    return `test-key-of-${this.#kind}-${name}`
  }

  environment(): Record<string, string> {
    return Object.fromEntries(this.#names.map((name) => [`KEY_${name.toUpperCase()}`, this.keyOf(name)]))
  }

  /** `own` are the lines that only this config has; those of `dollars` have one a month. */
  config(simulator: Simulator, own: readonly string[], dollars: readonly string[]): string {
    const keys = this.#names.map((name) => `{ name: ${name}, secret: env:KEY_${name.toUpperCase()} }`)
    return [
      'discover: off',
      ...own,
      `keys: [${keys.join(', ')}]`,
      `providers: { sim: { type: openai-compatible, base_url: "${simulator.baseUrl}/v1", api_key: env:SIM_KEY } }`,
      'models:',
      `  hundred: { deployments: [{ provider: sim, model: "tokens:100", ${price} }] }`,
      `  lasting: { deployments: [{ provider: sim, model: "tokens:100+gap:50", ${price} }] }`,
      `  slow: { deployments: [{ provider: sim, model: "tokens:100+head-delay:400", ${price} }] }`,
      'limits:',
      '  keys:',
      '    requests: { requests: 100/h }',
      '    tokens: { output_tokens: 10k/h }',
      '    places: { concurrency: 3 }',
      'budgets:',
      '  keys:',
      ...dollars.map((name) => `    ${name}: [{ dollars: 1, per: month }]`),
      '',
    ].join('\n')
  }

  /** Asks for a hundred tokens, unless `more` says otherwise; on a connection of its own, so that any process may get it. */
  async ask(url: string, name: string, more: object = {}): Promise<Response> {
    return await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      keepalive: false,
      headers: {
        authorization: `Bearer ${this.keyOf(name)}`,
        'content-type': 'application/json',
        connection: 'close',
      },
      body: JSON.stringify({
        model: 'hundred',
        max_tokens: 100,
        messages: [{ role: 'user', content: 'Hi' }],
        ...more,
      }),
    })
  }
}

/** So many are asked, eight at a time; gives the statuses. `ask` is told the number of the call. */
export async function askOften(calls: number, ask: (call: number) => Promise<Response>): Promise<number[]> {
  const statuses: number[] = []
  let asked = 0
  const caller = async (): Promise<void> => {
    while (asked < calls) {
      const response = await ask(asked++)
      await response.arrayBuffer()
      statuses.push(response.status)
    }
  }
  await Promise.all(Array.from({ length: 8 }, caller))
  return statuses
}
