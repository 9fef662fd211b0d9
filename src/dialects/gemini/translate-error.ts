// Google's errors: `{"error":{code,message,status,details}}`, in a list of one where a stream was asked for
// without SSE.
import { given, isObject } from '../json-object.ts'
import type { ProviderError } from '../../core/answer-event.ts'

/** A provider's error body; undefined when it is none. */
export function readError(body: unknown): ProviderError | undefined {
  const holder: unknown = Array.isArray(body) ? body[0] : body
  const error = isObject(holder) ? holder['error'] : undefined
  if (!isObject(error)) return undefined
  const { message, status, code, details } = error
  return given<ProviderError>({
    message: typeof message === 'string' ? message : '',
    type: typeof status === 'string' ? status : 'UNKNOWN',
    code: reasonOf(details) ?? (typeof code === 'number' ? String(code) : undefined),
    details: Array.isArray(details) && details.length > 0 ? details : undefined,
  })
}

/** The reason of an ErrorInfo (`API_KEY_INVALID`, say) is more exact than the status. */
function reasonOf(details: unknown): string | undefined {
  if (!Array.isArray(details)) return undefined
  const found: unknown = details.find(
    (detail: unknown) => isObject(detail) && typeof detail['reason'] === 'string',
  )
  return isObject(found) ? String(found['reason']) : undefined
}
