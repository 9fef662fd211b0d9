// An answer's plan as output items: the thought, then the message or the calls.
import type { AnswerPlan } from '../answer-plan.ts'
import { sealOf } from '../seal.ts'
import { callId } from '../tool-calls.ts'

export type PlannedItem =
  | {
      readonly type: 'reasoning'
      readonly id: string
      readonly pieces: readonly string[]
      readonly seal?: string
    }
  | {
      readonly type: 'message'
      readonly id: string
      readonly pieces: readonly string[]
      readonly isRefusal: boolean
    }
  | {
      readonly type: 'function_call'
      readonly id: string
      readonly callId: string
      readonly name: string
      readonly arguments: string
    }

/** What of the request the printing depends on. */
export interface ItemStyle {
  readonly showsThoughts: boolean
  readonly sealsThoughts: boolean
}

export function itemsOfPlan(plan: AnswerPlan, style: ItemStyle): readonly PlannedItem[] {
  const [choice] = plan.choices
  if (choice === undefined) return []
  const isShown = style.showsThoughts || plan.script.reasoningTokens !== undefined
  const thought = {
    type: 'reasoning',
    id: itemId(plan, 'rs'),
    pieces: isShown ? choice.reasoning : [],
    ...(style.sealsThoughts ? { seal: sealOf('responses', choice.reasoning.join('')) } : {}),
  } as const
  const message = {
    type: 'message',
    id: itemId(plan, 'msg'),
    pieces: choice.tokens,
    isRefusal: choice.isRefusal,
  } as const
  const calls = choice.toolCalls.map(
    (call, index) =>
      ({
        type: 'function_call',
        id: itemId(plan, 'fc', index),
        callId: callId(plan, index),
        ...call,
      }) as const,
  )
  return [
    ...(choice.reasoning.length > 0 ? [thought] : []),
    ...(choice.tokens.length > 0 ? [message] : []),
    ...calls,
  ]
}

export function itemId(plan: { readonly id: string }, prefix: 'rs' | 'msg' | 'fc', index = 0): string {
  return `${prefix}_${plan.id.slice(-8)}${index}`
}

/** The item as it stands in a finished answer. */
export function finishedItem(item: PlannedItem, status: string): object {
  if (item.type === 'reasoning') {
    const { id, pieces, seal } = item
    const summary = pieces.length > 0 ? [summaryPart(pieces.join(''))] : []
    return { id, type: 'reasoning', summary, ...(seal === undefined ? {} : { encrypted_content: seal }) }
  }
  if (item.type === 'message') {
    const content = [contentPart(item, item.pieces.join(''))]
    return { id: item.id, type: 'message', status, content, role: 'assistant' }
  }
  const { id, callId: call, name } = item
  return { id, type: 'function_call', status: 'completed', arguments: item.arguments, call_id: call, name }
}

/** The item as it stands where it begins. */
export function openedItem(item: PlannedItem): object {
  if (item.type === 'reasoning') return { id: item.id, type: 'reasoning', summary: [] }
  const status = 'in_progress'
  if (item.type === 'message') return { id: item.id, type: 'message', status, content: [], role: 'assistant' }
  return { id: item.id, type: 'function_call', status, arguments: '', call_id: item.callId, name: item.name }
}

export function summaryPart(text: string): object {
  return { type: 'summary_text', text }
}

export function contentPart(item: { readonly isRefusal: boolean }, text: string): object {
  if (item.isRefusal) return { type: 'refusal', refusal: text }
  return { type: 'output_text', annotations: [], logprobs: [], text }
}
