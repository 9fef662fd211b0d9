// A client's content blocks as parts: one small function per block type. Blocks that this API alone knows (server tools
// and their results) are kept as foreign parts; a type that nobody knows is refused.
import { given } from '../json-object.ts'
import { InvalidValue } from '../../core/errors.ts'
import type { MediaPart, Part, ReasoningPart, TextPart, ToolResultPart } from '../../core/model-request.ts'
import { foreignSeal } from '../carried-seal.ts'
import type { CarriedSeal } from '../carried-seal.ts'
import { readCacheMark } from './read-cache-mark.ts'
import { readDocument, readSearchResult } from './read-document.ts'
import {
  arrayAt,
  nameAt,
  noteUnplaced,
  objectAt,
  optionalBoolean,
  optionalString,
  stringAt,
} from './read-members.ts'
import { readSource } from './read-source.ts'
import type { Placed, Reading, Role } from './reading.ts'

type PartStep = (placed: Placed, reading: Reading) => readonly Part[]

const textOnly: readonly [string, PartStep][] = [['text', (placed, reading) => [readText(placed, reading)]]]
const media: readonly [string, PartStep][] = [
  ['image', (placed, reading) => [readImage(placed, reading)]],
  ['document', readDocument],
  ['search_result', readSearchResult],
]
const steps: Readonly<Record<Role, ReadonlyMap<string, PartStep>>> = {
  system: new Map(textOnly),
  user: new Map<string, PartStep>([...textOnly, ...media, ['tool_result', readToolResult]]),
  assistant: new Map<string, PartStep>([
    ...textOnly,
    ...media,
    ['thinking', readThinking],
    ['redacted_thinking', readRedacted],
    ['tool_use', readToolUse],
  ]),
}
const resultSteps: ReadonlyMap<string, PartStep> = new Map([...textOnly, ...media])

/** The parts of a message's content: text, or an array of blocks. */
export function readContent(
  content: unknown,
  place: { readonly path: string; readonly role: Role },
  reading: Reading,
): readonly Part[] {
  if (typeof content === 'string') return [{ kind: 'text', text: content }]
  return arrayAt(content, place.path).flatMap((value, index) => {
    const path = `${place.path}[${index}]`
    const block = objectAt(value, path)
    const type = stringAt(block['type'], `${path}.type`)
    const step = steps[place.role].get(type)
    if (step !== undefined) return step({ block, path }, reading)
    if (isForeign(type)) return [{ kind: 'foreign', from: 'anthropic-messages', path, value: block } as const]
    const known = [...steps[place.role].keys()].join(', ')
    throw new InvalidValue(`${path}.type`, `a ${place.role} message holds ${known}`)
  })
}

const foreignTypes: ReadonlySet<string> = new Set([
  'container_upload',
  'compaction',
  'fallback',
  'mcp_tool_listing',
  'tool_addition',
  'tool_removal',
  'tool_reference',
  'browser_state',
])

/** Server tools arrive every few months; their calls and results end alike (seen 2026-11). */
function isForeign(type: string): boolean {
  return foreignTypes.has(type) || type.endsWith('_tool_use') || type.endsWith('_tool_result')
}

const textMembers: ReadonlySet<string> = new Set(['type', 'text', 'cache_control', 'citations'])

function readText({ block, path }: Placed, reading: Reading): TextPart {
  noteUnplaced(block, textMembers, { path, unplaced: reading.unplaced })
  const citations = block['citations']
  if (Array.isArray(citations) && citations.length > 0) reading.unplaced.push(`${path}.citations`)
  return given<TextPart>({
    kind: 'text',
    text: stringAt(block['text'], `${path}.text`),
    cache: readCacheMark(block, path),
  })
}

const imageMembers: ReadonlySet<string> = new Set(['type', 'source', 'cache_control'])

function readImage({ block, path }: Placed, reading: Reading): MediaPart {
  noteUnplaced(block, imageMembers, { path, unplaced: reading.unplaced })
  return given<MediaPart>({
    kind: 'image',
    source: readSource(block['source'], `${path}.source`, 'image'),
    cache: readCacheMark(block, path),
    path,
  })
}

const thinkingMembers: ReadonlySet<string> = new Set(['type', 'thinking', 'signature'])

function readThinking({ block, path }: Placed, reading: Reading): readonly Part[] {
  noteUnplaced(block, thinkingMembers, { path, unplaced: reading.unplaced })
  const text = stringAt(block['thinking'], `${path}.thinking`)
  const signature = optionalString(block['signature'], `${path}.signature`) ?? ''
  if (signature === '') return [{ kind: 'reasoning', text, from: 'anthropic-messages', path }]
  const carried = foreignSeal(signature, 'anthropic-messages')
  if (carried === undefined) {
    return [{ kind: 'reasoning', text, seal: signature, from: 'anthropic-messages', path }]
  }
  return [{ ...reasoningOf(carried, text), path }]
}

const redactedMembers: ReadonlySet<string> = new Set(['type', 'data'])

function readRedacted({ block, path }: Placed, reading: Reading): readonly Part[] {
  noteUnplaced(block, redactedMembers, { path, unplaced: reading.unplaced })
  const seal = stringAt(block['data'], `${path}.data`)
  const carried = foreignSeal(seal, 'anthropic-messages')
  if (carried === undefined) {
    return [{ kind: 'reasoning', text: '', seal, redacted: true, from: 'anthropic-messages', path }]
  }
  if (carried.callId !== '') {
    reading.callSeals.set(carried.callId, carried.seal)
    return []
  }
  return [{ ...reasoningOf(carried, ''), path }]
}

function reasoningOf({ from, seal, redacted, id }: CarriedSeal, text: string): ReasoningPart {
  return given<ReasoningPart>({
    kind: 'reasoning',
    text,
    from,
    seal: seal === '' ? undefined : seal,
    redacted: redacted ? true : undefined,
    id: id === '' ? undefined : id,
  })
}

const toolUseMembers: ReadonlySet<string> = new Set([
  'type',
  'id',
  'name',
  'input',
  'cache_control',
  'caller',
])

function readToolUse({ block, path }: Placed, reading: Reading): readonly Part[] {
  noteUnplaced(block, toolUseMembers, { path, unplaced: reading.unplaced })
  const id = nameAt(block['id'], `${path}.id`)
  const name = nameAt(block['name'], `${path}.name`)
  const caller = block['caller']
  // A direct call is what a call is anyway; only a call out of a provider's own tool says something.
  if (caller !== undefined && caller !== null && objectAt(caller, `${path}.caller`)['type'] !== 'direct') {
    reading.unplaced.push(`${path}.caller`)
  }
  reading.callNames.set(id, name)
  const seal = reading.callSeals.get(id)
  const cache = readCacheMark(block, path)
  return [
    {
      kind: 'tool-call',
      id,
      name,
      arguments: JSON.stringify(objectAt(block['input'], `${path}.input`)),
      ...(seal === undefined ? {} : { seal }),
      ...(cache === undefined ? {} : { cache }),
    },
  ]
}

const toolResultMembers: ReadonlySet<string> = new Set([
  'type',
  'tool_use_id',
  'content',
  'is_error',
  'cache_control',
])

function readToolResult({ block, path }: Placed, reading: Reading): readonly Part[] {
  noteUnplaced(block, toolResultMembers, { path, unplaced: reading.unplaced })
  const callId = nameAt(block['tool_use_id'], `${path}.tool_use_id`)
  const name = reading.callNames.get(callId)
  if (name === undefined && !reading.threaded) {
    throw new InvalidValue(`${path}.tool_use_id`, 'no tool_use block before it has this id')
  }
  const isError = optionalBoolean(block['is_error'], `${path}.is_error`)
  return [
    given<ToolResultPart>({
      kind: 'tool-result',
      callId,
      name,
      parts: readResultContent(block['content'], `${path}.content`, reading),
      isError,
      errorPath: isError === true ? `${path}.is_error` : undefined,
      cache: readCacheMark(block, path),
      path,
    }),
  ]
}

function readResultContent(
  content: unknown,
  path: string,
  reading: Reading,
): readonly (TextPart | MediaPart)[] {
  if (content === undefined || content === null) return []
  if (typeof content === 'string') return [{ kind: 'text', text: content }]
  return arrayAt(content, path).flatMap((value, index) => {
    const at = `${path}[${index}]`
    const block = objectAt(value, at)
    const type = stringAt(block['type'], `${at}.type`)
    const step = resultSteps.get(type)
    if (step !== undefined) return step({ block, path: at }, reading).filter(isTextOrMedia)
    if (!isForeign(type)) {
      throw new InvalidValue(`${at}.type`, `a tool result holds ${[...resultSteps.keys()].join(', ')}`)
    }
    reading.unplaced.push(at)
    return []
  })
}

function isTextOrMedia(part: Part): part is TextPart | MediaPart {
  return part.kind === 'text' || 'source' in part
}
