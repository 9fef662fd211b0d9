// The endpoints that do a model's work: one request becomes one call through the pipeline, and the client becomes
// the reader of its answer.
import type { Endpoint } from '../core/call.ts'
import { newId } from '../platform/ids.ts'
import { answer } from '../pipeline/pipeline.ts'
import type { Inbound } from '../pipeline/pipeline.ts'
import { CallRecord } from '../pipeline/settle.ts'
import { ClientReader } from './client-reader.ts'
import type { Edge } from './edge.ts'
import { readBody } from './read-body.ts'

/** Paths of the calls; a switch on them comes before any router. */
export const callPaths: ReadonlyMap<string, Endpoint> = new Map([
  ['/v1/chat/completions', 'chat'],
  ['/v1/embeddings', 'embeddings'],
])

/** Answers one call. Never rejects. */
export function handleCall(request: Request, endpoint: Endpoint, edge: Edge): Promise<Response> {
  const { world, parts } = edge
  const at = { generation: world.generation, nowMs: parts.clock.nowMs() }
  const record = new CallRecord(newId('call'), endpoint, at)
  const reader = new ClientReader(record, request, edge.readerParts)
  edge.opened(reader)
  answer(new InboundCall(record, request, world.bodyBytesMax), reader, world.pipeline)
  return reader.response
}

class InboundCall implements Inbound {
  readonly record: CallRecord
  readonly authorization: string | null
  readonly apiKey: string | null
  readonly #request: Request
  readonly #bodyBytesMax: number

  constructor(record: CallRecord, request: Request, bodyBytesMax: number) {
    const { headers } = request
    this.record = record
    this.authorization = headers.get('authorization')
    this.apiKey = headers.get('x-api-key')
    this.#request = request
    this.#bodyBytesMax = bodyBytesMax
  }

  body(): Promise<Uint8Array> {
    return readBody(this.#request, this.#bodyBytesMax)
  }
}
