// Are tokens counted, and can the count be true? Nobody knows a provider's tokens exactly; but a token is hardly more
// than a few words, and never less than a byte.
import type { Usage } from '../../../core/usage.ts'
import type { Heard } from '../asker.ts'
import { isAnswer, textOf, troubleOf, usageOf } from '../exam.ts'
import type { Exam } from '../exam.ts'
import { finding } from '../finding.ts'
import type { Finding } from '../finding.ts'

export interface Counted {
  readonly heard: Heard
  readonly question: string
}

const question = 'Name the four seasons of the year, in English, on one line.'
/** Characters that one token stands for at most: a few long words. */
const charsPerTokenMax = 30
/** What a provider may put around a question. */
const wrappingTokensMax = 2_000

/** `usage_whole`. */
export async function wholeUsage(exam: Exam): Promise<readonly Finding[]> {
  const heard = await exam.ask(question, { maxTokens: 1_000 })
  if (!isAnswer(heard)) {
    return [finding('usage_whole', 'unknown', [`No whole answer came: ${troubleOf(heard, exam.patient)}.`])]
  }
  return [judgeUsage('usage_whole', [{ heard, question }], 'whole answer')]
}

/** Judges the counts of answers of one kind. */
export function judgeUsage(check: string, answers: readonly Counted[], kind: string): Finding {
  const complete = answers.filter(({ heard }) => isAnswer(heard))
  const [last] = complete.slice(-1)
  if (last === undefined) return finding(check, 'unknown', [`There was no complete ${kind} to count.`])
  const usages = complete.map(({ heard }) => usageOf(heard))
  const usage = usages.at(-1)
  const told = usages.filter((one) => one !== undefined).length
  if (usage === undefined || told < complete.length) {
    const sentence = `A ${kind} does not tell its tokens (${complete.length - told} of ${complete.length}).`
    return finding(check, 'fails', [sentence, { told, answers: complete.length }])
  }
  const figures = { input_tokens: usage.inputTokens, output_tokens: usage.outputTokens }
  const doubt = complete
    .map(({ heard, question: asked }, index) => doubtOf(usages[index], heard, asked))
    .find(Boolean)
  if (doubt !== undefined)
    return finding(check, 'fails', [`The count of a ${kind} cannot be true: ${doubt}.`, figures])
  return finding(check, 'ok', [`A ${kind} tells its tokens, and the count can be true.`, figures])
}

function doubtOf(usage: Usage | undefined, heard: Heard, asked: string): string | undefined {
  if (usage === undefined) return undefined
  const { inputTokens, outputTokens, reasoningTokens } = usage
  if (![inputTokens, outputTokens].every((count) => Number.isSafeInteger(count) && count >= 0)) {
    return 'it is no whole number'
  }
  const text = textOf(heard)
  const said = outputTokens - reasoningTokens
  if (inputTokens < asked.length / charsPerTokenMax)
    return `${inputTokens} tokens for a question of ${asked.length} letters`
  if (inputTokens > asked.length + wrappingTokensMax)
    return `${inputTokens} tokens for a question of ${asked.length} letters`
  if (said < Math.floor(text.length / charsPerTokenMax))
    return `${said} tokens for an answer of ${text.length} letters`
  const isThinking = heard.events.some(({ is }) => is.kind === 'reasoning-delta') || reasoningTokens > 0
  // Thoughts may be counted without being shown, or shown without being counted apart.
  const bound = Buffer.byteLength(text) + (isThinking ? 100_000 : wrappingTokensMax)
  return said > bound ? `${said} tokens for an answer of ${text.length} letters` : undefined
}
