// The blocks of an answer as events: one opener per block type, and what its deltas and its end mean. A whole answer's
// block is opened with all that it holds and closed at once, so that both ways of reading agree.
import { unsealed } from '../carried-seal.ts'
import { isObject } from '../json-object.ts'
import type { JsonObject } from '../json-object.ts'
import type { AnswerEvent } from '../../core/answer-event.ts'
import { MalformedAnswer } from '../dialect.ts'
import { readCitation } from './citations.ts'
import type { Native } from './native.ts'

/** What is counted over all blocks of an answer. */
export interface Tally {
  calls: number
  textLength: number
}

export interface OpenBlock {
  delta(delta: JsonObject): readonly AnswerEvent[]
  stop(): readonly AnswerEvent[]
}

type Opener = (block: JsonObject, tally: Tally, emit: (event: AnswerEvent) => void) => OpenBlock

const openers: ReadonlyMap<string, Opener> = new Map<string, Opener>([
  ['text', openText],
  ['thinking', openThinking],
  ['redacted_thinking', openRedacted],
  ['tool_use', openToolUse],
])

/** Opens a block; `emit` takes the events that its start already means. */
export function openBlock(value: unknown, tally: Tally, emit: (event: AnswerEvent) => void): OpenBlock {
  if (!isObject(value)) throw new MalformedAnswer('A content block of the answer is no object.')
  const type = textOf(value['type'], 'the type of a content block')
  return (openers.get(type) ?? openForeign)(value, tally, emit)
}

const partEnd: readonly AnswerEvent[] = [{ kind: 'part-end', choice: 0 }]
const nothing: readonly AnswerEvent[] = []

function openText(block: JsonObject, tally: Tally, emit: (event: AnswerEvent) => void): OpenBlock {
  const start = tally.textLength
  const citations: unknown[] = Array.isArray(block['citations']) ? [...block['citations']] : []
  const say = (value: unknown): readonly AnswerEvent[] => {
    const text = textOf(value, 'a piece of text')
    if (text === '') return nothing
    tally.textLength += text.length
    return [{ kind: 'text-delta', choice: 0, text }]
  }
  say(block['text'] ?? '').forEach(emit)
  return {
    delta: (delta) => {
      if (delta['type'] === 'text_delta') return say(delta['text'])
      if (delta['type'] === 'citations_delta') citations.push(delta['citation'])
      return nothing
    },
    // Only now is it known how far the text reaches that they support.
    stop: () => [
      ...citations.map((native): AnswerEvent => {
        const citation = readCitation(native, { start, end: tally.textLength })
        return { kind: 'citation', choice: 0, citation }
      }),
      ...partEnd,
    ],
  }
}

function openThinking(block: JsonObject, _tally: Tally, emit: (event: AnswerEvent) => void): OpenBlock {
  let seal = typeof block['signature'] === 'string' ? block['signature'] : ''
  const think = (value: unknown): readonly AnswerEvent[] => {
    const text = textOf(value, 'a piece of a thought')
    return text === '' ? nothing : [{ kind: 'reasoning-delta', choice: 0, text }]
  }
  think(block['thinking'] ?? '').forEach(emit)
  return {
    delta: (delta) => {
      if (delta['type'] === 'thinking_delta') return think(delta['thinking'])
      if (delta['type'] === 'signature_delta') seal = textOf(delta['signature'], 'a signature')
      return nothing
    },
    stop: () =>
      seal === '' || seal === unsealed
        ? partEnd
        : [{ kind: 'reasoning-seal', choice: 0, seal, redacted: false, from: 'anthropic-messages' }],
  }
}

function openRedacted(block: JsonObject, _tally: Tally, emit: (event: AnswerEvent) => void): OpenBlock {
  const seal = textOf(block['data'], 'a hidden thought')
  emit({ kind: 'reasoning-seal', choice: 0, seal, redacted: true, from: 'anthropic-messages' })
  return { delta: () => nothing, stop: () => nothing }
}

function openToolUse(block: JsonObject, tally: Tally, emit: (event: AnswerEvent) => void): OpenBlock {
  const call = tally.calls
  tally.calls += 1
  const id = textOf(block['id'], "a tool call's id")
  const name = textOf(block['name'], "a tool call's name")
  emit({ kind: 'tool-call', choice: 0, call, id, name })
  let said = false
  return {
    delta: (delta) => {
      if (delta['type'] !== 'input_json_delta') return nothing
      const text = textOf(delta['partial_json'], "a piece of a tool call's arguments")
      if (text === '') return nothing
      said = true
      return [{ kind: 'tool-call-delta', choice: 0, call, text }]
    },
    stop: () => {
      if (said) return partEnd
      // Some services of this dialect send the arguments with the start; a call without any has `{}`.
      const text = JSON.stringify(block['input'] ?? {})
      return [{ kind: 'tool-call-delta', choice: 0, call, text }, ...partEnd]
    },
  }
}

/** Blocks that this API alone knows: kept as they are. */
function openForeign(block: JsonObject): OpenBlock {
  const deltas: JsonObject[] = []
  return {
    delta: (delta) => {
      deltas.push(delta)
      return nothing
    },
    stop: () => {
      const value: Native = { block, deltas }
      return [{ kind: 'foreign', from: 'anthropic-messages', value }]
    },
  }
}

function textOf(value: unknown, what: string): string {
  if (typeof value === 'string') return value
  throw new MalformedAnswer(`The answer has no text where ${what} belongs.`)
}
