// One choice of an answer, whole or a piece of a stream, in our events. A message and a delta have the same members, so
// one table serves both: one small function per member, in the order in which a reader would want them.
// Source: https://platform.openai.com/docs/api-reference/chat/object and …/chat/streaming, 2026-11.
import { isObject } from '../json-object.ts'
import type { AnswerEvent, Citation, TokenLogprob } from '../../core/answer-event.ts'
import { MalformedAnswer } from '../dialect.ts'
import type { ChoiceState } from './choice-state.ts'
import { readFinish } from './finish-reasons.ts'
import { readDetail, sealsText } from './reasoning-details.ts'
import { readToolCalls } from './read-call-pieces.ts'

type Wire = Readonly<Record<string, unknown>>
type Step = (value: unknown, state: ChoiceState, events: AnswerEvent[]) => void

const steps: ReadonlyMap<string, Step> = new Map<string, Step>([
  ['reasoning_content', plainReasoning],
  ['reasoning', plainReasoning],
  ['reasoning_details', reasoningDetails],
  ['content', content],
  ['refusal', refusal],
  ['audio', audio],
  ['images', images],
  ['annotations', annotations],
  ['tool_calls', toolCalls],
  ['function_call', functionCall],
])
const inOrder = [...steps.keys()]

/** Most pieces say one thing, and looking for ten costs more than all else that is done with them. */
function namesIn(said: Wire): readonly string[] {
  let only: string | undefined
  for (const name of Object.keys(said)) {
    if (!saysSomething(said[name]) || !steps.has(name)) continue
    if (only !== undefined) return inOrder
    only = name
  }
  return only === undefined ? [] : [only]
}

function saysSomething(value: unknown): boolean {
  return value !== undefined && value !== null && value !== ''
}

/** Reads a choice's message or delta, its probabilities and its end. Throws MalformedAnswer. */
export function readChoice(choice: Wire, state: ChoiceState, events: AnswerEvent[]): void {
  const said = choice['delta'] ?? choice['message'] ?? {}
  if (!isObject(said)) throw new MalformedAnswer('a choice holds no object for what was said')
  state.plainIsRead = detailsTellText(said['reasoning_details'])
  for (const name of namesIn(said)) {
    const value = said[name]
    if (saysSomething(value)) steps.get(name)?.(value, state, events)
  }
  logprobs(choice['logprobs'], state, events)
  finish(choice, state, events)
}

/** Details that come with the plain text say the same in a better order. */
function detailsTellText(details: unknown): boolean {
  return Array.isArray(details) && details.some((entry) => (readDetail(entry)?.text ?? '') !== '')
}

/** Some servers send the same thought under several names: one of them counts. */
function plainReasoning(value: unknown, state: ChoiceState, events: AnswerEvent[]): void {
  const text = demandText(value)
  if (state.plainIsRead) return
  state.plainIsRead = true
  state.think(true)
  events.push({ kind: 'reasoning-delta', choice: state.index, text })
}

function reasoningDetails(value: unknown, state: ChoiceState, events: AnswerEvent[]): void {
  for (const entry of demandList(value)) {
    const detail = readDetail(entry)
    if (detail === undefined) continue
    const choice = state.index
    // The whole text may come once more with its seal, after it came as plain reasoning.
    if (detail.text !== '' && !state.thinksPlainly) {
      state.think(false)
      events.push({ kind: 'reasoning-delta', choice, text: detail.text })
    }
    if (detail.seal === undefined) continue
    const { seal, from, id } = detail
    const isOfText = detail.redacted !== true || (sealsText(detail) && state.thinks)
    if (!isOfText && state.thinks) events.push({ kind: 'part-end', choice })
    events.push({
      kind: 'reasoning-seal',
      choice,
      seal,
      redacted: !isOfText,
      ...(id !== undefined && { id }),
      from,
    })
    state.endThought()
  }
}

function content(value: unknown, state: ChoiceState, events: AnswerEvent[]): void {
  if (typeof value === 'string') {
    events.push({ kind: 'text-delta', choice: state.index, text: value })
    return
  }
  // Mistral's reasoning models answer in parts (https://docs.mistral.ai/capabilities/reasoning, 2026-11).
  for (const part of demandList(value)) {
    if (!isObject(part)) throw new MalformedAnswer('a part of its content is not an object')
    if (part['type'] === 'text')
      events.push({ kind: 'text-delta', choice: state.index, text: demandText(part['text']) })
    else if (part['type'] === 'thinking') thinkingPart(part['thinking'], state, events)
  }
}

function thinkingPart(value: unknown, state: ChoiceState, events: AnswerEvent[]): void {
  const pieces: readonly unknown[] = Array.isArray(value) ? value : [{ text: value }]
  for (const piece of pieces) {
    const text = isObject(piece) ? piece['text'] : undefined
    if (typeof text !== 'string' || text === '') continue
    state.think(true)
    events.push({ kind: 'reasoning-delta', choice: state.index, text })
  }
}

function refusal(value: unknown, state: ChoiceState, events: AnswerEvent[]): void {
  state.refused = true
  events.push({ kind: 'refusal-delta', choice: state.index, text: demandText(value) })
}

function audio(value: unknown, state: ChoiceState, events: AnswerEvent[]): void {
  if (!isObject(value)) throw new MalformedAnswer('its audio is not an object')
  const { id, data: base64, transcript } = value
  events.push({
    kind: 'media-delta',
    choice: state.index,
    media: 'audio',
    ...(typeof id === 'string' && { id }),
    base64: typeof base64 === 'string' ? base64 : '',
    ...(typeof transcript === 'string' && { transcript }),
  })
}

/** Pictures as OpenRouter brings them: `data:` URLs in `image_url`. */
function images(value: unknown, state: ChoiceState, events: AnswerEvent[]): void {
  for (const image of demandList(value)) {
    const inner = isObject(image) ? image['image_url'] : undefined
    const url = isObject(inner) ? inner['url'] : undefined
    if (typeof url !== 'string' || !url.startsWith('data:')) continue
    const comma = url.indexOf(',')
    const mediaType = url.slice('data:'.length, comma).split(';', 1)[0] ?? ''
    events.push({
      kind: 'media-delta',
      choice: state.index,
      media: 'image',
      ...(mediaType !== '' && { mediaType }),
      base64: url.slice(comma + 1),
    })
  }
}

function annotations(value: unknown, state: ChoiceState, events: AnswerEvent[]): void {
  for (const annotation of demandList(value)) {
    const citation = readAnnotation(annotation)
    if (citation !== undefined) events.push({ kind: 'citation', choice: state.index, citation })
  }
}

function readAnnotation(annotation: unknown): Citation | undefined {
  const inner = isObject(annotation) ? annotation['url_citation'] : undefined
  if (!isObject(inner)) return undefined
  const { url, title, content: text, start_index: start, end_index: end } = inner
  return {
    ...(typeof url === 'string' && { url }),
    ...(typeof title === 'string' && title !== '' && { title }),
    ...(typeof text === 'string' && text !== '' && { text }),
    ...(typeof start === 'number' && { start }),
    ...(typeof end === 'number' && { end }),
    native: annotation,
  }
}

function toolCalls(value: unknown, state: ChoiceState, events: AnswerEvent[]): void {
  readToolCalls(demandList(value), state, events)
}

/** The deprecated form: one call, without an index or an id. */
function functionCall(value: unknown, state: ChoiceState, events: AnswerEvent[]): void {
  readToolCalls([{ index: 0, type: 'function', function: value }], state, events)
}

function logprobs(value: unknown, state: ChoiceState, events: AnswerEvent[]): void {
  if (!isObject(value)) return
  const listed = [value['content'], value['refusal']].flatMap((list) => (Array.isArray(list) ? list : []))
  const tokens = listed.map(readLogprob).filter((token) => token !== undefined)
  if (tokens.length > 0) events.push({ kind: 'logprobs', choice: state.index, logprobs: tokens })
}

function readLogprob(value: unknown): TokenLogprob | undefined {
  const token = readTopLogprob(value)
  if (token === undefined || !isObject(value)) return undefined
  const listed: readonly unknown[] = Array.isArray(value['top_logprobs']) ? value['top_logprobs'] : []
  return { ...token, top: listed.map(readTopLogprob).filter((top) => top !== undefined) }
}

function readTopLogprob(value: unknown): Omit<TokenLogprob, 'top'> | undefined {
  if (!isObject(value)) return undefined
  const { token, logprob, bytes } = value
  if (typeof token !== 'string' || typeof logprob !== 'number') return undefined
  return { token, logprob, bytes: isNumbers(bytes) ? bytes : null }
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'number')
}

function finish(choice: Wire, state: ChoiceState, events: AnswerEvent[]): void {
  const word = choice['finish_reason'] ?? undefined
  if (word === undefined || word === '' || state.finished) return
  state.finished = true
  state.closeCalls()
  // vLLM and SGLang name the stop text, or the number of the token that ended it.
  const stopText = typeof choice['stop_reason'] === 'string' ? choice['stop_reason'] : undefined
  const native = choice['native_finish_reason']
  const reason = readFinish(demandText(word), {
    calls: state.callCount > 0,
    refusal: state.refused,
    stopText,
  })
  events.push({
    kind: 'finish',
    choice: state.index,
    reason,
    ...(reason === 'stop-text' && stopText !== undefined && { stopText }),
    native: typeof native === 'string' ? native : demandText(word),
  })
}

function demandText(value: unknown): string {
  if (typeof value !== 'string') throw new MalformedAnswer('a text of its answer is not a string')
  return value
}

function demandList(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new MalformedAnswer('a list of its answer is not an array')
  return value
}
