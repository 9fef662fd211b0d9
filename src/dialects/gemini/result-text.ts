// What a function gave back. Google wants an object, `output` for the result and `error` for a failure
// (https://ai.google.dev/api/caching#FunctionResponse, 2026-11); everybody else takes text.

import type { JsonObject } from '../json-object.ts'
export interface ResultText {
  readonly text: string
  readonly isError: boolean
}

/** An object with one member that holds the result is that result; any other is its JSON text. */
export function textOfResult(response: JsonObject): ResultText {
  const names = Object.keys(response)
  const name = names.length === 1 ? names[0] : undefined
  const isError = Object.hasOwn(response, 'error')
  if (name === 'output' || name === 'result' || name === 'error')
    return { text: textOf(response[name]), isError }
  return { text: JSON.stringify(response), isError }
}

/** The text stays as it is: reading it as JSON would change large numbers. */
export function resultOfText(text: string, isError: boolean): JsonObject {
  return isError ? { error: text } : { output: text }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
