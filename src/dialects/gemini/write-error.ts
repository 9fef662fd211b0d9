// A failure as Google's SDKs expect it: `{"error":{code,message,status,details}}`, as a body or as a streamed
// event. What else we know goes into `details`, in the forms that google.rpc has for it.
import { isObject } from '../json-object.ts'
import type { JsonObject } from '../json-object.ts'
import type { ProviderError } from '../../core/answer-event.ts'
import { lastsUntilRaised } from '../../core/limit-errors.ts'
import { ContentBlocked, ProviderRefusedRequest } from '../../core/provider-errors.ts'
import type { GatewayError } from '../../core/errors.ts'
import type { WireObject } from './writing.ts'

/**
 * Google's names of statuses (https://ai.google.dev/gemini-api/docs/troubleshooting, 2026-11). What lasts until somebody
 * raises a limit is FAILED_PRECONDITION (https://cloud.google.com/apis/design/errors, 2026-11).
 */
const names: ReadonlyMap<number, string> = new Map([
  [401, 'UNAUTHENTICATED'],
  [403, 'PERMISSION_DENIED'],
  [404, 'NOT_FOUND'],
  [409, 'ABORTED'],
  [429, 'RESOURCE_EXHAUSTED'],
  [499, 'CANCELLED'],
  [501, 'UNIMPLEMENTED'],
  [502, 'UNAVAILABLE'],
  [503, 'UNAVAILABLE'],
  [504, 'DEADLINE_EXCEEDED'],
])

function nameOf(status: number): string {
  return names.get(status) ?? (status >= 500 ? 'INTERNAL' : 'INVALID_ARGUMENT')
}

/** Our error as a body, JSON text. A provider's own error of this dialect is handed on as it is. */
export function writeError(error: GatewayError, status: number, requestId: string): string {
  const ofProvider = providerErrorOf(error)
  if (ofProvider !== undefined && typeof ofProvider['status'] === 'string') {
    return JSON.stringify({ error: ofProvider })
  }
  const words = ofProvider?.['message']
  const message = typeof words === 'string' && words !== '' ? words : error.message
  const details = detailsOf(error, requestId)
  const name = lastsUntilRaised(error) ? 'FAILED_PRECONDITION' : nameOf(status)
  return JSON.stringify({ error: { code: status, message, status: name, details } })
}

/** Our error as the last event of a stream. */
export function writeErrorEvent(error: GatewayError, status: number, requestId: string): string {
  return `data: ${writeError(error, status, requestId)}\r\n\r\n`
}

/** An error that a provider reported in the middle of its answer. The SDK raises it by its number. */
export function streamedError({ message, type, code, details }: ProviderError): WireObject {
  const known = [...names].find(([, name]) => name === type)
  const own = known !== undefined || type === 'INTERNAL' || type === 'INVALID_ARGUMENT'
  const number = known?.[0] ?? (type === 'INVALID_ARGUMENT' ? 400 : 500)
  const reason = own ? code : (code ?? type)
  return {
    error: {
      code: number,
      message,
      status: own ? type : nameOf(number),
      details: Array.isArray(details) ? details : reason === undefined ? [] : [reasonDetail(reason, {})],
    },
  }
}

function providerErrorOf(error: GatewayError): JsonObject | undefined {
  const text =
    error instanceof ProviderRefusedRequest || error instanceof ContentBlocked ? error.providerError : null
  const parsed: unknown = text === null ? undefined : JSON.parse(text)
  return isObject(parsed) ? parsed : undefined
}

function detailsOf(error: GatewayError, requestId: string): readonly WireObject[] {
  const details: WireObject[] = [
    reasonDetail(error.code.toUpperCase(), error.param === null ? {} : { param: error.param }),
    { '@type': 'type.googleapis.com/google.rpc.RequestInfo', requestId },
  ]
  if (error.param !== null) {
    const fieldViolations = [{ field: error.param, description: error.message }]
    details.push({ '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations })
  }
  if (error.retryAfterSeconds !== null) {
    const retryDelay = `${error.retryAfterSeconds}s`
    details.push({ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay })
  }
  return details
}

function reasonDetail(reason: string, metadata: WireObject): WireObject {
  return { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'sallyport', metadata }
}
