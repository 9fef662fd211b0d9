// A whole answer: the same plan as a stream, printed as one `chat.completion`.
import type { AnswerPlan, ChoicePlan } from './answer-plan.ts'
import { printed } from './json-print.ts'
import { logprobsJson } from './logprobs.ts'
import type { EventStep } from './step.ts'
import { callId } from './tool-calls.ts'
import { usageJson, usageSent } from './usage-numbers.ts'

export function wholeAnswer(plan: AnswerPlan): EventStep {
  const hasUsage = plan.usageStyle !== 'missing'
  const members = [
    `"id":${JSON.stringify(plan.id)}`,
    '"object":"chat.completion"',
    `"created":${plan.createdSeconds}`,
    `"model":${JSON.stringify(plan.model)}`,
    `"choices":[${plan.choices.map((choice, index) => choiceJson(choice, index, plan)).join(',')}]`,
    ...(hasUsage ? [`"usage":${usageJson(plan.counts, plan.usageStyle)}`] : []),
    '"service_tier":"default"',
    '"system_fingerprint":"fp_simulator"',
  ]
  const text = printed(`{${members.join(',')}}`, plan.script)
  const step = { kind: 'event', text, tokens: plan.counts.output } as const
  return hasUsage ? { ...step, usage: usageSent(plan.counts, plan.usageStyle) } : step
}

function choiceJson(choice: ChoicePlan, index: number, plan: AnswerPlan): string {
  const logprobs = logprobsJson(choice.tokens, plan.topLogprobs)
  const message = JSON.stringify(messageOf(choice, plan))
  const finish = JSON.stringify(choice.finishReason)
  return `{"index":${index},"message":${message},"logprobs":${logprobs},"finish_reason":${finish}}`
}

function messageOf(choice: ChoicePlan, plan: AnswerPlan): object {
  const calls = choice.toolCalls.map((call, index) => ({
    id: callId(plan, index),
    type: 'function',
    function: call,
  }))
  return {
    role: 'assistant',
    content: calls.length > 0 || choice.isRefusal ? null : choice.tokens.join(''),
    ...(choice.reasoning.length > 0 ? { reasoning_content: choice.reasoning.join('') } : {}),
    refusal: choice.isRefusal ? choice.tokens.join('') : null,
    annotations: [],
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  }
}
