// The framing of HTTP/1.1 bodies, taken off piece by piece: chunked, by length, or up to the close.

export class BodyDecoder {
  readonly #pieces: Buffer[] = []
  #text = ''
  #framing: 'chunked' | 'length' | 'close' = 'close'
  #rest: Buffer = Buffer.alloc(0)
  /** Bytes of the chunk, or of the body, that are still to come. */
  #left = 0
  isWhole = false

  begin(headers: Headers): void {
    if (headers.get('transfer-encoding') === 'chunked') this.#framing = 'chunked'
    else if (headers.has('content-length')) {
      this.#framing = 'length'
      this.#left = Number(headers.get('content-length'))
      this.isWhole = this.#left === 0
    }
  }

  /** The body so far. */
  get text(): string {
    if (this.#pieces.length > 0) this.#text += Buffer.concat(this.#pieces.splice(0)).toString('latin1')
    return this.#text
  }

  push(bytes: Buffer): void {
    if (this.#framing === 'chunked') return this.#pushChunked(bytes)
    this.#pieces.push(Buffer.from(bytes))
    if (this.#framing === 'length') {
      this.#left -= bytes.length
      this.isWhole = this.#left <= 0
    }
  }

  #pushChunked(bytes: Buffer): void {
    let rest = this.#rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#rest, bytes])
    while (rest.length > 0 && !this.isWhole) {
      if (this.#left === 0) {
        const end = rest.indexOf('\r\n')
        if (end === -1) break
        const size = Number.parseInt(rest.toString('latin1', 0, end), 16)
        rest = rest.subarray(end + 2)
        this.isWhole = size === 0
        // The line end behind the chunk belongs to it.
        this.#left = size + 2
      } else {
        const piece = rest.subarray(0, this.#left)
        this.#left -= piece.length
        rest = rest.subarray(piece.length)
        this.#pieces.push(piece.subarray(0, piece.length - Math.max(0, 2 - this.#left)))
      }
    }
    this.#rest = rest
  }
}
