// One answer on the wire: head, transfer framing and content coding around the pieces of a body. The head
// waits for the first piece when nobody asked for a pause between them, so that a short answer is one write.
import { printedHead, withHeaders } from './answer-head.ts'
import type { Header } from './answer-head.ts'
import type { Wire } from './behaviour.ts'
import { compressor } from './compressor.ts'
import type { Compressor } from './compressor.ts'
import type { Outbox } from './outbox.ts'

export type Framing = NonNullable<Wire['framing']>

/** How much more than it will ever send a broken body announces. */
const missingBytes = 1_000

export interface Head {
  readonly status: number
  readonly headers: readonly Header[]
}

export class BodyWriter {
  readonly #outbox: Outbox
  readonly #wire: Wire
  readonly framing: Framing
  readonly #compressor: Compressor | undefined
  #head: string | undefined
  readonly #headFacts: Head
  /** With `content-length` the whole body is collected first, unless its length was told. */
  #collected: Uint8Array[] | undefined

  constructor(head: Head, outbox: Outbox, wire: Wire, framing: Framing) {
    this.#headFacts = head
    this.#outbox = outbox
    this.#wire = wire
    this.framing = framing
    this.#compressor = wire.encoding === undefined ? undefined : compressor(wire.encoding)
    if (framing === 'content-length') this.#collected = []
    else this.#head = this.#printHead(framing === 'chunked' ? [['transfer-encoding', 'chunked']] : [])
  }

  /**
   * Sends what there is, without an end: the head, and of a body with a length only what was written so far.
   */
  async sendPartial(): Promise<void> {
    if (this.#collected === undefined) return this.#flush('')
    const body = Buffer.concat(this.#collected)
    this.#collected = undefined
    const head = this.#printHead([['content-length', String(body.byteLength + missingBytes)]])
    await this.#outbox.write(Buffer.concat([Buffer.from(head, 'latin1'), body]))
  }

  /** A promise only when it could not go out at once. */
  write(text: string): Promise<void> | undefined {
    if (this.#compressor !== undefined) return this.#writeCompressed(this.#compressor.push(Buffer.from(text)))
    if (this.#collected !== undefined) {
      this.#collected.push(Buffer.from(text))
      return undefined
    }
    if (this.framing !== 'chunked') return this.#flush(text)
    return this.#flush(this.#chunk(text, Buffer.byteLength(text)))
  }

  /** The proper end of the body. `beforeBody` is waited for between the head and a body with a length. */
  async finish(beforeBody?: () => Promise<void>): Promise<void> {
    if (this.#compressor !== undefined) await this.#writeCompressed(this.#compressor.finish())
    if (this.#collected !== undefined) return this.#finishCollected(this.#collected, beforeBody)
    if (this.framing !== 'chunked') return this.#flush('')
    return this.#flush(this.#wire.trailers === true ? '0\r\nx-trailer: simulated\r\n\r\n' : '0\r\n\r\n')
  }

  async #finishCollected(pieces: readonly Uint8Array[], beforeBody?: () => Promise<void>): Promise<void> {
    const body = Buffer.concat(pieces)
    const length = String(body.byteLength)
    const head = Buffer.from(this.#printHead([['content-length', length]]), 'latin1')
    if (beforeBody === undefined) return this.#outbox.write(Buffer.concat([head, body]))
    await this.#outbox.write(head)
    await beforeBody()
    await this.#outbox.write(body)
  }

  #printHead(framingHeaders: readonly Header[]): string {
    const closes =
      this.framing === 'close' || this.#wire.connection === 'close' || this.#wire.version === '1.0'
    const coding: readonly Header[] =
      this.#wire.encoding === undefined ? [] : [['content-encoding', this.#wire.encoding]]
    const connection: Header = ['connection', closes ? 'close' : 'keep-alive']
    const headers = withHeaders(this.#headFacts.headers, [...coding, ...framingHeaders, connection])
    return printedHead(this.#headFacts.status, headers, this.#wire)
  }

  #chunk(text: string, bytes: number): string {
    const extension = this.#wire.chunkExtensions === true ? ';simulated="yes"' : ''
    return `${bytes.toString(16)}${extension}\r\n${text}\r\n`
  }

  #flush(text: string): Promise<void> | undefined {
    const head = this.#head
    this.#head = undefined
    if (head === undefined && text === '') return undefined
    return this.#outbox.write(Buffer.from(head === undefined ? text : head + text))
  }

  async #writeCompressed(compressed: Promise<Uint8Array>): Promise<void> {
    const bytes = await compressed
    if (this.#collected !== undefined) {
      this.#collected.push(bytes)
      return
    }
    if (bytes.byteLength === 0) return
    await this.#flush('')
    if (this.framing !== 'chunked') return this.#outbox.write(bytes)
    const opening = Buffer.from(`${bytes.byteLength.toString(16)}\r\n`)
    await this.#outbox.write(Buffer.concat([opening, bytes, Buffer.from('\r\n')]))
  }
}
