// How many tokens of a stream went by, where a budget has to know before its provider says so. Most pieces of a stream are
// one token, but nothing keeps a provider from sending a page in one: a stream without a promised end, or past it, is read.
import type { Lens } from '../dialects/lens.ts'
import type { ReadyBytes } from '../dialects/ready-bytes.ts'
import { pieceTokens } from '../dialects/said-tokens.ts'
import { WireEvents } from '../dialects/wire-events.ts'

export class OutputMeter {
  readonly #lens: Lens
  readonly #events = new WireEvents('events')
  #tokens: number

  /** The lens of what the client speaks; `tokens` went by before. */
  constructor(lens: Lens, tokens = 0) {
    this.#lens = lens
    this.#tokens = tokens
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
    // What was held back is set right at the end.
    if (bytes > 0) this.#tokens += pieceTokens(bytes)
  }
}

function latin1Of(text: string): string {
  return Buffer.from(text).toString('latin1')
}
