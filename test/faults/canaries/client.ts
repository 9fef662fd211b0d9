// Whoever calls in a run with canaries, in every way in which one can come in, and keeps what was heard.
import type { Simulator } from '../../simulator/start-simulator.ts'
import { until } from '../../until.ts'
import type { Seeds } from './seeds.ts'
import { doors, faultsOf, prepare, requestOf, spoiledBodies } from './calls.ts'
import type { DoorName, Saying } from './calls.ts'
import type { WatchedGateway } from './watched-gateway.ts'

export interface ClientParts {
  readonly simulator: Simulator
  readonly seeds: Seeds
  readonly madeKey: string
  readonly token: string
}

const providers = ['chat', 'responses', 'claude', 'gem', 'local'] as const
/** Of so many calls the records and traces are looked at. */
const idsMax = 20
const openStreams = 5

export class Client {
  readonly #gateway: WatchedGateway
  readonly #parts: ClientParts
  readonly #heard: string[] = []
  readonly #leaving = new AbortController()
  readonly callIds: string[] = []
  calls = 0

  constructor(gateway: WatchedGateway, parts: ClientParts) {
    this.#gateway = gateway
    this.#parts = parts
  }

  /** Everything that it was answered. */
  heard(): string {
    return this.#heard.join('\n')
  }

  /** Every door, as a stream and not, with each fault; at every provider, or at one after the other. */
  async call(isThorough: boolean): Promise<void> {
    const { seeds, simulator } = this.#parts
    const saying: Saying = { prompt: seeds.prompt.text, answer: seeds.answer.text, isKept: false }
    const kept: Saying = { prompt: seeds.keptPrompt.text, answer: seeds.keptAnswer.text, isKept: true }
    const faults = faultsOf(`${seeds.prompt.text} ${seeds.providerKey.text}`)
    const faultsOfClaude = faultsOf(`${seeds.prompt.text} ${seeds.fileKey.text}`)
    for (const [index, fault] of faults.entries()) {
      for (const door of doors) {
        const [one = 'chat'] = providers.slice(this.calls % 5)
        for (const provider of isThorough ? providers : [one]) {
          prepare(simulator, saying, provider === 'claude' ? faultsOfClaude[index] : fault)
          await this.#saidBothWays(door, provider, saying)
        }
      }
      prepare(simulator, kept, fault)
      for (const stream of [false, true]) {
        await this.#say('responses', `responses/m${this.calls}`, { saying: kept, stream })
        await this.#say('responses', `chat/m${this.calls}`, { saying: kept, stream })
      }
      prepare(simulator, saying, faultsOf(seeds.prompt.text)[index])
      for (const door of ['chat', 'messages'] as const)
        await this.#say(door, 'clever', { saying, stream: true })
    }
    await this.#say('chat', 'gone/m', { saying, stream: false })
    await this.#refused(saying)
  }

  /** Makes a key over the admin API, gives it a new secret, and revokes it; its last secret. */
  async administer(): Promise<string> {
    const ask = async (method: string, path: string, body: object): Promise<unknown> => {
      const headers = { authorization: `Bearer ${this.#parts.seeds.rootKey.text}` }
      const answer = await fetch(`${this.#gateway.adminUrl}/admin/v1/keys${path}`, {
        method,
        headers,
        body: JSON.stringify(body),
      })
      return await answer.json()
    }
    const made = (await ask('POST', '', { name: 'over-http' })) as { readonly id: string }
    const rotated = (await ask('POST', `/${made.id}/rotate`, {})) as { readonly secret: string }
    await ask('PATCH', `/${made.id}`, { user: 'ann' })
    await ask('DELETE', `/${made.id}`, {})
    return rotated.secret
  }

  /** Streams that are under way, and calls that nobody answers. */
  async leaveOpen(): Promise<void> {
    const { simulator, seeds } = this.#parts
    const saying: Saying = { prompt: seeds.prompt.text, answer: seeds.answer.text, isKept: false }
    const before = simulator.requests.length
    const text = `It is ${saying.answer}. `.repeat(2_000)
    simulator.setDefault({ answer: { text }, delays: { betweenEventsMs: 10 } })
    for (let number = 0; number < openStreams; number += 1) {
      const { path, body } = requestOf(doors[number % 4] ?? 'chat', `${providers[number]}/open`, {
        saying,
        stream: true,
      })
      const headers = { authorization: `Bearer ${seeds.clientKey.text}` }
      const { signal } = this.#leaving
      fetch(this.#gateway.url + path, { method: 'POST', headers, body: JSON.stringify(body), signal }).catch(
        () => {},
      )
    }
    await until(() => simulator.requests.length >= before + openStreams)
  }

  close(): void {
    this.#leaving.abort()
  }

  /** Each at a deployment of its own: nobody is asked again who refuses keys. */
  async #saidBothWays(door: DoorName, provider: string, saying: Saying): Promise<void> {
    for (const stream of [false, true])
      await this.#say(door, `${provider}/m${this.calls}`, { saying, stream })
  }

  async #say(door: DoorName, model: string, said: Parameters<typeof requestOf>[2]): Promise<void> {
    const { path, body } = requestOf(door, model, said)
    this.calls += 1
    const credential = this.#credential(path)
    const answer = await this.#post(credential.path, JSON.stringify(body), credential.headers)
    if (credential.isClients && this.callIds.length < idsMax) this.callIds.push(answer)
  }

  /** The client's key in each of the places where one may be, and others in turn. */
  #credential(path: string): {
    readonly path: string
    readonly headers: Readonly<Record<string, string>>
    readonly isClients: boolean
  } {
    const { seeds, madeKey, token } = this.#parts
    const key = seeds.clientKey.text
    const inQuery = `${path}${path.includes('?') ? '&' : '?'}key=${key}`
    if (path.startsWith('/v1beta/') && this.calls % 3 === 0)
      return { path: inQuery, headers: {}, isClients: true }
    switch (this.calls % 5) {
      case 0:
        return { path, headers: { 'x-api-key': madeKey }, isClients: false }
      case 1:
        return { path, headers: { authorization: `Bearer ${token}` }, isClients: false }
      case 2:
        return { path, headers: { 'x-api-key': key }, isClients: true }
      default:
        return { path, headers: { authorization: `Bearer ${key}` }, isClients: true }
    }
  }

  /** What is turned away before anybody is asked. */
  async #refused({ prompt }: Saying): Promise<void> {
    const { clientKey, rootKey, guessedKey } = this.#parts.seeds
    const authorization = `Bearer ${clientKey.text}`
    for (const body of spoiledBodies('chat/m', prompt)) {
      for (const path of [
        '/v1/chat/completions',
        '/v1/messages',
        '/v1/responses',
        '/v1beta/models/chat%2Fm:generateContent',
      ]) {
        await this.#post(path, body, { authorization })
      }
    }
    const guess = guessedKey.text
    const wrong: readonly Readonly<Record<string, string>>[] = [
      { authorization: `Bearer ${guess}` },
      { authorization: `Basic ${Buffer.from(`u:${guess}`).toString('base64')}` },
      { authorization: guess },
      { authorization: `Bearer sp_${guess.slice(0, 8)}_${guess}` },
      { authorization: `Bearer ${clientKey.text}, Bearer ${guess}` },
      { authorization, 'x-api-key': guess },
      { 'x-api-key': guess },
      { 'x-goog-api-key': guess },
      { cookie: `session=${guess}` },
      { authorization, 'x-sallyport-timeout-ms': prompt },
      { authorization, origin: 'https://app.example', cookie: `session=${guess}` },
      { authorization: `Bearer ${rootKey.text}` },
    ]
    const body = JSON.stringify({ model: 'chat/m', messages: [{ role: 'user', content: prompt }] })
    for (const headers of wrong) {
      await this.#post('/v1/chat/completions', body, headers)
      await this.#post(`/v1beta/models/chat%2Fm:generateContent?key=${guess}`, body, headers)
      await this.#post(`/nowhere?key=${guess}`, body, headers)
    }
  }

  /** The call's id. */
  async #post(path: string, body: string, headers: Readonly<Record<string, string>>): Promise<string> {
    const answer = await fetch(this.#gateway.url + path, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-sallyport-trace': '1',
        'x-sallyport-no-retry': '1',
        ...headers,
      },
      body,
    })
    const text = await answer.text().catch((failure: unknown) => String(failure))
    this.#heard.push(`${JSON.stringify([...answer.headers])}\n${text}`)
    return answer.headers.get('x-request-id') ?? ''
  }
}
