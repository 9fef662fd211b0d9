// One kept-alive connection that makes one call at a time and knows to the nanosecond when the last byte came.
// Raw sockets, because fetch obeys proxy variables and takes its time before the bytes leave.
import type { Socket } from 'bun'

/** A whole answer. */
export type CallAnswer = {
  readonly status: number
  /** The status line and the header lines. */
  readonly head: string
  readonly body: string
  /** From the write of the request to the last byte of the answer. */
  readonly latencyMs: number
}

/** A connection; `call` must not be used again before its answer has come. */
export type Connection = {
  call(request: string): Promise<CallAnswer>
  close(): void
}

type Pending = {
  readonly sentAtNs: number
  text: string
  readonly resolve: (answer: CallAnswer) => void
  readonly reject: (failure: Error) => void
}

const headEnd = '\r\n\r\n'

/** Connects to a port of 127.0.0.1. */
export async function connectTo(port: number): Promise<Connection> {
  let pending: Pending | undefined
  /** What a full socket did not take yet of a long request. */
  let unsent: Buffer | undefined
  let closed = false

  const lose = () => {
    closed = true
    pending?.reject(new Error('the connection was closed before the answer was whole'))
    pending = undefined
  }
  const receive = (bytes: Buffer) => {
    const nowNs = Bun.nanoseconds()
    if (pending === undefined) return
    pending.text += bytes.toString('latin1')
    const answer = wholeAnswer(pending.text)
    if (answer === undefined) return
    const { sentAtNs, resolve } = pending
    pending = undefined
    resolve({ ...answer, latencyMs: (nowNs - sentAtNs) / 1e6 })
  }

  const send = (bytes: Buffer) => {
    const written = Math.max(socket.write(bytes), 0)
    unsent = written < bytes.length ? bytes.subarray(written) : undefined
  }

  const socket: Socket = await Bun.connect({
    hostname: '127.0.0.1',
    port,
    socket: {
      data: (_socket, bytes) => receive(bytes),
      drain() {
        if (unsent !== undefined) send(unsent)
      },
      close: lose,
      error: lose,
      connectError: lose,
    },
  })
  return {
    call(request) {
      if (closed) return Promise.reject(new Error('the connection is closed'))
      const { promise, resolve, reject } = Promise.withResolvers<CallAnswer>()
      pending = { sentAtNs: Bun.nanoseconds(), text: '', resolve, reject }
      send(Buffer.from(request))
      return promise
    },
    close: () => void socket.end(),
  }
}

/** Makes one call on a connection of its own. */
export async function callOnce(port: number, request: string): Promise<CallAnswer> {
  const connection = await connectTo(port)
  try {
    return await connection.call(request)
  } finally {
    connection.close()
  }
}

function wholeAnswer(text: string): Omit<CallAnswer, 'latencyMs'> | undefined {
  const headLength = text.indexOf(headEnd)
  if (headLength < 0) return undefined
  const head = text.slice(0, headLength)
  const body = text.slice(headLength + headEnd.length)
  const status = Number(head.slice(9, 12))
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  if (length !== undefined) return body.length < Number(length) ? undefined : { status, head, body }
  return body.endsWith('0\r\n\r\n') ? { status, head, body: withoutFraming(body) } : undefined
}

function withoutFraming(body: string): string {
  let rest = body
  let joined = ''
  for (;;) {
    const lineEnd = rest.indexOf('\r\n')
    const size = Number.parseInt(rest.slice(0, lineEnd), 16)
    if (lineEnd < 0 || !(size > 0)) return joined
    joined += rest.slice(lineEnd + 2, lineEnd + 2 + size)
    rest = rest.slice(lineEnd + 2 + size + 2)
  }
}
