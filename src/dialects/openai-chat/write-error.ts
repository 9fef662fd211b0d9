// A failure as OpenAI's SDKs expect it: `{"error":{message,type,param,code}}`, as a body or as a streamed event.
import { isObject } from '../json-object.ts'
import { ContentBlocked, ProviderRefusedRequest } from '../../core/provider-errors.ts'
import type { GatewayError } from '../../core/errors.ts'

/** The error envelope as JSON. A provider's own error object is handed on as it is. */
export function errorEnvelope(error: GatewayError, status: number): string {
  const ofProvider = providerErrorOf(error)
  if (ofProvider !== null) return `{"error":${ofProvider}}`
  return JSON.stringify({
    error: { message: error.message, type: typeOf(error, status), param: error.param, code: error.code },
  })
}

/** The same, where a provider's own error object may come from another dialect: SDKs read these four members of it. */
export function errorBody(error: GatewayError, status: number): string {
  const text = errorEnvelope(error, status)
  const written: unknown = JSON.parse(text)
  const inner = isObject(written) ? written['error'] : undefined
  if (!isObject(inner) || ('type' in inner && 'param' in inner && 'code' in inner)) return text
  const type = typeof inner['status'] === 'string' ? inner['status'] : 'invalid_request_error'
  return JSON.stringify({ error: { type, param: null, code: null, ...inner } })
}

/** Our error as the last event of a stream. */
export function writeErrorEvent(error: GatewayError, status: number): string {
  return errorEvent(errorBody(error, status))
}

/** An envelope as the last event of a stream; no `[DONE]` follows it. */
export function errorEvent(envelope: string): string {
  // A provider's own object may be printed over several lines, and a line ends an event's data. Inside of a JSON string
  // none can stand.
  return `data: ${envelope.replaceAll(lineBreaks, ' ')}\n\n`
}

const lineBreaks = /[\r\n]+/g

function providerErrorOf(error: GatewayError): string | null {
  if (error instanceof ProviderRefusedRequest) return error.providerError
  // Our code tells a client that asking elsewhere is no use; the provider's words tell it why.
  if (error instanceof ContentBlocked && error.providerError !== null) {
    return JSON.stringify({ ...JSON.parse(error.providerError), code: error.code })
  }
  return null
}

/** The `type` that goes with a status (https://platform.openai.com/docs/guides/error-codes, 2026-11). */
function typeOf({ code }: GatewayError, status: number): string {
  if (code === 'budget_exhausted') return 'insufficient_quota'
  if (status === 403) return 'permission_error'
  if (status === 429) return 'rate_limit_error'
  return status >= 500 ? 'server_error' : 'invalid_request_error'
}
