// A provider's error body as a relay hands it on: the error object itself, and the words that tell whose failure it was.
import { isObject } from './json-object.ts'
import type { JsonObject } from './json-object.ts'
import type { ProviderErrorText } from './passage.ts'
import { scanJson } from './scan-json.ts'

const handedOnCharsMax = 16_384
const bodyLimits = { depthMax: 64, keysMax: 2_000_000 }
/** Below this length nothing is nested so deep that printing it takes long. */
const shallowLength = 10_000

export const noErrorText: ProviderErrorText = { code: '', type: '', json: null }

/**
 * The error object of a body: `{"error":{…}}`, `{"error":"text"}`, either in an array, FastAPI's `{"detail":…}`, or an
 * object that has a message itself, as an error in a stream comes. Undefined when it is none.
 */
export function errorObject(text: string): JsonObject | undefined {
  const body = parsedErrorBody(text)
  const outer: unknown = Array.isArray(body) ? body[0] : body
  if (!isObject(outer)) return undefined
  const { error, message, detail } = outer
  if (isObject(error)) return Object.keys(error).length > 0 ? error : undefined
  if (typeof error === 'string') return { message: error }
  if (typeof message === 'string') return outer
  const words = message ?? detail
  if (words === undefined || words === null) return undefined
  return { message: typeof words === 'string' ? words : JSON.stringify(words) }
}

/** An error object with the words of its kind, in whatever letters. */
export function errorText(error: JsonObject, code: unknown, type: unknown): ProviderErrorText {
  const json = JSON.stringify(error)
  return {
    code: lowerCase(code),
    type: lowerCase(type),
    json: json.length <= handedOnCharsMax ? json : null,
  }
}

function lowerCase(word: unknown): string {
  return typeof word === 'string' || typeof word === 'number' ? String(word).toLowerCase() : ''
}

/** An error body's value; undefined when it is no JSON, or nested deeper than can be printed in good time. */
export function parsedErrorBody(text: string): unknown {
  if (text.length > shallowLength && scanJson(text, bodyLimits).kind === 'too-complex') return undefined
  try {
    return JSON.parse(text)
  } catch {
    // A provider's proxy may answer in HTML or plain text; that is no error object, and no news.
    return undefined
  }
}
