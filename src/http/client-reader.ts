// The client as the reader of an answer: holds the response back until the first good event (or until waiting any
// longer would make load balancers cut), then writes what comes, as fast as the client takes it.
import type { AbandonReason, AnswerHead, AnswerReader, AnswerSource, LastWords } from '../core/answer.ts'
import { compactSteps } from '../core/call-step.ts'
import type { GatewayError } from '../core/errors.ts'
import { partOf } from '../core/part-of.ts'
import { doors } from '../dialects/doors.ts'
import type { Door } from '../dialects/doors.ts'
import { note, traceComment } from '../pipeline/call-trace.ts'
import { serverTiming, settle } from '../pipeline/settle.ts'
import type { CallRecord } from '../pipeline/settle.ts'
import type { CallObserver } from '../core/call.ts'
import type { Clock } from '../core/clock.ts'
import type { Deadline, DeadlineOwner, Deadlines } from '../platform/deadlines.ts'
import { directStream, lent } from '../platform/direct-stream.ts'
import type { DirectController, DirectSource } from '../platform/direct-stream.ts'
import { atTurnEnd } from '../platform/turn-end.ts'
import type { TurnTask } from '../platform/turn-end.ts'
import { factHeaders } from './answer-headers.ts'
import { noLimits } from './answer-headers.ts'
import type { AnswerForm, GoodAnswerHeaders, LimitHeaders } from './answer-headers.ts'
import { asGatewayError, errorAnswer } from './error-answer.ts'
import { clientLeftStatus, statusOf } from './error-status.ts'
import { limitHeaders } from './limit-headers.ts'
import type { OpenCall } from './open-calls.ts'
import { isCutShort } from './read-body.ts'

export interface ClientReaderParts {
  readonly clock: Clock
  readonly deadlines: Deadlines
  readonly observer: CallObserver
  readonly waits: ClientWaits
  readonly goodHeaders: GoodAnswerHeaders
  /** The runtime closes nothing idle on the request's connection any more: the deadlines here watch it. */
  keepOpen(request: Request): void
  /** New answers tell the client to open a new connection: the process is leaving, or has too much to do. */
  endsConnections(): boolean
  /** The call is over and its last byte is with the client, or will never be. */
  onClosed(reader: ClientReader): void
}

export interface ClientWaits {
  /** A stream's headers go out at the latest after this time. */
  readonly headersMs: number
  /** A comment is sent when a stream has been silent this long. */
  readonly keepAliveMs: number
  /** A client that takes nothing for this long is given up. */
  readonly writeStallMs: number
}

/** Bytes that may wait for the runtime to hand over the stream before the provider is paused. */
const queuedBytesMax = 256 * 1024
const keepAlive = Buffer.from(': keep-alive\n\n')

const traceHeader = 'x-sallyport-trace'

/** What would resolve an answer again would stay in memory for as long as its stream. */
const answered = (): void => {}

export class ClientReader implements AnswerReader, OpenCall, DeadlineOwner, DirectSource, TurnTask {
  readonly type = 'direct'
  readonly record: CallRecord
  /** For as long as nobody else would notice that the client leaves. */
  #request: Request | undefined
  /** Listened to until somebody else tells that the client leaves. */
  #signal: AbortSignal | undefined
  older: OpenCall | undefined = undefined
  newer: OpenCall | undefined = undefined
  readonly #parts: ClientReaderParts
  #answer: (response: Response) => void = answered
  #source: AnswerSource | undefined
  #head: AnswerHead | undefined
  #body: Uint8Array | undefined
  /** The answer that goes out when the turn ends. */
  #whole: Response | undefined
  #pulse: Deadline | undefined
  #controller: DirectController | undefined
  /** What came before the runtime handed over the stream. */
  #queue: Uint8Array[] | undefined
  #queuedBytes = 0
  /** Resolves the runtime's wait for the stream's end. */
  #closeStream: (() => void) | undefined
  #streaming = false
  /** Writes that the client has not taken yet. */
  #untaken = 0
  /** Nothing more will be written; the client may still be taking what was. */
  #ended = false
  #closed = false
  /** Also for a production that begins only after the reader was closed. */
  #abandonReason: AbandonReason = 'cancelled'

  constructor(record: CallRecord, request: Request, parts: ClientReaderParts) {
    this.record = record
    this.#request = request
    this.#parts = parts
  }

  /** What the runtime answers with. Asked for once, before anything else: kept here it would last as long as its stream. */
  response(): Promise<Response> {
    return new Promise((resolve) => {
      this.#answer = resolve
    })
  }

  get openedMs(): number {
    return this.record.startedMs
  }

  follow(source: AnswerSource): void {
    this.#source = source
    if (this.#ended) return source.abandon(this.#abandonReason)
    if (this.record.stream) {
      this.#setPulse(this.#streaming ? this.#parts.waits.keepAliveMs : this.#parts.waits.headersMs)
    }
  }

  head(head: AnswerHead): void {
    this.#head = head
    if (this.record.stream && !this.#streaming) this.#openStream()
  }

  append(bytes: Uint8Array): boolean {
    return this.appendPart(bytes, 0, bytes.byteLength)
  }

  appendPart(bytes: Uint8Array, from: number, to: number): boolean {
    if (this.#ended) return false
    if (!this.#streaming) {
      this.#body = partOf(bytes, from, to)
      return false
    }
    if (this.#controller === undefined) return this.#enqueue(partOf(bytes, from, to))
    this.#pulse?.extend(this.#parts.waits.keepAliveMs)
    return this.#write(this.#controller, lent(bytes, from, to))
  }

  end(): void {
    if (this.#ended) return
    if (this.#streaming) {
      if (this.record.isTraceAsked) this.#appendTrace()
      return this.#endStream()
    }
    this.#whole = new Response(this.#body, { headers: this.#headers('whole') })
    atTurnEnd(this)
    this.#close(200)
  }

  /** Goes out with all other answers of its turn. */
  turnEnds(): void {
    if (this.#whole !== undefined) this.#answer(this.#whole)
  }

  refuse(failure: unknown): void {
    // Nobody is there to be told, and it is no bug of ours.
    if (isCutShort(failure)) return this.left()
    const error = asGatewayError(failure)
    if (error.code === 'internal') this.#parts.observer.bugSeen(failure)
    this.fail(error)
  }

  fail(error: GatewayError, lastWords?: LastWords): void {
    if (this.#ended) return
    this.record.error = error
    if (this.record.steps !== undefined) this.#noteError(error)
    if (this.#streaming) {
      const text = lastWords?.fail(error, statusOf(error, this.#door), this.record.callId)
      this.append(Buffer.from(text ?? this.#errorEvent(error)))
      if (this.record.isTraceAsked) this.#appendTrace()
      this.#endStream()
    } else {
      this.#answer(errorAnswer(error, this.record.callId, { door: this.#door, more: this.#factHeaders() }))
      this.#close(statusOf(error, this.#door))
    }
  }

  #noteError({ code }: GatewayError): void {
    note(this.record, { what: 'error', why: code }, this.#parts.clock.nowMs())
  }

  /** The last thing in the stream: to programs it is a comment. */
  #appendTrace(): void {
    const comment = this.#door.codec.failsAtComments === true ? '' : traceComment(this.record)
    if (comment !== '') this.append(Buffer.from(comment))
  }

  #errorEvent(error: GatewayError): string {
    return this.#door.codec.writeErrorEvent(error, statusOf(error, this.#door), this.record.callId)
  }

  get #door(): Door {
    return doors[this.record.endpoint]
  }

  lasts(): void {
    this.#keepOpen()
    const signal = this.#request?.signal
    if (signal === undefined) return
    if (signal.aborted) return this.left()
    signal.addEventListener('abort', this)
    this.#signal = signal
  }

  /** For the runtime: the client has gone. */
  handleEvent(): void {
    this.left()
  }

  /** A signal that is listened to, and all that it takes with it, would last as long as the stream. */
  #unlisten(): void {
    this.#signal?.removeEventListener('abort', this)
    this.#signal = undefined
  }

  #keepOpen(): void {
    if (this.#request !== undefined) this.#parts.keepOpen(this.#request)
  }

  /** The client has gone: production stops at once. */
  left(): void {
    if (this.#closed) return
    this.#source?.abandon(this.#abandonReason)
    this.#answer(new Response(null, { status: clientLeftStatus }))
    this.#close(this.#streaming ? 200 : clientLeftStatus)
  }

  /**
   * Ends the call with an error from outside: the process stops and will not wait any longer. Said to a call that has
   * been ended already, it closes it without waiting for its client.
   */
  stop(error: GatewayError): void {
    if (this.#closed) return
    if (this.#ended) return this.#close(200)
    this.#cutOff(error, 'shutdown')
  }

  /** Ends the call with an error, because its caller may call no more. What it has been told already it keeps. */
  expel(error: GatewayError): void {
    if (!this.#ended) this.#cutOff(error, 'cancelled')
  }

  #cutOff(error: GatewayError, why: AbandonReason): void {
    this.#abandonReason = why
    const source = this.#source
    source?.abandon(this.#abandonReason)
    this.fail(error, source?.lastWords)
  }

  /** For the runtime: the client of the stream has gone. */
  cancel(): void {
    this.left()
  }

  #openStream(): void {
    this.#streaming = true
    this.#keepOpen()
    // The stream tells by itself when the client leaves.
    this.#request = undefined
    this.#answer(new Response(directStream(this), { headers: this.#headers('stream') }))
    this.#head = undefined
    this.#answer = answered
  }

  /** For the runtime: the connection takes the stream. */
  pull(controller: DirectController): Promise<void> | undefined {
    this.#controller = controller
    this.#unlisten()
    const isSlow = this.#queue !== undefined && this.#write(controller, Buffer.concat(this.#queue))
    this.#queue = undefined
    if (this.#closed) {
      controller.end()
      return undefined
    }
    if (this.#ended && !isSlow) {
      this.#close(200)
      return undefined
    }
    // Production was paused when the queue was full.
    if (this.#queuedBytes > queuedBytesMax && !isSlow) this.#source?.resume()
    return new Promise((resolve) => {
      this.#closeStream = resolve
    })
  }

  /** True when the client is slow. The bytes may be lent. */
  #write(controller: DirectController, bytes: Uint8Array): boolean {
    const written = controller.write(bytes)
    controller.flush()
    if (typeof written === 'number') return false
    this.#waitForClient(written)
    return true
  }

  #enqueue(bytes: Uint8Array): boolean {
    this.#queue ??= []
    this.#queue.push(bytes)
    this.#queuedBytes += bytes.byteLength
    return this.#queuedBytes > queuedBytesMax
  }

  #waitForClient(drained: Promise<unknown>): void {
    const stalled = this.#parts.deadlines.set(this.#parts.waits.writeStallMs, () => this.left())
    this.#untaken += 1
    const goOn = (): void => {
      stalled.cancel()
      this.#untaken -= 1
      // The end settles a write, too, and what has been ended must not be touched again.
      if (this.#untaken > 0 || this.#closed) return
      if (this.#ended) this.#closeWhenTaken()
      else this.#source?.resume()
    }
    drained.then(goOn, goOn)
  }

  /** The pulse: before the end it keeps the line alive, after it the client has taken nothing for too long. */
  due(): void {
    if (this.#ended) this.left()
    else this.#beat()
  }

  /** Nothing came for a while: open the stream, or say that the line is alive. */
  #beat(): void {
    if (this.#ended) return
    if (!this.#streaming) this.#openStream()
    // The runtime sends the status only together with the first bytes of the body.
    this.append(keepAlive)
    this.#setPulse(this.#parts.waits.keepAliveMs)
  }

  #setPulse(delayMs: number): void {
    const { clock, deadlines } = this.#parts
    this.#pulse = deadlines.watch(clock.nowMs() + delayMs, this)
  }

  /** What the client has not taken would be lost with the process: until it has, the call is under way. */
  #endStream(): void {
    this.#ended = true
    this.#pulse?.cancel()
    if (this.#controller !== undefined && this.#untaken === 0) return this.#closeWhenTaken()
    // The client may be gone before the runtime ever asks for the stream.
    this.#setPulse(this.#parts.waits.writeStallMs)
  }

  /** A write is settled when the next may come, which is not yet when everything is with the connection. */
  #closeWhenTaken(): void {
    this.#pulse?.cancel()
    this.#setPulse(this.#parts.waits.writeStallMs)
    const close = (): void => this.#close(200)
    Promise.resolve(this.#controller?.flush(true)).then(close, close)
  }

  #close(status: number): void {
    if (this.#closed) return
    this.#ended = this.#closed = true
    this.#request = undefined
    this.#unlisten()
    this.#pulse?.cancel()
    this.#controller?.end()
    this.#closeStream?.()
    settle(this.record, status, this.#parts)
    this.#parts.onClosed(this)
  }

  #headers(form: AnswerForm): Headers {
    const timing = serverTiming(this.record, this.#parts.clock.nowMs())
    const look = { form, timing, body: this.#body, limits: this.#limitHeaders() }
    const headers = this.#parts.goodHeaders.of(this.record, this.#head, look)
    const isTraced = form === 'whole' && this.record.isTraceAsked
    if (!isTraced && !this.#parts.endsConnections()) return headers
    const own = new Headers(headers)
    if (isTraced) own.set(traceHeader, compactSteps(this.record.steps ?? []))
    if (this.#parts.endsConnections()) own.set('connection', 'close')
    return own
  }

  #limitHeaders(): LimitHeaders {
    const { reservation } = this.record
    return reservation === undefined ? noLimits : limitHeaders(reservation, this.#door, this.#parts.clock)
  }

  #factHeaders(): Record<string, string> {
    const timing = serverTiming(this.record, this.#parts.clock.nowMs())
    const headers: Record<string, string> = {
      ...factHeaders(this.record, this.record.deployment, timing),
    }
    const limits = this.#limitHeaders()
    for (let at = 0; at < limits.length; at += 2) headers[limits[at] ?? ''] = limits[at + 1] ?? ''
    if (this.record.isTraceAsked) headers[traceHeader] = compactSteps(this.record.steps ?? [])
    if (this.#parts.endsConnections()) headers['connection'] = 'close'
    return headers
  }
}
