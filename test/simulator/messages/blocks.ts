// An answer's plan as Anthropic's content blocks, in order: the thought, then the words or the calls.
import type { AnswerPlan } from '../answer-plan.ts'
import { isRecord } from '../chat-question.ts'
import { sealOf } from '../seal.ts'
import { argumentPieces, callId } from '../tool-calls.ts'
import { usageSent } from '../usage-numbers.ts'

export type PlannedBlock =
  | { readonly type: 'thinking'; readonly pieces: readonly string[]; readonly signature: string }
  | { readonly type: 'text'; readonly pieces: readonly string[] }
  | {
      readonly type: 'tool_use'
      readonly id: string
      readonly name: string
      readonly pieces: readonly string[]
    }

/** What of the request the printing depends on. */
export interface MessagesStyle {
  /** Thoughts are made, but only their signature is shown. */
  readonly omitsThinking: boolean
  /** The first of the texts at which the answer is to end. */
  readonly stopSequence?: string
}

export function blocksOfPlan(plan: AnswerPlan, style: MessagesStyle): readonly PlannedBlock[] {
  const [choice] = plan.choices
  if (choice === undefined) return []
  const thought = choice.reasoning.join('')
  const thinking = {
    type: 'thinking',
    pieces: style.omitsThinking ? [] : choice.reasoning,
    signature: sealOf('messages', thought),
  } as const
  const calls = choice.toolCalls.map(
    (call, index) =>
      ({
        type: 'tool_use',
        id: callId(plan, index, 'toolu_'),
        name: call.name,
        pieces: argumentPieces(call.arguments),
      }) as const,
  )
  return [
    ...(thought === '' ? [] : [thinking]),
    ...(choice.tokens.length > 0 ? [{ type: 'text', pieces: choice.tokens } as const] : []),
    ...calls,
  ]
}

/** The block as it stands in a whole message. */
export function wholeBlock(block: PlannedBlock): object {
  const text = block.pieces.join('')
  if (block.type === 'thinking') return { type: 'thinking', thinking: text, signature: block.signature }
  if (block.type === 'text') return { type: 'text', text }
  return {
    type: 'tool_use',
    id: block.id,
    name: block.name,
    input: inputOf(text),
    caller: { type: 'direct' },
  }
}

const stopReasons = new Map([
  ['stop', 'end_turn'],
  ['length', 'max_tokens'],
  ['tool_calls', 'tool_use'],
  ['content_filter', 'refusal'],
])

/** The members that say why it ended. */
export function stopOf(plan: AnswerPlan, style: MessagesStyle): object {
  const [choice] = plan.choices
  const isRefusal = choice?.isRefusal === true && plan.script.finishReason === undefined
  const said = choice?.finishReason ?? 'stop'
  const stops = plan.script.stops === true && style.stopSequence !== undefined
  const reason = isRefusal ? 'refusal' : stops ? 'stop_sequence' : (stopReasons.get(said) ?? said)
  const details = { type: 'refusal', category: 'cyber', explanation: 'This request touches on attacks.' }
  return {
    stop_reason: reason,
    stop_sequence: reason === 'stop_sequence' ? (style.stopSequence ?? 'STOP') : null,
    stop_details: reason === 'refusal' ? details : null,
  }
}

/** Undefined when the behaviour leaves it out. `output`: another count than the final one. */
export function usageOf(plan: AnswerPlan, output?: number): object | undefined {
  if (plan.usageStyle === 'missing') return undefined
  const sent = usageSent({ ...plan.counts, output: output ?? plan.counts.output }, plan.usageStyle)
  return {
    input_tokens:
      typeof sent.prompt_tokens === 'number' ? sent.prompt_tokens - plan.counts.cached : sent.prompt_tokens,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: plan.counts.cached,
    output_tokens: sent.completion_tokens,
    ...(output === undefined ? { output_tokens_details: { thinking_tokens: plan.counts.reasoning } } : {}),
  }
}

/** The head of a message, without what ends it. */
export function messageHead(plan: AnswerPlan): object {
  return { id: plan.id, type: 'message', role: 'assistant', model: plan.model }
}

function inputOf(text: string): object {
  try {
    const input: unknown = JSON.parse(text)
    return isRecord(input) ? input : {}
  } catch {
    return {}
  }
}
