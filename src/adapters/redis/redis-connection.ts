// A connection to Redis, or to a server that speaks its language, that comes back by itself. Nothing waits for it: while it is
// not there, commands fail at once, and nothing is ever sent twice.
import type { Clock, Timer } from '../../core/clock.ts'
import { failureText } from '../../core/failure-text.ts'
import { NotLetIn, RedisSocket } from './redis-socket.ts'

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
  /** Told in whose words we are not let in: at first, and then now and then. */
  onRefused?(reason: string): void
}

/** What is made of an answer, and of there being none to these words; both may throw. */
export interface Asking<T> {
  took(answer: unknown): T
  failed(failure: unknown, words: readonly string[]): T | Promise<T>
}

const plainly: Asking<unknown> = {
  took: (answer) => answer,
  failed: (failure) => {
    throw failure
  },
}

/** A server that does not let us in by then is as good as away. */
const connectMs = 1_000
/** A connection on which nothing came for so long, although something was asked, is given up. */
export const silentMs = 2_000
const firstPauseMs = 50
/** Among so many failures to connect one is told. */
const toldEvery = 16
const lastPauseMs = 2_000

export class RedisConnection {
  readonly #parts: RedisConnectionParts
  #socket: RedisSocket | undefined
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
  ask<T>(command: string, words: string[], asking: Asking<T>): Promise<T> {
    const socket = this.#socket
    if (socket === undefined || !this.#isConnected) return Promise.reject(new Error('Redis is away.'))
    this.#pending++
    if (this.#watch === undefined) this.#watchSilence(socket)
    return socket.send(command, words).then(
      (answer: unknown) => {
        this.#answered()
        return asking.took(answer)
      },
      (failure: unknown) => {
        this.#answered()
        return asking.failed(failure, words)
      },
    )
  }

  #answered(): void {
    this.#answers++
    this.#pending--
  }

  /** Hears what is published there, for as long as this connection lasts; true when it does. Nothing else but PING goes then. */
  async subscribe(channel: string, heard: (text: string) => void): Promise<boolean> {
    const socket = this.#socket
    if (socket === undefined) return false
    try {
      await socket.subscribe(channel, heard)
      return this.#socket === socket
    } catch (failure) {
      if (this.#socket === socket) this.#lost(failureText(failure))
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
    const { url, ca, clock, onRefused } = this.#parts
    const socket = new RedisSocket({
      url,
      ca,
      onClosed: () => {
        // Before it was there, whoever waits for it knows more.
        if (this.#socket === socket && this.#isConnected) this.#lost('the connection was closed')
      },
    })
    this.#socket = socket
    const late = clock.after(connectMs, () => socket.close('it does not answer'))
    try {
      await socket.connect()
    } catch (failure) {
      if (this.#socket !== socket) return
      if (failure instanceof NotLetIn && this.#failures % toldEvery === 0) onRefused?.(failure.message)
      this.#lost(failureText(failure))
      return
    } finally {
      late.cancel()
    }
    if (this.#socket !== socket || this.#isClosed) return socket.close()
    this.#isConnected = true
    this.#isLossTold = false
    this.#failures = 0
    this.#parts.onConnected()
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
    const socket = this.#socket
    this.#socket = undefined
    this.#isConnected = false
    socket?.close()
  }

  /** A server that was stopped, or is behind a network that swallows everything, never says so. */
  #watchSilence(socket: RedisSocket): void {
    const answersBefore = this.#answers
    this.#watch = this.#parts.clock.after(silentMs, () => {
      this.#watch = undefined
      if (this.#socket !== socket || this.#pending === 0) return
      if (this.#answers === answersBefore) this.#lost('it says nothing')
      else this.#watchSilence(socket)
    })
  }
}
