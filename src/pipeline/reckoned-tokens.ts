// What a call is reckoned to use before anybody knows: what limits hold back for it, and what budgets go by, too.
import type { RelayRequest } from '../dialects/relay-request.ts'
import type { CallTokens } from '../limits/limits.ts'

/** Estimates are often a little low: what a call is reckoned to need is this much more. */
export const margin = 1.1
/** What an answer is taken to be where its client does not bound it, and nothing better is known. */
export const outputTokensUnasked = 4_096

export type ReckonedRequest = Pick<RelayRequest, 'estimatedInputTokens' | 'choices' | 'askedTokens'>

/** Before the request's `release` only. */
export function reckonedTokens(request: ReckonedRequest): CallTokens {
  return {
    inputTokens: Math.ceil(request.estimatedInputTokens * margin),
    outputTokens: request.choices * (request.askedTokens() ?? outputTokensUnasked),
  }
}
