// Where the Vercel AI SDK and we read or say an answer differently, and why: everything else must be the same. An entry
// that is no longer needed, or says more than is, fails its test.
import type { OracleName } from './ai-sdk.ts'
import type { Heard } from './heard.ts'

/** How an answer comes. */
export type Way = 'whole' | 'stream'

export interface KnownDifference {
  /** `dialect/case` of test/fixtures. */
  readonly at: string
  readonly oracles: readonly OracleName[]
  /** Only in answers that come so. */
  readonly way?: Way
  readonly members: readonly (keyof Heard)[]
  readonly reason: string
}

const chat: readonly OracleName[] = ['openai', 'openai-compatible']
const textTools =
  'They know tools that take text in Responses alone; no client of another dialect can offer one.'
const unknownThings = 'They refuse blocks, deltas and events that they do not know.'

/** What they read in a provider's bytes and we read otherwise. */
export const readingDifferences: readonly KnownDifference[] = [
  {
    at: 'openai-chat/thought-signature',
    oracles: ['openai'],
    members: ['tools', 'finish', 'isFailed'],
    reason: 'They demand an index of every tool call, which Google leaves out.',
  },
  {
    at: 'openai-chat/thought-signature',
    oracles: ['openai-compatible'],
    members: ['finish'],
    reason: 'An answer with tool calls that says "stop" is one that waits for tools.',
  },
  {
    at: 'openai-chat/function-call',
    oracles: chat,
    members: ['tools'],
    reason: 'They do not know the deprecated form of a tool call.',
  },
  {
    at: 'openai-chat/custom-tool',
    oracles: chat,
    members: ['tools', 'isFailed'],
    reason: 'They know no tools that take text in this dialect.',
  },
  {
    at: 'openai-chat/two-choices-with-logprobs',
    oracles: chat,
    members: ['text'],
    reason: 'They join all choices of a stream.',
  },
  {
    at: 'openai-chat/reasoning-content',
    oracles: ['openai'],
    members: ['reasoning', 'usage'],
    reason: 'They read members of OpenAI alone, and here is DeepSeek.',
  },
  {
    at: 'openai-chat/reasoning-content',
    oracles: ['openai-compatible'],
    members: ['usage'],
    reason: 'They do not read the counts of the cache as DeepSeek spells them.',
  },
  {
    at: 'openai-chat/reasoning-beside-completion',
    oracles: ['openai'],
    members: ['reasoning', 'usage'],
    reason: 'xAI counts reasoning beside the completion, and names it as OpenAI does not.',
  },
  {
    at: 'openai-chat/reasoning-beside-completion',
    oracles: ['openai-compatible'],
    members: ['usage'],
    reason: 'xAI counts reasoning beside the completion.',
  },
  {
    at: 'openai-chat/whole-audio',
    oracles: ['openai'],
    members: ['text'],
    reason: 'They take what was spoken for text; here it is the transcript of the sound.',
  },
  {
    at: 'openai-chat/thinking-parts',
    oracles: ['openai'],
    members: ['text', 'reasoning', 'isFailed'],
    reason: 'Content as a list is Mistral, not OpenAI.',
  },
  {
    at: 'openai-chat/whole-tools-and-reasoning',
    oracles: ['openai'],
    members: ['reasoning'],
    reason: 'OpenAI shows no thoughts in this dialect.',
  },
  {
    at: 'openai-chat/reasoning-details',
    oracles: ['openai'],
    members: ['reasoning'],
    reason: 'OpenAI shows no thoughts in this dialect.',
  },
  {
    at: 'openai-chat/reasoning-details',
    oracles: ['openai-compatible'],
    members: ['usage'],
    reason: 'They do not read what was written to the cache.',
  },
  {
    at: 'openai-chat/unknown-things',
    oracles: chat,
    members: ['isFailed'],
    reason: 'They refuse events that they do not know.',
  },
  {
    at: 'openai-chat/error-midway',
    oracles: ['openai'],
    members: ['isFailed'],
    reason: 'They overlook an error that stands beside choices.',
  },
  {
    at: 'openai-responses/stream-without-deltas',
    oracles: ['responses'],
    members: ['text', 'reasoning'],
    reason: 'They listen to the deltas only.',
  },
  {
    at: 'anthropic-messages/refusal',
    oracles: ['anthropic'],
    members: ['text'],
    reason: 'They do not read why it was refused.',
  },
  {
    at: 'anthropic-messages/unknown-things',
    oracles: ['anthropic'],
    members: ['isFailed'],
    reason: unknownThings,
  },
  {
    at: 'gemini/cut-off-stream',
    oracles: ['google'],
    members: ['finish'],
    reason: 'They have a finish reason for answers that have none.',
  },
  {
    at: 'gemini/grounded-answer',
    oracles: ['google'],
    members: ['usage'],
    reason: 'Tokens of the results of built-in tools are input too (toolUsePromptTokenCount).',
  },
  {
    at: 'gemini/parallel-calls-stream',
    oracles: ['google'],
    members: ['tools'],
    reason: 'A call without an id gets one of theirs, which is random.',
  },
]

/** What they cannot read in answers that we write for their dialect. */
export const writingDifferences: readonly KnownDifference[] = [
  {
    at: 'openai-chat/custom-tool',
    oracles: ['anthropic', 'google'],
    members: ['tools'],
    reason: textTools,
  },
  {
    at: 'openai-chat/custom-tool',
    oracles: chat,
    way: 'whole',
    members: ['tools', 'finish', 'isFailed'],
    reason: textTools,
  },
  {
    at: 'openai-chat/custom-tool',
    oracles: chat,
    way: 'stream',
    members: ['tools', 'isFailed'],
    reason: textTools,
  },
  {
    at: 'openai-responses/stream-custom-tool',
    oracles: ['anthropic', 'google'],
    members: ['tools'],
    reason: textTools,
  },
  {
    at: 'openai-responses/stream-custom-tool',
    oracles: chat,
    way: 'whole',
    members: ['tools', 'finish', 'usage', 'isFailed'],
    reason: textTools,
  },
  {
    at: 'openai-responses/stream-custom-tool',
    oracles: chat,
    way: 'stream',
    members: ['tools', 'isFailed'],
    reason: textTools,
  },
  {
    at: 'openai-chat/whole-audio',
    oracles: ['openai'],
    way: 'whole',
    members: ['text'],
    reason: 'They take what was spoken for text; here it is the transcript of the sound.',
  },
  {
    at: 'openai-chat/whole-audio',
    oracles: ['google'],
    members: ['text'],
    reason: 'They take what was spoken for text; here it is the transcript of the sound.',
  },
  {
    at: 'openai-chat/whole-audio',
    oracles: ['responses'],
    way: 'whole',
    members: ['finish', 'usage', 'isFailed'],
    reason: 'They know no sound in a response.',
  },
  {
    at: 'anthropic-messages/paused',
    oracles: [...chat, 'responses', 'google'],
    members: ['finish'],
    reason: 'Only Messages has a word for a pause; elsewhere the answer is one that is not complete.',
  },
  {
    at: 'anthropic-messages/refusal',
    oracles: ['anthropic'],
    members: ['text'],
    reason: 'Why it was refused goes back where this API says it, and they do not read that.',
  },
  {
    at: 'anthropic-messages/unknown-things',
    oracles: ['anthropic'],
    way: 'whole',
    members: ['text', 'finish', 'usage', 'isFailed'],
    reason: unknownThings,
  },
  {
    at: 'anthropic-messages/unknown-things',
    oracles: ['anthropic'],
    way: 'stream',
    members: ['isFailed'],
    reason: unknownThings,
  },
]

/** What of an answer this oracle can hear at best, given how its dialect speaks and what it listens to. */
export function audible(oracle: OracleName, heard: Heard): Heard {
  const { finish, usage, tools } = heard
  // OpenAI shows no thoughts in chat completions, so its client does not look for them.
  const reasoning = oracle === 'openai' ? '' : heard.reasoning
  // Neither reads what was written to the cache.
  const hearsWritten = oracle !== 'openai-compatible' && oracle !== 'google'
  const counts = usage === undefined || hearsWritten ? usage : { ...usage, written: 0 }
  // Gemini and Responses have no finish reason for calls: answers that hold some wait for tools.
  const impliesTools = oracle === 'google' || oracle === 'responses'
  const end = impliesTools && tools.length > 0 && finish === 'stop' ? 'tool-calls' : finish
  return {
    ...heard,
    reasoning,
    // Messages always count.
    usage: counts === undefined && oracle === 'anthropic' ? noCounts : counts,
    // Of all dialects only Gemini has a word for ends that nobody knows.
    finish: end === 'other' && oracle !== 'google' ? 'stop' : end,
  }
}

const noCounts = { input: 0, cached: 0, written: 0, output: 0, reasoning: 0 }
