// A request of this dialect in our words. Every member is either read here or noted in `unplaced`.
// Source: https://platform.openai.com/docs/api-reference/responses/create, 2026-11.
import { given } from '../json-object.ts'
import type { JsonObject } from '../json-object.ts'
import { InvalidType, InvalidValue, MissingParameter } from '../../core/errors.ts'
import type { AnswerFormat, ModelRequest, Reasoning, Turn } from '../../core/model-request.ts'
import {
  demandedObject,
  demandedText,
  flagAt,
  numberAt,
  objectAt,
  pathOf,
  textAt,
  textsAt,
  Unplaced,
  wholeAt,
} from '../client-json.ts'
import type { Place } from '../client-json.ts'
import { readInput } from './read-items.ts'
import { readTools } from './read-tools.ts'

const placedNames: ReadonlySet<string> = new Set([
  'model',
  'stream',
  'instructions',
  'input',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'max_output_tokens',
  'temperature',
  'top_p',
  'top_logprobs',
  'include',
  'text',
  'reasoning',
  'metadata',
  'service_tier',
  'user',
  'safety_identifier',
  'prompt_cache_key',
  'stream_options',
])

/** Members that ask for nothing when they have this value. */
const askNothing: Readonly<Record<string, unknown>> = {
  truncation: 'disabled',
  background: false,
  store: false,
}

/** Reads a client's request. Throws InvalidType, InvalidValue or MissingParameter. */
export function readRequest(json: JsonObject): ModelRequest {
  const body: Place = { json, path: '' }
  const unplaced = new Unplaced()
  noteOthers(body, unplaced)
  const { tools, choice } = readTools(body, unplaced)
  return given<ModelRequest>({
    model: demandedText(body, 'model'),
    stream: flagAt(body, 'stream') ?? false,
    turns: readTurns(body, unplaced),
    tools,
    toolChoice: choice,
    parallelTools: flagAt(body, 'parallel_tool_calls'),
    maxTokens: wholeAt(body, 'max_output_tokens', 1),
    temperature: numberAt(body, 'temperature'),
    topP: numberAt(body, 'top_p'),
    ...readLogprobs(body, unplaced),
    ...readText(body, unplaced),
    reasoning: readReasoning(body, unplaced),
    serviceTier: textAt(body, 'service_tier'),
    endUser: readEndUser(body, unplaced),
    metadata: readMetadata(body),
    cacheKey: textAt(body, 'prompt_cache_key'),
    unplaced: unplaced.paths,
  })
}

function readTurns(body: Place, unplaced: Unplaced): readonly Turn[] {
  const instructions = textAt(body, 'instructions')
  const before: readonly Turn[] =
    instructions === undefined ? [] : [{ role: 'system', parts: [{ kind: 'text', text: instructions }] }]
  const continues = isGiven(body, 'previous_response_id') || isGiven(body, 'conversation')
  if (isGiven(body, 'input')) return [...before, ...readInput(body.json['input'], { unplaced, continues })]
  // A stored prompt or an earlier answer can be the whole of it.
  if (continues || isGiven(body, 'prompt')) return before
  throw new MissingParameter('input')
}

function isGiven({ json }: Place, name: string): boolean {
  return json[name] !== undefined && json[name] !== null
}

/** Seals are always given out, so asking for them is answered. */
const includesPlaced: ReadonlySet<string> = new Set([
  'reasoning.encrypted_content',
  'message.output_text.logprobs',
])

function readLogprobs(body: Place, unplaced: Unplaced): Pick<ModelRequest, 'logprobs' | 'topLogprobs'> {
  const includes = textsAt(body, 'include') ?? []
  for (const [index, name] of includes.entries())
    if (!includesPlaced.has(name)) unplaced.add(`include[${index}]`)
  const topLogprobs = wholeAt(body, 'top_logprobs', 0)
  const wanted = includes.includes('message.output_text.logprobs') || (topLogprobs ?? 0) > 0
  return given<Pick<ModelRequest, 'logprobs' | 'topLogprobs'>>({
    logprobs: wanted ? true : undefined,
    topLogprobs: wanted ? topLogprobs : undefined,
  })
}

const textNames = new Set(['format', 'verbosity'])

function readText(body: Place, unplaced: Unplaced): Pick<ModelRequest, 'format' | 'verbosity'> {
  const text = objectAt(body, 'text')
  if (text === undefined) return {}
  unplaced.others(text, textNames)
  const format = objectAt(text, 'format')
  return given<Pick<ModelRequest, 'format' | 'verbosity'>>({
    format: format === undefined ? undefined : readFormat(format, unplaced),
    verbosity: textAt(text, 'verbosity'),
  })
}

const formatNames = new Set(['type', 'name', 'schema', 'description', 'strict'])

function readFormat(format: Place, unplaced: Unplaced): AnswerFormat {
  unplaced.others(format, formatNames)
  const type = demandedText(format, 'type')
  if (type === 'text') return { kind: 'text' }
  if (type === 'json_object') return { kind: 'json' }
  if (type !== 'json_schema') {
    throw new InvalidValue(pathOf(format.path, 'type'), 'must be one of text, json_object, json_schema')
  }
  return given<Extract<AnswerFormat, { readonly kind: 'schema' }>>({
    kind: 'schema',
    name: demandedText(format, 'name'),
    schema: demandedObject(format, 'schema').json,
    description: textAt(format, 'description'),
    strict: flagAt(format, 'strict'),
  })
}

const reasoningNames = new Set(['effort', 'summary', 'generate_summary'])
/** `auto` leaves the choice to the model, so it asks for nothing. */
const reasoningNamesWithContext = new Set([...reasoningNames, 'context'])

function readReasoning(body: Place, unplaced: Unplaced): Reasoning | undefined {
  const reasoning = objectAt(body, 'reasoning')
  if (reasoning === undefined) return undefined
  unplaced.others(
    reasoning,
    reasoning.json['context'] === 'auto' ? reasoningNamesWithContext : reasoningNames,
  )
  const summary = textAt(reasoning, 'summary') ?? textAt(reasoning, 'generate_summary')
  return given<Reasoning>({
    effort: textAt(reasoning, 'effort'),
    show: summary === undefined ? undefined : true,
    summary,
  })
}

/** `user` is the older name of `safety_identifier`. */
function readEndUser(body: Place, unplaced: Unplaced): string | undefined {
  const user = textAt(body, 'user')
  const identifier = textAt(body, 'safety_identifier')
  if (user !== undefined && identifier !== undefined && user !== identifier) unplaced.add('user')
  return identifier ?? user
}

function readMetadata(body: Place): Readonly<Record<string, string>> | undefined {
  const metadata = objectAt(body, 'metadata')
  if (metadata === undefined) return undefined
  const pairs: [string, string][] = []
  for (const [name, value] of Object.entries(metadata.json)) {
    if (typeof value !== 'string') throw new InvalidType(pathOf(metadata.path, name), 'a string')
    pairs.push([name, value])
  }
  return Object.fromEntries(pairs)
}

function noteOthers(body: Place, unplaced: Unplaced): void {
  for (const [name, value] of Object.entries(body.json)) {
    if (value === null || value === undefined || placedNames.has(name)) continue
    if (Object.hasOwn(askNothing, name) && askNothing[name] === value) continue
    unplaced.add(name)
  }
  // Our streams are never padded, so only asking for padding is lost.
  const padding = objectAt(body, 'stream_options')
  if (padding === undefined) return
  const known =
    padding.json['include_obfuscation'] === true ? new Set<string>() : new Set(['include_obfuscation'])
  unplaced.others(padding, known)
}
