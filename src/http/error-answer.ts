// A failure as an HTTP answer. What is not a GatewayError is a bug: the client gets its request id and nothing else.
import { GatewayError, Internal, MethodNotAllowed } from '../core/errors.ts'
import type { ErrorCode } from '../core/errors.ts'
import type { Door } from '../dialects/doors.ts'
import { statusOf } from './error-status.ts'

/** Makes any thrown thing one that may be shown. */
export function asGatewayError(failure: unknown): GatewayError {
  return failure instanceof GatewayError ? failure : new Internal(failure)
}

/** Trying again does not help until somebody changes a key or tops up an account. */
const onlyOperatorsMend: ReadonlySet<ErrorCode> = new Set([
  'provider_auth',
  'provider_quota',
  'limit_too_small',
  'budget_exhausted',
])

/** How an error answer is written. */
export interface ErrorLook {
  /** Where the client came in. */
  readonly door: Door
  /** More headers. */
  readonly more?: Readonly<Record<string, string>>
}

/** The answer for a failure, in the client's dialect. */
export function errorAnswer(error: GatewayError, callId: string, { door, more }: ErrorLook): Response {
  const status = statusOf(error, door)
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'x-sallyport-error': error.code,
    ...more,
  }
  for (const name of door.idHeaders) headers[name] = callId
  // The SDKs of OpenAI and Anthropic try a 502 again unless they are told not to.
  if (onlyOperatorsMend.has(error.code)) headers['x-should-retry'] = 'false'
  if (error.retryAfterSeconds !== null) headers['retry-after'] = String(error.retryAfterSeconds)
  if (error instanceof MethodNotAllowed) headers['allow'] = error.allowed
  if (status === 401) headers['www-authenticate'] = 'Bearer'
  return new Response(door.codec.writeError(error, status, callId), { status, headers })
}
