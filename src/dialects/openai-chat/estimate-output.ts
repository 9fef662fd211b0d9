// How many tokens a whole answer holds when its provider did not count them, or not believably: four bytes of what
// the model said are one token. The frame around it is not the model's and is left out.
import { isObject } from '../json-object.ts'
import { utf8Of } from '../text-of-bytes.ts'
import { contentMembers } from './read-event.ts'

const bytesPerToken = 4
/** Parsing more than this would hold up every other call; then the frame, which is small beside it, is counted too. */
const parsedBytesMax = 1024 * 1024

/** Estimates the output tokens of a chat answer that the scan let pass. Never throws. */
export function estimateOutputTokens(bytes: Uint8Array): number {
  if (bytes.byteLength > parsedBytesMax) return Math.ceil(bytes.byteLength / bytesPerToken)
  const answer = parse(utf8Of(bytes))
  const choices = isObject(answer) && Array.isArray(answer['choices']) ? answer['choices'] : []
  let saidBytes = 0
  for (const choice of choices) if (isObject(choice)) saidBytes += bytesSaid(choice['message'])
  return Math.ceil(saidBytes / bytesPerToken)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The scan that let it pass is kinder than the parser; then the text itself has to do.
    return { choices: [{ message: { content: text } }] }
  }
}

function bytesSaid(message: unknown): number {
  if (!isObject(message)) return 0
  let bytes = 0
  for (const name of contentMembers) {
    const said = message[name]
    if (said === undefined || said === null) continue
    bytes += Buffer.byteLength(typeof said === 'string' ? said : JSON.stringify(said))
  }
  return bytes
}
