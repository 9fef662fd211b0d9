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
      /** Which of the two kinds of tools it calls. */
      readonly type: 'function_call' | 'custom_tool_call'
      readonly id: string
      readonly callId: string
      readonly name: string
      readonly arguments: string
    }

export type CallItem = Extract<PlannedItem, { readonly callId: string }>

/** What of the request the printing depends on. */
export interface ItemStyle {
  readonly showsThoughts: boolean
  readonly sealsThoughts: boolean
  /** Tools of the request that take text. */
  readonly customTools: ReadonlySet<string>
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
  const calls = choice.toolCalls.map((call, index) => {
    const isCustom = style.customTools.has(call.name)
    return {
      type: isCustom ? 'custom_tool_call' : 'function_call',
      id: itemId(plan, isCustom ? 'ctc' : 'fc', index),
      callId: callId(plan, index),
      ...call,
    } as const
  })
  return [
    ...(choice.reasoning.length > 0 ? [thought] : []),
    ...(choice.tokens.length > 0 ? [message] : []),
    ...calls,
  ]
}

export function itemId(
  plan: { readonly id: string },
  prefix: 'rs' | 'msg' | 'fc' | 'ctc',
  index = 0,
): string {
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
  return callItem(item, item.arguments, 'completed')
}

/** The item as it stands where it begins. */
export function openedItem(item: PlannedItem): object {
  if (item.type === 'reasoning') return { id: item.id, type: 'reasoning', summary: [] }
  const status = 'in_progress'
  if (item.type === 'message') return { id: item.id, type: 'message', status, content: [], role: 'assistant' }
  return callItem(item, '', status)
}

function callItem(item: CallItem, text: string, status: string): object {
  const { id, type, callId: call, name } = item
  const said = type === 'custom_tool_call' ? { input: text } : { arguments: text }
  return { id, type, status, ...said, call_id: call, name }
}

export function summaryPart(text: string): object {
  return { type: 'summary_text', text }
}

export function contentPart(item: { readonly isRefusal: boolean }, text: string): object {
  if (item.isRefusal) return { type: 'refusal', refusal: text }
  return { type: 'output_text', annotations: [], logprobs: [], text }
}
