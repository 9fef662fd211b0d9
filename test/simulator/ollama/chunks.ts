// What streams and whole answers of /api/chat have in common: their head, their calls, and how they end.
import type { AnswerPlan } from '../answer-plan.ts'
import { isRecord } from '../chat-question.ts'
import { callId } from '../tool-calls.ts'
import { usageSent } from '../usage-numbers.ts'

/** The answer is by the model under the name by which it was asked for. */
export function headOf(plan: AnswerPlan, model: string): object {
  const createdAt = new Date(plan.createdSeconds * 1000).toISOString()
  return { model: plan.script.reportedModel ?? model, created_at: createdAt }
}

export function callsOf(plan: AnswerPlan): readonly object[] {
  const calls = plan.choices[0]?.toolCalls ?? []
  return calls.map((call, index) => ({
    id: callId(plan, index),
    function: { index, name: call.name, arguments: argumentsOf(call.arguments) },
  }))
}

/** The members of the end: why, how long, how much. */
export function endOf(plan: AnswerPlan): object {
  const said = plan.choices[0]?.finishReason ?? 'stop'
  const sent = usageSent(plan.counts, plan.usageStyle)
  const isCounted = plan.usageStyle !== 'missing'
  return {
    done: true,
    done_reason: said === 'tool_calls' ? 'stop' : said,
    total_duration: 1_503_000_000,
    load_duration: 51_000_000,
    ...(isCounted ? { prompt_eval_count: sent.prompt_tokens } : {}),
    prompt_eval_duration: 130_000_000,
    ...(isCounted ? { eval_count: sent.completion_tokens } : {}),
    eval_duration: 1_300_000_000,
  }
}

function argumentsOf(text: string): object {
  try {
    const read: unknown = JSON.parse(text)
    return isRecord(read) ? read : {}
  } catch {
    return {}
  }
}
