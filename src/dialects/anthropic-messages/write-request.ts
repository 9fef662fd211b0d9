// A request for this API, written from our words. What the API has no place for is listed, so that the client is told.
import type { ModelRequest, Setting } from '../../core/model-request.ts'
import type { Dropped, WriteWishes, WrittenRequest } from '../dialect.ts'
import { droppedOf } from '../is-asked.ts'
import { writeServiceTier } from './service-tier.ts'
import { writeReasoning, writeSampling } from './write-reasoning.ts'
import { writeTools } from './write-tools.ts'
import { goesOnUnthought, writeTurns } from './write-turns.ts'
import type { Wire } from './writing.ts'

/** Throws InvalidValue when a tool call's arguments are no JSON object. */
export function writeRequest(request: ModelRequest, wishes: WriteWishes): WrittenRequest {
  const dropped: Dropped[] = droppedOf(request, homeless)
  const { system, messages } = writeTurns(request.turns, wishes, dropped)
  const { members: tools, forced, formatTool } = writeTools(request, wishes, dropped)
  const around = { wishes, forced, midway: goesOnUnthought(messages), dropped }
  const { thinking, effort, maxTokens } = writeReasoning(request, around)
  const thinks = thinking !== undefined && thinking['type'] !== 'disabled'
  const body: Wire = {
    model: wishes.model,
    max_tokens: maxTokens,
    ...(system === undefined ? {} : { system }),
    messages,
    ...tools,
    ...writeSampling(request, thinks, around),
    ...writeStop(request.stop, dropped),
    ...(thinking === undefined ? {} : { thinking }),
    ...writeConfig(request, wishes, effort),
    ...writeTier(request.serviceTier, dropped),
    ...(request.endUser === undefined ? {} : { metadata: { user_id: request.endUser } }),
    ...(request.stream ? { stream: true } : {}),
  }
  return { body, dropped: unique(dropped), ...(formatTool === undefined ? {} : { formatTool }) }
}

/** A stop text of white space alone is refused here. */
function writeStop(stop: readonly string[] | undefined, dropped: Dropped[]): Wire {
  const texts = (stop ?? []).filter((text) => text.trim() !== '')
  if (stop !== undefined && texts.length < stop.length) dropped.push({ setting: 'stop' })
  return texts.length === 0 ? {} : { stop_sequences: texts }
}

function writeConfig({ format }: ModelRequest, wishes: WriteWishes, effort: string | undefined): Wire {
  const config: Wire = effort === undefined ? {} : { effort }
  if (format?.kind === 'schema' && wishes.jsonSchema) {
    config['format'] = { type: 'json_schema', schema: format.schema }
  }
  return Object.keys(config).length === 0 ? {} : { output_config: config }
}

function writeTier(tier: string | undefined, dropped: Dropped[]): Wire {
  if (tier === undefined) return {}
  const written = writeServiceTier(tier)
  if (written !== undefined) return { service_tier: written }
  dropped.push({ setting: 'serviceTier' })
  return {}
}

/** Settings that have no place here. */
const homeless = [
  'minP',
  'frequencyPenalty',
  'presencePenalty',
  'seed',
  'choices',
  'logprobs',
  'topLogprobs',
  'logitBias',
  'verbosity',
  'modalities',
  'audio',
  'prediction',
  'metadata',
  'cacheKey',
  'safety',
] as const satisfies readonly Setting[]

function unique(dropped: readonly Dropped[]): readonly Dropped[] {
  const seen = new Set<string>()
  return dropped.filter((loss) => {
    const key = 'setting' in loss ? `setting ${loss.setting}` : `path ${loss.path}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}
