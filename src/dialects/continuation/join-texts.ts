// Where one model's text breaks off and another's goes on: the new text is held back until it is certain how the two
// join, which is the case when every word is there once. What is not certain is given up: a wrong join would be a lie.
//
// The rules, with `before` for the text that the client has, and the new text for what comes now:
// - An overlap is believed from 16 characters on, however long: hardly anything says so much twice in a row. Text
//   that repeats itself (tables, refrains) is the exception, so an overlap that fits in two ways is not believed.
// - A shorter overlap says nothing: "ha" after "ha" may be new. A model whose own words are the beginning of its answer
//   (a prefill) does not repeat them, so there it is new up to 7 characters; a model that was asked by a prompt might do
//   either.
// - A restart is an overlap with all of `before`. One that says it in other words cannot be joined.
// - Words before an overlap are dropped where they are such as models begin with when they are asked to go on, or mere
//   marks such as quotation is wrapped in.
// - Without an overlap, a prefill goes on where it stopped. A model asked by a prompt begins a turn, and turns begin
//   without white space: it joins only where white space, or a script without any, says that no space was lost.
import { Unjoinable } from '../dialect.ts'
import { speaksOfItself } from './speaks-of-itself.ts'

/** How the model was asked: `before` is the beginning of its own turn, or a turn before one that asks it to go on. */
export type AskedBy = 'prefill' | 'prompt'

/** So many characters are no coincidence. */
const certainChars = 16
/** So many characters from the start of an answer are its start. */
const headChars = 64
/** Words about itself may take so many characters, */
const preambleCharsMax = 200
/** and within so many an overlap behind them has shown itself. */
const windowChars = 416
/** A prefill is looked at so far for words about itself. */
const openingChars = 48
/** The same words as at the start of the answer, and no restart. */
const sameStartChars = { prefill: 32, prompt: certainChars } as const
const saidAgainChars = 32
/** Words about the answer hardly end with so much of its end. */
const suspectChars = 2
/** A prefill does not overlap by so much, and an answer does not say so much twice. */
const suspiciousChars = 8

/** Joins one text. */
export class TextJoin {
  readonly #before: string
  readonly #askedBy: AskedBy
  /** White space at the end of `before` that the model was not shown. */
  #unshown: string
  #held = ''
  #isJoined = false

  constructor(before: string, askedBy: AskedBy) {
    this.#before = before
    this.#askedBy = askedBy
    this.#unshown = askedBy === 'prefill' ? before.slice(before.trimEnd().length) : ''
  }

  /** More of the new text; returns what of it can be added to `before`. Throws Unjoinable. */
  push(text: string): string {
    if (this.#isJoined) return text
    this.#held += text
    return this.#release(this.#startOfRest(false))
  }

  /** There is no more of it. Throws Unjoinable. */
  end(): string {
    return this.#isJoined ? '' : this.#release(this.#startOfRest(true))
  }

  #release(start: number | undefined): string {
    if (start === undefined) return ''
    this.#isJoined = true
    const rest = this.#held.slice(start)
    this.#held = ''
    return rest
  }

  /** Where in the held text the rest begins; undefined while that is open. */
  #startOfRest(isOver: boolean): number | undefined {
    if (!this.#hasSettledSpace(isOver)) return undefined
    const { length } = this.#held
    if (length === 0) return isOver ? 0 : undefined
    if (!isOver && (length < certainChars || this.#maySayAgain(this.#held))) return undefined
    return this.#afterOverlap() ?? this.#afterPreamble(isOver)
  }

  /** Takes the unshown white space from the start of the held text: the client has it. */
  #hasSettledSpace(isOver: boolean): boolean {
    if (this.#unshown === '') return true
    const held = this.#held
    const bare = held.trimStart()
    if (bare === '' && !isOver && held.length < windowChars) return false
    this.#held = held.startsWith(this.#unshown) ? held.slice(this.#unshown.length) : bare
    this.#unshown = ''
    return true
  }

  /** Is it, as far as it goes, a piece of what was said, so that it may become an overlap? */
  #maySayAgain(text: string): boolean {
    return text.length < this.#before.length && this.#before.includes(text)
  }

  #afterOverlap(): number | undefined {
    const overlaps = overlapsOf(this.#before, this.#held)
    const [only] = overlaps
    if (only === undefined) return undefined
    if (overlaps.length === 1 && !repeatsItself(this.#held.slice(0, only))) return only
    if (this.#askedBy === 'prefill') return undefined
    throw new Unjoinable('Its continuation repeats what repeats itself.')
  }

  #afterPreamble(isOver: boolean): number | undefined {
    const isOpening = speaksOfItself(this.#held)
    if (this.#askedBy === 'prefill' && !isOpening) {
      if (!isOver && this.#held.length < openingChars) return undefined
      return this.#exactly()
    }
    if (!isOver && this.#held.length < windowChars) return undefined
    const again = this.#saidAgain()
    if (again !== undefined) return this.#afterSaidAgain(again, isOver)
    if (isOpening) throw new Unjoinable('Its continuation begins with words about itself.')
    return this.#exactly()
  }

  /** Where, behind some words, the held text begins to repeat what was said. */
  #saidAgain(): SaidAgain | undefined {
    const before = this.#before
    if (before.length < certainChars) return undefined
    const held = this.#held
    const head = before.slice(0, headChars)
    const restart = held.slice(0, preambleCharsMax + head.length).indexOf(head)
    if (restart > 0) return { start: restart, length: before.length }
    return longestOverlap(before, held.slice(0, windowChars))
  }

  #afterSaidAgain({ start, length }: SaidAgain, isOver: boolean): number | undefined {
    const before = this.#before
    const held = this.#held
    const again = held.slice(start, start + length)
    if (!isOver && again.length < length && before.startsWith(again)) return undefined
    const isExact = again === before.slice(-length) && !repeatsItself(again)
    if (isExact && start <= preambleCharsMax && this.#isPreamble(held.slice(0, start))) return start + length
    throw new Unjoinable('Its continuation repeats the answer, and not exactly.')
  }

  #isPreamble(words: string): boolean {
    const before = this.#before
    // The overlap may have been a shorter one in them, and what follows new.
    if (words.includes(before.slice(-suspectChars))) return false
    return speaksOfItself(words) || (!joinsBySpace(before, this.#held) && onlyMarks.test(words))
  }

  /** Nothing is repeated: all of it is new. */
  #exactly(): number {
    const before = this.#before
    const held = this.#held
    if (sameStart(before, held) >= sameStartChars[this.#askedBy]) {
      throw new Unjoinable('Its continuation begins the answer again in other words.')
    }
    if (this.#askedBy === 'prefill') return this.#afterPrefill()
    const start = held.slice(0, saidAgainChars)
    if (start.length >= certainChars && before.includes(start)) {
      throw new Unjoinable('Its continuation says again what was said.')
    }
    if (touching(before, held) > 0 || beginsWithMark.test(held) || !joinsBySpace(before, held)) {
      throw new Unjoinable('It cannot be told how its continuation joins.')
    }
    return 0
  }

  /** What is too much for chance and too little for an overlap is given up here too. */
  #afterPrefill(): number {
    const before = this.#before
    const held = this.#held
    const isRestart = before.length < certainChars && held.startsWith(before.trimEnd())
    const length = touching(before, held)
    if (isRestart || (length >= suspiciousChars && !repeatsItself(held.slice(0, length)))) {
      throw new Unjoinable('It cannot be told how its continuation joins.')
    }
    return 0
  }
}

interface SaidAgain {
  readonly start: number
  readonly length: number
}

/** The longest piece of `text` that is the end of `before`. */
function longestOverlap(before: string, text: string): SaidAgain | undefined {
  const tail = before.slice(-certainChars)
  let longest: SaidAgain | undefined
  for (let at = text.indexOf(tail); at !== -1; at = text.indexOf(tail, at + 1)) {
    const end = at + certainChars
    const length = sameEnd(before, text.slice(0, end))
    if (length > (longest?.length ?? 0)) longest = { start: end - length, length }
  }
  return longest
}

/** How many characters from the start of `text` are the end of `before`, if they are enough to be believed. */
function overlapsOf(before: string, text: string): readonly number[] {
  if (before.length < certainChars) return []
  const tail = before.slice(-certainChars)
  const found: number[] = []
  for (let at = text.indexOf(tail); at !== -1; at = text.indexOf(tail, at + 1)) {
    const length = at + certainChars
    if (length > before.length) break
    if (before.endsWith(text.slice(0, length))) found.push(length)
  }
  return found
}

/** The length of the longest overlap that is too short to be believed. */
function touching(before: string, text: string): number {
  for (let length = Math.min(certainChars - 1, before.length, text.length); length > 0; length -= 1) {
    if (before.endsWith(text.slice(0, length))) return length
  }
  return 0
}

/** A longer text that is one thing said twice would have overlapped in two ways. */
const doubledCharsMax = 400

/** Is the text one thing said at least twice? */
function repeatsItself(text: string): boolean {
  if (text.length > doubledCharsMax) return false
  for (let period = 1; period * 2 <= text.length; period += 1) {
    if (text.startsWith(text.slice(period))) return true
  }
  return false
}

const space = /\s/u
/** Scripts that are written without spaces between words. */
const spaceless =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}。、，！？：；「」『』（）]/u
/** What a model may wrap a quotation of its answer in. */
const onlyMarks = /^(?:["'“«„`*]{1,3}|…|\.{3}|`{3}\w{0,20}\n)$/u
const beginsWithMark = /^(?:["'“”«»„`…]|\.\.)/u

/** Would a space that is missing between the two have been seen? */
function joinsBySpace(before: string, text: string): boolean {
  const last = Array.from(before.slice(-2)).at(-1) ?? ''
  const [first = ''] = text
  return [last, first].some((each) => space.test(each) || spaceless.test(each))
}

function sameStart(one: string, other: string): number {
  const max = Math.min(one.length, other.length)
  let length = 0
  while (length < max && one.charCodeAt(length) === other.charCodeAt(length)) length += 1
  return length
}

function sameEnd(one: string, other: string): number {
  const max = Math.min(one.length, other.length)
  let length = 0
  while (
    length < max &&
    one.charCodeAt(one.length - 1 - length) === other.charCodeAt(other.length - 1 - length)
  ) {
    length += 1
  }
  return length
}
