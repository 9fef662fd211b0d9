// The head of an answer (RFC 9112): checked when it comes, and searched when somebody asks, because nobody asks for most
// of it. One text, no copies: it is kept for as long as the answer streams. Most names that are asked for are not there, so
// that is what is known without a search.
import type { EgressHead } from '../../core/egress.ts'

const colon = 58
const zero = 48

/** Reads a head without its empty line; undefined when it breaks HTTP. */
export function readHead(text: string): ResponseHead | undefined {
  if (!wholeHead.test(text)) return undefined
  return new ResponseHead(text)
}

/**
 * A status line, then lines of a name, a colon and a value without control characters. A folded line has no name and
 * does not match.
 */
const wholeHead =
  /^HTTP\/1\.[01] [1-9]\d\d(?: [^\x00-\x08\x0a-\x1f\x7f]*)?(?:\r\n[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\x00-\x08\x0a-\x1f\x7f]*)*$/

/** Where the status stands: behind `HTTP/1.1 `. */
const statusAt = 9
const minorVersionAt = 7

export class ResponseHead implements EgressHead {
  readonly status: number
  readonly isHttp11: boolean
  readonly #text: string
  /** The marks of all names. */
  readonly #marks: number

  /** `text` is checked. */
  constructor(text: string) {
    this.status =
      text.charCodeAt(statusAt) * 100 +
      text.charCodeAt(statusAt + 1) * 10 +
      text.charCodeAt(statusAt + 2) -
      111 * zero
    this.isHttp11 = text.charCodeAt(minorVersionAt) === zero + 1
    this.#text = text
    this.#marks = marksOf(text)
  }

  header(name: string): string | undefined {
    if ((this.#marks & markOf(name, 0, name.length)) === 0) return undefined
    const text = this.#text
    let found: string | undefined
    let line = text.indexOf('\r\n')
    while (line !== -1) {
      const start = line + 2
      const next = text.indexOf('\r\n', start)
      const end = start + name.length
      if (text.charCodeAt(end) === colon && isSameName(text, start, name)) {
        const value = trimmed(text, end + 1, next === -1 ? text.length : next)
        found = found === undefined ? value : `${found}, ${value}`
      }
      line = next
    }
    return found
  }
}

/** The marks of all names in a head. */
function marksOf(text: string): number {
  let marks = 0
  let line = text.indexOf('\r\n')
  while (line !== -1) {
    const start = line + 2
    marks |= markOf(text, start, text.indexOf(':', start))
    line = text.indexOf('\r\n', start)
  }
  return marks
}

/** One bit of 32 for the name in `[start, end)`, the same in any case; few names share theirs. */
function markOf(text: string, start: number, end: number): number {
  return 1 << (text.charCodeAt(start) ^ (end - start))
}

/** The text in `[start, end)` without blanks around it. */
function trimmed(text: string, start: number, end: number): string {
  let from = start
  let to = end
  while (from < to && isBlank(text.charCodeAt(from))) from += 1
  while (to > from && isBlank(text.charCodeAt(to - 1))) to -= 1
  return text.slice(from, to)
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9
}

/** Whether `name`, which is in lower case, stands at `start` in any case. Letters differ in one bit; so do no other two characters of names. */
function isSameName(text: string, start: number, name: string): boolean {
  for (let at = 0; at < name.length; at += 1) {
    const code = text.charCodeAt(start + at)
    if (code !== name.charCodeAt(at) && ((code | 32) !== name.charCodeAt(at) || code < 65 || code > 90)) {
      return false
    }
  }
  return true
}
