// A whole answer of /api/chat.
import type { AnswerPlan } from '../answer-plan.ts'
import { printed } from '../json-print.ts'
import type { EventStep } from '../step.ts'
import { usageSent } from '../usage-numbers.ts'
import { callsOf, endOf, headOf } from './chunks.ts'

export function wholeChat(plan: AnswerPlan, model: string): EventStep {
  const [choice] = plan.choices
  const thinking = choice?.reasoning.join('') ?? ''
  const calls = callsOf(plan)
  const message = {
    role: 'assistant',
    content: choice?.tokens.join('') ?? '',
    ...(thinking === '' ? {} : { thinking }),
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  }
  const text = printed(JSON.stringify({ ...headOf(plan, model), message, ...endOf(plan) }), plan.script)
  const step = { kind: 'event', text, tokens: plan.counts.output } as const
  if (plan.usageStyle === 'missing') return step
  return { ...step, usage: usageSent(plan.counts, plan.usageStyle) }
}

/** What a request without messages gets: the model is loaded. */
export function loadedOnly(plan: AnswerPlan, model: string): EventStep {
  const message = { role: 'assistant', content: '' }
  const answer = { ...headOf(plan, model), message, done: true, done_reason: 'load' }
  return { kind: 'event', text: JSON.stringify(answer), tokens: 0, place: 'end' }
}
