// One try to deliver: a POST through the one way out, with the same bytes each time and a signature of its own. What the
// endpoint says counts by its status alone; nothing it sends is kept, and no redirect is followed.
import type { Clock } from '../core/clock.ts'
import type { EgressClient, RequestBody } from '../core/egress.ts'
import type { Endpoint, SigningKey } from './endpoint.ts'
import type { Delivery } from './ports.ts'
import { retryAfterOf } from './retry-schedule.ts'
import { signedHeaders } from './signed-headers.ts'
import type { Sign } from './signed-headers.ts'

export interface SendParts {
  readonly clock: Clock
  readonly sign: Sign
  readonly userAgent: string
  /** The way out that is in use just now. */
  egress(): EgressClient
}

export interface Tried {
  /** Null when no answer came. */
  readonly status: number | null
  /** Empty when it was taken. */
  readonly problem: string
  /** A sentence for people; empty where the problem says it all. */
  readonly detail: string
  readonly retryAfterMs: number | undefined
}

export interface Sending {
  readonly tried: Promise<Tried>
  /** Leaves it; nothing is known then of what has become of it. */
  abort(): void
}

/** More than that of an answer is not even read. */
const answerBytesMax = 64 * 1024

/** Sends it; `tried` never rejects. */
export function sendDelivery(delivery: Delivery, endpoint: Endpoint, parts: SendParts): Sending {
  const { clock, sign, userAgent, egress } = parts
  const { destination, path, keys, timeoutMs } = endpoint
  const { eventId: id, body } = delivery
  const { promise, resolve } = Promise.withResolvers<Tried>()
  let status: number | null = null
  let retryAfterMs: number | undefined
  let readBytes = 0
  const over = (problem: string, detail = ''): void => {
    deadline.cancel()
    resolve({ status, problem: status === null ? problem : problemOf(status), detail, retryAfterMs })
  }
  const giveUp = (problem: string): void => {
    exchange.abort()
    over(problem)
  }
  const deadline = clock.after(timeoutMs, () => giveUp('timeout'))
  const timestampSeconds = Math.floor(clock.wallMs() / 1000)
  const exchange = egress().send(
    {
      place: {
        destination,
        method: 'POST',
        path,
        headers: `content-type: application/json\r\nuser-agent: ${userAgent}\r\n`,
      },
      moreHeaders: signedHeaders({ id, timestampSeconds, body }, keysAt(keys, clock.wallMs()), sign),
      body: bytesOf(body),
      // Deliveries are rare: a kept connection would have died of age.
      fresh: true,
    },
    {
      connected: () => {},
      head: (head) => {
        status = head.status
        retryAfterMs = retryAfterOf(head.header('retry-after'), clock.wallMs())
      },
      data: (chunk) => {
        readBytes += chunk.byteLength
        if (readBytes > answerBytesMax) giveUp('')
      },
      end: () => over(''),
      fail: ({ code, message }) => over(code, message),
    },
  )
  return {
    tried: promise,
    abort: () => {
      deadline.cancel()
      exchange.abort()
    },
  }
}

function keysAt(keys: readonly SigningKey[], wallMs: number): readonly Uint8Array[] {
  return keys.filter(({ untilMs }) => wallMs < untilMs).map(({ key }) => key)
}

function problemOf(status: number): string {
  if (status >= 200 && status < 300) return ''
  return status >= 300 && status < 400 ? 'redirect' : `status_${status}`
}

function bytesOf(text: string): RequestBody {
  const bytes = Buffer.from(text)
  return { byteLength: bytes.length, writeInto: (target, at) => void bytes.copy(target, at) }
}
