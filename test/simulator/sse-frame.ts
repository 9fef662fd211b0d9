// Server-sent events as text, in all the spellings that the standard allows.
import type { Wire } from './behaviour.ts'

const lineEnds = { lf: '\n', crlf: '\r\n', cr: '\r' } as const

export class SseFramer {
  readonly #wire: Wire
  readonly #lineEnd: string
  readonly #isPlain: boolean
  #count = 0

  constructor(wire: Wire, naturalLineEnd: 'lf' | 'crlf' = 'lf') {
    const { comments, eventLines, byteOrderMark, tightData, lineEnd = naturalLineEnd } = wire
    this.#wire = wire
    this.#lineEnd = lineEnds[lineEnd]
    this.#isPlain = lineEnd === 'lf' && ![comments, eventLines, byteOrderMark, tightData].includes(true)
  }

  /** One event with its blank line. */
  event(text: string, name?: string): string {
    if (this.#isPlain && name === undefined) return `data: ${text}\n\n`
    const lines = [`data:${this.#wire.tightData === true ? '' : ' '}${text}`]
    if (this.#wire.eventLines === true)
      lines.unshift(`event: ${name ?? 'message'}`, `id: ${this.#count}`, 'retry: 3000')
    else if (name !== undefined) lines.unshift(`event: ${name}`)
    return this.#framed(lines)
  }

  /** A line as it is, with a blank line behind it. */
  raw(line: string): string {
    return this.#framed([line])
  }

  /** The last event when the blank line is to be left out. */
  withoutBlankLine(frame: string): string {
    return this.#wire.noFinalBlankLine === true ? frame.slice(0, -this.#lineEnd.length) : frame
  }

  #framed(lines: readonly string[]): string {
    const isFirst = this.#count === 0
    this.#count += 1
    const mark = isFirst && this.#wire.byteOrderMark === true ? '\ufeff' : ''
    const comment = this.#wire.comments === true ? [': keep-alive', ''] : []
    return mark + [...comment, ...lines, '', ''].join(this.#lineEnd)
  }
}
