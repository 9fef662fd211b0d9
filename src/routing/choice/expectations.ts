// What a call will probably cost and take on a deployment: estimates that rank and bill nobody.
import type { Candidate, ChoiceContext } from './candidate.ts'

/** What providers ask for input from their cache, where the price is not known: most ask a tenth. */
const cachedPriceShare = 0.1

/** How much of the time to the first token a prompt spares that is cached whole. Providers say up to 0.8. */
const cachedTimeSpared = 0.5

/** Dollars; infinite where no price is known, so that the unknown comes last. */
export function expectedDollars(candidate: Candidate, context: ChoiceContext): number {
  const price = candidate.costPerMillion
  if (price === undefined) return Infinity
  const cached = cachedTokens(candidate, context)
  const cachedPrice = price.cachedInput ?? price.input * cachedPriceShare
  const input = (context.estimatedInputTokens - cached) * price.input + cached * cachedPrice
  return (input + context.expectedOutputTokens * price.output) / 1e6
}

/**
 * Milliseconds to the end of the answer, or undefined when nothing was measured. A speed that is not known
 * counts as `speedOtherwise`.
 */
export function expectedMs(
  candidate: Candidate,
  context: ChoiceContext,
  speedOtherwise: number,
): number | undefined {
  const firstTokenMs = candidate.health.firstTokenMs(context.nowMs)?.p50
  if (firstTokenMs === undefined) return undefined
  const prompt = Math.max(1, context.estimatedInputTokens)
  const spared = cachedTimeSpared * (cachedTokens(candidate, context) / prompt)
  const speed = candidate.health.tokensPerSecond(context.nowMs)?.p50 || speedOtherwise
  return firstTokenMs * (1 - spared) + (context.expectedOutputTokens / speed) * 1000
}

function cachedTokens(candidate: Candidate, context: ChoiceContext): number {
  const cached = context.cachedOn?.get(candidate.name) ?? 0
  return Math.min(cached, context.estimatedInputTokens)
}
