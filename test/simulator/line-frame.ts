// One JSON text a line (NDJSON). Of the spellings that server-sent events have, it knows only the line's end.
import type { Wire } from './behaviour.ts'

export class LineFramer {
  readonly #lineEnd: string

  constructor(wire: Wire) {
    this.#lineEnd = wire.lineEnd === 'crlf' ? '\r\n' : '\n'
  }

  event(text: string): string {
    return text + this.#lineEnd
  }

  /** A line as it is; what makes it an event elsewhere is left out. */
  raw(line: string): string {
    return line.replace(/^data: ?/u, '') + this.#lineEnd
  }

  /** The last line when its end is to be left out is not told from others here. */
  withoutBlankLine(frame: string): string {
    return frame
  }
}
