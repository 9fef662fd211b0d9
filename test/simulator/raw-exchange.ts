// A client on a bare socket, for tests that must see bytes and closings which an HTTP client hides.
import { connect } from 'node:net'
import { simulatorKey } from './start-simulator.ts'

export interface RawAnswer {
  readonly bytes: Buffer
  /** The sizes of what arrived at once. */
  readonly reads: readonly number[]
  /** `quiet`: nothing more came for a while, and the connection is open. */
  readonly ending: 'closed' | 'reset' | 'quiet'
}

/** A chat request as bytes. */
export function chatRequest(body: object): string {
  const whole = { messages: [{ role: 'user', content: 'raw' }], ...body }
  return postRequest('/v1/chat/completions', [`authorization: Bearer ${simulatorKey}`], whole)
}

export function postRequest(path: string, headers: readonly string[], body: object): string {
  const text = JSON.stringify(body)
  const head = [
    `POST ${path} HTTP/1.1`,
    'host: simulator',
    ...headers,
    `content-length: ${Buffer.byteLength(text)}`,
  ]
  return `${head.join('\r\n')}\r\n\r\n${text}`
}

/** The body of a streamed answer as it came, without head and transfer framing, however it ended. */
export async function streamedBody(port: number, request: string): Promise<string> {
  const enough = (text: string): boolean => text.endsWith('\r\n0\r\n\r\n')
  const { bytes } = await rawExchange(port, request, { enough })
  const body = bytes.subarray(bytes.indexOf('\r\n\r\n') + 4)
  const pieces: Buffer[] = []
  for (let at = 0; at < body.byteLength;) {
    const lineEnd = body.indexOf('\r\n', at)
    const size = Number.parseInt(body.toString('latin1', at, lineEnd), 16)
    if (!(size > 0)) break
    pieces.push(body.subarray(lineEnd + 2, lineEnd + 2 + size))
    at = lineEnd + 2 + size + 2
  }
  return Buffer.concat(pieces).toString()
}

/** Sends, and reads until the other side closes, `enough` is satisfied, or nothing more comes for `quietMs`. */
export function rawExchange(
  port: number,
  request: string,
  until: { readonly quietMs?: number; readonly enough?: (text: string) => boolean } = {},
): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const pieces: Buffer[] = []
    let ending: RawAnswer['ending'] = 'closed'
    const socket = connect(port, '127.0.0.1', () => socket.write(request))
    const quiet = (): void => {
      ending = 'quiet'
      socket.destroy()
    }
    // How long a busy machine takes to begin says nothing; silence counts from the first piece on.
    let timer = setTimeout(quiet, 2_000)
    socket.on('data', (piece: Buffer) => {
      pieces.push(piece)
      clearTimeout(timer)
      timer = setTimeout(quiet, until.quietMs ?? 2_000)
      if (until.enough?.(Buffer.concat(pieces).toString()) === true) quiet()
    })
    socket.on('error', () => {
      ending = 'reset'
    })
    socket.on('close', () => {
      clearTimeout(timer)
      resolve({ bytes: Buffer.concat(pieces), reads: pieces.map((piece) => piece.byteLength), ending })
    })
  })
}
