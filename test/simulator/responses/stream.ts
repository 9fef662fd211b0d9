// A streamed response: every item opens, grows and closes under events of its own, all of them numbered; the last event
// holds the whole response.
import type { AnswerPlan } from '../answer-plan.ts'
import { inTurns } from '../in-turns.ts'
import { printed } from '../json-print.ts'
import type { EventStep } from '../step.ts'
import { argumentPieces } from '../tool-calls.ts'
import { usageSent } from '../usage-numbers.ts'
import { contentPart, finishedItem, itemsOfPlan, openedItem, summaryPart } from './items.ts'
import type { CallItem, ItemStyle, PlannedItem } from './items.ts'
import { responseOf, statusOf } from './response.ts'
import type { Body } from './response.ts'

interface Draft {
  readonly event: { readonly type: string } & Readonly<Record<string, unknown>>
  readonly step?: Partial<EventStep>
}

/** Prints one answer's events and numbers them. */
export class ResponseStream {
  readonly #body: Body
  readonly #style: ItemStyle
  #sequence = 0

  constructor(body: Body, style: ItemStyle) {
    this.#body = body
    this.#style = style
  }

  *events(plan: AnswerPlan): Generator<EventStep> {
    const status = 'in_progress'
    const open = responseOf(plan, this.#body, { ...this.#style, status })
    yield this.#print(plan, { event: { type: 'response.created', response: open } })
    yield this.#print(plan, { event: { type: 'response.in_progress', response: open } })
    for (const draft of this.#itemDrafts(plan)) yield this.#print(plan, draft)
    yield this.#last(plan)
  }

  /** One more piece of the message, for streams without an end. */
  more(plan: AnswerPlan, word: string): EventStep {
    const index = itemsOfPlan(plan, this.#style).findIndex((item) => item.type === 'message')
    const item = itemsOfPlan(plan, this.#style)[index]
    const draft = item?.type === 'message' ? textDelta(item, index, word) : undefined
    return this.#print(plan, draft ?? { event: { type: 'response.in_progress' } })
  }

  *#itemDrafts(plan: AnswerPlan): Generator<Draft> {
    const items = itemsOfPlan(plan, this.#style)
    const status = statusOf(plan) === 'incomplete' ? 'incomplete' : 'completed'
    const calls: (readonly Draft[])[] = []
    for (const [index, item] of items.entries()) {
      const drafts = itemDrafts(item, index, status)
      if (isCall(item) && plan.script.parallelTools === true) calls.push([...drafts])
      else yield* drafts
    }
    yield* inTurns(calls)
  }

  #last(plan: AnswerPlan): EventStep {
    const status = statusOf(plan)
    const response = responseOf(plan, this.#body, { ...this.#style, status })
    const isCounted = plan.usageStyle !== 'missing'
    const usage = isCounted ? { usage: usageSent(plan.counts, plan.usageStyle) } : {}
    return this.#print(plan, {
      event: { type: `response.${status}`, response },
      step: { ...usage, place: 'end' },
    })
  }

  #print(plan: AnswerPlan, { event, step = {} }: Draft): EventStep {
    const text = printed(JSON.stringify({ ...event, sequence_number: this.#sequence }), plan.script)
    this.#sequence += 1
    return { kind: 'event', name: event.type, text, tokens: 0, ...step }
  }
}

function* itemDrafts(item: PlannedItem, index: number, status: string): Generator<Draft> {
  yield {
    event: { type: 'response.output_item.added', output_index: index, item: openedItem(item) },
    step: { tokens: isCall(item) ? 1 : 0 },
  }
  if (item.type === 'reasoning') yield* thoughtDrafts(item, index)
  else if (item.type === 'message') yield* messageDrafts(item, index)
  else yield* callDrafts(item, index)
  const done = { type: 'response.output_item.done', output_index: index, item: finishedItem(item, status) }
  yield { event: done, step: item.type === 'reasoning' ? {} : { place: 'closing' } }
}

function* thoughtDrafts(item: PlannedItem & { readonly type: 'reasoning' }, index: number): Generator<Draft> {
  if (item.pieces.length === 0) return
  const at = { item_id: item.id, output_index: index, summary_index: 0 }
  const text = item.pieces.join('')
  yield { event: { type: 'response.reasoning_summary_part.added', ...at, part: summaryPart('') } }
  for (const delta of item.pieces)
    yield { event: { type: 'response.reasoning_summary_text.delta', ...at, delta }, step: { tokens: 1 } }
  yield { event: { type: 'response.reasoning_summary_text.done', ...at, text } }
  yield { event: { type: 'response.reasoning_summary_part.done', ...at, part: summaryPart(text) } }
}

type MessageItem = PlannedItem & { readonly type: 'message' }

function* messageDrafts(item: MessageItem, index: number): Generator<Draft> {
  const at = { item_id: item.id, output_index: index, content_index: 0 }
  const text = item.pieces.join('')
  yield { event: { type: 'response.content_part.added', ...at, part: contentPart(item, '') } }
  for (const piece of item.pieces) yield textDelta(item, index, piece)
  const said = item.isRefusal
    ? { type: 'response.refusal.done', ...at, refusal: text }
    : { type: 'response.output_text.done', ...at, text, logprobs: [] }
  yield { event: said, step: { place: 'closing' } }
  const part = contentPart(item, text)
  yield { event: { type: 'response.content_part.done', ...at, part }, step: { place: 'closing' } }
}

function textDelta(item: MessageItem, index: number, delta: string): Draft {
  const at = { item_id: item.id, output_index: index, content_index: 0 }
  const step = { tokens: 1 }
  if (item.isRefusal) return { event: { type: 'response.refusal.delta', ...at, delta }, step }
  return {
    event: { type: 'response.output_text.delta', ...at, delta, logprobs: [], obfuscation: 'x7Ab' },
    step,
  }
}

function* callDrafts(item: CallItem, index: number): Generator<Draft> {
  const at = { item_id: item.id, output_index: index }
  const isCustom = item.type === 'custom_tool_call'
  const type = isCustom ? 'response.custom_tool_call_input' : 'response.function_call_arguments'
  for (const delta of argumentPieces(item.arguments))
    yield { event: { type: `${type}.delta`, ...at, delta }, step: { tokens: 1 } }
  const said = isCustom ? { input: item.arguments } : { name: item.name, arguments: item.arguments }
  yield { event: { type: `${type}.done`, ...at, ...said }, step: { place: 'closing' } }
}

function isCall(item: PlannedItem): item is CallItem {
  return 'callId' in item
}
