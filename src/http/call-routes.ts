// The endpoints that do a model's work: one request becomes one call through the pipeline, and the client becomes
// the reader of its answer.
import { InvalidValue } from '../core/errors.ts'
import { doors } from '../dialects/doors.ts'
import type { Door } from '../dialects/doors.ts'
import { saidInBody } from '../dialects/relay.ts'
import type { RequestPlace } from '../dialects/relay.ts'
import { newId } from '../platform/ids.ts'
import { answer } from '../pipeline/pipeline.ts'
import type { Inbound } from '../pipeline/pipeline.ts'
import { CallRecord } from '../pipeline/settle.ts'
import { clientAddress, isFrom } from './client-origin.ts'
import { ClientReader } from './client-reader.ts'
import type { Edge } from './edge.ts'
import { googleKey } from './google-key.ts'
import { readBody } from './read-body.ts'

/** Where a call came in, and what its URL says of it. */
export interface CallPath {
  readonly door: Door
  readonly place: RequestPlace
}

/** Paths of the calls; a switch on them comes before any router. */
const plainPaths: ReadonlyMap<string, CallPath> = new Map([
  ['/v1/chat/completions', { door: doors.chat, place: saidInBody }],
  ['/v1/responses', { door: doors.responses, place: saidInBody }],
  ['/v1/messages', { door: doors.messages, place: saidInBody }],
  ['/v1/messages/count_tokens', { door: doors.messages_count, place: saidInBody }],
  ['/v1/embeddings', { door: doors.embeddings, place: saidInBody }],
])

/**
 * Google's paths name the model, and what is wanted of it: https://ai.google.dev/api/generate-content (2026-11). Vercel's
 * SDK takes a model with a slash for a path of its own and leaves `models/` out.
 */
const geminiPath = /^\/v1(?:beta|alpha)?\/(?:models\/|tunedModels\/)?([^:]+(?::[^:]+)*):(\w+)$/

const geminiVerbs: ReadonlyMap<string, Door> = new Map([
  ['generateContent', doors.generate],
  ['streamGenerateContent', doors.generate],
  ['countTokens', doors.generate_count],
])

/** The call that this path is for; undefined for the router's. */
export function callAt(path: string): CallPath | undefined {
  const plain = plainPaths.get(path)
  if (plain !== undefined || !path.includes(':')) return plain
  const [, model = '', verb] = geminiPath.exec(path) ?? []
  const door = verb === undefined ? undefined : geminiVerbs.get(verb)
  if (door === undefined) return undefined
  return { door, place: { model: decoded(model), stream: verb === 'streamGenerateContent' } }
}

/** Whose errors a request to this path is to be answered with, whatever is there. */
export function doorOf(path: string, headers: Headers): Door {
  const call = callAt(path)
  if (call !== undefined) return call.door
  if (path.startsWith('/v1beta/') || headers.has('x-goog-api-key')) return doors.generate
  if (path.startsWith('/v1/messages') || headers.has('anthropic-version')) return doors.messages
  return path.startsWith('/v1/responses') ? doors.responses : doors.chat
}

/** Answers one call. Never rejects. */
export function handleCall(request: Request, { door, place }: CallPath, edge: Edge): Promise<Response> {
  const { world, parts } = edge
  const at = { generation: world.generation, nowMs: parts.clock.nowMs() }
  const record = new CallRecord(newId('call'), door.endpoint, at)
  const reader = new ClientReader(record, request, edge.readerParts)
  const response = reader.response()
  edge.opened(reader)
  answer(new InboundCall(record, request, { door, place, edge }), reader, world.pipeline)
  return response
}

interface InboundParts extends CallPath {
  readonly edge: Edge
}

class InboundCall implements Inbound {
  readonly record: CallRecord
  readonly door: Door
  readonly place: RequestPlace
  readonly authorization: string | null
  readonly apiKey: string | null
  readonly #request: Request
  readonly #bodyBytesMax: number
  readonly #edge: Edge

  constructor(record: CallRecord, request: Request, { door, place, edge }: InboundParts) {
    const { headers } = request
    this.record = record
    this.door = door
    this.place = place
    this.authorization = headers.get('authorization')
    this.apiKey = door.codec.name === 'gemini' ? googleKey(request) : headers.get('x-api-key')
    this.#request = request
    this.#bodyBytesMax = edge.world.bodyBytesMax
    this.#edge = edge
  }

  clientAddress(): string {
    return clientAddress(this.#request, this.#edge, this.#edge.peers)
  }

  isFrom(ranges: readonly string[]): boolean {
    return isFrom(ranges, this.#request, { edge: this.#edge, peers: this.#edge.peers })
  }

  header(name: string): string | null {
    return this.#request.headers.get(name)
  }

  headerLines(names: readonly string[]): string {
    let lines = ''
    for (const name of names) {
      const value = this.#request.headers.get(name)
      if (value !== null && plainValue.test(value)) lines += `${name}: ${value}\r\n`
    }
    return lines
  }

  body(): Promise<Uint8Array> {
    if (this.place.stream) refuseArrays(this.#request.url)
    return readBody(this.#request, this.#bodyBytesMax)
  }
}

const plainValue = /^[\x20-\x7e]*$/

/** Without `alt=sse` Google streams one JSON array, which tells nobody that it was cut off. */
function refuseArrays(url: string): void {
  if (new URL(url).searchParams.get('alt') === 'sse') return
  throw new InvalidValue('alt', 'streams are sent as server-sent events only; add ?alt=sse to the URL')
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // Odd escapes name nothing; the error says so with the text as it came.
    return text
  }
}
