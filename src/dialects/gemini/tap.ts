// What the events of a relayed stream of this dialect mean. Each of them is a response of its own, with counts that
// grow, and the last of each candidate says why it ended: that is all the end that Google's stream has.
import { isObject } from '../json-object.ts'
import type { JsonObject } from '../json-object.ts'
import { elementSpans, pickedMembers } from '../json-spans.ts'
import type { Usage } from '../../core/usage.ts'
import { MalformedAnswer } from '../dialect.ts'
import { providerFault } from '../event-tap.ts'
import type { EventReader, StreamNotes } from '../event-tap.ts'
import { scanJson } from '../scan-json.ts'
import type { SseEvent } from '../sse-event.ts'
import { readUsage } from './usage.ts'

/** Smaller ones are parsed, because the runtime does that faster than we can scan. */
const parsedBytesMax = 16 * 1024
const chunkLimits = { depthMax: 512, keysMax: 2_000_000 }
const wanted: ReadonlySet<string> = new Set(['usageMetadata', 'modelVersion', 'promptFeedback', 'error'])
const wantedOfCandidate: ReadonlySet<string> = new Set(['index', 'finishReason'])

/** A candidate as far as it matters here. */
interface Piece {
  readonly index: number
  readonly finished: boolean
  readonly says: boolean
}

export class GenerateEvents implements EventReader {
  #usage: Usage | undefined
  #isBlocked = false
  /** Whether each candidate that was seen has said why it ended. */
  readonly #finished = new Map<number, boolean>()

  read(event: SseEvent, notes: StreamNotes): void {
    const { name } = event
    // What has another name is no response.
    if (name !== '' && name !== 'message' && name !== 'error') return
    const isSmall = event.byteLength <= parsedBytesMax
    const { chunk, pieces } = isSmall ? parsedChunk(event.json()) : scannedChunk(event.latin1())
    if (isObject(chunk['error'])) {
      notes.fault = providerFault(chunk['error'])
      return
    }
    if (typeof chunk['modelVersion'] === 'string') notes.model = chunk['modelVersion']
    this.#usage = readUsage(chunk['usageMetadata']) ?? this.#usage
    this.#isBlocked ||= isBlocked(chunk['promptFeedback'])
    for (const { index, finished } of pieces) {
      this.#finished.set(index, finished || this.#finished.get(index) === true)
    }
    const says = pieces.some((piece) => piece.says)
    if (says) notes.contentChunks += 1
    // An answer may be empty: then its end is the first that a client can use.
    notes.content ||= says || this.#isBlocked || pieces.some(({ finished }) => finished)
  }

  isWhole(): boolean {
    if (this.#finished.size === 0) return this.#isBlocked
    return [...this.#finished.values()].every((isFinished) => isFinished)
  }

  usage(): Usage | undefined {
    return this.#usage
  }
}

/** A prompt that was blocked has no candidates, and that is the answer. */
export function isBlocked(feedback: unknown): boolean {
  return isObject(feedback) && typeof feedback['blockReason'] === 'string'
}

interface Chunk {
  readonly chunk: JsonObject
  readonly pieces: readonly Piece[]
}

function parsedChunk(chunk: JsonObject): Chunk {
  const { candidates } = chunk
  const pieces = Array.isArray(candidates) ? candidates.filter(isObject) : []
  return { chunk, pieces: pieces.map((candidate) => pieceOf(candidate, hasContent(candidate['content']))) }
}

/** What is this large holds a picture, and that is content. Throws MalformedAnswer. */
function scannedChunk(text: string): Chunk {
  const scan = scanJson(text, chunkLimits)
  if (scan.kind !== 'object') throw new MalformedAnswer('An event of the stream is no JSON object.')
  const candidates = scan.members.findLast(({ name }) => name === 'candidates')
  const spans = candidates === undefined ? [] : elementSpans(text, candidates.start)
  const pieces = spans.map(({ start }) => pieceOf(pickedMembers(text, start, wantedOfCandidate), true))
  return { chunk: pickedMembers(text, text.indexOf('{'), wanted), pieces }
}

function pieceOf({ index, finishReason }: JsonObject, says: boolean): Piece {
  const finished = typeof finishReason === 'string' && finishReason !== 'FINISH_REASON_UNSPECIFIED'
  return { index: isIndex(index) ? index : 0, finished, says }
}

function isIndex(index: unknown): index is number {
  return typeof index === 'number' && Number.isInteger(index) && index >= 0 && index <= 127
}

function hasContent(content: unknown): boolean {
  const parts = isObject(content) ? content['parts'] : undefined
  return Array.isArray(parts) && parts.some((part) => isObject(part) && !isEmptyText(part))
}

function isEmptyText(part: JsonObject): boolean {
  return part['text'] === '' && Object.keys(part).every((name) => name === 'text' || name === 'thought')
}
