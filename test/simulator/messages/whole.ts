// A whole message.
import type { AnswerPlan } from '../answer-plan.ts'
import { printed } from '../json-print.ts'
import type { EventStep } from '../step.ts'
import { usageSent } from '../usage-numbers.ts'
import { blocksOfPlan, messageHead, stopOf, usageOf, wholeBlock } from './blocks.ts'
import type { MessagesStyle } from './blocks.ts'

export function wholeMessage(plan: AnswerPlan, style: MessagesStyle): EventStep {
  const usage = usageOf(plan)
  const message = {
    ...messageHead(plan),
    content: blocksOfPlan(plan, style).map(wholeBlock),
    ...stopOf(plan, style),
    ...(usage === undefined
      ? {}
      : { usage: { ...usage, service_tier: 'standard', cache_creation: null, server_tool_use: null } }),
    container: null,
  }
  const step = {
    kind: 'event',
    text: printed(JSON.stringify(message), plan.script),
    tokens: plan.counts.output,
  } as const
  return usage === undefined ? step : { ...step, usage: usageSent(plan.counts, plan.usageStyle) }
}
