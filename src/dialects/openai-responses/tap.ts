// What the events of a relayed stream of this dialect mean. All but the first and the last are known by their kind and
// never parsed; the last repeats the whole answer, so only what matters of it is.
import { isObject } from '../json-object.ts'
import type { JsonObject } from '../json-object.ts'
import { pickedMembers } from '../json-spans.ts'
import type { LastWords } from '../../core/answer.ts'
import { billedAs } from '../../core/usage.ts'
import type { Usage } from '../../core/usage.ts'
import { MalformedAnswer } from '../dialect.ts'
import { providerFault } from '../event-tap.ts'
import type { EventReader, StreamNotes } from '../event-tap.ts'
import { scanJson } from '../scan-json.ts'
import type { SseEvent } from '../sse-event.ts'
import { readUsage } from './usage.ts'
import { writeErrorEvent } from './write-error.ts'

/** Smaller ones are parsed, because the runtime does that faster than we can scan. */
const parsedBytesMax = 16 * 1024
const responseLimits = { depthMax: 512, keysMax: 2_000_000 }
const wanted: ReadonlySet<string> = new Set(['model', 'usage', 'error', 'service_tier'])

export class ResponseEvents implements EventReader {
  #usage: Usage | undefined
  /** Events are numbered from 0, so this is the number of the next. */
  #passed = 0

  readonly lastWords: LastWords = {
    fail: (error, status) => writeErrorEvent(error, status, this.#passed),
  }

  read(event: SseEvent, notes: StreamNotes): void {
    const kind = event.kind()
    switch (kind) {
      case 'response.created':
      case 'response.queued':
      case 'response.in_progress':
        if (notes.model === '') this.#learn(responseOf(event), notes)
        break
      case 'response.output_item.added':
        notes.content ||= !isEmptyMessage(event)
        break
      case 'response.output_item.done':
        notes.content = true
        break
      case 'response.completed':
      case 'response.incomplete':
        this.#learn(responseOf(event), notes)
        // An answer may be empty: then its end is the first that a client can use.
        notes.content = notes.done = true
        break
      case 'response.failed':
      case 'response.cancelled':
        this.#fail(kind, responseOf(event), notes)
        break
      case 'error':
        notes.fault = providerFault(errorOf(event.json()))
        break
      default:
        if (!kind.endsWith('.delta')) break
        notes.content = true
        notes.contentChunks += 1
    }
    // One that is at fault does not pass.
    if (notes.fault === undefined) this.#passed += 1
  }

  /** An answer of this dialect always has its last event. */
  isWhole(): boolean {
    return false
  }

  usage(): Usage | undefined {
    return this.#usage
  }

  #learn({ model, usage, service_tier: tier }: JsonObject, notes: StreamNotes): void {
    if (typeof model === 'string') notes.model = model
    this.#usage = billedAs(readUsage(usage), tier) ?? this.#usage
  }

  #fail(kind: string, response: JsonObject, notes: StreamNotes): void {
    this.#learn(response, notes)
    const { error } = response
    const message = `The provider reported its answer as ${kind.slice('response.'.length)}.`
    notes.fault = providerFault(isObject(error) ? error : { code: 'server_error', message })
  }
}

/** The response that an event holds, with what is wanted of it. Throws MalformedAnswer. */
function responseOf(event: SseEvent): JsonObject {
  if (event.byteLength <= parsedBytesMax) {
    const { response } = event.json()
    return isObject(response) ? response : {}
  }
  const text = event.latin1()
  const scan = scanJson(text, responseLimits)
  if (scan.kind !== 'object') throw new MalformedAnswer('An event of the stream is no JSON object.')
  const response = scan.members.findLast(({ name }) => name === 'response')
  return response === undefined ? {} : pickedMembers(text, response.start, wanted)
}

/** The error of an event, which comes in an envelope, or flat beside members of the event. */
function errorOf(event: JsonObject): JsonObject {
  if (isObject(event['error'])) return event['error']
  const { type: _type, sequence_number: _number, event_id: _id, ...error } = event
  return error
}

/** A message begins empty, and says nothing yet; any other item says at least what is coming. */
function isEmptyMessage(event: SseEvent): boolean {
  if (event.byteLength > parsedBytesMax) return false
  const { item: entry } = event.json()
  if (!isObject(entry) || entry['type'] !== 'message') return false
  return !Array.isArray(entry['content']) || entry['content'].length === 0
}
