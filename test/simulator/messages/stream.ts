// A streamed message: its start, a ping, each block with its start, pieces and stop, then why it ended.
import type { AnswerPlan } from '../answer-plan.ts'
import { printed } from '../json-print.ts'
import type { EventStep } from '../step.ts'
import { usageSent } from '../usage-numbers.ts'
import { blocksOfPlan, messageHead, stopOf, usageOf } from './blocks.ts'
import type { MessagesStyle, PlannedBlock } from './blocks.ts'

type Event = { readonly type: string } & Readonly<Record<string, unknown>>
type Print = (event: Event, more?: Partial<EventStep>) => EventStep

export function* messageEvents(plan: AnswerPlan, style: MessagesStyle): Generator<EventStep> {
  const print = printerOf(plan)
  const usage = usageOf(plan, 1)
  yield print({
    type: 'message_start',
    message: {
      ...messageHead(plan),
      content: [],
      stop_reason: null,
      stop_sequence: null,
      stop_details: null,
      ...(usage === undefined ? {} : { usage }),
      container: null,
    },
  })
  yield print({ type: 'ping' })
  const blocks = blocksOfPlan(plan, style)
  for (const [index, block] of blocks.entries()) {
    const isLast = index === blocks.length - 1
    yield* blockEvents(block, index, print)
    yield print({ type: 'content_block_stop', index }, isLast ? { place: 'closing' } : {})
  }
  const counted = usageOf(plan)
  const end = { type: 'message_delta', delta: stopOf(plan, style) }
  if (counted === undefined) yield print(end, { place: 'closing' })
  else {
    const sent = usageSent(plan.counts, plan.usageStyle)
    yield print({ ...end, usage: counted }, { place: 'closing', usage: sent })
  }
  yield print({ type: 'message_stop' }, { place: 'end' })
}

/** One more piece of the last block, which is text in an answer without an end. */
export function moreText(plan: AnswerPlan, style: MessagesStyle, word: string): EventStep {
  const index = blocksOfPlan(plan, style).length - 1
  return printerOf(plan)(delta(index, { type: 'text_delta', text: word }), { tokens: 1 })
}

function* blockEvents(block: PlannedBlock, index: number, print: Print): Generator<EventStep> {
  yield print({ type: 'content_block_start', index, content_block: opened(block) }, startCost(block))
  if (block.type === 'tool_use') yield print(delta(index, { type: 'input_json_delta', partial_json: '' }))
  for (const piece of block.pieces) yield print(delta(index, deltaOf(block, piece)), { tokens: 1 })
  if (block.type === 'thinking')
    yield print(delta(index, { type: 'signature_delta', signature: block.signature }))
}

/** A tool's name is a token. */
function startCost(block: PlannedBlock): Partial<EventStep> {
  return block.type === 'tool_use' ? { tokens: 1 } : {}
}

function opened(block: PlannedBlock): object {
  if (block.type === 'thinking') return { type: 'thinking', thinking: '', signature: '' }
  if (block.type === 'text') return { type: 'text', text: '' }
  return { type: 'tool_use', id: block.id, name: block.name, input: {}, caller: { type: 'direct' } }
}

function deltaOf(block: PlannedBlock, piece: string): object {
  if (block.type === 'thinking') return { type: 'thinking_delta', thinking: piece }
  if (block.type === 'text') return { type: 'text_delta', text: piece }
  return { type: 'input_json_delta', partial_json: piece }
}

function delta(index: number, change: object): Event {
  return { type: 'content_block_delta', index, delta: change }
}

function printerOf(plan: AnswerPlan): Print {
  return (event, more = {}) => ({
    kind: 'event',
    name: event.type,
    text: printed(JSON.stringify(event), plan.script),
    tokens: 0,
    ...more,
  })
}
