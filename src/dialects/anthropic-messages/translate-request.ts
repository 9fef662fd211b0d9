// A client's request in our words. What has no word of ours is noted by its path, so that the client can be told.
import { given, isObject } from '../json-object.ts'
import type { JsonObject } from '../json-object.ts'
import { InvalidValue } from '../../core/errors.ts'
import type { ModelRequest, Part, Turn } from '../../core/model-request.ts'
import {
  arrayAt,
  isGiven,
  nameAt,
  noteUnplaced,
  objectAt,
  optionalArray,
  optionalBoolean,
  optionalCount,
  optionalNumber,
  optionalObject,
  optionalString,
  stringAt,
} from './read-members.ts'
import { readContent } from './read-parts.ts'
import { readFormat, readReasoning } from './read-reasoning.ts'
import { readToolChoice, readTools } from './read-tools.ts'
import type { Reading, Role } from './reading.ts'
import { readServiceTier } from './service-tier.ts'

const members: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'system',
  'stream',
  'max_tokens',
  'temperature',
  'top_p',
  'top_k',
  'stop_sequences',
  'tools',
  'tool_choice',
  'thinking',
  'output_config',
  'output_format',
  'metadata',
  'service_tier',
])

/**
 * Reads a request of the Messages API; `max_tokens` may be missing, as it is when tokens are only counted.
 * Throws InvalidType, InvalidValue or MissingParameter.
 */
export function readRequest(body: JsonObject): ModelRequest {
  const unplaced: string[] = []
  noteUnplaced(body, members, { path: '', unplaced })
  return given<ModelRequest>({
    model: nameAt(body['model'], 'model'),
    stream: optionalBoolean(body['stream'], 'stream') ?? false,
    turns: readTurns(body, unplaced),
    tools: readTools(body['tools'], unplaced),
    ...readToolChoice(body['tool_choice'], unplaced),
    maxTokens: optionalCount(body['max_tokens'], 'max_tokens'),
    temperature: optionalNumber(body['temperature'], 'temperature'),
    topP: optionalNumber(body['top_p'], 'top_p'),
    topK: optionalCount(body['top_k'], 'top_k'),
    stop: readStop(body['stop_sequences']),
    format: readFormat(body, unplaced),
    reasoning: readReasoning(body, unplaced),
    serviceTier: readServiceTier(optionalString(body['service_tier'], 'service_tier')),
    endUser: readEndUser(body['metadata'], unplaced),
    unplaced,
  })
}

function readStop(value: unknown): readonly string[] | undefined {
  return optionalArray(value, 'stop_sequences')?.map((text, index) =>
    stringAt(text, `stop_sequences[${index}]`),
  )
}

const metadataMembers: ReadonlySet<string> = new Set(['user_id'])

function readEndUser(value: unknown, unplaced: string[]): string | undefined {
  const metadata = optionalObject(value, 'metadata')
  if (metadata === undefined) return undefined
  noteUnplaced(metadata, metadataMembers, { path: 'metadata', unplaced })
  return optionalString(metadata['user_id'], 'metadata.user_id')
}

function readTurns(body: JsonObject, unplaced: string[]): readonly Turn[] {
  const reading: Reading = {
    unplaced,
    callNames: new Map(),
    callSeals: new Map(),
    threaded: isObject(body['thread']) && body['thread']['type'] === 'continue',
  }
  const messages = arrayAt(body['messages'], 'messages')
  if (messages.length === 0) throw new InvalidValue('messages', 'it holds no message')
  const turns = messages.flatMap((message, index) => readMessage(message, `messages[${index}]`, reading))
  if (!isGiven(body['system'])) return turns
  return [
    { role: 'system', parts: readContent(body['system'], { path: 'system', role: 'system' }, reading) },
    ...turns,
  ]
}

const messageMembers: ReadonlySet<string> = new Set(['role', 'content'])

function readMessage(value: unknown, path: string, reading: Reading): readonly Turn[] {
  const message = objectAt(value, path)
  noteUnplaced(message, messageMembers, { path, unplaced: reading.unplaced })
  const role = roleAt(message['role'], `${path}.role`)
  const parts = readContent(message['content'], { path: `${path}.content`, role }, reading)
  return role === 'user' ? withoutResults(parts) : [{ role, parts }]
}

function roleAt(value: unknown, path: string): Role {
  const role = stringAt(value, path)
  if (role === 'user' || role === 'assistant' || role === 'system') return role
  throw new InvalidValue(path, 'it is none of user, assistant, system')
}

/** A user message's tool results become turns of their own, everything in its order. */
function withoutResults(parts: readonly Part[]): readonly Turn[] {
  const turns: { role: 'user' | 'tool'; parts: Part[] }[] = []
  for (const part of parts) {
    const role = part.kind === 'tool-result' ? 'tool' : 'user'
    const last = turns.at(-1)
    if (last?.role === role) last.parts.push(part)
    else turns.push({ role, parts: [part] })
  }
  return turns.length === 0 ? [{ role: 'user', parts: [] }] : turns
}
