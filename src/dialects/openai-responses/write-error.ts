// Our errors in a stream of this dialect. As a body they have the envelope that all of OpenAI's dialects share.
import { isObject } from '../json-object.ts'
import type { GatewayError } from '../../core/errors.ts'
import { errorBody } from '../openai-chat/write-error.ts'

/**
 * The error as the last event of a stream, whose numbers go on in it. OpenAI nests the error today, and documents it
 * flat: older SDKs raise nothing but the one, and programs read the other.
 */
export function writeErrorEvent(error: GatewayError, status: number, sequenceNumber: number): string {
  const body: unknown = JSON.parse(errorBody(error, status))
  const nested = isObject(body) && isObject(body['error']) ? body['error'] : {}
  const { code = null, message = error.message, param = null } = nested
  const event = { type: 'error', code, message, param, error: nested, sequence_number: sequenceNumber }
  return `event: error\ndata: ${JSON.stringify(event)}\n\n`
}
