// The shipping thread as seen from the gateway's: a question returns a promise. A thread that dies is replaced; what
// it had done is in the table, and doing it again changes nothing.
import { apartUrl } from '../../platform/apart.ts'
import type { AttemptPage, AttemptsQuestion, PassReport, Shipping } from '../../ledger/ports.ts'
import type { SpendQuestion, SpendRow } from '../../ledger/spend/spend.ts'
import type {
  ShipAnswer,
  ShippingPlaces,
  ShipQuestion,
  SpendRead,
  SpendReading,
  SpoolPosition,
} from './ship-messages.ts'

/** Which thread it is: its path from src/, and where its source lies. */
export interface ShippingThread {
  readonly path: string
  readonly source: { readonly file: string; readonly from: string }
}

interface Waiting<Answer> {
  resolve(answer: Answer): void
  reject(failure: Error): void
}

export class WorkerShipping implements Shipping {
  readonly #places: ShippingPlaces
  readonly #position: () => SpoolPosition
  readonly #thread: ShippingThread
  #worker: Worker | undefined
  #waiting: Waiting<ShipAnswer> | undefined
  /** Questions of readers by their numbers. */
  readonly #reading = new Map<number, Waiting<SpendRead>>()
  #readings = 0

  /** `position`: how far the own folder is written. */
  constructor(places: ShippingPlaces, thread: ShippingThread, position: () => SpoolPosition) {
    this.#places = places
    this.#thread = thread
    this.#position = position
  }

  async pass(): Promise<PassReport> {
    const answer = await this.#ask({ kind: 'pass', written: this.#position() })
    if (answer.kind !== 'passed') throw new Error(`The shipping thread answered "${answer.kind}".`)
    return answer.report
  }

  async sums(question: SpendQuestion): Promise<readonly SpendRow[]> {
    const read = await this.#read((number) => ({ kind: 'sums', number, question }))
    if (read.kind !== 'sums') throw unexpected(read)
    return read.rows
  }

  async attempts(question: AttemptsQuestion): Promise<AttemptPage> {
    const read = await this.#read((number) => ({ kind: 'attempts', number, question }))
    if (read.kind !== 'attempts') throw unexpected(read)
    return read.page
  }

  async stop(): Promise<void> {
    try {
      await this.#ask({ kind: 'stop', written: this.#position() })
    } finally {
      this.#worker?.terminate()
      this.#worker = undefined
      this.#giveUpReading('The shipping thread has ended.')
    }
  }

  #read(questionOf: (number: number) => SpendReading): Promise<SpendRead> {
    const number = ++this.#readings
    return new Promise((resolve, reject) => {
      this.#reading.set(number, { resolve, reject })
      this.#worker ??= this.#startWorker()
      this.#worker.postMessage(questionOf(number) satisfies ShipQuestion, [])
    })
  }

  #ask(question: ShipQuestion): Promise<ShipAnswer> {
    if (this.#waiting !== undefined) return Promise.reject(new Error('The shipping thread is still at work.'))
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      this.#worker ??= this.#startWorker()
      this.#worker.postMessage(question, [])
    })
  }

  #startWorker(): Worker {
    const worker = new Worker(apartUrl(this.#thread.path, this.#thread.source), {
      name: 'ship',
      smol: true,
      ref: false,
    })
    worker.addEventListener('message', ({ data: answer }: MessageEvent<ShipAnswer | SpendRead>) => {
      if ('number' in answer) this.#wasRead(answer)
      else this.#answered(answer)
    })
    worker.addEventListener('error', ({ message }) => this.#died(worker, message))
    worker.addEventListener('close', () => this.#died(worker, 'The shipping thread has ended.'))
    worker.postMessage({ kind: 'begin', ...this.#places } satisfies ShipQuestion, [])
    return worker
  }

  #answered(answer: ShipAnswer): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    if (answer.kind === 'failed') waiting?.reject(new Error(answer.message))
    else waiting?.resolve(answer)
  }

  #wasRead(read: SpendRead): void {
    const waiting = this.#reading.get(read.number)
    this.#reading.delete(read.number)
    waiting?.resolve(read)
  }

  #giveUpReading(message: string): void {
    for (const { reject } of this.#reading.values()) reject(new Error(message))
    this.#reading.clear()
  }

  #died(worker: Worker, message: string): void {
    if (worker !== this.#worker) return
    this.#worker = undefined
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.reject(new Error(message))
    this.#giveUpReading(message)
  }
}

function unexpected(read: SpendRead): Error {
  return new Error(read.kind === 'unread' ? read.message : `The shipping thread answered "${read.kind}".`)
}
