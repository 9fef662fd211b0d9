// An answer's plan as Google's parts and counts.
import type { AnswerPlan, ChoicePlan } from '../answer-plan.ts'
import { isRecord } from '../chat-question.ts'
import { sealOf } from '../seal.ts'
import { argumentPieces, callId } from '../tool-calls.ts'
import { usageSent } from '../usage-numbers.ts'
import type { UsageSent } from '../usage-numbers.ts'

export interface PlannedPart {
  readonly part: object
  readonly tokens: number
  /** How many of them are thought. */
  readonly thoughtTokens: number
}

const reasons = new Map([
  ['stop', 'STOP'],
  ['length', 'MAX_TOKENS'],
  ['tool_calls', 'STOP'],
  ['content_filter', 'SAFETY'],
])

/** Calls come whole, the first of them with the signature of the thoughts before it. */
export function partsOf(choice: ChoicePlan, plan: AnswerPlan): readonly PlannedPart[] {
  const seal = signatureOf(choice)
  return [
    ...choice.reasoning.map((text) => ({ part: { text, thought: true }, tokens: 1, thoughtTokens: 1 })),
    ...choice.tokens.map((text) => ({ part: { text }, tokens: 1, thoughtTokens: 0 })),
    ...choice.toolCalls.map((call, index) => ({
      part: {
        functionCall: { name: call.name, args: argsOf(call.arguments), id: callId(plan, index) },
        ...(index === 0 ? seal : {}),
      },
      tokens: 1 + argumentPieces(call.arguments).length,
      thoughtTokens: 0,
    })),
  ]
}

/** The same for a whole answer: one part of thought, one of text. */
export function wholePartsOf(choice: ChoicePlan, plan: AnswerPlan): readonly object[] {
  const calls = partsOf({ ...choice, reasoning: [], tokens: [] }, plan).map(({ part }) => part)
  const thought = choice.reasoning.join('')
  const seal = signatureOf(choice)
  return [
    ...(thought === '' ? [] : [{ text: thought, thought: true }]),
    ...(choice.tokens.length > 0 ? [{ text: choice.tokens.join(''), ...seal }] : []),
    ...(calls.length > 0 && thought !== '' ? [{ ...calls[0], ...seal }, ...calls.slice(1)] : calls),
  ]
}

/** Without calls the signature stands on the last part. */
export function lastPartOf(choice: ChoicePlan): object {
  return { text: '', ...(choice.toolCalls.length > 0 ? {} : signatureOf(choice)) }
}

/** Why a candidate ended. */
export function finishOf(choice: ChoicePlan, plan: AnswerPlan): object {
  const isRefusal = choice.isRefusal && plan.script.finishReason === undefined
  const finishReason = isRefusal ? 'SAFETY' : (reasons.get(choice.finishReason) ?? choice.finishReason)
  if (finishReason !== 'SAFETY') return { finishReason }
  const rating = { category: 'HARM_CATEGORY_HARASSMENT', probability: 'HIGH', blocked: true }
  return { finishReason, safetyRatings: [rating] }
}

/** The counts after so much of the answer; undefined when the behaviour leaves them out. */
export function countsOf(
  plan: AnswerPlan,
  so: { readonly tokens: number; readonly thoughtTokens: number },
): { readonly json: object; readonly sent: UsageSent } | undefined {
  if (plan.usageStyle === 'missing') return undefined
  const sent = usageSent({ ...plan.counts, output: so.tokens, reasoning: 0 }, plan.usageStyle)
  const { prompt_tokens: input, completion_tokens: output, total_tokens: total } = sent
  return {
    sent,
    json: {
      promptTokenCount: input,
      candidatesTokenCount: typeof output === 'number' ? output - so.thoughtTokens : output,
      totalTokenCount: total,
      promptTokensDetails: [{ modality: 'TEXT', tokenCount: plan.counts.input }],
      ...(plan.counts.cached > 0 ? { cachedContentTokenCount: plan.counts.cached } : {}),
      ...(so.thoughtTokens > 0 ? { thoughtsTokenCount: so.thoughtTokens } : {}),
    },
  }
}

function signatureOf(choice: ChoicePlan): { readonly thoughtSignature?: string } {
  const thought = choice.reasoning.join('')
  return thought === '' ? {} : { thoughtSignature: sealOf('gemini', thought) }
}

function argsOf(text: string): object {
  try {
    const args: unknown = JSON.parse(text)
    return isRecord(args) ? args : {}
  } catch {
    return {}
  }
}
