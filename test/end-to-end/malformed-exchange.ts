// Requests that break a rule, sent as bytes, and what is wrong with their answers: each must be refused in the client's
// envelope with a code of ours.
import { connect } from 'node:net'
import { malformedBodies } from './malformed-bodies.ts'
import { malformedHttp } from './malformed-http.ts'
import type { Chance, MalformedKind } from './malformed-kinds.ts'

const atOnce = 16
const patienceMs = 5_000
/** Refusals that the runtime's server makes by itself, without a body. */
const bareRefusals = new Set([400, 413, 431, 505])

/** Everything that can be wrong with a request. */
export const malformedKinds: readonly MalformedKind[] = [...malformedBodies, ...malformedHttp]

/** Sends all of them and tells what was wrong with the answers; empty when nothing was. */
export async function complaintsOf(
  gatewayUrl: string,
  requests: readonly MalformedRequest[],
): Promise<readonly string[]> {
  const complaints: string[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    for (let request = requests[next++]; request !== undefined; request = requests[next++]) {
      const { kind, bytes } = request
      const complaint = complaintAbout(kind, await exchange(gatewayUrl, bytes, kind.endless === true))
      if (complaint !== undefined) complaints.push(`${kind.name}: ${complaint} — ${shown(bytes)}`)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return complaints
}

/** One request of a kind. */
export interface MalformedRequest {
  readonly kind: MalformedKind
  readonly bytes: Buffer
}

/** At least so many requests, of every kind in turns; the same seed makes the same ones. */
export function malformedRequests(seed: number, count: number): readonly MalformedRequest[] {
  const chance = chanceOf(seed)
  const requests: MalformedRequest[] = []
  for (let round = 0; requests.length < count; round++) {
    for (const kind of malformedKinds) {
      if (round < (kind.timesMax ?? Infinity)) requests.push({ kind, bytes: kind.make(chance) })
    }
  }
  return requests
}

/** mulberry32. */
function chanceOf(seed: number): Chance {
  let state = seed >>> 0
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit)
  }
  return { below, one: (of) => of[below(of.length)] ?? unreachable() }
}

function unreachable(): never {
  throw new Error('There is nothing to choose from.')
}

/** What came back: the bytes up to the end of the first answer or of the connection; `open` when neither came. */
interface Came {
  readonly bytes: Buffer
  readonly isOpen: boolean
}

function exchange(gatewayUrl: string, request: Buffer, isEndless: boolean): Promise<Came> {
  return new Promise((resolve) => {
    let bytes = Buffer.alloc(0)
    const socket = connect(Number(new URL(gatewayUrl).port), '127.0.0.1', () => {
      socket.write(request)
      // A client that will send no more says so; the server must not wait for the rest.
      if (isEndless) socket.end()
    })
    const finish = (isOpen: boolean): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve({ bytes, isOpen })
    }
    const timer = setTimeout(() => finish(true), patienceMs)
    socket.on('data', (piece: Buffer) => {
      bytes = Buffer.concat([bytes, piece])
      if (isWholeAnswer(bytes)) finish(false)
    })
    socket.on('error', () => {})
    socket.on('close', () => finish(false))
  })
}

function isWholeAnswer(bytes: Buffer): boolean {
  const end = bytes.indexOf('\r\n\r\n')
  if (end === -1) return false
  const length = /^content-length: *(\d+)/imu.exec(bytes.toString('latin1', 0, end))?.[1]
  return length !== undefined && bytes.byteLength >= end + 4 + Number(length)
}

/** What is wrong with an answer; undefined when it is as it must be. */
function complaintAbout(kind: MalformedKind, { bytes, isOpen }: Came): string | undefined {
  if (isOpen) return `no answer within ${patienceMs} ms`
  if (bytes.byteLength === 0)
    return kind.bare === true ? undefined : 'the connection was closed without an answer'
  const end = bytes.indexOf('\r\n\r\n')
  const head = bytes.toString('latin1', 0, end === -1 ? bytes.byteLength : end)
  // A second refusal may follow, of what came after the request's end.
  const length = Number(/^content-length: *(\d+)/imu.exec(head)?.[1] ?? Infinity)
  const body = bytes.toString('utf8', end + 4, Math.min(bytes.byteLength, end + 4 + length))
  const status = Number(/^HTTP\/1\.1 (\d{3})/u.exec(head)?.[1])
  if (kind.bare === true && bareRefusals.has(status) && (end === -1 || body === '')) return undefined
  const code = /^x-sallyport-error: *(\S+)/imu.exec(head)?.[1] ?? ''
  const isFine = status >= 400 && status < 500 && kind.codes.includes(code) && isEnvelope(body, code)
  if (isFine && /^content-type: application\/json/imu.test(head) && /^x-request-id: call_/imu.test(head))
    return undefined
  return `${head.split('\r\n')[0]} ${code} ${body.slice(0, 200)}`
}

function isEnvelope(body: string, code: string): boolean {
  try {
    const { error }: { error: Record<string, unknown> } = JSON.parse(body)
    const { message, type, param } = error
    return (
      typeof message === 'string' &&
      message.length < 1_000 &&
      typeof type === 'string' &&
      (param === null || typeof param === 'string') &&
      error['code'] === code
    )
  } catch {
    // A body that cannot be read is a complaint like any other.
    return false
  }
}

function shown(request: Buffer): string {
  return JSON.stringify(request.toString('latin1', 0, 700))
}
