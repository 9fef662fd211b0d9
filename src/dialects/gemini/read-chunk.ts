// One GenerateContentResponse, a whole answer or a piece of a stream, as our events. One small function per
// kind of part; parts that Google alone knows pass as foreign events that hold a response with just that
// part.
import { given, isObject } from '../json-object.ts'
import type { JsonObject } from '../json-object.ts'
import type { AnswerEvent } from '../../core/answer-event.ts'
import { printArguments } from '../call-arguments.ts'
import { MalformedAnswer } from '../dialect.ts'
import { readFinishReason } from './finish-reasons.ts'
import { readLogprobs } from './logprobs.ts'
import { readCitations } from './read-citations.ts'
import { readError } from './translate-error.ts'
import { readUsage } from './usage.ts'

/** What is kept from one response of a stream to the next. */
export interface ReadState {
  id: string | undefined
  started: boolean
  ended: boolean
  readonly choices: Map<number, ChoiceState>
}

interface ChoiceState {
  readonly index: number
  calls: number
  /** What it said so far: places of citations are counted in its bytes. */
  text: string
  finished: boolean
  /** Citations so far: Google repeats them. */
  readonly cited: Set<string>
}

export function newReadState(): ReadState {
  return { id: undefined, started: false, ended: false, choices: new Map() }
}

/** The events of one response. Throws MalformedAnswer. */
export function readChunk(body: unknown, state: ReadState): AnswerEvent[] {
  const error = readError(body)
  if (error !== undefined) return [{ kind: 'error', error }]
  if (!isObject(body)) throw new MalformedAnswer('The answer is not an object.')
  const events: AnswerEvent[] = []
  if (!state.started) events.push(startOf(body, state))
  for (const candidate of candidatesOf(body)) readCandidate(candidate, state, events)
  readBlock(body['promptFeedback'], state, events)
  const usage = readUsage(body['usageMetadata'])
  if (usage !== undefined) events.push({ kind: 'usage', usage })
  if (
    !state.ended &&
    state.choices.size > 0 &&
    [...state.choices.values()].every(({ finished }) => finished)
  ) {
    state.ended = true
    events.push({ kind: 'end' })
  }
  return events
}

function startOf(body: JsonObject, state: ReadState): AnswerEvent {
  state.started = true
  state.id = textOf(body['responseId'])
  return { kind: 'start', id: state.id, model: textOf(body['modelVersion']) }
}

function candidatesOf({ candidates }: JsonObject): readonly JsonObject[] {
  if (candidates === undefined || candidates === null) return []
  if (!Array.isArray(candidates)) throw new MalformedAnswer('The candidates of the answer are not a list.')
  return candidates.map((candidate: unknown) => {
    if (isObject(candidate)) return candidate
    throw new MalformedAnswer('A candidate of the answer is not an object.')
  })
}

function readCandidate(candidate: JsonObject, state: ReadState, events: AnswerEvent[]): void {
  const choice = choiceOf(candidate['index'], state)
  for (const part of partsOf(candidate['content'])) readPart({ part, choice, state, events })
  for (const citation of readCitations(candidate, choice.text)) {
    const key = `${citation.url} ${citation.title} ${citation.start} ${citation.end}`
    if (choice.cited.has(key)) continue
    choice.cited.add(key)
    events.push({ kind: 'citation', choice: choice.index, citation })
  }
  const logprobs = readLogprobs(candidate['logprobsResult'])
  if (logprobs.length > 0) events.push({ kind: 'logprobs', choice: choice.index, logprobs })
  const word = textOf(candidate['finishReason'])
  if (word === undefined || word === 'FINISH_REASON_UNSPECIFIED' || choice.finished) return
  choice.finished = true
  const reason = readFinishReason(word, choice.calls > 0)
  events.push({ kind: 'finish', choice: choice.index, reason, native: word })
}

/** A prompt that was blocked has no candidates at all. */
function readBlock(feedback: unknown, state: ReadState, events: AnswerEvent[]): void {
  const native = isObject(feedback) ? textOf(feedback['blockReason']) : undefined
  if (native === undefined || state.choices.size > 0) return
  choiceOf(0, state).finished = true
  events.push({ kind: 'finish', choice: 0, reason: 'content-filter', native })
}

function choiceOf(index: unknown, state: ReadState): ChoiceState {
  const number = index ?? 0
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 0 || number > 127) {
    throw new MalformedAnswer('The index of a candidate is not a small whole number.')
  }
  const known = state.choices.get(number)
  if (known !== undefined) return known
  const choice = { index: number, calls: 0, text: '', finished: false, cited: new Set<string>() }
  state.choices.set(number, choice)
  return choice
}

function partsOf(content: unknown): readonly JsonObject[] {
  if (content === undefined || content === null) return []
  const parts = isObject(content) ? (content['parts'] ?? []) : undefined
  if (!Array.isArray(parts) || !parts.every(isObject)) {
    throw new MalformedAnswer('The content of a candidate is not a list of parts.')
  }
  return parts
}

interface PartAt {
  readonly part: JsonObject
  readonly choice: ChoiceState
  readonly state: ReadState
  readonly events: AnswerEvent[]
}

const steps: ReadonlyMap<string, (at: PartAt) => void> = new Map([
  ['functionCall', readCall],
  ['inlineData', readInline],
  ['text', readText],
])

function readPart(at: PartAt): void {
  for (const [kind, step] of steps) if (kind in at.part) return step(at)
  if (textOf(at.part['thoughtSignature']) !== undefined && Object.keys(at.part).every(saysNothing)) {
    return readSeal(at)
  }
  passOver(at)
}

function saysNothing(name: string): boolean {
  return name === 'thoughtSignature' || name === 'thought'
}

function readText(at: PartAt): void {
  const { part, choice, events } = at
  const { text } = part
  if (typeof text !== 'string') throw new MalformedAnswer('The text of a part is not a string.')
  if (part['thought'] === true) {
    if (text !== '') events.push({ kind: 'reasoning-delta', choice: choice.index, text })
  } else if (text !== '') {
    choice.text += text
    events.push({ kind: 'text-delta', choice: choice.index, text })
  }
  readSeal(at)
}

function readSeal({ part, choice, events }: PartAt): void {
  const seal = textOf(part['thoughtSignature'])
  if (seal === undefined) return
  events.push({ kind: 'reasoning-seal', choice: choice.index, seal, redacted: false, from: 'gemini' })
}

/** A call comes whole. Pieces of arguments come only to those who ask for them, and we do not. */
function readCall(at: PartAt): void {
  const { part, choice, state, events } = at
  const call = part['functionCall']
  if (!isObject(call)) throw new MalformedAnswer('A function call is not an object.')
  const name = textOf(call['name'])
  if (name === undefined) throw new MalformedAnswer('A function call has no name.')
  const args = call['args'] ?? {}
  const text = isObject(args) ? printArguments(args) : undefined
  if (text === undefined) throw new MalformedAnswer('The arguments of a function call are not an object.')
  const number = choice.calls++
  const id = textOf(call['id']) ?? madeId(state.id, choice.index, number)
  const seal = textOf(part['thoughtSignature'])
  events.push(
    given<AnswerEvent & { readonly kind: 'tool-call' }>({
      kind: 'tool-call',
      choice: choice.index,
      call: number,
      id,
      name,
      seal,
    }),
    { kind: 'tool-call-delta', choice: choice.index, call: number, text },
  )
}

/** The answer's own id makes the id of a call one that no other answer of a conversation has. */
function madeId(answerId: string | undefined, choice: number, call: number): string {
  const origin = answerId === undefined ? '' : `${answerId.slice(0, 32).replace(/[^A-Za-z0-9_-]/g, '_')}_`
  return `call_${origin}${choice}_${call}`
}

function readInline(at: PartAt): void {
  const { part, choice, events } = at
  const blob = part['inlineData']
  const mediaType = isObject(blob) ? textOf(blob['mimeType']) : undefined
  const base64 = isObject(blob) ? blob['data'] : undefined
  if (typeof base64 !== 'string') throw new MalformedAnswer('The inline data of a part is not base64.')
  const media = mediaType?.split('/', 1)[0]
  if (mediaType === undefined || (media !== 'audio' && media !== 'image')) return passOver(at)
  events.push({ kind: 'media-delta', choice: choice.index, media, mediaType, base64 })
  readSeal(at)
}

/** What a foreign event of ours holds: a response with the one part that nobody else knows. */
export interface ForeignChunk {
  readonly candidates: readonly [ForeignCandidate]
}

interface ForeignCandidate {
  readonly content: { readonly role: 'model'; readonly parts: readonly [JsonObject] }
  readonly index: number
}

export function isForeignChunk(value: unknown): value is ForeignChunk {
  return isObject(value) && Array.isArray(value['candidates'])
}

function passOver({ part, choice, events }: PartAt): void {
  const content = { role: 'model', parts: [part] } as const
  const value: ForeignChunk = { candidates: [{ content, index: choice.index }] }
  events.push({ kind: 'foreign', from: 'gemini', value })
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
