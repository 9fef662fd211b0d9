// One request and its answer: between the connection that carries it and the sink that wants it. The sink hears
// exactly one of `end` and `fail`, unless it gave up first, and nothing after that.
import type { EgressExchange, EgressFailure, EgressRequest, EgressSink } from '../../core/egress.ts'
import type { Deadline, Deadlines } from '../deadlines.ts'
import type { Connection, ConnectionUser } from './connection.ts'
import type { Dialling } from './connect.ts'
import { decoderFor, isCoded } from './decode-body.ts'
import type { Decoder } from './decode-body.ts'
import { proxyAuthorization } from './proxy.ts'
import type { ProxySettings } from './proxy.ts'
import type { ResponseHead } from './response-parser.ts'

export interface ExchangeOwner {
  readonly settings: {
    readonly writeTimeoutMs: number
    readonly idleTimeoutMs: number
    readonly proxy: ProxySettings | undefined
  }
  readonly deadlines: Deadlines
}

export class Exchange implements EgressExchange, ConnectionUser {
  readonly #request: EgressRequest
  readonly #sink: EgressSink
  readonly #owner: ExchangeOwner
  #dialling: Dialling | undefined
  #connection: Connection | undefined
  #deadline: Deadline | undefined
  #decoder: Decoder | undefined
  #hasHead = false
  #over = false

  constructor(request: EgressRequest, sink: EgressSink, owner: ExchangeOwner) {
    this.#request = request
    this.#sink = sink
    this.#owner = owner
  }

  /** A connection is being made for it. */
  dialled(dialling: Dialling): void {
    if (!this.#over && this.#connection === undefined) this.#dialling = dialling
  }

  /** Begins on this connection. */
  use(connection: Connection, reused: boolean): void {
    this.#dialling = undefined
    if (this.#over) return connection.discard()
    this.#connection = connection
    connection.start(requestBytes(this.#request, this.#owner.settings.proxy), this)
    // The socket may have failed in the same breath.
    if (this.#over) return
    this.#sink.connected(reused)
  }

  slow(): void {
    if (!this.#over) this.#watch('write_timeout', this.#owner.settings.writeTimeoutMs)
  }

  written(): void {
    if (this.#hasHead) return
    this.#deadline?.cancel()
    this.#deadline = undefined
  }

  head(head: ResponseHead): void {
    if (this.#over) return
    this.#hasHead = true
    this.#watch('idle_timeout', this.#owner.settings.idleTimeoutMs)
    const coding = head.header('content-encoding')
    if (isCoded(coding)) {
      this.#decoder = decoderFor(coding, {
        data: (bytes) => this.#deliver(bytes),
        end: () => this.#finish(),
        fail: (code, message) => this.#giveUp({ phase: 'body', code, message, stale: false }),
      })
      if (this.#decoder === undefined) {
        const message = 'it compresses its answer in a way that is not understood'
        return this.#giveUp({ phase: 'head', code: 'unsupported_encoding', message, stale: false })
      }
    }
    this.#sink.head(head)
  }

  body(chunk: Buffer): void {
    if (this.#over) return
    this.#deadline?.extend(this.#owner.settings.idleTimeoutMs)
    if (this.#decoder === undefined) this.#sink.data(chunk)
    else this.#decoder.push(chunk)
  }

  end(): void {
    if (this.#over) return
    if (this.#decoder === undefined) this.#finish()
    else this.#decoder.finish()
  }

  broken(failure: EgressFailure): void {
    if (this.#over) return
    this.#close()
    this.#sink.fail(failure)
  }

  pause(): void {
    this.#connection?.pause()
  }

  resume(): void {
    this.#connection?.resume()
  }

  abort(): void {
    if (this.#over) return
    const connection = this.#connection
    this.#close()
    this.#dialling?.abort()
    connection?.forget()
    connection?.discard()
  }

  #deliver(bytes: Buffer): void {
    if (!this.#over) this.#sink.data(bytes)
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
    connection?.forget()
    connection?.discard()
    this.#sink.fail(failure)
  }

  #watch(code: 'idle_timeout' | 'write_timeout', delayMs: number): void {
    this.#deadline?.cancel()
    this.#deadline = this.#owner.deadlines.set(delayMs, () => {
      const what = code === 'write_timeout' ? 'it does not take the request' : 'it sends nothing'
      const phase = code === 'write_timeout' ? 'write' : this.#hasHead ? 'body' : 'head'
      this.#giveUp({ phase, code, message: `${what} for ${delayMs / 1000} s`, stale: false })
    })
  }

  #close(): void {
    this.#over = true
    this.#deadline?.cancel()
    this.#deadline = undefined
    this.#connection = undefined
  }
}

/** The request as it goes out, in one piece. A proxy for plain http wants the whole URL, and to know who asks. */
function requestBytes(request: EgressRequest, proxy: ProxySettings | undefined): Buffer {
  const { destination, method, path, headers, body } = request
  const { origin, secure } = destination
  let bodyBytes = 0
  for (const piece of body) bodyBytes += piece.byteLength
  const isProxied = proxy !== undefined && !secure
  const head =
    `${method} ${isProxied ? origin + path : path} HTTP/1.1\r\nhost: ${hostOf(origin, secure)}\r\n${headers}` +
    `${method === 'POST' || bodyBytes > 0 ? `content-length: ${bodyBytes}\r\n` : ''}` +
    `${isProxied ? proxyAuthorization(proxy) : ''}accept-encoding: identity\r\nconnection: keep-alive\r\n\r\n`
  const bytes = Buffer.allocUnsafe(head.length + bodyBytes)
  bytes.write(head, 0, 'latin1')
  let at = head.length
  for (const piece of body) {
    bytes.set(piece, at)
    at += piece.byteLength
  }
  return bytes
}

/** Host and port without the usual port, as every client sends it. */
function hostOf(origin: string, secure: boolean): string {
  const host = origin.slice(secure ? 8 : 7)
  const usual = secure ? ':443' : ':80'
  return host.endsWith(usual) ? host.slice(0, -usual.length) : host
}
