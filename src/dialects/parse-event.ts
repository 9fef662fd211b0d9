// The JSON of one event of a provider's stream, or of its whole answer.
import { MalformedAnswer } from './dialect.ts'
import { parsedObject } from './json-object.ts'
import type { JsonObject } from './json-object.ts'
import { scanJson } from './scan-json.ts'

/** Parsing is safe at any depth; printing again, which what is handed on may need, is not. */
const eventLimits = { depthMax: 64, keysMax: 2_000_000 }
/** Below this length nothing is nested so deep that it could not be printed again. */
const safeLength = 10_000

/** `what` it is, for the sentence. Throws MalformedAnswer where it is no JSON object, or nested too deep. */
export function parseEvent(text: string, what = 'An event of the stream'): JsonObject {
  if (text.length > safeLength && scanJson(text, eventLimits).kind === 'too-complex') {
    throw new MalformedAnswer(`${what} is nested deeper than 64 levels.`)
  }
  const event = parsedObject(text)
  if (event === undefined) throw new MalformedAnswer(`${what} is no JSON object.`)
  return event
}
