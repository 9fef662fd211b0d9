// A failure as Anthropic's SDKs expect it: `{"type":"error","error":{type,message,details},"request_id"}`. Our code is
// the `error_code` of the details, where these SDKs look for one.
import { isObject } from '../json-object.ts'
import type { JsonObject } from '../json-object.ts'
import type { ProviderError } from '../../core/answer-event.ts'
import { ContentBlocked, ProviderRefusedRequest } from '../../core/provider-errors.ts'
import type { GatewayError } from '../../core/errors.ts'
import { errorTypeLike, errorTypeOf } from './error-types.ts'

/** Our error as a body, JSON text. A provider's own error object of this API is handed on as it is. */
export function writeError(error: GatewayError, status: number, requestId: string): string {
  const ofProvider = providerErrorOf(error)
  const id = JSON.stringify(requestId)
  const inner = ofProvider === null ? ownError(error, status) : carriedError(ofProvider, error, status)
  return `{"type":"error","error":${inner},"request_id":${id}}`
}

/** Our error as the last event of a stream. */
export function writeErrorEvent(error: GatewayError, status: number, requestId: string): string {
  return `event: error\ndata: ${writeError(error, status, requestId)}\n\n`
}

/** An error that the provider reported within its answer, as a body. */
export function providerErrorBody(
  { message, type, code, details }: ProviderError,
  requestId: string,
): JsonObject {
  const told = details ?? (code === undefined ? undefined : { error_code: code })
  return {
    type: 'error',
    error: {
      type: errorTypeLike(type),
      message,
      ...(told === undefined ? {} : { details: told }),
    },
    request_id: requestId,
  }
}

function ownError(error: GatewayError, status: number): string {
  return JSON.stringify({
    type: errorTypeOf(status),
    message: error.message,
    details: {
      error_code: error.code,
      ...(error.param === null ? {} : { param: error.param }),
      ...error.details,
    },
  })
}

function providerErrorOf(error: GatewayError): string | null {
  const carries = error instanceof ProviderRefusedRequest || error instanceof ContentBlocked
  return carries ? error.providerError : null
}

/** The provider's words, in this API's form where it spoke another one. */
function carriedError(text: string, error: GatewayError, status: number): string {
  const object = parsed(text)
  if (!isObject(object) || typeof object['message'] !== 'string') return ownError(error, status)
  const isOurs = isOfThisApi(object)
  // Printed again: on several lines it would break a stream's event.
  if (isOurs && !(error instanceof ContentBlocked)) return JSON.stringify(object)
  const type = typeof object['type'] === 'string' && isOurs ? object['type'] : errorTypeOf(status)
  return JSON.stringify({
    ...(isOurs ? object : {}),
    type,
    message: object['message'],
    details: carriedDetails(object, error),
  })
}

/** OpenAI's errors have `param` and `code`, Google's `status` and `code`; this API's have neither. */
function isOfThisApi(object: JsonObject): boolean {
  return (
    typeof object['type'] === 'string' && !('param' in object) && !('code' in object) && !('status' in object)
  )
}

/** For blocked content our code tells that asking elsewhere is no use; the provider's own code counts otherwise. */
function carriedDetails(object: JsonObject, error: GatewayError): JsonObject {
  const details = isObject(object['details']) ? object['details'] : {}
  const own =
    typeof object['code'] === 'string' && !(error instanceof ContentBlocked) ? object['code'] : error.code
  const param = typeof object['param'] === 'string' ? { param: object['param'] } : {}
  return { error_code: own, ...param, ...details }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
