// A whole response.
import type { AnswerPlan } from '../answer-plan.ts'
import { printed } from '../json-print.ts'
import type { EventStep } from '../step.ts'
import { usageSent } from '../usage-numbers.ts'
import type { ItemStyle } from './items.ts'
import { responseOf, statusOf } from './response.ts'
import type { Body } from './response.ts'

export function wholeResponse(plan: AnswerPlan, body: Body, style: ItemStyle): EventStep {
  const response = responseOf(plan, body, { ...style, status: statusOf(plan) })
  const text = printed(JSON.stringify(response, null, 2), plan.script)
  const step = { kind: 'event', text, tokens: plan.counts.output } as const
  if (plan.usageStyle === 'missing') return step
  return { ...step, usage: usageSent(plan.counts, plan.usageStyle) }
}
