// One request and its answer: between the connection that carries it and the sink that wants it. The sink hears
// exactly one of `end` and `fail`, unless it gave up first, and nothing after that.
import type { EgressExchange, EgressFailure, EgressRequest, EgressSink } from '../../core/egress.ts'
import type { Clock } from '../../core/clock.ts'
import { partOf } from '../../core/part-of.ts'
import type { Deadline, DeadlineOwner, Deadlines } from '../deadlines.ts'
import type { TurnTask } from '../turn-end.ts'
import type { Connection, ConnectionUser } from './connection.ts'
import type { Dialling } from './connect.ts'
import { decoderFor, isCoded } from './decode-body.ts'
import type { Decoder } from './decode-body.ts'
import type { RequestWriter } from './request-bytes.ts'
import type { ResponseHead } from './response-head.ts'

export interface ExchangeOwner {
  readonly settings: {
    readonly writeTimeoutMs: number
    readonly idleTimeoutMs: number
  }
  readonly clock: Clock
  readonly deadlines: Deadlines
  readonly writer: RequestWriter
  /** Finds or makes a connection for an exchange, which may use it before this returns. */
  connect(request: EgressRequest, exchange: Exchange): void
}

export class Exchange implements EgressExchange, ConnectionUser, DeadlineOwner, TurnTask {
  /** Until it is with the connection: its bytes must not lie in memory for as long as the answer streams. */
  #request: EgressRequest | undefined
  readonly #sink: EgressSink
  readonly #owner: ExchangeOwner
  #dialling: Dialling | undefined
  /** Present while it is this exchange's own: not before it is up, and not after the answer's last byte. */
  #connection: Connection | undefined
  #deadline: Deadline | undefined
  /** What its passing means. */
  #awaited: 'idle_timeout' | 'write_timeout' = 'idle_timeout'
  #decoder: Decoder | undefined
  #hasHead = false
  /** The sink wants no more for now. */
  #isPaused = false
  /** The decoder wants no more for now. */
  #isHeld = false
  #over = false

  constructor(request: EgressRequest, sink: EgressSink, owner: ExchangeOwner) {
    this.#request = request
    this.#sink = sink
    this.#owner = owner
  }

  /** It begins with all others of its turn. */
  turnEnds(): void {
    if (!this.#over && this.#request !== undefined) this.#owner.connect(this.#request, this)
  }

  /** A connection is being made for it. */
  dialled(dialling: Dialling): void {
    if (!this.#over && this.#connection === undefined) this.#dialling = dialling
  }

  /** Begins on this connection. */
  use(connection: Connection, reused: boolean): void {
    this.#dialling = undefined
    if (this.#over) return connection.discard()
    const request = this.#request
    if (request === undefined) return connection.discard()
    this.#request = undefined
    this.#connection = connection
    if (this.#isPaused) connection.pause()
    connection.start(this.#owner.writer.bytesOf(request), this)
    // The socket may have failed in the same breath.
    if (this.#over) return
    this.#sink.connected(reused)
  }

  slow(): void {
    if (!this.#over) this.#watch('write_timeout', this.#owner.settings.writeTimeoutMs)
  }

  written(): void {
    if (!this.#hasHead) this.#unwatch()
  }

  head(head: ResponseHead): void {
    if (this.#over) return
    this.#hasHead = true
    this.#unwatch()
    const coding = head.header('content-encoding')
    if (isCoded(coding) && !this.#decode(coding)) return
    this.#sink.head(head)
  }

  body(bytes: Buffer, from: number, to: number): void {
    if (this.#over) return
    if (this.#decoder === undefined) this.#deliverPart(bytes, from, to)
    else if (!this.#decoder.push(bytes.subarray(from, to))) this.#hold(true)
  }

  /** An answer that comes in one piece is never watched. */
  more(): void {
    if (this.#over || !this.#hasHead) return
    if (this.#deadline === undefined) this.#watchIdle()
    else this.#deadline.extend(this.#owner.settings.idleTimeoutMs)
  }

  end(): void {
    if (this.#over) return
    // The connection may already carry another exchange.
    this.#connection = undefined
    this.#unwatch()
    if (this.#decoder === undefined) this.#finish()
    else this.#decoder.finish()
  }

  broken(failure: EgressFailure): void {
    if (this.#over) return
    this.#close()
    this.#sink.fail(failure)
  }

  pause(): void {
    if (this.#over || this.#isPaused) return
    this.#isPaused = true
    this.#decoder?.pause()
    if (!this.#isHeld) this.#connection?.pause()
    // Silence is our own wish now.
    if (this.#hasHead) this.#unwatch()
  }

  resume(): void {
    if (this.#over || !this.#isPaused) return
    this.#isPaused = false
    if (!this.#isHeld) this.#connection?.resume()
    if (this.#hasHead && this.#connection !== undefined) this.#watchIdle()
    this.#decoder?.resume()
  }

  abort(): void {
    if (this.#over) return
    const connection = this.#connection
    const dialling = this.#dialling
    this.#close()
    dialling?.abort()
    connection?.discard()
  }

  /** Puts a decoder before the sink. False when there is none for this coding, and the exchange has failed. */
  #decode(coding: string): boolean {
    this.#decoder = decoderFor(coding, {
      data: (bytes) => this.#deliver(bytes),
      ready: () => this.#hold(false),
      end: () => this.#finish(),
      fail: (code, message) => this.#giveUp({ phase: 'body', code, message, stale: false }),
    })
    if (this.#decoder !== undefined) return true
    const message = 'it compresses its answer in a way that is not understood'
    this.#giveUp({ phase: 'head', code: 'unsupported_encoding', message, stale: false })
    return false
  }

  #deliverPart(bytes: Buffer, from: number, to: number): void {
    const sink = this.#sink
    if (sink.dataPart === undefined) sink.data(partOf(bytes, from, to))
    else sink.dataPart(bytes, from, to)
  }

  #deliver(bytes: Buffer): void {
    if (!this.#over) this.#sink.data(bytes)
  }

  /** Lets the decoder catch up with the socket. */
  #hold(isHeld: boolean): void {
    if (this.#over || this.#isHeld === isHeld) return
    this.#isHeld = isHeld
    if (this.#isPaused) return
    if (isHeld) this.#connection?.pause()
    else this.#connection?.resume()
  }

  #finish(): void {
    if (this.#over) return
    this.#close()
    this.#sink.end()
  }

  /** Fails from our side: the connection is of no more use. */
  #giveUp(failure: EgressFailure): void {
    if (this.#over) return
    const connection = this.#connection
    this.#close()
    connection?.discard()
    this.#sink.fail(failure)
  }

  #watchIdle(): void {
    if (!this.#isPaused) this.#watch('idle_timeout', this.#owner.settings.idleTimeoutMs)
  }

  #watch(code: 'idle_timeout' | 'write_timeout', delayMs: number): void {
    this.#deadline?.cancel()
    this.#awaited = code
    const { clock, deadlines } = this.#owner
    this.#deadline = deadlines.watch(clock.nowMs() + delayMs, this)
  }

  /** What was awaited did not come. */
  due(): void {
    const code = this.#awaited
    const { writeTimeoutMs, idleTimeoutMs } = this.#owner.settings
    const isWrite = code === 'write_timeout'
    const what = isWrite ? 'it does not take the request' : 'it sends nothing'
    const message = `${what} for ${(isWrite ? writeTimeoutMs : idleTimeoutMs) / 1000} s`
    this.#giveUp({ phase: isWrite ? 'write' : 'body', code, message, stale: false })
  }

  #unwatch(): void {
    this.#deadline?.cancel()
    this.#deadline = undefined
  }

  #close(): void {
    this.#over = true
    this.#unwatch()
    this.#decoder?.stop()
    this.#connection = undefined
    this.#dialling = undefined
  }
}
