// A call's arguments as an object. They are JSON within a string, so nobody has looked at how deep they are nested yet:
// parsing is safe at any depth, printing again is not.
import { isObject } from '../json-object.ts'
import type { JsonObject } from '../json-object.ts'
import { openJsonExtent } from './json-extent.ts'

const depthMax = 64

/** Undefined when the text is no JSON object, or one that is nested deeper than 64 levels. */
export function argumentsOf(text: string): JsonObject | undefined {
  if (text.trim() === '') return {}
  if (isTooDeep(text)) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Is this JSON nested deeper than 64 levels? */
export function isTooDeep(text: string): boolean {
  const extent = openJsonExtent()
  extent.push(text)
  return extent.depthReached() > depthMax
}
