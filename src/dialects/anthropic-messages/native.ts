// What travels in a foreign event of this dialect, so that a client of the same dialect gets it as it was: a block that
// this API alone knows, members of the message, counts, or an event that nobody knows yet.
import type { JsonObject } from '../json-object.ts'
import { parseArguments } from '../call-arguments.ts'

export type Native =
  | { readonly block: JsonObject; readonly deltas: readonly JsonObject[] }
  | { readonly message: JsonObject }
  | { readonly usage: JsonObject }
  | { readonly event: JsonObject }

/** The block with its deltas laid into it, as a whole answer holds it. */
export function wholeBlock(block: JsonObject, deltas: readonly JsonObject[]): JsonObject {
  const whole: Record<string, unknown> = { ...block }
  let input = ''
  for (const delta of deltas) {
    if (typeof delta['partial_json'] === 'string') input += delta['partial_json']
    else layIn(whole, delta)
  }
  if (input !== '') whole['input'] = parseArguments(input) ?? input
  return whole
}

function layIn(whole: Record<string, unknown>, delta: JsonObject): void {
  for (const [name, value] of Object.entries(delta)) {
    if (name === 'type') continue
    const before = whole[name]
    whole[name] = typeof before === 'string' && typeof value === 'string' ? before + value : value
  }
}

/**
 * A call's arguments as the object that a whole answer holds. What is no object, because the answer was cut off, is
 * wrapped as this API's documentation asks clients to wrap it (fine-grained tool streaming, 2026-11-21).
 */
export function inputOf(text: string): JsonObject {
  return parseArguments(text) ?? { INVALID_JSON: text }
}
