// One pass over JSON text that checks its grammar, its depth and its size, and notes where the top-level members
// stand, so that a change is a splice at a span and never a parse and a print. The text is the body's bytes read as
// Latin-1: one character per byte, so positions are byte offsets.

/** Where a top-level member stands. `name` is decoded; the value spans `[start, end)` without white space. */
export interface Member {
  readonly name: string
  /** Where its name's opening quote stands. */
  readonly nameStart: number
  readonly start: number
  readonly end: number
}

export interface ScanLimits {
  readonly depthMax: number
  readonly keysMax: number
}

export type JsonScan =
  | { readonly kind: 'object'; readonly members: readonly Member[]; readonly close: number }
  | { readonly kind: 'other' }
  | { readonly kind: 'malformed'; readonly problem: string; readonly at: number }
  | { readonly kind: 'too-complex'; readonly what: 'depth' | 'keys' }

/**
 * Scans one JSON value. Never throws and never recurses.
 * `close` is the offset of the closing brace of the top-level object.
 */
export function scanJson(text: string, limits: ScanLimits): JsonScan {
  return scanner.run(text, limits)
}

const quote = 34
const comma = 44
const colon = 58
const openBracket = 91
const backslash = 92
const closeBracket = 93
const openBrace = 123
const closeBrace = 125

/** Names that most requests have, by their lengths: finding one of these makes no new text. */
const usualNames = byLength(
  'n input model tools stream stop top_p seed user messages metadata dimensions max_tokens temperature tool_choice',
  'stream_options response_format encoding_format reasoning_effort max_completion_tokens parallel_tool_calls',
)

function byLength(...lists: readonly string[]): readonly (readonly string[] | undefined)[] {
  const names = lists.join(' ').split(' ')
  const lengthMax = Math.max(...names.map((name) => name.length))
  return Array.from({ length: lengthMax + 1 }, (_, length) => names.filter((name) => name.length === length))
}

const noMembers: Member[] = []

class Scanner {
  #text = ''
  #limits: ScanLimits = { depthMax: 0, keysMax: 0 }
  #members: Member[] = []
  /** 1 for an object, 0 for an array, by depth. */
  readonly #isObject = new Uint8Array(1024)
  #at = 0
  #depth = 0
  #keys = 0
  #nextBackslash = -1
  #problem: JsonScan | undefined
  #name = ''
  #nameStart = 0
  #valueStart = 0

  run(text: string, limits: ScanLimits): JsonScan {
    this.#text = text
    this.#limits = limits
    this.#members = []
    this.#at = this.#depth = this.#keys = 0
    this.#nextBackslash = text.indexOf('\\')
    this.#problem = undefined
    const scan = this.#whole()
    // The text is somebody's prompt: it must not be kept until the next scan.
    this.#text = ''
    this.#members = noMembers
    return scan
  }

  #whole(): JsonScan {
    this.#space()
    const isObject = this.#text.charCodeAt(this.#at) === openBrace
    this.#values()
    if (this.#problem !== undefined) return this.#problem
    const close = this.#at - 1
    this.#space()
    if (this.#at < this.#text.length) return this.#malformed('text after the end of the value')
    return isObject ? { kind: 'object', members: this.#members, close } : { kind: 'other' }
  }

  /** Runs from the start of a value to its end; the stack is a counter and a row of flags. */
  #values(): void {
    while (this.#open() && this.#close());
  }

  /** A value has ended: closes what ends with it. True when a sibling follows, which is where it leaves off. */
  #close(): boolean {
    while (this.#depth > 0) {
      const inObject = this.#isObject[this.#depth] === 1
      if (this.#depth === 1 && inObject) this.#note()
      this.#space()
      const code = this.#text.charCodeAt(this.#at)
      if (code === comma) {
        this.#at += 1
        this.#space()
        return !inObject || this.#key()
      }
      if (code !== (inObject ? closeBrace : closeBracket)) {
        return this.#bad(inObject ? 'expected "," or "}"' : 'expected "," or "]"')
      }
      this.#at += 1
      this.#depth -= 1
    }
    return false
  }

  /** Reads the start of a value: a scalar whole, or down through opening brackets to the first scalar or empty one. */
  #open(): boolean {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at)
      if (this.#depth === 1) this.#valueStart = this.#at
      if (code !== openBrace && code !== openBracket) return this.#scalar(code)
      if (this.#depth === this.#limits.depthMax) return this.#tooComplex('depth')
      this.#depth += 1
      this.#isObject[this.#depth] = code === openBrace ? 1 : 0
      this.#at += 1
      this.#space()
      if (this.#text.charCodeAt(this.#at) === (code === openBrace ? closeBrace : closeBracket)) {
        this.#at += 1
        this.#depth -= 1
        return true
      }
      if (code === openBrace && !this.#key()) return false
    }
  }

  #note(): void {
    this.#members.push({
      name: this.#name,
      nameStart: this.#nameStart,
      start: this.#valueStart,
      end: this.#at,
    })
  }

  #key(): boolean {
    const start = this.#at
    if (this.#text.charCodeAt(start) !== quote) return this.#bad('expected a member name in quotes')
    if (!this.#string()) return false
    this.#keys += 1
    if (this.#keys > this.#limits.keysMax) return this.#tooComplex('keys')
    if (this.#depth === 1) {
      const name = this.#nameAt(start + 1, this.#at - 1)
      if (name === undefined) return this.#bad('a bare control character in a name')
      this.#name = name
      this.#nameStart = start
    }
    this.#space()
    if (this.#text.charCodeAt(this.#at) !== colon) return this.#bad('expected ":"')
    this.#at += 1
    this.#space()
    return true
  }

  /**
   * A name may hide behind escapes ("mod\u0065l"); the provider decodes it, so we must. Undefined when it holds a control
   * character; inside other strings they pass: looking at each character costs more than the rest of the scan.
   */
  #nameAt(start: number, end: number): string | undefined {
    for (const known of usualNames[end - start] ?? []) {
      if (this.#text.startsWith(known, start)) return known
    }
    const name = this.#text.slice(start, end)
    if (control.test(name)) return undefined
    return name.includes('\\') ? String(JSON.parse(`"${name}"`)) : name
  }

  #scalar(code: number): boolean {
    if (code === quote) return this.#string()
    if (code === 116) return this.#literal('true')
    if (code === 102) return this.#literal('false')
    if (code === 110) return this.#literal('null')
    if (code === 45 || (code >= 48 && code <= 57)) return this.#number()
    return this.#bad(Number.isNaN(code) ? 'it ends too early' : 'expected a value')
  }

  #literal(word: string): boolean {
    if (!this.#text.startsWith(word, this.#at)) return this.#bad('expected a value')
    this.#at += word.length
    return true
  }

  #number(): boolean {
    number.lastIndex = this.#at
    if (!number.test(this.#text)) return this.#bad('not a number')
    this.#at = number.lastIndex
    return true
  }

  /** Jumps from quote to quote; looks at backslashes only where there are some. */
  #string(): boolean {
    const text = this.#text
    let from = this.#at + 1
    for (;;) {
      const end = text.indexOf('"', from)
      if (end === -1) return this.#bad('a string has no end')
      if (this.#nextBackslash < from && this.#nextBackslash !== -1) {
        this.#nextBackslash = text.indexOf('\\', from)
      }
      if (this.#nextBackslash === -1 || this.#nextBackslash > end) {
        this.#at = end + 1
        return true
      }
      from = this.#afterEscape(this.#nextBackslash)
      if (from === -1) return false
    }
  }

  #afterEscape(at: number): number {
    const code = this.#text.charCodeAt(at + 1)
    if (code === 117) {
      if (hexQuad.test(this.#text.slice(at + 2, at + 6))) return at + 6
    } else if (simpleEscapes.has(code)) return at + 2
    this.#at = at
    this.#bad('an escape that JSON does not have')
    return -1
  }

  #space(): void {
    let code = this.#text.charCodeAt(this.#at)
    while (code === 32 || code === 10 || code === 13 || code === 9) {
      this.#at += 1
      code = this.#text.charCodeAt(this.#at)
    }
  }

  #bad(problem: string): false {
    this.#malformed(problem)
    return false
  }

  #malformed(problem: string): JsonScan {
    this.#problem = { kind: 'malformed', problem, at: this.#at }
    return this.#problem
  }

  #tooComplex(what: 'depth' | 'keys'): false {
    this.#problem = { kind: 'too-complex', what }
    return false
  }
}

/** A scan runs to its end before another begins, so one does for all: making one for each costs more than a small scan. */
const scanner = new Scanner()

const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
const control = /[\x00-\x1f]/
const hexQuad = /^[0-9a-fA-F]{4}$/
const simpleEscapes = new Set([quote, backslash, 47, 98, 102, 110, 114, 116])
