// Servers that do what a test tells them to, byte by byte, on an address of this machine. `Bun.serve` would not: it
// never breaks HTTP.
import { createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'

export interface LoopbackServer extends AsyncDisposable {
  readonly port: number
  /** Connections that were opened, ever. */
  accepted: number
  readonly sockets: Set<Socket>
}

interface TlsFiles {
  readonly key: string
  readonly cert: string
}

export interface ListenOptions {
  readonly tls?: TlsFiles
  readonly host?: string
  readonly port?: number
}

/** Accepts connections and hands each to `serve`. */
export async function listen(
  serve: (socket: Socket) => void,
  options: ListenOptions = {},
): Promise<LoopbackServer> {
  const sockets = new Set<Socket>()
  const { tls, host = '127.0.0.1', port = 0 } = options
  const accept = (socket: Socket): void => {
    loopback.accepted += 1
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    serve(socket)
  }
  const server: Server = tls === undefined ? createServer(accept) : createTlsServer(tls, accept)
  server.on('tlsClientError', () => undefined)
  const { promise, resolve, reject } = Promise.withResolvers<undefined>()
  server.on('error', reject)
  server.listen(port, host, () => resolve(undefined))
  await promise
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('it listens on no port')
  const loopback: LoopbackServer = {
    port: address.port,
    accepted: 0,
    sockets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      const closed = Promise.withResolvers<undefined>()
      server.close(() => closed.resolve(undefined))
      await closed.promise
    },
  }
  return loopback
}

/** Calls `answer` with each whole request: its head, and the bytes of its body. */
export function onRequest(socket: Socket, answer: (head: string, bodyBytes: number) => void): void {
  let pending = Buffer.alloc(0)
  let head: string | undefined
  let left = 0
  let bodyBytes = 0
  socket.on('data', (bytes: Buffer) => {
    let rest: Buffer = head === undefined ? Buffer.concat([pending, bytes]) : bytes
    pending = Buffer.alloc(0)
    while (rest.length > 0) {
      if (head === undefined) {
        const end = rest.indexOf('\r\n\r\n')
        if (end === -1) {
          pending = Buffer.from(rest)
          return
        }
        head = rest.toString('latin1', 0, end + 4)
        rest = rest.subarray(end + 4)
        left = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
        bodyBytes = left
      }
      const taken = Math.min(left, rest.length)
      rest = rest.subarray(taken)
      left -= taken
      if (left > 0) return
      const whole = head
      head = undefined
      answer(whole, bodyBytes)
    }
  })
}

/** Answers every request with the same bytes. */
export function answering(wire: string | Buffer): (socket: Socket) => void {
  return (socket) => onRequest(socket, () => void socket.write(wire))
}

/** An answer with a length. */
export function answerOf(body: string, headers = ''): string {
  return `HTTP/1.1 200 OK\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}
