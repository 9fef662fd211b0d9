// How many tokens of a stream went by, where a budget has to know before its provider says so. Most pieces of a stream are
// one token, but nothing keeps a provider from sending a page in one: a call without a promised end is read for it.
import type { Lens } from '../dialects/lens.ts'
import type { ReadyBytes } from '../dialects/ready-bytes.ts'
import { WireEvents } from '../dialects/wire-events.ts'

/** A piece up to this long is taken for a token, however few of them are that long. */
const tokenBytesMax = 16
/** On average. What was held back is set right at the end. */
const bytesPerToken = 4

export class OutputMeter {
  readonly #lens: Lens
  readonly #events = new WireEvents('events')
  #tokens = 0

  /** The lens of what the client speaks. */
  constructor(lens: Lens) {
    this.#lens = lens
  }

  /** Estimated from the texts that it has seen. */
  get tokens(): number {
    return this.#tokens
  }

  /** Whole events on their way to the client. */
  see(ready: ReadyBytes): void {
    ready.show((bytes, from, to) => {
      for (const { name, data: text } of this.#events.feed(bytes, from, to)) this.#event(name, text)
    })
  }

  #event(name: string, text: string): void {
    let bytes = 0
    for (const { text: said, whole } of this.#lens.event(latin1Of(text), name)?.texts ?? []) {
      // What is said again as a whole has been seen in its parts.
      if (!whole) bytes += Buffer.byteLength(said)
    }
    if (bytes > 0) this.#tokens += bytes <= tokenBytesMax ? 1 : Math.ceil(bytes / bytesPerToken)
  }
}

function latin1Of(text: string): string {
  return Buffer.from(text).toString('latin1')
}
