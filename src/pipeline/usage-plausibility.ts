// Whether a provider's count of an answer can be true, by what went by. An honest count must never be refused: a token is
// at least a byte, and what a model thinks need not be seen.
import type { Usage } from '../core/usage.ts'

/** What was seen of an answer. */
export interface SeenAnswer {
  readonly bytes: number
  /** Events with content. */
  readonly events: number
  /** Its model may think, and does not have to show it. */
  readonly mayThink: boolean
}

/** More tokens than any model writes: a count above it is no count. */
const tokensMax = 10_000_000
/** What is around a text in the shortest event of any dialect. */
const eventOverheadBytes = 40
const tolerance = 1.2
/** Calls of tools, and the marks around turns, are billed and not all seen. */
const untoldTokensMax = 50

const kindsOfInput = [
  'cachedInputTokens',
  'cacheWriteTokens',
  'cacheWriteHourTokens',
  'audioInputTokens',
  'imageInputTokens',
] as const
const kindsOfOutput = ['reasoningTokens', 'audioOutputTokens', 'imageOutputTokens', 'rejectedTokens'] as const

/** Whether these can be the counts of that answer. */
export function isPlausible(usage: Usage | undefined, seen: SeenAnswer): usage is Usage {
  if (usage === undefined || !(usage.inputTokens + usage.outputTokens <= tokensMax)) return false
  if (!isSum(usage, 'inputTokens', kindsOfInput) || !isSum(usage, 'outputTokens', kindsOfOutput)) return false
  const {
    outputTokens,
    reasoningTokens,
    audioOutputTokens = 0,
    imageOutputTokens = 0,
    rejectedTokens = 0,
  } = usage
  // Some providers bill thoughts that they neither show nor count apart.
  if (seen.mayThink && reasoningTokens === 0) return true
  const shownMax = Math.max(seen.bytes - seen.events * eventOverheadBytes, seen.events)
  const told = outputTokens - reasoningTokens - audioOutputTokens - imageOutputTokens - rejectedTokens
  return told <= shownMax * tolerance + untoldTokensMax
}

/** A count, of which none of its kinds is more. */
function isSum(
  usage: Usage,
  whole: 'inputTokens' | 'outputTokens',
  kinds: typeof kindsOfInput | typeof kindsOfOutput,
): boolean {
  const most = usage[whole]
  if (!isCount(most)) return false
  for (const kind of kinds) {
    const tokens = usage[kind]
    if (tokens !== undefined && !(isCount(tokens) && tokens <= most)) return false
  }
  return true
}

function isCount(tokens: number): boolean {
  return Number.isSafeInteger(tokens) && tokens >= 0
}
