// How much a model of this API may think. Older models are given a budget of tokens, newer ones an effort; while it
// thinks, none takes a forced tool, nor sampling settings of its own
// (https://platform.claude.com/docs/en/build-with-claude/extended-thinking and adaptive-thinking, 2026-11-21).
import type { ModelRequest, Reasoning } from '../../core/model-request.ts'
import type { Dropped, WriteWishes } from '../dialect.ts'
import { budgetOfEffort, effortOfBudget } from '../reasoning-amounts.ts'
import { alwaysThinks, samplesOneWay, thinksByEffort } from './model-series.ts'
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
  readonly maxTokens: number
  readonly thinking?: Wire
  readonly effort?: string
}

/** What else decides whether the model may think. */
export interface Surroundings {
  readonly wishes: WriteWishes
  /** A tool must be called. */
  readonly forced: boolean
  /** The answer goes on with tools that were called without a thought. */
  readonly midway: boolean
  readonly dropped: Dropped[]
}

/** Do models of this deployment think by effort? Then they take no sampling settings either. */
export function isByEffort({ thinking, model }: WriteWishes): boolean {
  return thinking === undefined ? thinksByEffort(model) : thinking === 'adaptive'
}

export function writeReasoning(request: ModelRequest, around: Surroundings): WrittenReasoning {
  const { reasoning, maxTokens = around.wishes.maxTokensDefault } = request
  if (reasoning === undefined) return { maxTokens }
  if (isNone(reasoning)) return { maxTokens, ...withoutThought(around) }
  if (isByEffort(around.wishes)) return { maxTokens, ...thoughtByEffort(reasoning, around) }
  const written = around.forced || around.midway ? undefined : budgetFor(request, around)
  if (written === undefined) {
    around.dropped.push({ setting: 'reasoning' })
    return { maxTokens }
  }
  const { budgetTokens } = written
  return {
    maxTokens: written.maxTokens,
    thinking: { type: 'enabled', budget_tokens: budgetTokens, ...displayOf(reasoning) },
  }
}

function isNone({ effort, budgetTokens }: Reasoning): boolean {
  return effort === 'none' || (effort === undefined && budgetTokens === 0)
}

function withoutThought({ wishes, dropped }: Surroundings): Pick<WrittenReasoning, 'thinking' | 'effort'> {
  if (!alwaysThinks(wishes.model)) return { thinking: { type: 'disabled' } }
  dropped.push({ setting: 'reasoning' })
  return { effort: 'low' }
}

function thoughtByEffort(
  reasoning: Reasoning,
  { forced, dropped }: Surroundings,
): Pick<WrittenReasoning, 'thinking' | 'effort'> {
  const effort = effortFor(reasoning, dropped)
  if (forced) dropped.push({ setting: 'reasoning' })
  return {
    ...(forced ? {} : { thinking: { type: 'adaptive', ...displayOf(reasoning) } }),
    ...(effort === undefined ? {} : { effort }),
  }
}

function effortFor({ effort, budgetTokens }: Reasoning, dropped: Dropped[]): string | undefined {
  if (effort === 'adaptive') return undefined
  if (effort === undefined) return budgetTokens === undefined ? undefined : effortOfBudget(budgetTokens)
  const written = efforts.get(effort)
  if (written === undefined) dropped.push({ setting: 'reasoning' })
  return written
}

interface Budget {
  readonly budgetTokens: number
  readonly maxTokens: number
}

/**
 * A budget has to be 1024 at least and less than the tokens of the whole answer. One that would eat up the answer
 * becomes half of it; where that is too little, none. A client that set no bound gets its answer besides.
 */
function budgetFor({ reasoning, maxTokens }: ModelRequest, around: Surroundings): Budget | undefined {
  const wanted = wantedBudget(reasoning ?? {})
  if (wanted === undefined) return undefined
  const atLeast = Math.max(wanted, budgetTokensMin)
  if (maxTokens === undefined) {
    const budgetTokens = Math.min(atLeast, budgetOfEffort('max') ?? atLeast)
    if (budgetTokens < atLeast) around.dropped.push({ setting: 'reasoning' })
    return { budgetTokens, maxTokens: budgetTokens + around.wishes.maxTokensDefault }
  }
  const budgetTokens = atLeast < maxTokens ? atLeast : Math.floor(maxTokens / 2)
  return budgetTokens < budgetTokensMin ? undefined : { budgetTokens, maxTokens }
}

/** A model that must be given a number is given a middling one where the choice was to be its own. */
function wantedBudget({ effort, budgetTokens }: Reasoning): number | undefined {
  if (budgetTokens !== undefined && budgetTokens > 0) return budgetTokens
  return budgetOfEffort(effort === undefined || effort === 'adaptive' ? 'medium' : effort)
}

function displayOf({ show, summary }: Reasoning): Wire {
  if (show === undefined) return summary === undefined ? {} : { display: 'summarized' }
  return { display: show ? 'summarized' : 'omitted' }
}

/** The sampling settings, if given. A temperature above 1 becomes 1, and the client is told. */
export function writeSampling(
  request: ModelRequest,
  thinks: boolean,
  { wishes, dropped }: Pick<Surroundings, 'wishes' | 'dropped'>,
): Wire {
  const sampling: Wire = {}
  const { temperature, topP, topK } = request
  const refused = isByEffort(wishes)
  if (temperature !== undefined) {
    const taken = !refused && (!thinks || temperature === 1)
    if (temperature > 1 || (!taken && temperature !== 1)) dropped.push({ setting: 'temperature' })
    if (taken) sampling['temperature'] = Math.min(temperature, 1)
  }
  if (topP !== undefined) {
    const crowded = 'temperature' in sampling && samplesOneWay(wishes.model)
    const taken = !refused && !crowded && !(thinks && topP < 0.95)
    if (taken) sampling['top_p'] = topP
    else if (topP !== 1) dropped.push({ setting: 'topP' })
  }
  if (topK !== undefined) {
    if (thinks || refused) dropped.push({ setting: 'topK' })
    else sampling['top_k'] = topK
  }
  return sampling
}
