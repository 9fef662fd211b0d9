// A streamed body as wire events, whatever pieces it comes in: server-sent events, or lines of JSON that are each an
// event without a name (Ollama).
import type { WireEvent } from './dialect.ts'
import { SseLines } from './sse-lines.ts'

export type Framing = 'events' | 'lines'

export class WireEvents {
  readonly #framing: Framing
  readonly #lines = new SseLines()
  #name = ''
  #data: string | undefined

  constructor(framing: Framing) {
    this.#framing = framing
  }

  /** A single event has grown over what any event is. */
  get overflow(): boolean {
    return this.#lines.overflow
  }

  /** The events that this piece completes. */
  feed(chunk: Uint8Array): WireEvent[] {
    const buffer = this.#lines.feed(chunk)
    const found: WireEvent[] = []
    let from = 0
    while (this.#lines.next()) {
      const line = buffer.toString('utf8', this.#lines.start, this.#lines.end)
      from = this.#lines.after
      if (this.#framing === 'events') this.#field(line, found)
      else if (line !== '') found.push({ name: '', data: line })
    }
    this.#lines.keepFrom(from)
    return found
  }

  /** The body has ended: what was never closed by a blank line, if anything. */
  rest(): WireEvent[] {
    const found = this.#lines.hasRest() ? this.feed(lineEnd) : []
    if (this.#framing === 'events') this.#field('', found)
    return found
  }

  /** https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation */
  #field(line: string, found: WireEvent[]): void {
    if (line === '') {
      if (this.#data !== undefined) found.push({ name: this.#name, data: this.#data })
      this.#name = ''
      this.#data = undefined
      return
    }
    const colon = line.indexOf(':')
    if (colon === 0) return
    const name = colon === -1 ? line : line.slice(0, colon)
    const start = line.charCodeAt(colon + 1) === 32 ? colon + 2 : colon + 1
    const value = colon === -1 ? '' : line.slice(start)
    if (name === 'event') this.#name = value
    else if (name === 'data') this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`
  }
}

const lineEnd = Buffer.from('\n')
