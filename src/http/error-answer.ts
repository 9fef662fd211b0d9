// A failure as an HTTP answer. What is not a GatewayError is a bug: the client gets its request id and nothing else.
import { GatewayError, Internal, MethodNotAllowed } from '../core/errors.ts'
import { errorEnvelope } from '../dialects/openai-chat/write-error.ts'
import { statusOf } from './error-status.ts'

/** Makes any thrown thing one that may be shown. */
export function asGatewayError(failure: unknown): GatewayError {
  return failure instanceof GatewayError ? failure : new Internal(failure)
}

/** The answer for a failure, in the OpenAI dialect. */
export function errorAnswer(
  error: GatewayError,
  callId: string,
  more: Record<string, string> = {},
): Response {
  const status = statusOf(error)
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'x-request-id': callId,
    'x-sallyport-error': error.code,
    ...more,
  }
  if (error.retryAfterSeconds !== null) headers['retry-after'] = String(error.retryAfterSeconds)
  if (error instanceof MethodNotAllowed) headers['allow'] = error.allowed
  if (status === 401) headers['www-authenticate'] = 'Bearer'
  return new Response(errorEnvelope(error, status), { status, headers })
}
