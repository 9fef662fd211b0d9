// What was said in a whole chat answer: the members of its messages that hold content.
import { isObject } from '../json-object.ts'
import { estimateTokens, printedBytes } from '../said-tokens.ts'
import { contentMembers } from './read-event.ts'

/** Estimates the output tokens of a chat answer that the scan let pass. Never throws. */
export function estimateOutputTokens(bytes: Uint8Array): number {
  return estimateTokens(bytes, saidBytes)
}

function saidBytes(answer: unknown): number {
  const choices = isObject(answer) && Array.isArray(answer['choices']) ? answer['choices'] : []
  let bytes = 0
  for (const choice of choices) {
    const message: unknown = isObject(choice) ? choice['message'] : undefined
    if (isObject(message)) for (const name of contentMembers) bytes += printedBytes(message[name])
  }
  return bytes
}
