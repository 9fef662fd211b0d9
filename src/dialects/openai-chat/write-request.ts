// A request in our words as a chat request for a deployment. Only members that OpenAI documents are written, and those
// that the deployment is known to take besides; what is left out is said.
// Source: https://platform.openai.com/docs/api-reference/chat/create, 2026-11.
import type { ModelRequest, Reasoning } from '../../core/model-request.ts'
import type { WriteWishes, WrittenRequest } from '../dialect.ts'
import { droppedOf } from '../is-asked.ts'
import { effortOfBudget } from '../reasoning-amounts.ts'
import { placedSystemTurns } from '../system-turns.ts'
import { takes } from './writing.ts'
import type { Wire, Writing } from './writing.ts'
import { writeTools } from './write-tools.ts'
import { writeTurns } from './write-turns.ts'

/** Writes a request, and says what it could not carry. */
export function writeRequest(request: ModelRequest, wishes: WriteWishes): WrittenRequest {
  const writing: Writing = { wishes, dropped: [] }
  const { members, formatTool } = writeTools(request, writing)
  const body = {
    model: wishes.model,
    messages: writeTurns(placedSystemTurns(request.turns, wishes), writing),
    // Without this no stream of this dialect says what it cost.
    ...(request.stream && { stream: true, stream_options: { include_usage: true } }),
    ...members,
    ...writeSampling(request, writing),
    ...writeAnswerSettings(request, writing),
    ...writeCallSettings(request, writing),
  }
  return { body, dropped: writing.dropped, ...(formatTool !== undefined && { formatTool }) }
}

function writeSampling(request: ModelRequest, writing: Writing): Wire {
  const { stop } = request
  return defined({
    temperature: request.temperature,
    top_p: request.topP,
    top_k: extension(request.topK, 'top_k', writing),
    min_p: extension(request.minP, 'min_p', writing),
    frequency_penalty: request.frequencyPenalty,
    presence_penalty: request.presencePenalty,
    stop: stop?.length === 0 ? undefined : stop,
    seed: request.seed,
    n: request.choices,
    logprobs: request.logprobs,
    top_logprobs: request.topLogprobs,
    logit_bias: request.logitBias,
  })
}

function extension(value: number | undefined, name: 'top_k' | 'min_p', writing: Writing): number | undefined {
  if (value === undefined || takes(writing, name)) return value
  writing.dropped.push({ setting: name === 'top_k' ? 'topK' : 'minP' })
  return undefined
}

function writeAnswerSettings(request: ModelRequest, { wishes, dropped }: Writing): Wire {
  // A model of this dialect shows what it thought or does not; asking is no use.
  const { effort, budgetTokens, show } = request.reasoning ?? {}
  if (show === true && effort === undefined && budgetTokens === undefined)
    dropped.push({ setting: 'reasoning' })
  return defined({
    [wishes.maxTokensName ?? 'max_completion_tokens']: request.maxTokens,
    reasoning_effort: effortOf(request.reasoning),
    verbosity: request.verbosity,
    modalities: request.modalities,
    audio: request.audio,
    prediction: request.prediction,
  })
}

function writeCallSettings(request: ModelRequest, { dropped }: Writing): Wire {
  dropped.push(...droppedOf(request, ['safety']))
  return defined({
    service_tier: request.serviceTier,
    user: request.endUser,
    metadata: request.metadata,
    prompt_cache_key: request.cacheKey,
  })
}

/**
 * A budget has no place here, so the nearest effort is asked for. `adaptive` leaves it to the model, which is what
 * saying nothing means.
 */
function effortOf(reasoning: Reasoning | undefined): string | undefined {
  const { effort, budgetTokens } = reasoning ?? {}
  if (effort !== undefined) return effort === 'adaptive' ? undefined : effort
  return budgetTokens === undefined ? undefined : effortOfBudget(budgetTokens)
}

function defined(members: Wire): Wire {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}
