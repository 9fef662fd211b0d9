// A streamed answer of /api/chat: one JSON text a line, the last of them `done`.
import type { AnswerPlan } from '../answer-plan.ts'
import { printed } from '../json-print.ts'
import type { EventStep } from '../step.ts'
import { argumentPieces } from '../tool-calls.ts'
import { usageSent } from '../usage-numbers.ts'
import { callsOf, endOf, headOf } from './chunks.ts'

export function* chatLines(plan: AnswerPlan, model: string): Generator<EventStep> {
  const [choice] = plan.choices
  const line = (message: object, tokens: number): EventStep => print(plan, model, { message, tokens })
  for (const thinking of choice?.reasoning ?? []) yield line({ content: '', thinking }, 1)
  for (const content of choice?.tokens ?? []) yield line({ content }, 1)
  for (const [index, call] of callsOf(plan).entries()) {
    const pieces = argumentPieces(choice?.toolCalls[index]?.arguments ?? '')
    yield line({ content: '', tool_calls: [call] }, 1 + pieces.length)
  }
  const last = print(plan, model, { message: { content: '' }, tokens: 0, end: endOf(plan) })
  const isCounted = plan.usageStyle !== 'missing'
  const usage = isCounted ? { usage: usageSent(plan.counts, plan.usageStyle) } : {}
  yield { ...last, ...usage, place: 'end' }
}

/** One more line of text, for streams without an end. */
export function moreText(plan: AnswerPlan, model: string, word: string): EventStep {
  return print(plan, model, { message: { content: word }, tokens: 1 })
}

function print(
  plan: AnswerPlan,
  model: string,
  { message, tokens, end = { done: false } }: { message: object; tokens: number; end?: object },
): EventStep {
  const chunk = { ...headOf(plan, model), message: { role: 'assistant', ...message }, ...end }
  return { kind: 'event', text: printed(JSON.stringify(chunk), plan.script), tokens }
}
