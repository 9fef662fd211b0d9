// Our errors in this dialect: the envelope as a body, and a flat event in a stream.
import { isObject } from '../json-object.ts'
import { ContentBlocked, ProviderRefusedRequest } from '../../core/errors.ts'
import type { GatewayError } from '../../core/errors.ts'
import { errorEnvelope } from '../openai-chat/write-error.ts'

/** The envelope that all of OpenAI's dialects share. */
export function writeError(error: GatewayError, status: number): string {
  return errorEnvelope(error, status)
}

/**
 * The error as the only event of a stream. Once a stream has begun its numbers must go on rising: then give the number
 * that comes next.
 */
export function writeErrorEvent(error: GatewayError, sequenceNumber = 0): string {
  const { code, message, param } = { ...ownError(error), ...providersError(error) }
  const event = { type: 'error', code, message, param, sequence_number: sequenceNumber }
  return `event: error\ndata: ${JSON.stringify(event)}\n\n`
}

interface FlatError {
  readonly code: unknown
  readonly message: unknown
  readonly param: unknown
}

function ownError({ code, message, param }: GatewayError): FlatError {
  return { code, message, param }
}

/** A provider's own words survive, as they do in the envelope. */
function providersError(error: GatewayError): Partial<FlatError> {
  const isProviders = error instanceof ProviderRefusedRequest || error instanceof ContentBlocked
  if (!isProviders || error.providerError === null) return {}
  const wire: unknown = JSON.parse(error.providerError)
  if (!isObject(wire) || typeof wire['message'] !== 'string') return {}
  return {
    message: wire['message'],
    param: wire['param'] ?? null,
    // Our code tells a client that asking elsewhere is no use.
    code: error instanceof ContentBlocked ? error.code : (wire['code'] ?? wire['type'] ?? null),
  }
}
