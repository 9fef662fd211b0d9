// A streamed body as wire events, whatever pieces it comes in: server-sent events, or lines of JSON that are each an
// event without a name (Ollama).
import type { WireEvent } from './dialect.ts'
import { eventBytesMax, SseLines } from './sse-lines.ts'

export type Framing = 'events' | 'lines'

export class WireEvents {
  readonly #framing: Framing
  readonly #lines = new SseLines()
  #name = ''
  #said: string | undefined
  /** What the lines of the event at hand take, however little each of them says. */
  #heldBytes = 0

  constructor(framing: Framing) {
    this.#framing = framing
  }

  /** A single event has grown over what any event is. */
  get overflow(): boolean {
    return this.#lines.overflow || this.#heldBytes > eventBytesMax
  }

  /** The events that this piece completes: `[from, to)` of the chunk, or all of it. */
  feed(chunk: Uint8Array, pieceFrom?: number, pieceTo?: number): WireEvent[] {
    const buffer = this.#lines.feed(chunk, pieceFrom, pieceTo)
    const found: WireEvent[] = []
    let { from } = this.#lines
    while (this.#lines.next()) {
      const { start, end } = this.#lines
      from = this.#lines.after
      if (start === end) this.#close(found)
      else if (this.#framing === 'lines') found.push({ name: '', data: buffer.toString('utf8', start, end) })
      else if (isData(buffer, start, end)) this.#data(valueAt(buffer, start + 5, end))
      else this.#field(buffer.toString('utf8', start, end))
    }
    this.#lines.keepFrom(from)
    return found
  }

  /** The body has ended: what was never closed by a blank line, if anything. */
  rest(): WireEvent[] {
    const found = this.#lines.hasRest() ? this.feed(lineEnd) : []
    this.#close(found)
    return found
  }

  /** An event is over. */
  #close(found: WireEvent[]): void {
    if (this.#said !== undefined) found.push({ name: this.#name, data: this.#said })
    this.#name = ''
    this.#said = undefined
    this.#heldBytes = 0
  }

  #data(value: string): void {
    this.#heldBytes += dataLineBytes + value.length
    this.#said = this.#said === undefined ? value : `${this.#said}\n${value}`
  }

  /** https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation */
  #field(line: string): void {
    const colon = line.indexOf(':')
    const name = colon === -1 ? line : line.slice(0, colon)
    const start = line.charCodeAt(colon + 1) === 32 ? colon + 2 : colon + 1
    if (name === 'event') this.#name = colon === -1 ? '' : line.slice(start)
    else if (name === 'data') this.#data('')
  }
}

/** `data:`, which most lines begin with; read where it stands, since its value is most of all that is read. */
function isData(buffer: Buffer, start: number, end: number): boolean {
  return (
    end - start >= 5 &&
    buffer[start] === 100 &&
    buffer[start + 1] === 97 &&
    buffer[start + 2] === 116 &&
    buffer[start + 3] === 97 &&
    buffer[start + 4] === 58
  )
}

function valueAt(buffer: Buffer, start: number, end: number): string {
  return buffer.toString('utf8', buffer[start] === 32 && start < end ? start + 1 : start, end)
}

/** `data:` and the end of the line. */
const dataLineBytes = 6
const lineEnd = Buffer.from('\n')
