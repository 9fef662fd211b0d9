// An endpoint for webhooks that answers as a test tells it to, and keeps what it was sent.
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Received } from './standard-webhooks.ts'

/** `reset`: the connection is torn down without an answer; `never`: nothing comes. */
export type Answer =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  | 'reset'
  | 'never'

export interface Receiver extends AsyncDisposable {
  readonly url: string
  readonly port: number
  readonly received: Received[]
  /** What the next deliveries get; then always `otherwise`. */
  readonly answers: Answer[]
  otherwise: Answer
  /** Deliveries that were not answered yet. */
  open: number
}

export async function startReceiver(): Promise<Receiver> {
  const server = createServer((request, response) => void receive(request, response))
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = ''
    request.setEncoding('utf8')
    for await (const chunk of request) body += String(chunk)
    receiver.received.push({ headers: request.headers, body })
    const answer = receiver.answers.shift() ?? receiver.otherwise
    receiver.open += 1
    response.on('close', () => (receiver.open -= 1))
    if (answer === 'reset') request.socket.resetAndDestroy()
    else if (answer !== 'never') response.writeHead(answer.status, answer.headers).end(answer.body ?? '')
  }
  const { promise, resolve } = Promise.withResolvers<undefined>()
  server.listen(0, '127.0.0.1', () => resolve(undefined))
  await promise
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('it listens on no port')
  const receiver: Receiver = {
    url: `http://127.0.0.1:${address.port}/hook?token=t`,
    port: address.port,
    received: [],
    answers: [],
    otherwise: { status: 200 },
    open: 0,
    async [Symbol.asyncDispose]() {
      const closed = Promise.withResolvers<undefined>()
      server.close(() => closed.resolve(undefined))
      server.closeAllConnections()
      await closed.promise
    },
  }
  return receiver
}
