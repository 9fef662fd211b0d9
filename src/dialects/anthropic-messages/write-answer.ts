// A whole message of these events. Blocks stand in the order in which they began.
import { isObject } from '../json-object.ts'
import type { JsonObject } from '../json-object.ts'
import type { AnswerEvent } from '../../core/answer-event.ts'
import type { Usage } from '../../core/usage.ts'
import type { AnswerFacts } from '../dialect.ts'
import { carrySeal, sealMark, unsealed } from '../carried-seal.ts'
import { writeCitation } from './citations.ts'
import { inputOf, wholeBlock } from './native.ts'
import { writeEnding } from './stop-reasons.ts'
import type { Ending } from './stop-reasons.ts'
import { writeUsage } from './usage.ts'
import { providerErrorBody } from './write-error.ts'

type Event<Kind extends AnswerEvent['kind']> = AnswerEvent & { readonly kind: Kind }

type Block = Record<string, unknown>

interface Message {
  readonly facts: AnswerFacts
  readonly content: Block[]
  /** The kind of the last block, as long as it is not over. */
  open: 'text' | 'refusal' | 'reasoning' | undefined
  readonly calls: Map<number, { readonly block: Block; arguments: string }>
  start: Event<'start'> | undefined
  usage: Usage | undefined
  tier: string | undefined
  ending: Ending
  refused: boolean
  members: JsonObject
  counts: JsonObject
}

/** The message; or, when the provider reported an error among them, the error's body. */
export function writeAnswer(events: readonly AnswerEvent[], facts: AnswerFacts): JsonObject {
  const message: Message = {
    facts,
    content: [],
    open: undefined,
    calls: new Map(),
    start: undefined,
    usage: undefined,
    tier: undefined,
    ending: { reason: 'other', native: '' },
    refused: false,
    members: {},
    counts: {},
  }
  for (const event of events) {
    if (event.kind === 'error') return providerErrorBody(event.error, facts.id)
    // This API gives one answer only.
    if (!('choice' in event) || event.choice === 0) take(message, event)
  }
  return whole(message)
}

function whole(message: Message): JsonObject {
  for (const { block, arguments: text } of message.calls.values()) block['input'] = inputOf(text)
  const { facts, start, ending } = message
  return {
    id: start?.id ?? facts.id,
    type: 'message',
    role: 'assistant',
    model: start?.model ?? facts.model,
    content: withoutTrailingSeals(message.content),
    container: null,
    diagnostics: null,
    ...writeEnding(ending, { calls: message.calls.size > 0, refusal: message.refused }),
    ...message.members,
    usage: { ...writeUsage(message.usage, message.tier), ...message.counts },
  }
}

/** Clients take the last block for the answer, so behind its words there may be no seal of another dialect. */
function withoutTrailingSeals(content: readonly Block[]): readonly Block[] {
  const last = content.findLastIndex((block) => !isLoneSeal(block))
  return content[last]?.['type'] === 'text' ? content.slice(0, last + 1) : content
}

function isLoneSeal({ type, thinking, signature, data: redacted }: Block): boolean {
  if (type === 'redacted_thinking') return String(redacted).startsWith(sealMark)
  return type === 'thinking' && thinking === '' && String(signature).startsWith(sealMark)
}

function take(message: Message, event: Exclude<AnswerEvent, { kind: 'error' }>): void {
  switch (event.kind) {
    case 'start':
      message.start = event
      message.tier = event.serviceTier
      return
    case 'text-delta':
      return speak(message, 'text', event.text)
    case 'refusal-delta':
      return refuse(message, event.text)
    case 'reasoning-delta':
      return speak(message, 'reasoning', event.text)
    case 'reasoning-seal':
      return seal(message, event)
    case 'tool-call':
      return beginCall(message, event)
    case 'tool-call-delta':
      return continueCall(message, event)
    case 'citation':
      return cite(message, event)
    case 'part-end':
      message.open = undefined
      return
    case 'usage':
      message.usage = event.usage
      message.tier = event.serviceTier ?? message.tier
      return
    case 'finish':
      message.ending = event
      return
    case 'foreign':
      return takeForeign(message, event)
    // These have no place in this API, or say nothing about a whole answer.
    case 'logprobs':
    case 'media-delta':
    case 'end':
  }
}

function speak(message: Message, kind: 'text' | 'refusal' | 'reasoning', text: string): void {
  if (text === '') return
  const member = kind === 'reasoning' ? 'thinking' : 'text'
  const last = message.content.at(-1)
  if (message.open === kind && last !== undefined) {
    last[member] = String(last[member]) + text
    return
  }
  message.open = kind
  message.content.push(
    kind === 'reasoning'
      ? { type: 'thinking', thinking: text, signature: unsealed }
      : // Without citations the API leaves the member out, and the Vercel AI SDK takes no null for it.
        { type: 'text', text },
  )
}

function refuse(message: Message, text: string): void {
  // This API's own explanation of a refusal goes out as it came, with the reason.
  if (isObject(message.members['stop_details'])) return
  message.refused = true
  speak(message, 'refusal', text)
}

function seal(message: Message, event: Event<'reasoning-seal'>): void {
  const { from, redacted, id = '' } = event
  const text =
    from === 'anthropic-messages'
      ? event.seal
      : carrySeal({ from, seal: event.seal, redacted, id, callId: '' })
  const last = message.content.at(-1)
  if (redacted) message.content.push({ type: 'redacted_thinking', data: text })
  else if (message.open === 'reasoning' && last !== undefined) last['signature'] = text
  else message.content.push({ type: 'thinking', thinking: '', signature: text })
  message.open = undefined
}

/** Only Gemini seals calls (2026-11). */
function beginCall(message: Message, event: Event<'tool-call'>): void {
  const id = event.id === '' ? `${message.facts.id}_${event.call}` : event.id
  if (event.seal !== undefined) {
    const sealed = carrySeal({ from: 'gemini', seal: event.seal, redacted: true, id: '', callId: id })
    message.content.push({ type: 'redacted_thinking', data: sealed })
  }
  const block = { type: 'tool_use', id, name: event.name, input: {}, caller: { type: 'direct' } }
  message.content.push(block)
  message.calls.set(event.call, { block, arguments: '' })
  message.open = undefined
}

function continueCall(message: Message, event: Event<'tool-call-delta'>): void {
  const call = message.calls.get(event.call)
  if (call !== undefined) call.arguments += event.text
}

function cite(message: Message, event: Event<'citation'>): void {
  const citation = writeCitation(event.citation)
  const block = message.content.findLast(({ type }) => type === 'text')
  if (citation === undefined || block === undefined) return
  const citations: unknown = block['citations']
  block['citations'] = Array.isArray(citations) ? [...citations, citation] : [citation]
}

function takeForeign(message: Message, { from, value }: Event<'foreign'>): void {
  if (from !== 'anthropic-messages' || !isObject(value)) return
  if (isObject(value['message'])) message.members = { ...message.members, ...value['message'] }
  if (isObject(value['usage'])) message.counts = { ...message.counts, ...value['usage'] }
  const { block, deltas } = value
  if (!isObject(block) || !Array.isArray(deltas)) return
  message.content.push(wholeBlock(block, deltas.filter(isObject)))
  message.open = undefined
}
