// The other processes that serve the same port, as one of them sees them, by way of the process that started them: it keeps
// limits and budgets for all, and passes questions on. A call asks only where limits or budgets are over it.
import type { Channel, Topic } from '../core/channel.ts'
import type { Clock } from '../core/clock.ts'
import type { Exchange, ExchangeAnswer, HoldStore } from '../limits/fleet/hold-store.ts'
import type { SupervisorLink } from '../platform/worker-child.ts'

/** What one worker wants to know of the others. */
export type Question =
  | { readonly about: 'metrics' }
  /** What is on its way to the database is to be there when this is answered. */
  | { readonly about: 'flush' }
  | { readonly about: 'trace'; readonly callId: string }
  | { readonly about: 'deployments' }
  | {
      readonly about: 'deployment_act'
      readonly name: string
      readonly action: 'restore' | 'eject'
      readonly forMs: number
    }

export interface FellowAnswer {
  /** Undefined for the supervisor itself. */
  readonly worker: number | undefined
  readonly value: unknown
}

export type ToSupervisor =
  /** It takes calls, and may need so long to leave. Said again with each config. */
  | { readonly kind: 'serving'; readonly drainMs: number }
  | { readonly kind: 'pong' }
  | { readonly kind: 'ask'; readonly id: number; readonly question: Question }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'exchange'; readonly id: number; readonly exchange: Exchange }
  | { readonly kind: 'word'; readonly topic: Topic; readonly text: string }

export type ToWorker =
  | { readonly kind: 'exchanged'; readonly id: number; readonly answer: ExchangeAnswer }
  | { readonly kind: 'ping' }
  | { readonly kind: 'word'; readonly topic: Topic; readonly text: string }
  | { readonly kind: 'question'; readonly id: number; readonly question: Question }
  | { readonly kind: 'answers'; readonly id: number; readonly answers: readonly FellowAnswer[] }

/** How a worker is told which one it is. */
export const placeVariable = 'SALLYPORT_WORKER'

export interface WorkerPlace {
  /** From 1. */
  readonly number: number
  readonly count: number
  readonly port: number
  readonly adminPort: number
  /** The first that is started: what is made once for all is made by it. */
  readonly isFirst: boolean
}

type AnswerQuestion = (question: Question) => unknown

/** Longer than the supervisor waits for all of them. */
const answersMs = 3_000

interface Waiting {
  resolve(answer: ExchangeAnswer): void
  reject(failure: Error): void
}

export class FellowWorkers implements HoldStore {
  readonly place: WorkerPlace
  readonly #link: SupervisorLink
  readonly #clock: Clock
  readonly #waiting = new Map<number, (answers: readonly FellowAnswer[]) => void>()
  readonly #exchanges = new Map<number, Waiting>()
  #answer: AnswerQuestion = () => null
  readonly #listeners = new Map<Topic, (text: string) => void>()
  #lastId = 0
  #isGone = false

  constructor(link: SupervisorLink, place: WorkerPlace, clock: Clock) {
    this.#link = link
    this.place = place
    this.#clock = clock
    link.onMessage((message) => this.#heard(message as ToWorker))
    link.onGone(() => this.#gone())
  }

  get isConnected(): boolean {
    return !this.#isGone
  }

  /** Rejects when the supervisor is gone. Whoever does not want to wait for it longer does not. */
  exchange(exchange: Exchange): Promise<ExchangeAnswer> {
    if (this.#isGone) return Promise.reject(new Error('the supervisor is gone'))
    this.#lastId += 1
    const id = this.#lastId
    return new Promise((resolve, reject) => {
      this.#exchanges.set(id, { resolve, reject })
      this.#send({ kind: 'exchange', id, exchange })
    })
  }

  /** What workers tell each other at once, by way of the supervisor. Nothing is missed. */
  channel(onWord: (topic: Topic, way: 'said' | 'heard') => void): Channel {
    return {
      say: (topic, text) => {
        onWord(topic, 'said')
        this.#send({ kind: 'word', topic, text })
      },
      hear: (topic, heard) => {
        this.#listeners.set(topic, (text) => {
          onWord(topic, 'heard')
          heard(text)
        })
      },
      onGap: () => {},
    }
  }

  /** How this worker answers the others; it may do so later. */
  answerWith(answer: AnswerQuestion): void {
    this.#answer = answer
  }

  /** Tells the supervisor that calls are taken. */
  serving(drainMs: number): void {
    this.#send({ kind: 'serving', drainMs })
  }

  /** What all others say. Who does not answer in time is not among them. Never rejects. */
  ask(question: Question): Promise<readonly FellowAnswer[]> {
    this.#lastId += 1
    const id = this.#lastId
    return new Promise((resolve) => {
      const timer = this.#clock.after(answersMs, () => done([]))
      const done = (answers: readonly FellowAnswer[]): void => {
        timer.cancel()
        this.#waiting.delete(id)
        resolve(answers)
      }
      this.#waiting.set(id, done)
      this.#send({ kind: 'ask', id, question })
    })
  }

  #heard(message: ToWorker): void {
    switch (message.kind) {
      case 'exchanged': {
        const waiting = this.#exchanges.get(message.id)
        this.#exchanges.delete(message.id)
        return waiting?.resolve(message.answer)
      }
      case 'ping':
        return this.#send({ kind: 'pong' })
      case 'word':
        return this.#listeners.get(message.topic)?.(message.text)
      case 'answers':
        return this.#waiting.get(message.id)?.(message.answers)
      case 'question':
        void this.#answerFor(message)
    }
  }

  async #answerFor({ id, question }: ToWorker & { readonly kind: 'question' }): Promise<void> {
    let value: unknown = null
    try {
      value = (await this.#answer(question)) ?? null
    } catch {
      // Whoever asks does without; what is wrong here is in this worker's own log.
    }
    this.#send({ kind: 'answer', id, value })
  }

  #gone(): void {
    this.#isGone = true
    for (const { reject } of this.#exchanges.values()) reject(new Error('the supervisor is gone'))
    this.#exchanges.clear()
  }

  #send(message: ToSupervisor): void {
    this.#link.send(message)
  }
}
