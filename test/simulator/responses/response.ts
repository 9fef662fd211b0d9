// The response object: what was asked, what became of it, what it cost.
import type { AnswerPlan } from '../answer-plan.ts'
import { isRecord } from '../chat-question.ts'
import { usageSent } from '../usage-numbers.ts'
import { finishedItem, itemsOfPlan } from './items.ts'
import type { ItemStyle } from './items.ts'

export type Body = Readonly<Record<string, unknown>>
export type Status = 'in_progress' | 'completed' | 'incomplete' | 'failed'

const incompleteReasons = new Map([
  ['length', 'max_output_tokens'],
  ['content_filter', 'content_filter'],
])

/** How an answer ends. */
export function statusOf(plan: AnswerPlan): Exclude<Status, 'in_progress'> {
  const reason = plan.choices[0]?.finishReason ?? 'stop'
  if (reason === 'failed') return 'failed'
  return incompleteReasons.has(reason) ? 'incomplete' : 'completed'
}

/** The response as it stands at its start or at its end. */
export function responseOf(
  plan: AnswerPlan,
  body: Body,
  style: ItemStyle & { readonly status: Status },
): object {
  const { status } = style
  const isOpen = status === 'in_progress'
  const items = isOpen ? [] : itemsOfPlan(plan, style)
  const reason = incompleteReasons.get(plan.choices[0]?.finishReason ?? '')
  const failure = { code: 'server_error', message: 'The model failed to generate a response.' }
  return {
    id: plan.id,
    object: 'response',
    created_at: plan.createdSeconds,
    status,
    background: false,
    error: status === 'failed' ? failure : null,
    incomplete_details: status === 'incomplete' ? { reason } : null,
    ...askedIn(body),
    model: plan.model,
    output: status === 'failed' ? [] : items.map((item) => finishedItem(item, status)),
    usage: isOpen || plan.usageStyle === 'missing' ? null : usageOf(plan),
  }
}

function askedIn(body: Body): object {
  const { text, reasoning } = body
  return {
    instructions: body['instructions'] ?? null,
    max_output_tokens: body['max_output_tokens'] ?? null,
    parallel_tool_calls: body['parallel_tool_calls'] ?? true,
    previous_response_id: body['previous_response_id'] ?? null,
    reasoning: { effort: null, summary: null, ...(isRecord(reasoning) ? reasoning : {}) },
    service_tier: 'default',
    store: body['store'] ?? true,
    temperature: body['temperature'] ?? 1,
    text: { format: { type: 'text' }, ...(isRecord(text) ? text : {}) },
    tool_choice: body['tool_choice'] ?? 'auto',
    tools: body['tools'] ?? [],
    top_p: body['top_p'] ?? 1,
    truncation: body['truncation'] ?? 'disabled',
    user: body['user'] ?? null,
    metadata: body['metadata'] ?? {},
  }
}

function usageOf(plan: AnswerPlan): object {
  const sent = usageSent(plan.counts, plan.usageStyle)
  return {
    input_tokens: sent.prompt_tokens,
    input_tokens_details: { cached_tokens: plan.counts.cached },
    output_tokens: sent.completion_tokens,
    output_tokens_details: { reasoning_tokens: plan.counts.reasoning },
    total_tokens: sent.total_tokens,
  }
}
