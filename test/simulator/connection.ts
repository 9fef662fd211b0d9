// One client's connection: requests out of bytes, one answered after the other, and what became of it at the
// end.
import { nowMs } from './bill.ts'
import { Outbox } from './outbox.ts'
import type { RawSocket } from './outbox.ts'
import { RequestReader } from './read-requests.ts'
import type { ReceivedRequest } from './read-requests.ts'

/** What is to be done with the connection after an answer. */
export type AfterAnswer = 'keep' | 'close' | 'drop-next'

/** Answers one request. */
export type Serve = (request: ReceivedRequest, connection: Connection) => Promise<AfterAnswer>

export class Connection {
  readonly outbox: Outbox
  readonly #number: number
  readonly #serve: Serve
  readonly #reader = new RequestReader()
  #isBusy = false
  #dropsNext = false
  /** When the client's closing was noticed; null while it is there, or when we closed first. */
  clientClosedAtMs: number | null = null

  constructor(socket: RawSocket, number: number, serve: Serve) {
    this.outbox = new Outbox(socket)
    this.#number = number
    this.#serve = serve
  }

  received(bytes: Uint8Array): void {
    if (this.#dropsNext) return this.outbox.end()
    this.#reader.feed(bytes)
    if (!this.#isBusy) void this.#work()
  }

  drained(): void {
    this.outbox.drained()
  }

  /** The socket has closed, whoever did it. */
  closed(): void {
    if (this.outbox.isClosed) return
    this.clientClosedAtMs = nowMs()
    this.outbox.closed()
  }

  async #work(): Promise<void> {
    this.#isBusy = true
    while (!this.outbox.isClosed) {
      const parsed = this.#reader.next()
      if (parsed === undefined) break
      if (parsed === 'bad') {
        await this.outbox.write(Buffer.from('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n'))
        this.outbox.end()
        break
      }
      const request = { ...parsed, connection: this.#number, receivedAtMs: nowMs() }
      const after = await this.#serve(request, this)
      if (after === 'close') this.outbox.end()
      if (after === 'drop-next') this.#dropsNext = true
    }
    this.#isBusy = false
    if (this.#reader.expectsContinue) void this.#sayContinue()
  }

  #sayContinue(): Promise<void> | undefined {
    this.#reader.expectsContinue = false
    return this.outbox.write(Buffer.from('HTTP/1.1 100 Continue\r\n\r\n'))
  }
}
