// The endpoints by which a test steers a simulator that runs as its own process. None of them stands on the
// bill or among the requests.
import type { Behaviour } from './behaviour.ts'
import type { Bill } from './bill.ts'
import { isRecord } from './chat-question.ts'
import type { ReceivedRequest } from './read-requests.ts'
import { errorReply, jsonReply } from './reply.ts'
import type { Reply } from './reply.ts'
import type { Script } from './script.ts'

/** Body of `POST /__control`: `clear` first, then the default, then the queue. */
export interface Control {
  readonly clear?: boolean
  readonly default?: Behaviour
  readonly next?: readonly Behaviour[]
}

export interface Controlled {
  readonly script: Script
  readonly bill: Bill
  readonly requests: () => readonly ReceivedRequest[]
}

export function isControl(request: ReceivedRequest): boolean {
  return request.path.startsWith('/__') && !request.path.startsWith('/__elsewhere')
}

export function controlReply(request: ReceivedRequest, controlled: Controlled): Reply {
  if (request.path === '/__bill') return jsonReply(200, JSON.stringify(controlled.bill.entries))
  if (request.path === '/__requests') return jsonReply(200, JSON.stringify(controlled.requests().map(shown)))
  if (request.path === '/__control' && request.method === 'POST')
    return steer(request.body, controlled.script)
  return errorReply(404, { message: 'Control: POST /__control, GET /__bill, GET /__requests.' })
}

function steer(body: Uint8Array, script: Script): Reply {
  const order: unknown = JSON.parse(Buffer.from(body).toString())
  if (!isRecord(order)) return errorReply(400, { message: 'Send {"clear", "default", "next"}.' })
  // Whoever may post here is the test itself.
  const { clear, default: byDefault, next } = order as Control
  if (clear === true) script.clear()
  if (byDefault !== undefined) script.setDefault(byDefault)
  if (next !== undefined) script.push(next)
  return jsonReply(200, JSON.stringify({ queued: script.queued }))
}

function shown(request: ReceivedRequest): object {
  const bytes = Buffer.from(request.body)
  return { ...request, body: bytes.toString(), bodyBase64: bytes.toString('base64') }
}
