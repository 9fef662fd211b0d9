// The messages of a chat request as turns, one for one, so that the third message is the third turn. A result must
// answer a call that was made before: OpenAI demands it, and dialects that name calls differently need the name.
import { InvalidType, InvalidValue, MissingParameter } from '../../core/errors.ts'
import type {
  MediaPart,
  Part,
  ReasoningPart,
  TextPart,
  ToolCallPart,
  Turn,
} from '../../core/model-request.ts'
import { demandedText, listAt, objectAt, pathOf, placeOf, textAt } from '../client-json.ts'
import type { Place, Unplaced } from '../client-json.ts'
import { cacheOf, readContent } from './read-parts.ts'
import { readToolCall } from './read-tool-call.ts'
import { partsOfDetails, readDetail } from './reasoning-details.ts'
import type { ReasoningDetail } from './reasoning-details.ts'

/** Reads `messages`. Throws InvalidType, InvalidValue or MissingParameter. */
export function readTurns(body: Place, unplaced: Unplaced): Turn[] {
  const messages = listAt(body, 'messages')
  if (messages === undefined) throw new MissingParameter('messages')
  if (messages.length === 0) throw new InvalidValue('messages', 'must hold at least one message')
  const reader = new TurnReader(unplaced)
  return messages.map((message, index) => reader.read(placeOf(message, `messages[${index}]`), index))
}

const systemNames = new Set(['role', 'content', 'name', 'cache_control'])
const userNames = systemNames
const assistantNames = new Set([
  'role',
  'content',
  'name',
  'refusal',
  'audio',
  'tool_calls',
  'function_call',
  'reasoning_content',
  'reasoning',
  'reasoning_details',
  'cache_control',
  // What official clients send back with an answer although it asks for nothing.
  'annotations',
  'parsed',
])
const toolNames = new Set(['role', 'content', 'tool_call_id', 'name', 'cache_control'])
const functionNames = new Set(['role', 'content', 'name'])

const textOnly = { media: false, refusal: false }
const withMedia = { media: true, refusal: false }
const withRefusal = { media: false, refusal: true }

/** Remembers the calls of earlier turns for the results of later ones. */
class TurnReader {
  readonly #unplaced: Unplaced
  readonly #calls = new Map<string, ToolCallPart>()
  /** Calls of the deprecated `function_call`, which has no ids: the latest of each name. */
  readonly #functionCalls = new Map<string, string>()

  constructor(unplaced: Unplaced) {
    this.#unplaced = unplaced
  }

  read(message: Place, index: number): Turn {
    const role = demandedText(message, 'role')
    switch (role) {
      case 'system':
      case 'developer':
        return this.#plain(message, 'system')
      case 'user':
        return this.#plain(message, 'user')
      case 'assistant':
        return this.#assistant(message, index)
      case 'tool':
        return this.#tool(message)
      case 'function':
        return this.#function(message)
      default:
        throw new InvalidValue(
          pathOf(message.path, 'role'),
          'must be one of system, developer, user, assistant, tool, function',
        )
    }
  }

  #plain(message: Place, role: 'system' | 'user'): Turn {
    this.#unplaced.others(message, role === 'user' ? userNames : systemNames)
    demandContent(message)
    const parts = readContent(message, role === 'user' ? withMedia : textOnly, this.#unplaced)
    return { role, ...nameOf(message), parts: marked(parts, message, this.#unplaced) }
  }

  #assistant(message: Place, index: number): Turn {
    this.#unplaced.others(message, assistantNames)
    const content = readContent(message, withRefusal, this.#unplaced)
    const refusal = textAt(message, 'refusal')
    const audio = objectAt(message, 'audio')
    const parts: Part[] = [...this.#reasoning(message), ...marked(content, message, this.#unplaced)]
    if (refusal !== undefined) parts.push({ kind: 'refusal', text: refusal })
    if (audio !== undefined) {
      parts.push({ kind: 'foreign', from: 'openai-chat', path: audio.path, value: audio.json })
    }
    parts.push(...this.#toolCalls(message, index))
    return { role: 'assistant', ...nameOf(message), parts }
  }

  #reasoning(message: Place): readonly ReasoningPart[] {
    const entries = listAt(message, 'reasoning_details') ?? []
    if (entries.length > 0) return partsOfDetails(this.#details(entries, message))
    const text = textAt(message, 'reasoning_content') ?? textAt(message, 'reasoning') ?? ''
    if (text === '') return []
    const name = textAt(message, 'reasoning_content') === undefined ? 'reasoning' : 'reasoning_content'
    return [{ kind: 'reasoning', text, from: 'openai-chat', path: pathOf(message.path, name) }]
  }

  #details(entries: readonly unknown[], message: Place): ReasoningDetail[] {
    const details: ReasoningDetail[] = []
    for (const [index, entry] of entries.entries()) {
      const { json, path } = placeOf(entry, `${message.path}.reasoning_details[${index}]`)
      const detail = readDetail(json)
      if (detail === undefined) this.#unplaced.add(path)
      else details.push({ ...detail, path })
    }
    return details
  }

  #toolCalls(message: Place, index: number): readonly ToolCallPart[] {
    const parts = (listAt(message, 'tool_calls') ?? []).map((value, at) =>
      readToolCall(placeOf(value, `${message.path}.tool_calls[${at}]`), this.#unplaced),
    )
    for (const part of parts) this.#calls.set(part.id, part)
    const call = objectAt(message, 'function_call')
    if (call === undefined) return parts
    const name = demandedText(call, 'name')
    // The deprecated form has no ids; this one does as well, and is the same each time the history is sent.
    const id = `call_function_${index}`
    this.#functionCalls.set(name, id)
    return [
      ...parts,
      {
        kind: 'tool-call',
        id,
        name,
        arguments: demandedText(call, 'arguments'),
        argumentsPath: pathOf(call.path, 'arguments'),
      },
    ]
  }

  #tool(message: Place): Turn {
    this.#unplaced.others(message, toolNames)
    demandContent(message)
    const callId = demandedText(message, 'tool_call_id')
    const call = this.#calls.get(callId)
    if (call === undefined) {
      throw new InvalidValue(
        pathOf(message.path, 'tool_call_id'),
        'no assistant message before it makes a tool call with this id',
      )
    }
    const parts = resultParts(message, this.#unplaced)
    const custom = call.custom === true ? { custom: true } : {}
    const cache = cacheOf(message, this.#unplaced)
    return {
      role: 'tool',
      parts: [
        { kind: 'tool-result', callId, name: call.name, parts, ...custom, ...cache, path: message.path },
      ],
    }
  }

  #function(message: Place): Turn {
    this.#unplaced.others(message, functionNames)
    const name = demandedText(message, 'name')
    const callId = this.#functionCalls.get(name)
    if (callId === undefined) {
      throw new InvalidValue(
        pathOf(message.path, 'name'),
        'no assistant message before it calls this function',
      )
    }
    const parts = resultParts(message, this.#unplaced)
    return { role: 'tool', parts: [{ kind: 'tool-result', callId, name, parts, path: message.path }] }
  }
}

function nameOf(message: Place): { readonly name?: string } {
  const name = textAt(message, 'name')
  return name === undefined ? {} : { name }
}

function demandContent({ json, path }: Place): void {
  if (json['content'] === undefined) throw new MissingParameter(pathOf(path, 'content'))
  if (json['content'] === null) {
    throw new InvalidType(pathOf(path, 'content'), 'a string or an array of parts')
  }
}

/** Pictures are no part of OpenAI's tool messages, but clients and many of its dialect's servers know them. */
function resultParts(message: Place, unplaced: Unplaced): (TextPart | MediaPart)[] {
  return readContent(message, withMedia, unplaced).filter((part) => part.kind !== 'refusal')
}

/** A mark on the message stands for one on its last part. */
function marked<Content extends Part>(
  parts: readonly Content[],
  message: Place,
  unplaced: Unplaced,
): readonly Content[] {
  const mark = cacheOf(message, unplaced)
  const last = parts.at(-1)
  if (mark.cache === undefined || last === undefined) return parts
  return [...parts.slice(0, -1), { ...last, ...mark }]
}
