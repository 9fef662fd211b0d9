// A thousand requests that break a rule: each gets a clear refusal in the client's envelope, none reaches a provider,
// none is answered with a fault of ours, and the process goes on.
import { afterAll, expect, test } from 'bun:test'
import { connect } from 'node:net'
import { startSimulator } from '../simulator/start-simulator.ts'
import { bodyBytesMax } from './malformed-kinds.ts'
import type { Chance, MalformedKind } from './malformed-kinds.ts'
import { malformedBodies } from './malformed-bodies.ts'
import { malformedHttp } from './malformed-http.ts'
import { configFor, startGateway, testKey } from './start-gateway.ts'

const requestsMin = 1_000
const atOnce = 16
const patienceMs = 5_000
const testTimeoutMs = 60_000
/** Refusals that the runtime's server makes by itself, without a body. */
const bareRefusals = new Set([400, 413, 431, 505])

const simulator = await startSimulator({ keys: 'any' })
const gateway = await startGateway({
  config: configFor(`${simulator.baseUrl}/v1`).replace(
    'server: {',
    `server: { body_limit: ${bodyBytesMax}B,`,
  ),
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await simulator.stop()
})

test(
  'a thousand malformed requests of many kinds are refused one by one, and nothing else happens',
  async () => {
    const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000)
    process.stdout.write(`seed of the malformed requests: ${seed} (SEED=${seed} runs them again)\n`)
    const requests = requestsOf(chanceOf(seed))
    expect(requests.length).toBeGreaterThanOrEqual(requestsMin)
    const complaints: string[] = []
    let next = 0
    const worker = async (): Promise<void> => {
      for (let request = requests[next++]; request !== undefined; request = requests[next++]) {
        const complaint = complaintAbout(
          request.kind,
          await exchange(request.bytes, request.kind.endless === true),
        )
        if (complaint !== undefined)
          complaints.push(`${request.kind.name}: ${complaint} — ${shown(request.bytes)}`)
      }
    }
    await Promise.all(Array.from({ length: atOnce }, worker))
    expect(complaints).toEqual([])

    expect(simulator.requests.filter(({ method }) => method === 'POST')).toEqual([])
    expect(gateway.process.exitCode).toBeNull()
    expect((await fetch(`${gateway.url}/health`)).status).toBe(200)
    const answer = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${testKey}` },
      body: JSON.stringify({ model: 'sim/ok', messages: [{ role: 'user', content: 'still there?' }] }),
    })
    expect(answer.status).toBe(200)
    expect(gateway.log.filter(({ level }) => level === 'error')).toEqual([])
  },
  testTimeoutMs,
)

interface MalformedRequest {
  readonly kind: MalformedKind
  readonly bytes: Buffer
}

function requestsOf(chance: Chance): readonly MalformedRequest[] {
  const kinds = [...malformedBodies, ...malformedHttp]
  expect(new Set(kinds.map(({ name }) => name)).size).toBeGreaterThanOrEqual(40)
  const requests: MalformedRequest[] = []
  for (let round = 0; requests.length < requestsMin; round++) {
    for (const kind of kinds) {
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

function exchange(request: Buffer, isEndless: boolean): Promise<Came> {
  return new Promise((resolve) => {
    let bytes = Buffer.alloc(0)
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1', () => {
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
