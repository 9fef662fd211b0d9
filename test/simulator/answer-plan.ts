// What will be said to one question, decided before anything is written. Streams and whole answers are
// printed from the same plan, so both hold the same text and cost the same tokens.
import type { AnswerScript, Behaviour, ScriptedToolCall, UsageStyle } from './behaviour.ts'
import type { ChatQuestion } from './chat-question.ts'
import { inputTokensOf } from './count-tokens.ts'
import { expectedTokens, isCutByMaxTokens } from './expected-text.ts'
import { argumentPieces, toolCallsOf } from './tool-calls.ts'
import type { TokenCounts } from './usage-numbers.ts'

export interface AnswerPlan {
  readonly id: string
  readonly createdSeconds: number
  readonly model: string
  readonly choices: readonly ChoicePlan[]
  readonly counts: TokenCounts
  readonly usageStyle: UsageStyle
  /** The extra usage event of a stream was asked for. */
  readonly usageAsked: boolean
  /** How many alternatives to show per token; undefined when logprobs were not asked for. */
  readonly topLogprobs: number | undefined
  readonly script: AnswerScript
  /** Thoughts are to be sealed. */
  readonly seals: boolean
  /** The conversation that is to be kept with the answer. */
  readonly keeps: readonly unknown[] | undefined
}

export interface ChoicePlan {
  readonly reasoning: readonly string[]
  readonly tokens: readonly string[]
  readonly toolCalls: readonly ScriptedToolCall[]
  readonly finishReason: string
  readonly refusal?: string
  /** The stop text that ended it. */
  readonly stopText?: string
}

const choicesMax = 128

export function planAnswer(question: ChatQuestion, behaviour: Behaviour, id: string): AnswerPlan {
  const script = behaviour.answer ?? {}
  const count = Math.min(choicesMax, Math.max(1, question.n ?? 1))
  const choices = Array.from({ length: count }, (_, index) => planChoice(question, behaviour, index))
  const reasoning = thoughtsOf(question, behaviour) * count
  const spoken = choices.reduce((sum, choice) => sum + spokenTokens(choice), 0)
  return {
    id,
    createdSeconds: Math.floor(Date.now() / 1000),
    model: script.reportedModel ?? `${String(question.model)}-2026-11-01`,
    choices,
    counts: { input: inputTokensOf(question), output: spoken + reasoning, reasoning },
    usageStyle: script.usage ?? 'as-asked',
    usageAsked: question.stream_options?.include_usage === true,
    topLogprobs: question.logprobs === true ? (question.top_logprobs ?? 0) : undefined,
    script,
    seals: question.seals === true,
    keeps: question.keeps,
  }
}

function planChoice(question: ChatQuestion, behaviour: Behaviour, index: number): ChoicePlan {
  const script = behaviour.answer ?? {}
  const reasoning = Array.from({ length: thoughtsOf(question, behaviour) }, (_, step) => `thought${step} `)
  if (script.refusal === true) {
    return {
      reasoning,
      tokens: [],
      toolCalls: [],
      finishReason: script.finishReason ?? 'stop',
      refusal: refusalText,
    }
  }
  const toolCalls = toolCallsOf(question, script)
  const tokens = toolCalls.length > 0 ? [] : expectedTokens(question, behaviour, index)
  const stopText = script.stops === true ? question.stops?.[0] : undefined
  const isCut = toolCalls.length === 0 && isCutByMaxTokens(question, behaviour, index)
  const natural = toolCalls.length > 0 ? 'tool_calls' : isCut ? 'length' : 'stop'
  return {
    reasoning,
    tokens,
    toolCalls,
    finishReason: script.finishReason ?? natural,
    ...(stopText === undefined ? {} : { stopText }),
  }
}

const refusalText = 'I cannot help with that.'
const thoughtsByDefault = 4

/** Tokens of reasoning: scripted, or some where the request asks to see them. */
function thoughtsOf({ reasons }: ChatQuestion, { answer }: Behaviour): number {
  return answer?.reasoningTokens ?? (reasons === true ? thoughtsByDefault : 0)
}

/** Each piece of arguments costs a token, and so does a tool's name. */
function spokenTokens(choice: ChoicePlan): number {
  return choice.toolCalls.reduce(
    (sum, call) => sum + 1 + argumentPieces(call.arguments).length,
    choice.tokens.length + (choice.refusal === undefined ? 0 : 1),
  )
}
