// One line of a stream, or a whole answer, as our events: both have the same form. Thoughts come before the
// text, calls after it, and each call comes whole.
import { isObject } from '../json-object.ts'
import type { JsonObject } from '../json-object.ts'
import type { AnswerEvent, FinishReason, TokenLogprob } from '../../core/answer-event.ts'
import { printArguments } from '../call-arguments.ts'
import { MalformedAnswer } from '../dialect.ts'
import { textOf } from './text-of.ts'
import { readError } from './translate-error.ts'

/** What is kept from one line to the next. */
export interface ReadState {
  /** When the answer was begun: part of the ids of its calls. */
  origin: string
  started: boolean
  ended: boolean
  calls: number
}

export function newReadState(): ReadState {
  return { origin: '', started: false, ended: false, calls: 0 }
}

/** The events of one line. Throws MalformedAnswer. */
export function readChunk(chunk: unknown, state: ReadState): readonly AnswerEvent[] {
  const error = readError(chunk)
  if (error !== undefined) return [{ kind: 'error', error }]
  if (!isObject(chunk)) throw new MalformedAnswer('The answer is not an object.')
  const events: AnswerEvent[] = []
  if (!state.started) events.push(startOf(chunk, state))
  const { message, done } = chunk
  if (isObject(message)) readMessage(message, state, events)
  else if (message !== undefined || done !== true) throw new MalformedAnswer('The answer has no message.')
  const logprobs = readLogprobs(chunk['logprobs'])
  if (logprobs.length > 0) events.push({ kind: 'logprobs', choice: 0, logprobs })
  if (done === true) events.push(...endOf(chunk, state))
  return events
}

function startOf(chunk: JsonObject, state: ReadState): AnswerEvent {
  const createdAt = textOf(chunk['created_at'])
  const createdMs = createdAt === undefined ? Number.NaN : Date.parse(createdAt)
  state.started = true
  state.origin = createdAt?.slice(0, 40).replace(/\D/g, '') ?? ''
  const model = textOf(chunk['model'])
  if (Number.isNaN(createdMs)) return { kind: 'start', id: undefined, model }
  return { kind: 'start', id: undefined, model, createdSeconds: Math.floor(createdMs / 1000) }
}

function readMessage(message: JsonObject, state: ReadState, events: AnswerEvent[]): void {
  const { thinking, content, tool_calls: calls, images } = message
  if (thinking !== undefined && thinking !== null && typeof thinking !== 'string') {
    throw new MalformedAnswer('The thinking of the answer is not a string.')
  }
  if (content !== undefined && content !== null && typeof content !== 'string') {
    throw new MalformedAnswer('The content of the answer is not a string.')
  }
  if (textOf(thinking) !== undefined)
    events.push({ kind: 'reasoning-delta', choice: 0, text: String(thinking) })
  if (textOf(content) !== undefined) events.push({ kind: 'text-delta', choice: 0, text: String(content) })
  if (calls !== undefined && calls !== null) readCalls(calls, state, events)
  if (!Array.isArray(images)) return
  for (const base64 of images) {
    if (typeof base64 === 'string') events.push({ kind: 'media-delta', choice: 0, media: 'image', base64 })
  }
}

function readCalls(calls: unknown, state: ReadState, events: AnswerEvent[]): void {
  if (!Array.isArray(calls)) throw new MalformedAnswer('The tool calls of the answer are not a list.')
  for (const call of calls) {
    const made: unknown = isObject(call) ? call['function'] : undefined
    const name = isObject(made) ? textOf(made['name']) : undefined
    if (!isObject(call) || !isObject(made) || name === undefined) {
      throw new MalformedAnswer('A tool call of the answer has no name.')
    }
    const number = state.calls++
    const id = textOf(call['id']) ?? `call_${state.origin}_${number}`
    events.push(
      { kind: 'tool-call', choice: 0, call: number, id, name },
      { kind: 'tool-call-delta', choice: 0, call: number, text: argumentsOf(made['arguments']) },
    )
  }
}

function argumentsOf(args: unknown): string {
  if (typeof args === 'string') return args
  if (args === undefined || args === null) return '{}'
  const text = isObject(args) ? printArguments(args) : undefined
  if (text === undefined) throw new MalformedAnswer('The arguments of a tool call are not an object.')
  return text
}

const reasons: ReadonlyMap<string, FinishReason> = new Map([
  ['stop', 'stop'],
  ['length', 'length'],
])

function endOf(chunk: JsonObject, state: ReadState): readonly AnswerEvent[] {
  if (state.ended) return []
  state.ended = true
  const native = textOf(chunk['done_reason']) ?? ''
  // Releases of 2024 gave no reason for an ordinary end.
  const told = native === '' ? 'stop' : (reasons.get(native) ?? 'other')
  const reason = told === 'stop' && state.calls > 0 ? 'tool-calls' : told
  return [{ kind: 'finish', choice: 0, reason, native }, ...usageOf(chunk), { kind: 'end' }]
}

/** A prompt that is cached whole has no count in older releases. Thoughts are part of the answer's count. */
function usageOf(chunk: JsonObject): readonly AnswerEvent[] {
  const inputTokens = countOf(chunk['prompt_eval_count'])
  const outputTokens = countOf(chunk['eval_count'])
  if (inputTokens === undefined && outputTokens === undefined) return []
  const usage = {
    inputTokens: inputTokens ?? 0,
    cachedInputTokens: 0,
    outputTokens: outputTokens ?? 0,
    reasoningTokens: 0,
  }
  return [{ kind: 'usage', usage }]
}

function countOf(count: unknown): number | undefined {
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : undefined
}

type OneToken = Omit<TokenLogprob, 'top'>

function readLogprobs(logprobs: unknown): readonly TokenLogprob[] {
  if (!Array.isArray(logprobs)) return []
  return logprobs.flatMap((step: unknown) => {
    const token = tokenOf(step)
    const top: unknown = isObject(step) ? step['top_logprobs'] : undefined
    const tops = Array.isArray(top) ? top.map(tokenOf).filter((other) => other !== undefined) : []
    return token === undefined ? [] : [{ ...token, top: tops }]
  })
}

function tokenOf(step: unknown): OneToken | undefined {
  if (!isObject(step)) return undefined
  const { token, logprob, bytes } = step
  if (typeof token !== 'string' || typeof logprob !== 'number') return undefined
  const known = Array.isArray(bytes) && bytes.every((byte) => typeof byte === 'number')
  return { token, logprob, bytes: known ? bytes : null }
}
