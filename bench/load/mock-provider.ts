// A provider that costs next to nothing: raw sockets, prepared bytes and one timer for all streams. Each stream keeps
// its own phase inside the pace, because providers do not send in step and a gateway must not profit from batches.
import type { Socket } from 'bun'
import { answerBody, benchModel, eventChunk, planIn, planMark, streamTail } from './wire.ts'
import type { StreamPlan } from './wire.ts'

/** Settings of a mock provider. */
export type MockProviderSettings = {
  /** While set, a call without this bearer key gets a 401. */
  readonly expectedKey?: string
  /** Where to listen; a free port when left out. */
  readonly port?: number
  /** Told when the connection of a call that follows a plan is closed before the answer was over. */
  readonly onAbandoned?: (plan: StreamPlan) => void
  /** Told when a call that follows a plan has arrived. */
  readonly onCall?: (plan: StreamPlan) => void
}

/** A running mock provider. */
export type MockProvider = {
  readonly port: number
  stop(): void
}

type Stream = { readonly plan: StreamPlan; next: number }

type Connection = {
  received: Buffer | undefined
  stream: Stream | undefined
  waiting: StreamPlan | undefined
  unsent: Buffer | undefined
}

type Peer = Socket<Connection>

/**
 * A GET of this path ends the checking of keys: its price would otherwise be measured as the provider's.
 * The harness asks for it after the functional check.
 */
export const stopCheckingPath = '/bench/stop-checking'

const wholeAnswer = Buffer.from(jsonAnswer('200 OK', answerBody))
const modelsAnswer = Buffer.from(
  jsonAnswer('200 OK', JSON.stringify({ object: 'list', data: [{ id: benchModel, object: 'model' }] })),
)
const refusal = Buffer.from(
  jsonAnswer(
    '401 Unauthorized',
    JSON.stringify({ error: { message: 'wrong key', type: 'invalid_request_error' } }),
  ),
)
const streamHead =
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-cache\r\ntransfer-encoding: chunked\r\n\r\n'

const headEnd = '\r\n\r\n'

/** Starts a mock provider on a free port of 127.0.0.1. */
export function startMockProvider(settings: MockProviderSettings): MockProvider {
  const pacer = startPacer()
  let expectedKey = settings.expectedKey

  const answer = (peer: Peer, head: string, body: string) => {
    if (head.startsWith('GET ')) {
      if (head.startsWith(`GET ${stopCheckingPath} `)) expectedKey = undefined
      return send(peer, modelsAnswer)
    }
    if (expectedKey !== undefined && bearerIn(head) !== expectedKey) return send(peer, refusal)
    // Only a planned call names a plan, and a whole answer's path stays one search long.
    const plan = body.includes(planMark) ? planIn(body) : undefined
    if (plan === undefined) return send(peer, wholeAnswer)
    settings.onCall?.(plan)
    if (plan.eventsPerSecond === 0) peer.data.waiting = plan
    else startStream(peer, plan, pacer)
  }

  const abandoned = (peer: Peer) => {
    const plan = peer.data.stream?.plan ?? peer.data.waiting
    pacer.remove(peer)
    peer.data.waiting = undefined
    if (plan !== undefined) settings.onAbandoned?.(plan)
  }

  const listener = Bun.listen<Connection>({
    hostname: '127.0.0.1',
    port: settings.port ?? 0,
    socket: {
      open(peer) {
        peer.data = { received: undefined, stream: undefined, waiting: undefined, unsent: undefined }
      },
      data: (peer, bytes) => receive(peer, bytes, answer),
      drain: flush,
      end: (peer) => void peer.end(),
      close: abandoned,
      error: abandoned,
    },
  })

  return {
    port: listener.port,
    stop() {
      pacer.stop()
      listener.stop(true)
    },
  }
}

/** Cuts what arrived into whole calls. The common case, one call in one piece, copies nothing. */
function receive(peer: Peer, bytes: Buffer, answer: (peer: Peer, head: string, body: string) => void): void {
  const { received } = peer.data
  let text = (received === undefined ? bytes : Buffer.concat([received, bytes])).toString('latin1')
  while (text !== '') {
    const end = wholeCallLength(text)
    if (end === undefined) break
    const bodyStart = text.indexOf(headEnd) + headEnd.length
    answer(peer, text.slice(0, bodyStart), text.slice(bodyStart, end))
    text = text.slice(end)
  }
  peer.data.received = text === '' ? undefined : Buffer.from(text, 'latin1')
}

const lengthPattern = /\r\ncontent-length: *(\d+)/i

function wholeCallLength(text: string): number | undefined {
  const bodyStart = text.indexOf(headEnd)
  if (bodyStart < 0) return undefined
  const length = Number(lengthPattern.exec(text)?.[1] ?? 0)
  const end = bodyStart + headEnd.length + length
  return text.length >= end ? end : undefined
}

function bearerIn(head: string): string | undefined {
  return /\r\nauthorization: *Bearer ([^\r]+)/i.exec(head)?.[1]
}

function startStream(peer: Peer, plan: StreamPlan, pacer: Pacer): void {
  send(peer, Buffer.from(streamHead))
  peer.data.stream = { plan, next: 0 }
  pacer.add(peer, periodMsOf(plan))
}

type Pacer = {
  add(peer: Peer, periodMs: number): void
  remove(peer: Peer): void
  stop(): void
}

const nobody: ReadonlySet<Peer> = new Set()

/** One wheel of one-millisecond slots for each pace; every tick serves the slots that have become due. */
function startPacer(): Pacer {
  const wheels = new Map<number, Set<Peer>[]>()
  const startedAt = performance.now()
  let served = 0
  let added = 0

  const remove = (peer: Peer) => {
    const { stream } = peer.data
    if (stream === undefined) return
    peer.data.stream = undefined
    for (const slot of wheels.get(periodMsOf(stream.plan)) ?? []) slot.delete(peer)
  }

  const serveSlot = (slot: ReadonlySet<Peer>) => {
    for (const peer of slot) if (!sendNext(peer)) remove(peer)
  }
  const serveDue = () => {
    const due = Math.floor(performance.now() - startedAt)
    for (; served < due; served += 1) {
      for (const [periodMs, slots] of wheels) serveSlot(slots[served % periodMs] ?? nobody)
    }
  }

  const timer = setInterval(serveDue, 1)
  return {
    add(peer, periodMs) {
      const slots = wheels.get(periodMs) ?? Array.from({ length: periodMs }, () => new Set<Peer>())
      wheels.set(periodMs, slots)
      slots[added++ % periodMs]?.add(peer)
    },
    remove,
    stop: () => clearInterval(timer),
  }
}

function periodMsOf(plan: StreamPlan): number {
  return Math.max(1, Math.round(1000 / plan.eventsPerSecond))
}

/** Sends a stream's next event, or its tail; false when that was the last of it. */
function sendNext(peer: Peer): boolean {
  const { stream } = peer.data
  if (stream === undefined) return false
  if (stream.next === stream.plan.events) {
    send(peer, Buffer.from(streamTail))
    return false
  }
  send(peer, Buffer.from(eventChunk(stream.plan.stream, stream.next), 'latin1'))
  stream.next += 1
  return true
}

function send(peer: Peer, bytes: Buffer): void {
  const { unsent } = peer.data
  if (unsent !== undefined) {
    peer.data.unsent = Buffer.concat([unsent, bytes])
    return
  }
  const written = Math.max(peer.write(bytes), 0)
  if (written < bytes.length) peer.data.unsent = bytes.subarray(written)
}

function flush(peer: Peer): void {
  const { unsent } = peer.data
  if (unsent === undefined) return
  peer.data.unsent = undefined
  send(peer, unsent)
}

function jsonAnswer(status: string, body: string): string {
  return `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`
}
