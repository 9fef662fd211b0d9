// The probabilities of tokens: Google keeps the chosen ones and the likeliest ones in two lists of equal
// length.
import { isObject } from '../json-object.ts'
import type { TokenLogprob } from '../../core/answer-event.ts'
import type { WireObject } from './writing.ts'

type OneToken = Omit<TokenLogprob, 'top'>

/** `logprobsResult` in our words; empty when it holds none. */
export function readLogprobs(result: unknown): readonly TokenLogprob[] {
  if (!isObject(result) || !Array.isArray(result['chosenCandidates'])) return []
  const top = Array.isArray(result['topCandidates']) ? result['topCandidates'] : []
  return result['chosenCandidates'].flatMap((chosen: unknown, index) => {
    const token = tokenOf(chosen)
    return token === undefined ? [] : [{ ...token, top: alternativesOf(top[index]) }]
  })
}

export function writeLogprobs(logprobs: readonly TokenLogprob[]): WireObject {
  return {
    chosenCandidates: logprobs.map(wireTokenOf),
    topCandidates: logprobs.map(({ top }) => ({ candidates: top.map(wireTokenOf) })),
  }
}

function alternativesOf(step: unknown): readonly OneToken[] {
  if (!isObject(step) || !Array.isArray(step['candidates'])) return []
  return step['candidates'].map(tokenOf).filter((token) => token !== undefined)
}

function tokenOf(candidate: unknown): OneToken | undefined {
  if (!isObject(candidate)) return undefined
  const { token, logProbability } = candidate
  if (typeof token !== 'string' || typeof logProbability !== 'number') return undefined
  return { token, logprob: logProbability, bytes: null }
}

function wireTokenOf({ token, logprob }: OneToken): WireObject {
  return { token, logProbability: logprob }
}
