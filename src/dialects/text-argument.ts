// The text in a call's arguments `{"input":"…"}`, taken out while they arrive. What a model writes instead of that form is
// held back until the call is over, and then it is the one text in its object, or all of it.
import { parsedObject } from './json-object.ts'

/** The only argument of a function that stands in for a tool that takes text. */
export const textMember = 'input'

const opening = /^\s*\{\s*"input"\s*:\s*"/u
const openingCharsMax = 64
const escapes = new Map([
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
])
const hexDigits = 4

export class TextArgument {
  #state: 'opening' | 'text' | 'after' | 'other' = 'opening'
  /** What was not said yet: before the text all of it, in the text the beginning of an escape. */
  #held = ''
  /** A character of two halves may be escaped in two pieces; half of one is no text. */
  #half = ''

  /** The text that these characters add. */
  push(piece: string): string {
    if (this.#state === 'after') return ''
    this.#held += piece
    if (this.#state === 'opening') this.#open()
    return this.#state === 'text' ? this.#read() : ''
  }

  /** What is left when the call is over. */
  rest(): string {
    const held = this.#held
    this.#held = ''
    if (this.#state === 'after' || this.#state === 'text') return ''
    const members = parsedObject(held) ?? {}
    const own = members[textMember]
    if (typeof own === 'string') return own
    const [only, ...others] = Object.values(members).filter((member) => typeof member === 'string')
    return only === undefined || others.length > 0 ? held : only
  }

  #open(): void {
    const found = opening.exec(this.#held)
    if (found !== null) {
      this.#state = 'text'
      this.#held = this.#held.slice(found[0].length)
    } else if (this.#held.length > openingCharsMax) this.#state = 'other'
  }

  #read(): string {
    let text = this.#half
    let at = 0
    for (;;) {
      const stop = nextOf(this.#held, at)
      text += this.#held.slice(at, stop)
      at = stop
      if (at === this.#held.length) break
      if (this.#held[at] === '"') {
        this.#state = 'after'
        break
      }
      const length = escapeLength(this.#held, at)
      if (length === undefined) break
      text += escaped(this.#held.slice(at + 1, at + length))
      at += length
    }
    this.#held = this.#held.slice(at)
    return this.#whole(text)
  }

  #whole(text: string): string {
    const isHalf = this.#state === 'text' && /[\uD800-\uDBFF]$/.test(text)
    this.#half = isHalf ? text.slice(-1) : ''
    return isHalf ? text.slice(0, -1) : text
  }
}

/** Where the next quote or backslash is, or the end. */
function nextOf(text: string, from: number): number {
  const found = text.slice(from).search(/["\\]/)
  return found === -1 ? text.length : from + found
}

/** Undefined while a part of the escape is missing. */
function escapeLength(text: string, at: number): number | undefined {
  const kind = text[at + 1]
  if (kind === undefined) return undefined
  if (kind !== 'u') return 2
  return text.length < at + 2 + hexDigits ? undefined : 2 + hexDigits
}

function escaped(code: string): string {
  if (!code.startsWith('u')) return escapes.get(code) ?? code
  const unit = Number.parseInt(code.slice(1), 16)
  return Number.isNaN(unit) ? `\\${code}` : String.fromCharCode(unit)
}
