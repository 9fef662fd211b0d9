// A chat request as a client wrote it, in our words. Members that have no word among ours are listed by their JSON
// path; null is absence everywhere, as OpenAI reads it.
// Source: https://platform.openai.com/docs/api-reference/chat/create, 2026-11.
import type { JsonObject } from '../json-object.ts'
import { InvalidType, InvalidValue } from '../../core/errors.ts'
import type { AnswerFormat, ModelRequest, Reasoning } from '../../core/model-request.ts'
import {
  Unplaced,
  demandedObject,
  demandedText,
  flagAt,
  numberAt,
  objectAt,
  textAt,
  textsAt,
  wholeAt,
} from '../client-json.ts'
import type { Place } from '../client-json.ts'
import { checkSchema } from './read-schema.ts'
import { readToolSettings } from './read-tools.ts'
import { readTurns } from './read-turns.ts'

/** Reads a client's request. Throws InvalidType, InvalidValue or MissingParameter, each naming the JSON path. */
export function readRequest(json: JsonObject): ModelRequest {
  const body: Place = { json, path: '' }
  const unplaced = new Unplaced()
  const model = demandedText(body, 'model')
  if (model === '') throw new InvalidValue('model', 'must not be empty')
  const turns = readTurns(body, unplaced)
  unplaced.others(body, knownNames)
  return {
    model,
    stream: flagAt(body, 'stream') ?? false,
    turns,
    ...readToolSettings(body, unplaced),
    ...readSampling(body),
    ...readAnswerSettings(body, unplaced),
    ...readCallSettings(body, unplaced),
    unplaced: unplaced.paths,
  }
}

const knownNames = new Set([
  'model',
  'messages',
  'stream',
  'stream_options',
  'tools',
  'functions',
  'tool_choice',
  'function_call',
  'parallel_tool_calls',
  'max_tokens',
  'max_completion_tokens',
  'temperature',
  'top_p',
  'top_k',
  'min_p',
  'frequency_penalty',
  'presence_penalty',
  'stop',
  'seed',
  'n',
  'logprobs',
  'top_logprobs',
  'logit_bias',
  'response_format',
  'reasoning_effort',
  'reasoning',
  'verbosity',
  'modalities',
  'audio',
  'prediction',
  'service_tier',
  'user',
  'safety_identifier',
  'metadata',
  'prompt_cache_key',
])

type Settings = Partial<Omit<ModelRequest, 'model' | 'stream' | 'turns' | 'unplaced'>>

function readSampling(body: Place): Settings {
  const stop = readStop(body)
  const choices = wholeAt(body, 'n', 1)
  return defined({
    temperature: numberAt(body, 'temperature'),
    topP: numberAt(body, 'top_p'),
    topK: wholeAt(body, 'top_k', -1),
    minP: numberAt(body, 'min_p'),
    frequencyPenalty: numberAt(body, 'frequency_penalty'),
    presencePenalty: numberAt(body, 'presence_penalty'),
    stop: stop?.length === 0 ? undefined : stop,
    seed: numberAt(body, 'seed'),
    // One answer and no probabilities are what every dialect gives unasked.
    choices: choices === 1 ? undefined : choices,
    logprobs: flagAt(body, 'logprobs') === true ? true : undefined,
    topLogprobs: wholeAt(body, 'top_logprobs', 0),
    logitBias: readLogitBias(body),
  })
}

function readAnswerSettings(body: Place, unplaced: Unplaced): Settings {
  return defined({
    maxTokens: readMaxTokens(body, unplaced),
    parallelTools: flagAt(body, 'parallel_tool_calls'),
    format: readFormat(body, unplaced),
    reasoning: readReasoning(body, unplaced),
    verbosity: textAt(body, 'verbosity'),
    modalities: textsAt(body, 'modalities'),
    audio: objectAt(body, 'audio')?.json,
    prediction: objectAt(body, 'prediction')?.json,
  })
}

const streamOptionNames = new Set(['include_usage'])

function readCallSettings(body: Place, unplaced: Unplaced): Settings {
  const streamOptions = objectAt(body, 'stream_options')
  if (streamOptions !== undefined) {
    flagAt(streamOptions, 'include_usage')
    unplaced.others(streamOptions, streamOptionNames)
  }
  const user = textAt(body, 'user')
  const identifier = textAt(body, 'safety_identifier')
  if (user !== undefined && identifier !== undefined && user !== identifier) unplaced.add('user')
  return defined({
    serviceTier: textAt(body, 'service_tier'),
    endUser: identifier ?? user,
    metadata: readMetadata(body),
    cacheKey: textAt(body, 'prompt_cache_key'),
  })
}

function readStop(body: Place): readonly string[] | undefined {
  const value = body.json['stop'] ?? undefined
  if (typeof value === 'string') return [value]
  if (value !== undefined && !Array.isArray(value)) {
    throw new InvalidType('stop', 'a string or an array of strings')
  }
  return textsAt(body, 'stop')
}

function readMaxTokens(body: Place, unplaced: Unplaced): number | undefined {
  const old = wholeAt(body, 'max_tokens', 1)
  const current = wholeAt(body, 'max_completion_tokens', 1)
  if (old !== undefined && current !== undefined && old !== current) unplaced.add('max_tokens')
  return current ?? old
}

function readLogitBias(body: Place): Readonly<Record<string, number>> | undefined {
  const bias = objectAt(body, 'logit_bias')
  if (bias === undefined) return undefined
  const entries = Object.keys(bias.json).map((token) => [token, numberAt(bias, token) ?? 0] as const)
  return Object.fromEntries(entries)
}

function readMetadata(body: Place): Readonly<Record<string, string>> | undefined {
  const metadata = objectAt(body, 'metadata')
  if (metadata === undefined) return undefined
  return Object.fromEntries(Object.keys(metadata.json).map((name) => [name, demandedText(metadata, name)]))
}

const formatNames = new Set(['type'])
const schemaFormatNames = new Set(['type', 'json_schema'])
const schemaNames = new Set(['name', 'schema', 'description', 'strict'])

function readFormat(body: Place, unplaced: Unplaced): AnswerFormat | undefined {
  const format = objectAt(body, 'response_format')
  if (format === undefined) return undefined
  const type = demandedText(format, 'type')
  if (type === 'json_schema') {
    unplaced.others(format, schemaFormatNames)
    return readSchemaFormat(demandedObject(format, 'json_schema'), unplaced)
  }
  if (type === 'text' || type === 'json_object') {
    unplaced.others(format, formatNames)
    return { kind: type === 'text' ? 'text' : 'json' }
  }
  // Grammars and the like that one vendor alone knows.
  unplaced.add('response_format')
  return undefined
}

function readSchemaFormat(place: Place, unplaced: Unplaced): AnswerFormat {
  unplaced.others(place, schemaNames)
  const schema = demandedObject(place, 'schema')
  checkSchema(schema, 'any')
  const description = textAt(place, 'description')
  const strict = flagAt(place, 'strict')
  return {
    kind: 'schema',
    name: demandedText(place, 'name'),
    schema: schema.json,
    ...(description !== undefined && { description }),
    ...(strict !== undefined && { strict }),
  }
}

const reasoningNames = new Set(['effort', 'max_tokens', 'exclude', 'enabled', 'summary'])

/** `reasoning_effort`, or OpenRouter's object. */
function readReasoning(body: Place, unplaced: Unplaced): Reasoning | undefined {
  const word = textAt(body, 'reasoning_effort')
  const place = objectAt(body, 'reasoning')
  if (place === undefined) return word === undefined ? undefined : { effort: word }
  unplaced.others(place, reasoningNames)
  const effort = word ?? textAt(place, 'effort') ?? (flagAt(place, 'enabled') === false ? 'none' : undefined)
  const exclude = flagAt(place, 'exclude')
  return defined({
    effort,
    budgetTokens: wholeAt(place, 'max_tokens', 0),
    show: exclude === undefined ? undefined : !exclude,
    summary: textAt(place, 'summary'),
  })
}

/** The members that are there. */
function defined<Members extends object>(
  members: Members,
): { [Name in keyof Members]?: Exclude<Members[Name], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Members]?: Exclude<Members[Name], undefined>
  }
}
