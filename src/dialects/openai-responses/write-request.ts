// Our words as a request of this dialect. Nothing is kept at the provider: a translated conversation lives with the
// client, so what the provider would keep must come back with the answer, sealed.
import { given } from '../json-object.ts'
import type { AnswerFormat, ModelRequest, Reasoning, Setting, Turn } from '../../core/model-request.ts'
import type { Dropped, WriteWishes, WrittenRequest } from '../dialect.ts'
import { droppedOf } from '../is-asked.ts'
import { pathOfMark } from '../part-path.ts'
import { effortOfBudget } from '../reasoning-amounts.ts'
import { placedSystemTurns } from '../system-turns.ts'
import type { WireObject } from './write-content.ts'
import { writeItems } from './write-items.ts'
import { safeName, writeTools } from './write-tools.ts'

/** Writes a request for a deployment. */
export function writeRequest(request: ModelRequest, wishes: WriteWishes): WrittenRequest {
  const dropped: Dropped[] = droppedOf(request, unknownSettings)
  const { format } = request
  const emulated = format?.kind === 'schema' && !wishes.jsonSchema ? format : undefined
  const { tools, choice, formatTool } = writeTools(request, emulated, dropped)
  const body = given<WireObject>({
    model: wishes.model,
    ...writeTurns(placedSystemTurns(request.turns, wishes), dropped),
    tools: tools.length > 0 ? tools : undefined,
    tool_choice: tools.length > 0 ? choice : undefined,
    parallel_tool_calls: request.parallelTools,
    max_output_tokens: writeMaxTokens(request.maxTokens, dropped),
    temperature: request.temperature,
    top_p: request.topP,
    top_logprobs: request.topLogprobs,
    text: writeText(request, emulated === undefined ? format : undefined),
    reasoning: writeReasoning(request.reasoning),
    include: writeInclude(request),
    service_tier: writeServiceTier(request.serviceTier, dropped),
    safety_identifier: request.endUser,
    metadata: request.metadata,
    prompt_cache_key: request.cacheKey,
    store: false,
    stream: request.stream ? true : undefined,
  })
  return given<WrittenRequest>({ body, dropped, formatTool })
}

/** Settings that this dialect has no member for. */
const unknownSettings = [
  'stop',
  'topK',
  'minP',
  'seed',
  'frequencyPenalty',
  'presencePenalty',
  'choices',
  'logitBias',
  'modalities',
  'audio',
  'prediction',
  'safety',
] as const satisfies readonly Setting[]

/** System text at the start stands in `instructions`, unless there would be no input left. */
function writeTurns(turns: readonly Turn[], dropped: Dropped[]): WireObject {
  const [first, ...others] = turns
  const texts =
    first?.role === 'system' ? first.parts.map((part) => (part.kind === 'text' ? part.text : undefined)) : []
  if (others.length === 0 || texts.length === 0 || texts.includes(undefined)) {
    return { input: writeItems(turns, dropped) }
  }
  // Nothing but its text can be told there; that it has no parts left says the rest of it is looked after.
  const rest = turns.map((turn, index) => (index === 0 ? { ...turn, parts: [] } : turn))
  for (const [index, part] of (first?.parts ?? []).entries()) {
    if (part.kind === 'text' && part.cache !== undefined) {
      dropped.push({ path: pathOfMark(part.cache, `messages[0].content[${index}]`) })
    }
  }
  return { instructions: texts.join('\n\n'), input: writeItems(rest, dropped) }
}

/** The least that this dialect takes (https://platform.openai.com/docs/api-reference/responses/create, 2026-11). */
const maxTokensMin = 16

function writeMaxTokens(maxTokens: number | undefined, dropped: Dropped[]): number | undefined {
  if (maxTokens === undefined || maxTokens >= maxTokensMin) return maxTokens
  dropped.push({ setting: 'maxTokens' })
  return maxTokensMin
}

function writeText({ verbosity }: ModelRequest, format: AnswerFormat | undefined): WireObject | undefined {
  if (format === undefined && verbosity === undefined) return undefined
  return given<WireObject>({ format: format === undefined ? undefined : writeFormat(format), verbosity })
}

function writeFormat(format: AnswerFormat): WireObject {
  if (format.kind !== 'schema') return { type: format.kind === 'json' ? 'json_object' : 'text' }
  return given<WireObject>({
    type: 'json_schema',
    name: safeName(format.name),
    schema: format.schema,
    description: format.description,
    strict: format.strict,
  })
}

function writeReasoning(reasoning: Reasoning | undefined): WireObject | undefined {
  if (reasoning === undefined) return undefined
  const effort = effortOf(reasoning)
  const summary = reasoning.show === true ? summaryOf(reasoning.summary) : undefined
  if (effort === undefined && summary === undefined) return undefined
  return given<WireObject>({ effort, summary })
}

/** `adaptive` is what a model does that is told nothing; a budget of tokens is told as an effort. */
function effortOf({ effort, budgetTokens }: Reasoning): string | undefined {
  if (effort !== undefined) return effort === 'adaptive' ? undefined : effort
  return budgetTokens === undefined ? undefined : effortOfBudget(budgetTokens)
}

function summaryOf(summary: string | undefined): string {
  return summary === 'concise' || summary === 'detailed' ? summary : 'auto'
}

/** Models that do not reason refuse to be asked for seals, so only those are asked that were told how to reason. */
function writeInclude({ logprobs, reasoning, turns }: ModelRequest): readonly string[] | undefined {
  const reasons = reasoning !== undefined && reasoning.effort !== 'none' && reasoning.budgetTokens !== 0
  const include = [
    ...(reasons || turns.some(holdsSeal) ? ['reasoning.encrypted_content'] : []),
    ...(logprobs === true ? ['message.output_text.logprobs'] : []),
  ]
  return include.length > 0 ? include : undefined
}

function holdsSeal({ parts }: Turn): boolean {
  return parts.some(
    (part) => part.kind === 'reasoning' && part.from === 'openai-responses' && part.seal !== undefined,
  )
}

const serviceTiers: ReadonlySet<string> = new Set([
  'auto',
  'default',
  'flex',
  'scale',
  'priority',
  'fast',
  'ultrafast',
])

function writeServiceTier(tier: string | undefined, dropped: Dropped[]): string | undefined {
  if (tier === undefined || serviceTiers.has(tier)) return tier
  dropped.push({ setting: 'serviceTier' })
  return undefined
}
