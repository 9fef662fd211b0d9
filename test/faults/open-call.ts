// A client on a bare socket, for what `fetch` hides: when each byte came, what happens when nobody reads, and how a
// connection ends.
import { testKey } from '../end-to-end/start-gateway.ts'
import { BodyDecoder } from './body-decoder.ts'

export interface Question {
  readonly model: string
  readonly stream?: boolean
  readonly maxTokens?: number
  readonly prompt?: string
  readonly key?: string
}

export interface OpenCall {
  /** Resolves when the answer's head is there; rejects when the connection ends before. */
  readonly head: Promise<AnswerHead>
  /** Resolves with how it ended: the body was whole, or the connection was closed before. */
  readonly ended: Promise<'whole' | 'cut'>
  /** The body so far, without its framing. */
  readonly body: string
  /** When the last bytes came, `performance.now()`. */
  readonly lastByteMs: number
  /** When the first bytes of the body came; 0 before. */
  readonly firstBodyByteMs: number
  /** Resolves when the body holds this; rejects when it ends without. */
  received(text: string): Promise<void>
  /** Reads nothing any more, so that the sender is held up. */
  pause(): void
  resume(): void
  /** Leaves at once. */
  close(): void
}

export interface AnswerHead {
  readonly status: number
  readonly headers: Headers
}

/** The messages that a question is sent with. */
export function messagesOf(question: Question): { role: 'user'; content: string }[] {
  return [{ role: 'user', content: question.prompt ?? 'Hello there' }]
}

/** Sends a chat call to a gateway. Rejects when nobody listens. */
export function openCall(gatewayUrl: string, question: Question): Promise<OpenCall> {
  return openPost(gatewayUrl, {
    path: '/v1/chat/completions',
    headers: { authorization: `Bearer ${question.key ?? testKey}` },
    body: {
      model: question.model,
      messages: messagesOf(question),
      stream: question.stream ?? true,
      ...(question.maxTokens === undefined ? {} : { max_tokens: question.maxTokens }),
    },
  })
}

/** A call of any dialect. */
export interface Post {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: object
}

/** Sends a call to a gateway. Rejects when nobody listens. */
export async function openPost(gatewayUrl: string, post: Post): Promise<OpenCall> {
  const body = JSON.stringify(post.body)
  const { host, hostname, port } = new URL(gatewayUrl)
  const call = new SocketCall()
  const lines = Object.entries(post.headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const request =
    `POST ${post.path} HTTP/1.1\r\nhost: ${host}\r\n${lines.join('')}` +
    `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  call.socket = await Bun.connect({
    hostname,
    port: Number(port),
    socket: {
      data: (_socket, bytes) => call.feed(bytes),
      end: () => call.closed(),
      close: () => call.closed(),
      error: () => call.closed(),
    },
  })
  call.socket.write(request)
  call.socket.flush()
  return call
}

/** The text of a streamed answer. */
export function textOf(body: string): string {
  let text = ''
  for (const line of body.split('\n')) {
    if (!line.startsWith('data: {')) continue
    const chunk: { choices?: { delta?: { content?: string } }[] } = JSON.parse(line.slice(6))
    text += chunk.choices?.[0]?.delta?.content ?? ''
  }
  return text
}

interface Waiter {
  readonly text: string
  resolve(): void
  reject(failure: Error): void
}

class SocketCall implements OpenCall {
  readonly head: Promise<AnswerHead>
  readonly ended: Promise<'whole' | 'cut'>
  readonly #decoder = new BodyDecoder()
  #onHead: (head: AnswerHead) => void = () => {}
  #onNoHead: (failure: Error) => void = () => {}
  #onEnded: (how: 'whole' | 'cut') => void = () => {}
  #headBytes: Buffer | undefined = Buffer.alloc(0)
  #waiters: Waiter[] = []
  #isOver = false
  lastByteMs = 0
  firstBodyByteMs = 0
  socket: Bun.Socket | undefined

  constructor() {
    this.head = new Promise((resolve, reject) => {
      this.#onHead = resolve
      this.#onNoHead = reject
    })
    this.head.catch(() => {})
    this.ended = new Promise((resolve) => {
      this.#onEnded = resolve
    })
  }

  get body(): string {
    return this.#decoder.text
  }

  received(text: string): Promise<void> {
    if (this.body.includes(text)) return Promise.resolve()
    if (this.#isOver) return Promise.reject(this.#gone(text))
    return new Promise((resolve, reject) => this.#waiters.push({ text, resolve, reject }))
  }

  pause(): void {
    this.socket?.pause()
  }

  resume(): void {
    this.socket?.resume()
  }

  close(): void {
    this.socket?.terminate()
    this.closed()
  }

  feed(bytes: Buffer): void {
    this.lastByteMs = performance.now()
    const body =
      this.#headBytes === undefined ? bytes : this.#afterHead(Buffer.concat([this.#headBytes, bytes]))
    if (body === undefined) return
    if (this.firstBodyByteMs === 0 && body.length > 0) this.firstBodyByteMs = this.lastByteMs
    this.#decoder.push(body)
    if (this.#waiters.length > 0) this.#look()
    if (this.#decoder.isWhole) this.#end('whole')
  }

  closed(): void {
    this.#onNoHead(new Error('The connection was closed before an answer.'))
    this.#end('cut')
  }

  #afterHead(bytes: Buffer): Buffer | undefined {
    const end = bytes.indexOf('\r\n\r\n')
    this.#headBytes = end === -1 ? bytes : undefined
    if (end === -1) return undefined
    const [first = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n')
    const headers = new Headers(
      lines.map((line): [string, string] => {
        const colon = line.indexOf(':')
        return [line.slice(0, colon), line.slice(colon + 1).trim()]
      }),
    )
    this.#decoder.begin(headers)
    this.#onHead({ status: Number(first.split(' ')[1]), headers })
    return bytes.subarray(end + 4)
  }

  #look(): void {
    const { body } = this
    const waiting = this.#waiters
    this.#waiters = waiting.filter(({ text }) => !body.includes(text))
    for (const waiter of waiting) if (!this.#waiters.includes(waiter)) waiter.resolve()
  }

  #end(how: 'whole' | 'cut'): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#onEnded(how)
    for (const waiter of this.#waiters) waiter.reject(this.#gone(waiter.text))
    if (how === 'whole') this.socket?.end()
  }

  #gone(text: string): Error {
    return new Error(`The answer ended without "${text}". Its end: ${this.body.slice(-300)}`)
  }
}
