// Opens many streams at once over raw sockets and only keeps the bytes: nothing is parsed while the clock runs.
import type { Socket } from 'bun'
import { chatClient } from './chat-client.ts'
import type { ClientDialect } from './client-dialect.ts'
import { countEvents, faultIn } from './read-stream.ts'
import { postBytes, streamBody } from './wire.ts'
import type { StreamPlan } from './wire.ts'

/** Which streams to open, and where. */
export type StreamOrder = {
  readonly port: number
  readonly path: string
  readonly model: string
  /** What the clients speak; chat when left out. */
  readonly dialect?: ClientDialect
  readonly headers: Readonly<Record<string, string>>
  readonly streams: number
  readonly events: number
  readonly eventsPerSecond: number
  /** A stream that is not over by then counts as cut. */
  readonly timeoutMs: number
}

/** Streams under way. */
export type OpenStreams = {
  /** Resolves when every stream has delivered its first bytes, or has ended. */
  readonly allStarted: Promise<void>
  /** Resolves when every stream has ended or the time is over. */
  readonly allEnded: Promise<void>
  /** Marks a moment, for `eventsBetween`. */
  mark(): Mark
  eventsBetween(start: Mark, end: Mark): number
  /** What is wrong with the streams: one sentence for each that is not whole. */
  faults(): readonly string[]
  close(): void
}

/** How many pieces each stream had received at a moment. */
export type Mark = readonly number[]

type Delivery = {
  readonly plan: StreamPlan
  readonly pieces: Buffer[]
  ended: boolean
  failure: string | undefined
}

const bodyEnd = Buffer.from('\r\n0\r\n\r\n')

/** Opens the streams, a few each millisecond so that no accept queue overflows. */
export function openStreams(order: StreamOrder): OpenStreams {
  const dialect = order.dialect ?? chatClient
  const deliveries = Array.from({ length: order.streams }, (_, stream): Delivery => {
    const plan = { stream, events: order.events, eventsPerSecond: order.eventsPerSecond }
    return { plan, pieces: [], ended: false, failure: undefined }
  })
  const started = countdown(order.streams)
  const ended = countdown(order.streams)
  const sockets: Socket<Delivery>[] = []
  const timeout = setTimeout(ended.finish, order.timeoutMs)

  const finish = (delivery: Delivery, failure?: string) => {
    if (delivery.ended) return
    delivery.ended = true
    delivery.failure = failure
    if (delivery.pieces.length === 0) started.count()
    ended.count()
  }

  const connect = (delivery: Delivery) => {
    const body = dialect.body(streamBody(order.model, delivery.plan))
    const request = postBytes(order.path, order.headers, body)
    const opening = Bun.connect<Delivery>({
      hostname: '127.0.0.1',
      port: order.port,
      data: delivery,
      socket: {
        open(socket) {
          sockets.push(socket)
          if (socket.write(request) < request.length) finish(delivery, 'the request did not fit the socket')
        },
        data(_socket, bytes) {
          delivery.pieces.push(bytes)
          if (delivery.pieces.length === 1) started.count()
          if (endsBody(delivery.pieces)) finish(delivery)
        },
        close: () => finish(delivery),
        error: (_socket, failure) => finish(delivery, failure.message),
      },
    })
    opening.catch((failure: unknown) => finish(delivery, `cannot connect: ${String(failure)}`))
  }

  void inSteps(deliveries, connect)
  return {
    allStarted: started.done,
    allEnded: ended.done.finally(() => clearTimeout(timeout)),
    mark: () => deliveries.map((delivery) => delivery.pieces.length),
    eventsBetween: (start, end) =>
      deliveries.reduce((sum, { pieces }, at) => sum + eventsIn(pieces.slice(start[at], end[at])), 0),
    faults: () => deliveries.flatMap((delivery) => faultOf(delivery, dialect)),
    close: () => sockets.forEach((socket) => socket.terminate()),
  }
}

const connectsPerStep = 4

async function inSteps(
  deliveries: readonly Delivery[],
  connect: (delivery: Delivery) => void,
): Promise<void> {
  for (let at = 0; at < deliveries.length; at += connectsPerStep) {
    deliveries.slice(at, at + connectsPerStep).forEach(connect)
    await Bun.sleep(1)
  }
}

/** The end of a chunked body may arrive alone, behind an event, or in two pieces. */
function endsBody(pieces: readonly Buffer[]): boolean {
  const last = pieces.at(-1)
  if (last === undefined) return false
  const tail = last.length < bodyEnd.length ? Buffer.concat(pieces.slice(-2)) : last
  return tail.subarray(-bodyEnd.length).equals(bodyEnd)
}

function eventsIn(pieces: readonly Buffer[]): number {
  return countEvents(Buffer.concat(pieces))
}

function faultOf(delivery: Delivery, dialect: ClientDialect): readonly string[] {
  const { plan, pieces, failure, ended } = delivery
  const fault = failure ?? (ended ? faultIn(Buffer.concat(pieces), plan, dialect) : 'not over in time')
  return fault === undefined ? [] : [`stream ${plan.stream}: ${fault}`]
}

type Countdown = { readonly done: Promise<void>; count(): void; finish(): void }

function countdown(from: number): Countdown {
  const { promise, resolve } = Promise.withResolvers<void>()
  let left = from
  return {
    done: promise,
    count() {
      left -= 1
      if (left === 0) resolve()
    },
    finish: resolve,
  }
}
