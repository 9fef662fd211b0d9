// Our request as the body of /api/chat. Sampling goes into `options`; whether to stream is always said,
// because this API streams unless it is told not to.
import { given } from '../json-object.ts'
import type { JsonObject } from '../json-object.ts'
import type { ModelRequest, Reasoning, Setting, Tool } from '../../core/model-request.ts'
import type { Dropped, WriteWishes, WrittenRequest } from '../dialect.ts'
import { droppedOf } from '../is-asked.ts'
import { pathOfMark } from '../part-path.ts'
import { placedSystemTurns } from '../system-turns.ts'
import { writeMessages } from './write-messages.ts'

/** Settings that there is no word for. */
const unknown = [
  'logitBias',
  'verbosity',
  'audio',
  'prediction',
  'endUser',
  'metadata',
  'cacheKey',
  'safety',
  'choices',
  'parallelTools',
  'serviceTier',
  'modalities',
] as const satisfies readonly Setting[]

/** Throws InvalidValue for arguments of a call that are no JSON object. */
export function writeRequest(request: ModelRequest, wishes: WriteWishes): WrittenRequest {
  const dropped: Dropped[] = []
  const options = optionsOf(request)
  const body = given({
    model: wishes.model,
    messages: writeMessages(placedSystemTurns(request.turns, wishes), dropped),
    stream: request.stream,
    tools: toolsOf(request, dropped),
    format: formatOf(request),
    think: request.reasoning === undefined ? undefined : thinkOf(request.reasoning, dropped),
    logprobs: request.logprobs,
    top_logprobs: request.topLogprobs,
    options: Object.keys(options).length > 0 ? options : undefined,
  })
  dropped.push(...droppedOf(request, unknown))
  return { body: { ...body }, dropped }
}

function optionsOf(request: ModelRequest): JsonObject {
  return given({
    num_predict: request.maxTokens,
    temperature: request.temperature,
    top_p: request.topP,
    top_k: request.topK,
    min_p: request.minP,
    seed: request.seed,
    stop: request.stop === undefined || request.stop.length === 0 ? undefined : request.stop,
    presence_penalty: request.presencePenalty,
    frequency_penalty: request.frequencyPenalty,
  })
}

/** There is no tool choice: a model that must not call is not told of its tools, one that must cannot be made to. */
function toolsOf({ tools, toolChoice }: ModelRequest, dropped: Dropped[]): readonly JsonObject[] | undefined {
  if (toolChoice?.kind === 'any' || toolChoice?.kind === 'tool') dropped.push({ setting: 'toolChoice' })
  if (tools === undefined || toolChoice?.kind === 'none') return undefined
  const written = tools
    .map((tool, index) => writeTool(tool, `tools[${index}]`, dropped))
    .filter((tool) => tool !== undefined)
  return written.length > 0 ? written : undefined
}

function writeTool(tool: Tool, path: string, dropped: Dropped[]): JsonObject | undefined {
  if (tool.kind !== 'function') {
    dropped.push({ path: tool.path ?? path })
    return undefined
  }
  if (tool.strict === true) dropped.push({ path: tool.strictPath ?? `${path}.strict` })
  if (tool.cache !== undefined) dropped.push({ path: pathOfMark(tool.cache, tool.path ?? path) })
  const { name, description, parameters = { type: 'object', properties: {} } } = tool
  return { type: 'function', function: given({ name, description, parameters }) }
}

/** A schema is made a grammar that every model is held to, so it needs no tool to stand in for it. */
function formatOf({ format }: ModelRequest): unknown {
  if (format?.kind === 'schema') return format.schema
  return format?.kind === 'json' ? 'json' : undefined
}

const efforts: ReadonlyMap<string, boolean | string> = new Map<string, boolean | string>([
  ['none', false],
  ['minimal', 'low'],
  ['low', 'low'],
  ['medium', 'medium'],
  ['high', 'high'],
  ['xhigh', 'high'],
  ['max', 'high'],
  ['adaptive', true],
])

function thinkOf(
  { effort, budgetTokens, show }: Reasoning,
  dropped: Dropped[],
): boolean | string | undefined {
  if (effort !== undefined) {
    const think = efforts.get(effort)
    if (think === undefined) dropped.push({ setting: 'reasoning' })
    return think
  }
  return budgetTokens !== undefined || show === true ? true : undefined
}
