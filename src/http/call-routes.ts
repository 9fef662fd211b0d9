// The endpoints that do a model's work: one request becomes one call through the pipeline, and the client becomes
// the reader of its answer.
import type { Endpoint } from '../core/call.ts'
import { newId } from '../platform/ids.ts'
import { answer } from '../pipeline/pipeline.ts'
import { openRecord } from '../pipeline/settle.ts'
import { ClientReader } from './client-reader.ts'
import type { Edge } from './edge.ts'
import { asGatewayError } from './error-answer.ts'
import { isCutShort, readBody } from './read-body.ts'

/** Paths of the calls; a switch on them comes before any router. */
export const callPaths: ReadonlyMap<string, Endpoint> = new Map([
  ['/v1/chat/completions', 'chat'],
  ['/v1/embeddings', 'embeddings'],
])

/** Answers one call. Never rejects. */
export function handleCall(request: Request, endpoint: Endpoint, edge: Edge): Promise<Response> {
  const { world, parts } = edge
  const nowMs = parts.clock.nowMs()
  const record = openRecord(newId('call'), endpoint, { generation: world.generation, nowMs })
  const reader = new ClientReader(record, edge.readerParts)
  edge.opened(reader, request)
  const { headers } = request
  const inbound = {
    record,
    credentials: { authorization: headers.get('authorization'), apiKey: headers.get('x-api-key') },
    body: () => readBody(request, world.bodyBytesMax),
  }
  answer(inbound, reader, world.pipeline).then(
    (source) => reader.follow(source),
    (failure: unknown) => {
      // Nobody is there to be told, and it is no bug of ours.
      if (isCutShort(failure)) return reader.left()
      const error = asGatewayError(failure)
      if (error.code === 'internal') parts.observer.bugSeen(failure)
      reader.fail(error)
    },
  )
  return reader.response
}
