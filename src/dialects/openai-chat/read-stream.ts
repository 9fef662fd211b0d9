// The tap on a streamed answer that is relayed: it finds the ends of events and looks into the few that matter,
// and says which bytes may go on. Bytes pass as they came; only whole events pass, so that an error event of ours
// never lands inside half of one of theirs.
import type { Usage } from '../../core/usage.ts'
import { readChunk } from './read-event.ts'
import type { ChunkMeaning } from './read-event.ts'
import { ReadyBytes } from '../ready-bytes.ts'
import { SseLines } from '../sse-lines.ts'
import { exceptMalformed } from '../stream-tap.ts'
import type { StreamFault, AnswerNeeds, StreamTap } from '../stream-tap.ts'

const openBrace = 123
const closeBrace = 125
const colon = 58
const space = 32
const quote = 34
const needles = {
  usage: Buffer.from('"usage"'),
  finish: Buffer.from('"finish_reason"'),
  error: Buffer.from('"error"'),
  content: Buffer.from('"content"'),
}

const noBytes = Buffer.alloc(0)

export class ChatStreamTap implements StreamTap {
  readonly #needs: AnswerNeeds
  readonly #isHeldToLength: boolean
  readonly #lines = new SseLines()
  /** Most streams have one choice, and none that has finished. */
  #finished: Set<number> | undefined
  #buffer: Buffer = noBytes
  /** Start of the bytes that are whole events and not yet in `ready`. */
  #from = 0
  #eventStart = 0
  /** What the event being read means for the bytes that carry it. */
  #hide = false
  #counts = false
  #isDone = false
  /** Next places of the needles in the buffer at hand; -1 for none, -2 for not looked yet. */
  #usageAt = -2
  #finishAt = -2
  #errorAt = -2
  #contentAt = -2

  readonly ready = new ReadyBytes()
  content = false
  done = false
  fault: StreamFault | undefined
  usage: Usage | undefined
  model = ''
  contentChunks = 0

  constructor(needs: AnswerNeeds) {
    this.#needs = needs
    this.#isHeldToLength = needs.isHeldToLength === true
  }

  push(chunk: Uint8Array, from?: number, to?: number): void {
    if (this.done || this.fault !== undefined) return
    this.#buffer = this.#lines.feed(chunk, from, to)
    this.#from = this.#eventStart = this.#lines.from
    this.#usageAt = this.#finishAt = this.#errorAt = this.#contentAt = -2
    if (this.#lines.overflow) {
      this.fault = { kind: 'malformed', detail: 'an event of its stream is larger than 1 MiB' }
      return
    }
    while (this.#lines.next()) {
      this.#line(this.#lines.start, this.#lines.end)
      if (this.fault !== undefined || this.done) break
    }
    this.#take(this.#eventStart)
    this.#lines.keepFrom(this.#eventStart)
    // Between two pieces the last one must not stay in memory.
    this.#buffer = noBytes
  }

  /** An end without `[DONE]` is complete when every choice had its finish reason; then `[DONE]` is added. */
  finish(): Uint8Array | undefined {
    this.#closeRest()
    if (this.fault !== undefined || this.done) return undefined
    if (this.content && (this.#finished?.size ?? 0) >= this.#needs.choices) {
      this.done = true
      return Buffer.from('data: [DONE]\n\n')
    }
    this.fault = { kind: 'cut', detail: 'it ended without a finish reason' }
    return undefined
  }

  /** A last event may lack its blank line. Half an event is no event: what counts is what came before it. */
  #closeRest(): void {
    if (this.fault !== undefined || this.done || !this.#lines.hasRest()) return
    this.push(Buffer.from('\n\n'))
    this.fault = exceptMalformed(this.fault)
  }

  #line(start: number, end: number): void {
    if (end === start) {
      this.#endOfEvent()
      return
    }
    const buffer = this.#buffer
    // Only `data:` lines carry meaning here; comments, ids and event names pass along with their event.
    if (!isData(buffer, start)) return
    let from = start + 5
    while (buffer[from] === 32 && from < end) from += 1
    let to = end
    while (to > from && buffer[to - 1] === 32) to -= 1
    if (buffer[from] === openBrace && buffer[to - 1] === closeBrace && to > from + 1) this.#chunk(from, to)
    else if (buffer.toString('latin1', from, to) === '[DONE]') this.#sawDone()
    else if (to > from)
      this.fault = { kind: 'malformed', detail: 'its stream holds an event that is not JSON' }
  }

  #sawDone(): void {
    if (this.content) this.#isDone = true
    else this.fault = { kind: 'cut', detail: 'its stream ended without an answer' }
  }

  #endOfEvent(): void {
    const end = this.#lines.after
    if (this.#hide) {
      this.#take(this.#eventStart)
      this.#from = end
    }
    if (this.#counts) this.contentChunks += 1
    this.done = this.#isDone
    this.#hide = this.#counts = false
    this.#eventStart = end
  }

  /** Moves the whole events up to `end` to `ready`. */
  #take(end: number): void {
    if (end > this.#from) this.#lines.pass(this.#from, end, this.ready)
    this.#from = end
  }

  #chunk(start: number, end: number): void {
    const mentionsUsage = this.#mentions('usage', start, end)
    const mentionsFinish = this.#mentions('finish', start, end)
    const mentionsError = this.#mentions('error', start, end)
    if (this.content && !mentionsUsage && !mentionsFinish && !mentionsError) {
      this.#counts = !this.#isHeldToLength || this.#says(start, end)
      return
    }
    const chunk = readChunk(this.#buffer.toString('utf8', start, end))
    if (chunk === undefined)
      this.fault = { kind: 'malformed', detail: 'its stream holds an event that is not JSON' }
    else this.#read(chunk)
  }

  #read(chunk: ChunkMeaning): void {
    if (chunk.error !== undefined) {
      this.fault = { kind: 'provider-error', detail: 'it sent an error in its stream', error: chunk.error }
      return
    }
    if (chunk.usage !== undefined) this.usage = chunk.usage
    if (chunk.model !== '') this.model = chunk.model
    for (const index of chunk.finished) (this.#finished ??= new Set()).add(index)
    // Held back where the client did not ask for it.
    if (chunk.onlyUsage) this.#hide = !this.#needs.wantsUsage
    else this.#counts = chunk.content
    // An answer may be empty: then its finish is the first that a client can use.
    this.content ||= chunk.content || chunk.finished.length > 0
  }

  /** Most events that say something have a text in `content`; the others are read: to look is more than most need. */
  #says(start: number, end: number): boolean {
    const buffer = this.#buffer
    const { content } = needles
    if (this.#contentAt !== -1 && this.#contentAt < start) this.#contentAt = buffer.indexOf(content, start)
    const at = this.#contentAt
    if (at !== -1 && at < end && isText(buffer, at + content.byteLength)) return true
    return readChunk(buffer.toString('utf8', start, end))?.content !== false
  }

  /** Does the event `[start, end)` hold this member with a value other than null? Searched once per buffer. */
  #mentions(which: 'usage' | 'finish' | 'error', start: number, end: number): boolean {
    const needle = needles[which]
    let at = which === 'usage' ? this.#usageAt : which === 'finish' ? this.#finishAt : this.#errorAt
    if (at === -2 || (at !== -1 && at < start)) at = this.#buffer.indexOf(needle, start)
    while (at !== -1 && at < end && this.#isNull(at + needle.length)) {
      at = this.#buffer.indexOf(needle, at + needle.length)
    }
    if (which === 'usage') this.#usageAt = at
    else if (which === 'finish') this.#finishAt = at
    else this.#errorAt = at
    return at !== -1 && at < end
  }

  /** What follows a member's name: a colon and `null`, with or without white space? */
  #isNull(from: number): boolean {
    const buffer = this.#buffer
    let at = from
    while (buffer[at] === colon || buffer[at] === space) at += 1
    return buffer[at] === 110
  }
}

/** Whether a text that is not empty follows a member's name. */
function isText(buffer: Buffer, from: number): boolean {
  let at = from
  while (buffer[at] === colon || buffer[at] === space) at += 1
  return buffer[at] === quote && buffer[at + 1] !== quote
}

/** `data:`, told by its bytes: a text of each event's first word would only be thrown away. */
function isData(buffer: Buffer, start: number): boolean {
  return (
    buffer[start] === 100 &&
    buffer[start + 1] === 97 &&
    buffer[start + 2] === 116 &&
    buffer[start + 3] === 97 &&
    buffer[start + 4] === 58
  )
}
