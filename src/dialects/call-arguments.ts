// A call's arguments, between JSON text and the object that some dialects want instead. The text is JSON within a
// string, so nobody has looked at its depth yet: parsing is safe at any depth, printing again is not.
import type { JsonObject } from './json-object.ts'
import { requestLimits } from './json-body.ts'
import { scanJson } from './scan-json.ts'

/** The object that the text holds; undefined when it is no JSON object, or one that is too deep or too large. */
export function parseArguments(text: string): JsonObject | undefined {
  if (text.trim() === '') return {}
  if (scanJson(text, requestLimits).kind !== 'object') return undefined
  return JSON.parse(text) as JsonObject
}

/** The text of arguments that a provider sent as an object; undefined when they are too deep. */
export function printArguments(args: JsonObject): string | undefined {
  return isWithin(args, requestLimits.depthMax) ? JSON.stringify(args) : undefined
}

/** Is a value nested at most this many levels deep? Printing one of 100,000 levels takes a second before it fails. */
function isWithin(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  return levels > 0 && Object.values(value).every((inner) => isWithin(inner, levels - 1))
}
