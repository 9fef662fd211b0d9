// The tap on a streamed answer that is relayed, for dialects whose events have kinds: it cuts the bytes into whole
// events, lets them pass as they came, and has each looked at by its dialect, which says what it means.
import type { LastWords } from '../core/answer.ts'
import type { Usage } from '../core/usage.ts'
import { isObject } from './json-object.ts'
import { ReadyBytes } from './ready-bytes.ts'
import { SseEvent } from './sse-event.ts'
import { SseLines } from './sse-lines.ts'
import { exceptMalformed } from './stream-tap.ts'
import type { StreamFault, StreamTap } from './stream-tap.ts'

/** What a stream has said so far, noted down by its dialect. */
export interface StreamNotes {
  content: boolean
  done: boolean
  fault: StreamFault | undefined
  model: string
  contentChunks: number
}

/** What a dialect makes of the events of one stream. */
export interface EventReader {
  /** Notes down what an event means. Throws MalformedAnswer. An event that is at fault does not pass. */
  read(event: SseEvent, notes: StreamNotes): void
  /** The body has ended and no event said so: was it the end of the answer all the same? */
  isWhole(): boolean
  /** The counts so far, of an answer with so many pieces of content. */
  usage(contentChunks: number): Usage | undefined
  /** Who says that it broke off, where that depends on what has passed. */
  readonly lastWords?: LastWords
}

/** Pictures, fetched pages, and repetitions of the whole answer come in one event. */
const eventBytesMax = 16 * 1024 * 1024
const unreadable: StreamFault = { kind: 'malformed', detail: 'its stream holds an event that cannot be read' }

/** Below this length nothing is nested so deep that it could not be printed again. */
const bareErrorBytesMax = 10_000

const openBrace = 123
const openBracket = 91

export class EventTap implements StreamTap, StreamNotes {
  readonly #reader: EventReader
  readonly #lines: SseLines
  readonly #eventBytesMax: number
  readonly #event = new SseEvent()
  /** Where the event being read begins in the buffer at hand: all before it may go on. */
  #eventStart = 0
  /** What comes now was never closed by a blank line, so it may be half an event. */
  #isRest = false

  readonly ready = new ReadyBytes()
  content = false
  done = false
  fault: StreamFault | undefined
  model = ''
  contentChunks = 0

  /** `bytesMax` is how long an event may be. */
  constructor(reader: EventReader, bytesMax = eventBytesMax) {
    this.#reader = reader
    this.#eventBytesMax = bytesMax
    this.#lines = new SseLines(bytesMax)
  }

  get usage(): Usage | undefined {
    return this.#reader.usage(this.contentChunks)
  }

  get lastWords(): LastWords | undefined {
    return this.#reader.lastWords
  }

  push(chunk: Uint8Array, from?: number, to?: number): void {
    if (this.done || this.fault !== undefined) return
    const buffer = this.#lines.feed(chunk, from, to)
    const start = (this.#eventStart = this.#lines.from)
    while (this.#lines.next()) {
      const { start: lineStart, end: lineEnd } = this.#lines
      if (lineEnd > lineStart) this.#event.line(buffer, lineStart, lineEnd)
      else this.#endOfEvent(buffer)
      if (this.done || this.fault !== undefined) break
    }
    if (this.#eventStart > start) this.#lines.pass(start, this.#eventStart, this.ready)
    if (this.#eventStart > 0) this.#event.shift(this.#eventStart)
    this.#lines.keepFrom(this.#eventStart)
    if (this.#lines.overflow) this.fault ??= this.#tooLarge()
  }

  finish(): Uint8Array | undefined {
    this.#closeRest()
    if (this.fault !== undefined || this.done) return undefined
    if (this.content && this.#reader.isWhole()) this.done = true
    else this.fault = { kind: 'cut', detail: 'it ended without its last event' }
    return undefined
  }

  /** A last event may lack its blank line. Half an event is no event: what counts is what came before it. */
  #closeRest(): void {
    if (this.fault !== undefined || this.done || !this.#lines.hasRest()) return
    this.#isRest = true
    this.push(Buffer.from('\n\n'))
    this.fault = exceptMalformed(this.fault)
  }

  #endOfEvent(buffer: Buffer): void {
    const { start, after } = this.#lines
    const event = this.#event
    if (event.hasData) {
      event.close(buffer)
      this.#read()
    } else {
      this.fault = bareError(buffer, this.#eventStart, start)
    }
    event.clear()
    if (this.fault === undefined && after - this.#eventStart > this.#eventBytesMax) {
      this.fault = this.#tooLarge()
    }
    if (this.fault === undefined) this.#eventStart = after
    else this.done = false
  }

  #tooLarge(): StreamFault {
    const max = `${this.#eventBytesMax / 1024 / 1024} MiB`
    return { kind: 'malformed', detail: `an event of its stream is larger than ${max}` }
  }

  #read(): void {
    const event = this.#event
    // The chat dialect's last word, which some servers say in every dialect, is for nobody here.
    if (event.byteLength === 0 || (event.byteLength === 6 && event.text() === '[DONE]')) return
    try {
      if (this.#isRest) event.json()
      this.#reader.read(event, this)
    } catch {
      // The reader's own words might quote the answer.
      this.fault = unreadable
    }
  }
}

/** What a stream says when it fails. */
export function providerFault(error: unknown): StreamFault {
  return { kind: 'provider-error', detail: 'it sent an error in its stream', error }
}

/**
 * Google writes an error into a running stream without making an event of it
 * (https://github.com/googleapis/python-genai/issues/1162).
 */
function bareError(buffer: Buffer, start: number, end: number): StreamFault | undefined {
  if (buffer[start] !== openBrace && buffer[start] !== openBracket) return undefined
  if (end - start > bareErrorBytesMax) return undefined
  const json = parsed(buffer.toString('utf8', start, end))
  const body: unknown = Array.isArray(json) ? json[0] : json
  return isObject(body) && isObject(body['error']) ? providerFault(body['error']) : undefined
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Then it is nothing that we know, and passes.
    return undefined
  }
}
