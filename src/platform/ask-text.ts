// A question to somebody outside with a small body, through the one way out: asked with a deadline, answered whole, or with
// the reason why not.
import type { Clock } from '../core/clock.ts'
import type { Destination, EgressClient, EgressHead, EgressPlace } from '../core/egress.ts'

export interface Asked {
  readonly destination: Destination
  readonly method: EgressPlace['method']
  readonly path: string
  /** Header lines, each `name: value\r\n`. */
  readonly headers: string
  readonly body?: string
  readonly timeoutMs: number
  /** A larger answer is none; a megabyte, unless it says otherwise. */
  readonly answerBytesMax?: number
}

export interface AskParts {
  readonly egress: EgressClient
  readonly clock: Clock
}

export type AskAnswer =
  | { readonly ok: true; readonly status: number; readonly text: string }
  /** No whole answer. The sentence holds no header, body or credential. */
  | { readonly ok: false; readonly reason: string }

const answerBytesUnasked = 1024 * 1024

/** Never rejects. A kept connection that had died is replaced once. */
export async function askText(asked: Asked, parts: AskParts): Promise<AskAnswer> {
  const first = await askOnce(asked, false, parts)
  const answer = first === 'stale' ? await askOnce(asked, true, parts) : first
  return answer === 'stale' ? { ok: false, reason: 'the connection was closed' } : answer
}

function askOnce(
  { destination, method, path, headers, body, timeoutMs, answerBytesMax = answerBytesUnasked }: Asked,
  fresh: boolean,
  { egress, clock }: AskParts,
): Promise<AskAnswer | 'stale'> {
  return new Promise((resolve) => {
    const pieces: Uint8Array[] = []
    let sizeBytes = 0
    let head: EgressHead | undefined
    const giveUp = (reason: string): void => {
      deadline.cancel()
      exchange.abort()
      resolve({ ok: false, reason })
    }
    const deadline = clock.after(timeoutMs, () => giveUp(`no answer within ${timeoutMs / 1_000} s`))
    const exchange = egress.send(
      { place: { destination, method, path, headers }, moreHeaders: '', body: bodyOf(body), fresh },
      {
        connected: () => {},
        head: (received) => {
          head = received
        },
        data: (chunk) => {
          sizeBytes += chunk.byteLength
          if (sizeBytes > answerBytesMax) giveUp(`its answer is larger than ${answerBytesMax} bytes`)
          else pieces.push(chunk)
        },
        end: () => {
          deadline.cancel()
          resolve({ ok: true, status: head?.status ?? 0, text: Buffer.concat(pieces).toString() })
        },
        fail: (failure) => {
          deadline.cancel()
          resolve(failure.stale && !fresh ? 'stale' : { ok: false, reason: failure.message })
        },
      },
    )
  })
}

function bodyOf(text: string | undefined) {
  if (text === undefined) return undefined
  const bytes = Buffer.from(text)
  return { byteLength: bytes.length, writeInto: (target: Buffer, at: number) => void bytes.copy(target, at) }
}
