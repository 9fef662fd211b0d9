// How much a model may think is told in words by some dialects and in tokens by others. One scale joins both, so that a
// request means the same whichever provider it reaches.

/** What an effort is worth in tokens, as Google reads efforts (https://ai.google.dev/gemini-api/docs/openai, 2026-11). */
const budgets: ReadonlyMap<string, number> = new Map([
  ['none', 0],
  ['minimal', 1024],
  ['low', 1024],
  ['medium', 8192],
  ['high', 24_576],
  ['xhigh', 24_576],
  ['max', 24_576],
])

const lowTokensMax = 4096
const mediumTokensMax = 16_384

/** Tokens for an effort; undefined for a word that is none. */
export function budgetOfEffort(effort: string): number | undefined {
  return budgets.get(effort)
}

/** The nearest effort for a budget; undefined when it is negative, which leaves it to the model. */
export function effortOfBudget(budgetTokens: number): 'none' | 'low' | 'medium' | 'high' | undefined {
  if (budgetTokens < 0) return undefined
  if (budgetTokens === 0) return 'none'
  if (budgetTokens <= lowTokensMax) return 'low'
  return budgetTokens <= mediumTokensMax ? 'medium' : 'high'
}
