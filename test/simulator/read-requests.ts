// HTTP/1.1 requests out of raw bytes, kept exactly as they came: header order, casing, body bytes. Reads what
// gateways and SDKs send; it is a witness, not a hardened server.

export interface ReceivedRequest {
  readonly method: string
  /** Path and query, as sent. */
  readonly path: string
  /** In order, with raw casing. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Uint8Array
  /** Which connection, by order of arrival. */
  readonly connection: number
  /** Milliseconds since the epoch, with fractions. */
  readonly receivedAtMs: number
}

/** The first header of that name, whatever its casing. */
export function headerOf(request: Pick<ReceivedRequest, 'headers'>, name: string): string | undefined {
  const wanted = name.toLowerCase()
  return request.headers.find(([found]) => found.toLowerCase() === wanted)?.[1]
}

interface Head {
  readonly method: string
  readonly path: string
  readonly headers: ReceivedRequest['headers']
}

type Parsed = Pick<ReceivedRequest, 'method' | 'path' | 'headers' | 'body'>

export class RequestReader {
  #buffer: Buffer = Buffer.alloc(0)
  /** Bytes that arrived since the last look; joined only when enough of them are there. */
  #arrived: Uint8Array[] = []
  #arrivedBytes = 0
  #head: Head | undefined
  #neededBytes = 0
  /** The client waits for `100 Continue` before it sends its body. */
  expectsContinue = false

  feed(bytes: Uint8Array): void {
    // The runtime may use its buffer again after the callback.
    this.#arrived.push(Uint8Array.from(bytes))
    this.#arrivedBytes += bytes.byteLength
  }

  /** The next whole request; `bad` when the bytes are no request. */
  next(): Parsed | 'bad' | undefined {
    if (this.#buffer.byteLength + this.#arrivedBytes < this.#neededBytes) return undefined
    if (this.#arrivedBytes > 0) this.#buffer = Buffer.concat([this.#buffer, ...this.#arrived])
    this.#arrived = []
    this.#arrivedBytes = 0
    if (this.#head === undefined) {
      const end = this.#buffer.indexOf('\r\n\r\n')
      if (end < 0) return undefined
      const head = parseHead(this.#buffer.toString('latin1', 0, end))
      if (head === undefined) return 'bad'
      this.#head = head
      this.#buffer = this.#buffer.subarray(end + 4)
      this.expectsContinue = headerOf(head, 'expect')?.toLowerCase() === '100-continue'
    }
    return this.#readBody(this.#head)
  }

  #readBody(head: Head): Parsed | 'bad' | undefined {
    if (headerOf(head, 'transfer-encoding') !== undefined) {
      const found = readChunks(this.#buffer)
      return found === undefined || found === 'bad' ? found : this.#complete(head, found.body, found.end)
    }
    const length = Number(headerOf(head, 'content-length') ?? 0)
    if (!Number.isSafeInteger(length) || length < 0) return 'bad'
    this.#neededBytes = length
    if (this.#buffer.byteLength < length) return undefined
    return this.#complete(head, this.#buffer.subarray(0, length), length)
  }

  #complete(head: Head, body: Uint8Array, end: number): Parsed {
    this.#buffer = this.#buffer.subarray(end)
    this.#head = undefined
    this.#neededBytes = 0
    this.expectsContinue = false
    return { ...head, body }
  }
}

function parseHead(text: string): Head | undefined {
  const [first = '', ...lines] = text.split('\r\n')
  const [method, path, version] = first.split(' ')
  if (method === undefined || path === undefined || version?.startsWith('HTTP/1.') !== true) return undefined
  const headers = lines.map((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon), line.slice(colon + 1).trim()] as const
  })
  return headers.some(([name]) => name === '') ? undefined : { method, path, headers }
}

function readChunks(buffer: Buffer): { readonly body: Uint8Array; readonly end: number } | 'bad' | undefined {
  const pieces: Buffer[] = []
  for (let at = 0; ;) {
    const lineEnd = buffer.indexOf('\r\n', at)
    if (lineEnd < 0) return undefined
    const size = Number.parseInt(buffer.toString('latin1', at, lineEnd), 16)
    if (!Number.isSafeInteger(size) || size < 0) return 'bad'
    const from = lineEnd + 2
    if (buffer.byteLength < from + size + 2) return undefined
    // Trailers are not read: no client of ours sends them.
    if (size === 0) return { body: Buffer.concat(pieces), end: from + 2 }
    pieces.push(buffer.subarray(from, from + size))
    at = from + size + 2
  }
}
