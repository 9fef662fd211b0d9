// How each dialect's requests spell the bound of an answer, and where: whoever reads the bound and whoever writes it go by the
// same words, so that nothing is held back for a word that nobody heeds.
import type { DialectName } from '../core/model-request.ts'

type Spellings = readonly [string, ...string[]]

const spellings: readonly (readonly [DialectName, Spellings])[] = [
  ['openai-chat', ['max_completion_tokens', 'max_tokens']],
  ['openai-responses', ['max_output_tokens']],
  ['anthropic-messages', ['max_tokens']],
  ['gemini', ['maxOutputTokens', 'max_output_tokens']],
]

/** By dialect; the first is written where a bound has to be added. What is spoken and is not in it has no answers to bound. */
export const boundSpellings: ReadonlyMap<string, Spellings> = new Map(spellings)

/** Where Gemini's stand. */
export const geminiConfigs: readonly string[] = ['generationConfig', 'generation_config']

/** A request of Gemini's may stand whole in one of these. */
export const geminiWholes: ReadonlySet<string> = new Set([
  'generateContentRequest',
  'generate_content_request',
])
