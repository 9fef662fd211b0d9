// What one streamed chunk of the OpenAI chat dialect means to a relay: is it content, usage, a finish, an error?
// A pure step, so a recorded transcript is the whole test.
import { isObject } from '../json-object.ts'
import type { Usage } from '../../core/usage.ts'
import { billedAs } from '../../core/usage.ts'
import { readFullUsage } from './usage.ts'

export interface ChunkMeaning {
  /** Something that a reader would show: text, reasoning, a refusal, a tool call, sound. Role alone is not. */
  readonly content: boolean
  /** Indexes of choices that this chunk finishes. */
  readonly finished: readonly number[]
  readonly usage: Usage | undefined
  /** The chunk carries usage and no choice: it exists only because usage was asked for. */
  readonly onlyUsage: boolean
  readonly model: string
  /** The provider's error, when the chunk is one. */
  readonly error: unknown
}

/** Reads a chunk's JSON text. Undefined when it is not a JSON object. */
export function readChunk(text: string): ChunkMeaning | undefined {
  const chunk = parse(text)
  if (!isObject(chunk)) return undefined
  const choices = Array.isArray(chunk['choices']) ? chunk['choices'] : []
  const finished: number[] = []
  let content = false
  for (const choice of choices) {
    if (!isObject(choice)) continue
    if (typeof choice['finish_reason'] === 'string') finished.push(Number(choice['index'] ?? 0))
    content ||= hasContent(choice['delta'])
  }
  return {
    content,
    finished,
    usage: billedAs(readFullUsage(chunk['usage']), chunk['service_tier']),
    onlyUsage: choices.length === 0 && isObject(chunk['usage']),
    model: typeof chunk['model'] === 'string' ? chunk['model'] : '',
    error: chunk['error'] ?? undefined,
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // What is not JSON has no meaning; the caller decides what that means for the stream.
    return undefined
  }
}

function hasContent(delta: unknown): boolean {
  if (!isObject(delta)) return false
  for (const name of contentMembers) {
    const value = delta[name]
    if (value !== undefined && value !== null && value !== '' && !isEmptyArray(value)) return true
  }
  return false
}

/** `reasoning_content` (DeepSeek, Qwen, xAI), `reasoning` and `reasoning_details` (OpenRouter). */
export const contentMembers = [
  'content',
  'tool_calls',
  'reasoning_content',
  'reasoning',
  'reasoning_details',
  'refusal',
  'function_call',
  'audio',
]

function isEmptyArray(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0
}
