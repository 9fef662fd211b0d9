// A small question to somebody outside, through the one way out: asked with a deadline, answered whole or not at all.
import type { Clock } from '../core/clock.ts'
import type { Destination, EgressClient, EgressHead } from '../core/egress.ts'

export interface Question {
  readonly destination: Destination
  readonly path: string
  /** Header lines, each `name: value\r\n`. */
  readonly headers: string
  readonly timeoutMs: number
}

const answerBytesMax = 16 * 1024 * 1024

/** The status and text of a GET; undefined when there was no whole answer in time. Never rejects. */
export function getText(
  question: Question,
  { egress, clock }: { readonly egress: EgressClient; readonly clock: Clock },
): Promise<{ readonly status: number; readonly text: string } | undefined> {
  const { destination, path, headers, timeoutMs } = question
  return new Promise((resolve) => {
    const pieces: Uint8Array[] = []
    let sizeBytes = 0
    let head: EgressHead | undefined
    const giveUp = (): void => {
      exchange.abort()
      resolve(undefined)
    }
    const deadline = clock.after(timeoutMs, giveUp)
    const exchange = egress.send(
      {
        place: { destination, method: 'GET', path, headers },
        moreHeaders: '',
        body: undefined,
        fresh: false,
      },
      {
        connected: () => {},
        head: (received) => {
          head = received
        },
        data: (chunk) => {
          sizeBytes += chunk.byteLength
          if (sizeBytes > answerBytesMax) giveUp()
          else pieces.push(chunk)
        },
        end: () => {
          deadline.cancel()
          resolve({ status: head?.status ?? 0, text: Buffer.concat(pieces).toString() })
        },
        fail: () => {
          deadline.cancel()
          resolve(undefined)
        },
      },
    )
  })
}
