// One HTTP request out of the pieces in which it comes: with a length, or in chunks.

export interface GatheredRequest {
  readonly path: string
  readonly body: string
}

const requestBytesMax = 1024 * 1024

export class RequestGatherer {
  #bytes = Buffer.alloc(0)

  /** The request, once it is complete. */
  push(piece: Buffer): GatheredRequest | undefined {
    if (this.#bytes.length > requestBytesMax) return undefined
    this.#bytes = Buffer.concat([this.#bytes, piece])
    const headEnd = this.#bytes.indexOf('\r\n\r\n')
    if (headEnd === -1) return undefined
    const head = this.#bytes.toString('latin1', 0, headEnd)
    const body = bodyOf(head, this.#bytes.subarray(headEnd + 4))
    return body === undefined ? undefined : { path: head.split(' ')[1] ?? '', body: body.toString('utf8') }
  }
}

function bodyOf(head: string, rest: Buffer): Buffer | undefined {
  if (/^transfer-encoding:[^\r\n]*chunked/im.test(head)) return unchunked(rest)
  const length = Number(/^content-length:\s*(\d+)/im.exec(head)?.[1] ?? 0)
  return rest.length < length ? undefined : rest.subarray(0, length)
}

function unchunked(rest: Buffer): Buffer | undefined {
  const pieces: Buffer[] = []
  let at = 0
  for (;;) {
    const lineEnd = rest.indexOf('\r\n', at)
    if (lineEnd === -1) return undefined
    const length = Number.parseInt(rest.toString('latin1', at, lineEnd), 16)
    if (length === 0 || Number.isNaN(length)) return Buffer.concat(pieces)
    const start = lineEnd + 2
    if (rest.length < start + length + 2) return undefined
    pieces.push(rest.subarray(start, start + length))
    at = start + length + 2
  }
}
