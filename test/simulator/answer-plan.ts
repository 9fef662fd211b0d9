// What will be said to one question, decided before anything is written. Streams and whole answers are
// printed from the same plan, so both hold the same text and cost the same tokens.
import type { AnswerScript, Behaviour, ScriptedToolCall, UsageStyle } from './behaviour.ts'
import type { ChatQuestion } from './chat-question.ts'
import { inputTokensOf } from './count-tokens.ts'
import { expectedTokens, isCutByMaxTokens, maxTokensOf } from './expected-text.ts'
import { tokensOfRest, unfinishedOf } from './go-on.ts'
import type { Unfinished } from './go-on.ts'
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
}

/** How much is thought before an answer. `never` also where the behaviour would have it. */
export type ReasoningWanted = 'never' | { readonly unlessScripted: number }

export interface PlanFacts {
  readonly id: string
  readonly reasoning: ReasoningWanted
}

export interface ChoicePlan {
  readonly reasoning: readonly string[]
  readonly tokens: readonly string[]
  readonly toolCalls: readonly ScriptedToolCall[]
  readonly finishReason: string
  /** The words are those of a refusal. */
  readonly isRefusal: boolean
}

const choicesMax = 128

export function planAnswer(question: ChatQuestion, behaviour: Behaviour, facts: PlanFacts): AnswerPlan {
  const script = behaviour.answer ?? {}
  const count = Math.min(choicesMax, Math.max(1, question.n ?? 1))
  const thoughts = thoughtsOf(script, facts.reasoning)
  const choices = Array.from({ length: count }, (_, index) => ({
    ...planChoice(question, behaviour, index),
    reasoning: thoughts,
  }))
  const reasoning = thoughts.length * count
  const spoken = choices.reduce((sum, choice) => sum + spokenTokens(choice), 0)
  return {
    id: facts.id,
    createdSeconds: Math.floor(Date.now() / 1000),
    model: script.reportedModel ?? `${String(question.model)}-2026-11-01`,
    choices,
    counts: {
      input: inputTokensOf(question),
      output: spoken + reasoning,
      reasoning,
      cached: Math.min(script.cachedTokens ?? 0, inputTokensOf(question)),
    },
    usageStyle: script.usage ?? 'as-asked',
    usageAsked: question.stream_options?.include_usage === true,
    topLogprobs: question.logprobs === true ? (question.top_logprobs ?? 0) : undefined,
    script,
  }
}

function thoughtsOf(script: AnswerScript, wanted: ReasoningWanted): readonly string[] {
  const length = wanted === 'never' ? 0 : (script.reasoningTokens ?? wanted.unlessScripted)
  return Array.from({ length }, (_, step) => `thought${step} `)
}

function planChoice(
  question: ChatQuestion,
  behaviour: Behaviour,
  index: number,
): Omit<ChoicePlan, 'reasoning'> {
  const script = behaviour.answer ?? {}
  const isRefusal = script.refusal === true
  const unfinished = script.goesOn === true ? unfinishedOf(question) : undefined
  if (unfinished !== undefined) return planRest(unfinished, behaviour, maxTokensOf(question))
  // A stream without an end goes on with words.
  const saysWords = isRefusal || behaviour.fault?.kind === 'endless'
  const toolCalls = saysWords ? [] : toolCallsOf(question, script)
  const tokens = toolCalls.length > 0 ? [] : expectedTokens(question, behaviour, index)
  const isCut = toolCalls.length === 0 && isCutByMaxTokens(question, behaviour, index)
  const natural = toolCalls.length > 0 ? 'tool_calls' : isCut ? 'length' : 'stop'
  return {
    tokens,
    toolCalls,
    finishReason: script.finishReason ?? natural,
    isRefusal,
  }
}

/** What is left of an answer that broke off. Its own bound is a bound of the rest. */
function planRest(
  { question, said }: Unfinished,
  behaviour: Behaviour,
  max: number | undefined,
): Omit<ChoicePlan, 'reasoning'> {
  const { max_tokens: _old, max_completion_tokens: _current, ...unbounded } = question
  const script = behaviour.answer ?? {}
  const rest = tokensOfRest(expectedTokens(unbounded, behaviour), said, script)
  const tokens = max === undefined ? rest : rest.slice(0, max)
  const natural = tokens.length < rest.length ? 'length' : 'stop'
  return { tokens, toolCalls: [], finishReason: script.finishReason ?? natural, isRefusal: false }
}

/** Each piece of arguments costs a token, and so does a tool's name. */
function spokenTokens(choice: ChoicePlan): number {
  return choice.toolCalls.reduce(
    (sum, call) => sum + 1 + argumentPieces(call.arguments).length,
    choice.tokens.length,
  )
}
