// A connection to Redis, or to a server that speaks its language, that comes back by itself. Nothing waits for it: while it is
// not there, commands fail at once, and nothing is ever sent twice.
import type { Clock, Timer } from '../../core/clock.ts'
import { failureText } from '../../core/failure-text.ts'
import { whyRefused } from './why-refused.ts'

export interface RedisConnectionParts {
  /** `redis://` or `rediss://`, with a password where there is one. */
  readonly url: string
  /** Certificates of authorities, for `rediss://`. */
  readonly ca: string | undefined
  readonly clock: Clock
  /** 0 to 1. */
  random(): number
  onConnected(): void
  /** Told once for each time that it goes away, and once when it cannot be had at first. */
  onLost(reason: string): void
  /** Told in whose words we are not let in, when that is looked for: at first, and then now and then. */
  onRefused?(reason: string): void
}

/** What is made of an answer, and of there being none; both may throw. */
export interface Asking<T> {
  took(answer: unknown): T
  failed(failure: unknown): T | Promise<T>
}

const plainly: Asking<unknown> = {
  took: (answer) => answer,
  failed: (failure) => {
    throw failure
  },
}

const connectMs = 500
/** A connection on which nothing came for so long, although something was asked, is given up. */
export const silentMs = 2_000
const firstPauseMs = 50
/** Among so many failures to connect one is looked into. */
const lookedIntoEvery = 16
const lastPauseMs = 2_000

export class RedisConnection {
  readonly #parts: RedisConnectionParts
  #client: Bun.RedisClient | undefined
  #isConnected = false
  #isClosed = false
  #isLossTold = false
  #failures = 0
  #pending = 0
  #answers = 0
  #watch: Timer | undefined
  #again: Timer | undefined

  constructor(parts: RedisConnectionParts) {
    this.#parts = parts
  }

  get isConnected(): boolean {
    return this.#isConnected
  }

  /** Resolves when the first try is over, whatever came of it. Later ones are made in the background, for ever. */
  async start(): Promise<void> {
    await this.#connect()
  }

  /** Rejects when it is not known whether it was done, and when the server says no. */
  send(command: string, words: string[]): Promise<unknown> {
    return this.ask(command, words, plainly)
  }

  /** The same, for whoever has more to do with what comes: one promise fewer on the path of a call. */
  ask<T>(command: string, words: string[], { took, failed }: Asking<T>): Promise<T> {
    const client = this.#client
    if (client === undefined || !this.#isConnected) return Promise.reject(new Error('Redis is away.'))
    this.#pending++
    if (this.#watch === undefined) this.#watchSilence(client)
    return client.send(command, words).then(
      (answer: unknown) => {
        this.#answered()
        return took(answer)
      },
      (failure: unknown) => {
        this.#answered()
        return failed(failure)
      },
    )
  }

  #answered(): void {
    this.#answers++
    this.#pending--
  }

  /** Hears what is published there, for as long as this connection lasts; true when it does. Nothing else but PING goes then. */
  async subscribe(channel: string, heard: (text: string) => void): Promise<boolean> {
    const client = this.#client
    if (client === undefined) return false
    try {
      await client.subscribe(channel, (text) => heard(text))
      return this.#client === client
    } catch (failure) {
      if (this.#client === client) this.#lost(failureText(failure))
      return false
    }
  }

  close(): void {
    this.#isClosed = true
    this.#again?.cancel()
    this.#watch?.cancel()
    this.#drop()
  }

  async #connect(): Promise<void> {
    const { url, ca } = this.#parts
    const client = new Bun.RedisClient(url, {
      connectionTimeout: connectMs,
      autoReconnect: false,
      enableOfflineQueue: false,
      enableAutoPipelining: false,
      ...(ca !== undefined && { tls: { ca } }),
    })
    this.#client = client
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- it is no event target
    client.onclose = () => {
      // Before it was there, whoever waits for it knows more.
      if (this.#client === client && this.#isConnected) this.#lost('the connection was closed')
    }
    // A server that never answers this, after all that came before, is as good as away.
    const late = this.#parts.clock.after(2 * connectMs, () => client.close())
    try {
      await client.connect()
      // Connected it is before it is known whether the server has the database that was asked for.
      await client.send('PING', [])
    } catch (failure) {
      if (this.#failures % lookedIntoEvery === 0) await this.#lookInto()
      if (this.#client === client) this.#lost(failureText(failure))
      return
    } finally {
      late.cancel()
    }
    if (this.#client !== client || this.#isClosed) return client.close()
    this.#isConnected = true
    this.#isLossTold = false
    this.#failures = 0
    this.#parts.onConnected()
  }

  async #lookInto(): Promise<void> {
    const { url, ca, onRefused } = this.#parts
    if (onRefused === undefined) return
    // What is only looked for to be told ends nothing when it cannot be had.
    const reason = await whyRefused({ url, ca }).catch(() => undefined)
    if (reason !== undefined && !this.#isClosed) onRefused(reason)
  }

  #lost(reason: string): void {
    this.#drop()
    if (this.#isClosed) return
    if (!this.#isLossTold) {
      this.#isLossTold = true
      this.#parts.onLost(reason)
    }
    const { clock, random } = this.#parts
    const pauseMs = Math.min(lastPauseMs, firstPauseMs * 2 ** Math.min(this.#failures, 10))
    this.#failures++
    this.#again = clock.after(pauseMs * (0.5 + random() / 2), () => void this.#connect())
  }

  #drop(): void {
    const client = this.#client
    this.#client = undefined
    this.#isConnected = false
    client?.close()
  }

  /** A server that was stopped, or is behind a network that swallows everything, never says so. */
  #watchSilence(client: Bun.RedisClient): void {
    const answersBefore = this.#answers
    this.#watch = this.#parts.clock.after(silentMs, () => {
      this.#watch = undefined
      if (this.#client !== client || this.#pending === 0) return
      if (this.#answers === answersBefore) this.#lost('it says nothing')
      else this.#watchSilence(client)
    })
  }
}
