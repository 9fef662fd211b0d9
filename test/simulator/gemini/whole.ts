// A whole answer of generateContent.
import type { AnswerPlan } from '../answer-plan.ts'
import { printed } from '../json-print.ts'
import type { EventStep } from '../step.ts'
import { countsOf, finishOf, wholePartsOf } from './parts.ts'

export function wholeCandidates(plan: AnswerPlan): EventStep {
  const { output, reasoning } = plan.counts
  const counts = countsOf(plan, { tokens: output, thoughtTokens: reasoning })
  const answer = {
    candidates: plan.choices.map((choice, index) => ({
      content: { parts: wholePartsOf(choice, plan), role: 'model' },
      ...finishOf(choice, plan),
      index,
    })),
    ...(counts === undefined ? {} : { usageMetadata: counts.json }),
    modelVersion: plan.model,
    responseId: plan.id,
  }
  const text = printed(JSON.stringify(answer, null, 2), plan.script)
  const step = { kind: 'event', text, tokens: output } as const
  return counts === undefined ? step : { ...step, usage: counts.sent }
}
