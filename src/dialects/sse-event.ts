// One event of a stream that is relayed, as places in the bytes at hand: most events need no look inside, and their
// text is made only for those that do.
import type { JsonObject } from './json-object.ts'
import { parseEvent } from './parse-event.ts'

const noBytes = Buffer.alloc(0)
const space = 32
const quote = 34
const colon = 58
const openBrace = 123
const closeBrace = 125
const typeMember = Buffer.from('"type"')
const typeCharsMax = 100

export class SseEvent {
  #buffer: Buffer = noBytes
  #nameStart = 0
  #nameEnd = 0
  #dataStart = 0
  #dataEnd = 0
  /** Starts and ends of further `data:` lines. Hardly anybody sends any. */
  #moreLines: number[] | undefined
  #json: JsonObject | undefined
  /** Nearly all events of a stream are of one type, whose text is made once. */
  #lastType = ''
  hasData = false

  /** Takes in a line `[start, end)`. Comments, ids and what nobody knows pass along with their event. */
  line(buffer: Buffer, start: number, end: number): void {
    const first = buffer[start]
    if (first === 100 && isField(buffer, start, 'data')) this.#addData(afterColon(buffer, start + 4), end)
    else if (first === 101 && isField(buffer, start, 'event')) {
      this.#nameStart = afterColon(buffer, start + 5)
      this.#nameEnd = end
    }
  }

  /** All of its lines are there, and their places are places in this buffer. */
  close(buffer: Buffer): void {
    this.#buffer = buffer
    if (this.#moreLines !== undefined) return
    while (this.#dataStart < this.#dataEnd && buffer[this.#dataStart] === space) this.#dataStart += 1
    while (this.#dataEnd > this.#dataStart && buffer[this.#dataEnd - 1] === space) this.#dataEnd -= 1
  }

  clear(): void {
    this.#buffer = noBytes
    this.#nameStart = this.#nameEnd = this.#dataStart = this.#dataEnd = 0
    this.#moreLines = undefined
    this.#json = undefined
    this.hasData = false
  }

  /** The bytes before `by` are gone from the buffer. */
  shift(by: number): void {
    this.#nameStart -= by
    this.#nameEnd -= by
    this.#dataStart -= by
    this.#dataEnd -= by
    this.#moreLines = this.#moreLines?.map((place) => place - by)
  }

  /** Of its data. */
  get byteLength(): number {
    return (this.#moreLines?.at(-1) ?? this.#dataEnd) - this.#dataStart
  }

  /** What its `event:` line says; empty without one. */
  get name(): string {
    if (this.#nameEnd === this.#nameStart) return ''
    return this.#buffer.toString('utf8', this.#nameStart, this.#nameEnd)
  }

  /**
   * What kind of event it is: by the member `type` of its data, else by its name. Some servers send only one of them;
   * an error is one whichever says so. Throws MalformedAnswer where it must be looked for and there is no JSON.
   */
  kind(): string {
    if (this.#nameEnd - this.#nameStart === 5 && this.name === 'error') return 'error'
    const type = this.#typeAtStart()
    if (type !== '') return type
    const json = this.json()
    if (typeof json['type'] === 'string') return json['type']
    return typeof json['error'] === 'object' && json['error'] !== null ? 'error' : this.name
  }

  text(): string {
    return this.#textAs('utf8')
  }

  /** Each byte as one character. */
  latin1(): string {
    return this.#textAs('latin1')
  }

  /** Throws MalformedAnswer where it is no JSON object, or nested too deep. */
  json(): JsonObject {
    this.#json ??= parseEvent(this.text())
    return this.#json
  }

  /** Nearly everybody begins an event's object with its type, and then nothing else of it need be read. */
  #typeAtStart(): string {
    const buffer = this.#buffer
    const end = this.#dataEnd
    if (this.#moreLines !== undefined) return ''
    if (buffer[this.#dataStart] !== openBrace || buffer[end - 1] !== closeBrace) return ''
    let at = afterSpaces(buffer, this.#dataStart + 1)
    for (const code of typeMember) if (buffer[at++] !== code) return ''
    at = afterSpaces(buffer, at)
    if (buffer[at] !== colon) return ''
    at = afterSpaces(buffer, at + 1)
    if (buffer[at] !== quote) return ''
    if (this.#isLastType(at + 1)) return this.#lastType
    let close = at + 1
    while (close < end && close - at <= typeCharsMax && buffer[close] !== quote) close += 1
    const type = buffer[close] === quote ? buffer.toString('latin1', at + 1, close) : ''
    if (type.includes('\\')) return ''
    this.#lastType = type
    return type
  }

  /** Does the last event's type stand here, closed by its quote? */
  #isLastType(start: number): boolean {
    const buffer = this.#buffer
    const { length } = this.#lastType
    if (length === 0 || buffer[start + length] !== quote) return false
    for (let index = 0; index < length; index += 1) {
      if (buffer[start + index] !== this.#lastType.charCodeAt(index)) return false
    }
    return true
  }

  #addData(start: number, end: number): void {
    if (this.hasData) (this.#moreLines ??= []).push(start, end)
    else {
      this.#dataStart = start
      this.#dataEnd = end
      this.hasData = true
    }
  }

  #textAs(encoding: 'utf8' | 'latin1'): string {
    const buffer = this.#buffer
    let text = buffer.toString(encoding, this.#dataStart, this.#dataEnd)
    const more = this.#moreLines ?? []
    for (let index = 0; index < more.length; index += 2) {
      text += `\n${buffer.toString(encoding, more[index], more[index + 1])}`
    }
    return text
  }
}

function isField(buffer: Buffer, start: number, name: string): boolean {
  for (let index = 0; index < name.length; index += 1) {
    if (buffer[start + index] !== name.charCodeAt(index)) return false
  }
  return buffer[start + name.length] === colon
}

function afterColon(buffer: Buffer, at: number): number {
  return buffer[at + 1] === space ? at + 2 : at + 1
}

function afterSpaces(buffer: Buffer, from: number): number {
  let at = from
  while (buffer[at] === space) at += 1
  return at
}
