// A provider's error body as a relay hands it on: the error object itself, and the words that tell whose failure it was.
import { isObject } from './json-object.ts'
import type { JsonObject } from './json-object.ts'
import type { ProviderErrorText } from './passage.ts'

const handedOnCharsMax = 16_384

export const noErrorText: ProviderErrorText = { code: '', type: '', json: null }

/**
 * The error object of a body: `{"error":{…}}`, `{"error":"text"}`, either in an array, FastAPI's `{"detail":…}`, or an
 * object that has a message itself, as an error in a stream comes. Undefined when it is none.
 */
export function errorObject(text: string): JsonObject | undefined {
  const body = parsed(text)
  const outer: unknown = Array.isArray(body) ? body[0] : body
  if (!isObject(outer)) return undefined
  const { error, message, detail } = outer
  if (isObject(error)) return Object.keys(error).length > 0 ? error : undefined
  if (typeof error === 'string') return { message: error }
  if (typeof message === 'string') return outer
  const words = message ?? detail
  if (words === undefined || words === null) return undefined
  return { message: typeof words === 'string' ? words : printed(words) }
}

/** An error object with the words of its kind, in whatever letters. */
export function errorText(error: JsonObject, code: unknown, type: unknown): ProviderErrorText {
  const json = printed(error)
  return {
    code: lowerCase(code),
    type: lowerCase(type),
    json: json !== '' && json.length <= handedOnCharsMax ? json : null,
  }
}

function lowerCase(word: unknown): string {
  return typeof word === 'string' || typeof word === 'number' ? String(word).toLowerCase() : ''
}

function printed(value: unknown): string {
  try {
    return JSON.stringify(value)
  } catch {
    // Nested deeper than can be printed: that is not handed on.
    return ''
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // A provider's proxy may answer in HTML or plain text; that is no error object, and no news.
    return undefined
  }
}
