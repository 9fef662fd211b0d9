// A provider's error body of this API: `{"type":"error","error":{type,message,details?}}`.
import { isObject } from '../json-object.ts'
import type { ProviderError } from '../../core/answer-event.ts'

/** Undefined when the body is no error of this API. */
export function readError(body: unknown): ProviderError | undefined {
  if (!isObject(body) || body['type'] !== 'error' || !isObject(body['error'])) return undefined
  const { type, message, details } = body['error']
  const code = isObject(details) ? details['error_code'] : undefined
  return {
    message: typeof message === 'string' ? message : 'The provider reported an error.',
    type: typeof type === 'string' ? type : 'api_error',
    ...(typeof code === 'string' ? { code } : {}),
    ...(details === undefined || details === null ? {} : { details }),
  }
}
