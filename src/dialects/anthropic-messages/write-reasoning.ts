// How much a model of this API may think. A budget is written as a budget, an effort as adaptive thinking with that
// effort. While it thinks, it takes no forced tool and no sampling settings of its own
// (https://platform.claude.com/docs/en/build-with-claude/extended-thinking, 2026-11-21).
import type { ModelRequest, Reasoning } from '../../core/model-request.ts'
import type { Dropped } from '../dialect.ts'
import type { Wire } from './writing.ts'

const budgetTokensMin = 1024

const efforts: ReadonlyMap<string, string> = new Map([
  ['minimal', 'low'],
  ['low', 'low'],
  ['medium', 'medium'],
  ['high', 'high'],
  ['xhigh', 'xhigh'],
  ['max', 'max'],
])

export interface WrittenReasoning {
  readonly thinking?: Wire
  readonly effort?: string
}

interface Surroundings {
  readonly maxTokens: number
  readonly forced: boolean
  readonly dropped: Dropped[]
}

export function writeReasoning(reasoning: Reasoning | undefined, around: Surroundings): WrittenReasoning {
  if (reasoning === undefined) return {}
  if (reasoning.effort === 'none' || reasoning.budgetTokens === 0) return { thinking: { type: 'disabled' } }
  const effort = effortOf(reasoning, around.dropped)
  const thinking = around.forced ? undefined : thinkingOf(reasoning, around.maxTokens)
  if (thinking === undefined) around.dropped.push({ setting: 'reasoning' })
  return {
    ...(thinking === undefined ? {} : { thinking: { ...thinking, ...displayOf(reasoning) } }),
    ...(effort === undefined ? {} : { effort }),
  }
}

function effortOf({ effort }: Reasoning, dropped: Dropped[]): string | undefined {
  if (effort === undefined || effort === 'adaptive') return undefined
  const written = efforts.get(effort)
  if (written === undefined) dropped.push({ setting: 'reasoning' })
  return written
}

/**
 * A budget has to be 1024 at least and less than the tokens of the whole answer. One that would eat up the answer
 * becomes half of it; where that is too little, none.
 */
function thinkingOf({ budgetTokens }: Reasoning, maxTokens: number): Wire | undefined {
  if (budgetTokens === undefined || budgetTokens < 0) return { type: 'adaptive' }
  const wanted = Math.max(budgetTokens, budgetTokensMin)
  const budget = wanted < maxTokens ? wanted : Math.floor(maxTokens / 2)
  return budget < budgetTokensMin ? undefined : { type: 'enabled', budget_tokens: budget }
}

function displayOf({ show, summary }: Reasoning): Wire {
  if (show === undefined) return summary === undefined ? {} : { display: 'summarized' }
  return { display: show ? 'summarized' : 'omitted' }
}

/** The sampling settings, if given. A temperature above 1 becomes 1, and the client is told. */
export function writeSampling(request: ModelRequest, thinks: boolean, dropped: Dropped[]): Wire {
  const sampling: Wire = {}
  const { temperature, topP, topK } = request
  if (temperature !== undefined) {
    if (temperature > 1 || (thinks && temperature !== 1)) dropped.push({ setting: 'temperature' })
    if (!thinks || temperature === 1) sampling['temperature'] = Math.min(temperature, 1)
  }
  if (topP !== undefined) {
    if (thinks && topP < 0.95) dropped.push({ setting: 'topP' })
    else sampling['top_p'] = topP
  }
  if (topK !== undefined) {
    if (thinks) dropped.push({ setting: 'topK' })
    else sampling['top_k'] = topK
  }
  return sampling
}
