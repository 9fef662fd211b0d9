// The error envelope of the OpenAI dialect, as providers really send it: the object itself, for handing on, and the
// codes that tell whose failure it was.

import { errorText, noErrorText, parsedErrorBody } from '../error-text.ts'
import { isObject } from '../json-object.ts'
import type { ProviderErrorText } from '../passage.ts'

/** Reads an error body: `{"error":{…}}`, `{"error":"text"}`, Mistral's `{"message":…}`, FastAPI's `{"detail":…}`. */
export function readErrorBody(text: string): ProviderErrorText {
  return readError(envelopeOf(parsedErrorBody(text)))
}

/** Reads an error object that came alone, as the `error` member of a streamed chunk. */
export function readError(error: unknown): ProviderErrorText {
  const body = typeof error === 'string' ? { message: error, type: null, param: null, code: null } : error
  if (!isObject(body) || Object.keys(body).length === 0) return noErrorText
  return errorText(body, body['code'], body['type'])
}

function envelopeOf(body: unknown): unknown {
  // Gemini's compatible endpoint wraps the envelope in an array.
  const outer: unknown = Array.isArray(body) ? body[0] : body
  if (!isObject(outer)) return undefined
  if (outer['error'] !== undefined) return outer['error']
  const message = outer['message'] ?? outer['detail']
  if (message === undefined) return undefined
  return {
    message: typeof message === 'string' ? message : JSON.stringify(message),
    type: outer['type'] ?? 'invalid_request_error',
    param: outer['param'] ?? null,
    code: outer['code'] ?? null,
  }
}
