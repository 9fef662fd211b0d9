// Our turns as messages: one text each, pictures beside it as bare base64, every tool result a message of its
// own. Nothing is fetched and no file but a picture is understood, so the rest is dropped by its path.
import { given } from '../json-object.ts'
import type { JsonObject } from '../json-object.ts'
import { InvalidValue } from '../../core/errors.ts'
import type { MediaPart, Part, ToolCallPart, ToolResultPart, Turn } from '../../core/model-request.ts'
import { parseArguments } from '../call-arguments.ts'
import type { Dropped } from '../dialect.ts'
import { pathOfMark, pathOfPart } from '../part-path.ts'
import { textOf } from './text-of.ts'

interface Writing {
  readonly dropped: Dropped[]
  /** The names of the calls so far, by id: a result names its tool. */
  readonly callNames: Map<string, string>
}

/** A message that is being put together. */
interface Draft {
  readonly texts: string[]
  readonly thoughts: string[]
  readonly images: string[]
  readonly calls: JsonObject[]
}

/** Throws InvalidValue for arguments of a call that are no JSON object. */
export function writeMessages(turns: readonly Turn[], dropped: Dropped[]): readonly JsonObject[] {
  const writing: Writing = { dropped, callNames: new Map() }
  return turns.flatMap((turn, index) => writeTurn(turn, `messages[${index}]`, writing))
}

function writeTurn(turn: Turn, path: string, writing: Writing): readonly JsonObject[] {
  if (turn.name !== undefined) drop(writing, `${path}.name`)
  const results: JsonObject[] = []
  const draft = newDraft()
  for (const [index, part] of turn.parts.entries()) {
    const partPath = `${path}.content[${index}]`
    if ('cache' in part && part.cache !== undefined) drop(writing, pathOfMark(part.cache, partPath))
    if (part.kind === 'tool-result') results.push(writeResult(part, partPath, writing))
    else addPart(draft, { part, path: partPath }, writing)
  }
  const role = turn.role === 'tool' ? 'user' : turn.role
  return [...results, ...messageOf(role, draft)]
}

function newDraft(): Draft {
  return { texts: [], thoughts: [], images: [], calls: [] }
}

function messageOf(role: string, { texts, thoughts, images, calls }: Draft): readonly JsonObject[] {
  if (texts.length + thoughts.length + images.length + calls.length === 0) return []
  return [
    given({
      role,
      content: texts.join(role === 'assistant' ? '' : '\n'),
      thinking: thoughts.length > 0 ? thoughts.join('') : undefined,
      images: images.length > 0 ? images : undefined,
      tool_calls: calls.length > 0 ? calls : undefined,
    }),
  ]
}

interface PartAt {
  readonly part: Exclude<Part, ToolResultPart>
  readonly path: string
}

function addPart(draft: Draft, { part, path }: PartAt, writing: Writing): void {
  switch (part.kind) {
    case 'text':
    case 'refusal':
      if (part.text !== '') draft.texts.push(part.text)
      return
    case 'reasoning':
      // What came without a seal may well be this model's own thoughts, given back by a client of another dialect.
      if (part.seal === undefined && part.text !== '') draft.thoughts.push(part.text)
      else if (part.text !== '') drop(writing, pathOfPart(part, path))
      return
    case 'tool-call':
      draft.calls.push(writeCall(part, path, writing))
      return
    case 'foreign':
      drop(writing, part.path)
      return
    case 'image':
    case 'file':
    case 'audio':
    case 'video':
      addMedia(draft, { part, path }, writing)
  }
}

interface MediaAt {
  readonly part: MediaPart
  readonly path: string
}

function addMedia(draft: Draft, { part, path }: MediaAt, writing: Writing): void {
  const { kind, source, name, detail } = part
  if (source.kind === 'text') draft.texts.push(source.text)
  else if (source.kind === 'inline' && kind === 'image') draft.images.push(source.base64)
  else return drop(writing, pathOfPart(part, path))
  if (name !== undefined) drop(writing, part.namePath ?? `${path}.name`)
  if (detail !== undefined && detail !== 'auto') drop(writing, part.detailPath ?? `${path}.detail`)
}

function writeCall(part: ToolCallPart, path: string, writing: Writing): JsonObject {
  writing.callNames.set(part.id, part.name)
  const args = readArguments(part.arguments, part.argumentsPath ?? `${path}.arguments`)
  return { id: part.id, function: { name: part.name, arguments: args } }
}

function readArguments(text: string, path: string): JsonObject {
  const args = parseArguments(text)
  if (args !== undefined) return args
  throw new InvalidValue(path, 'the arguments of a call must be a JSON object of at most 64 levels')
}

/** A result that failed has no sign of its own here; its text has to say it. */
function writeResult(part: ToolResultPart, path: string, writing: Writing): JsonObject {
  if (part.isError === true) drop(writing, part.errorPath ?? `${path}.is_error`)
  const draft = newDraft()
  for (const [index, inner] of part.parts.entries()) {
    const innerPath = `${path}.content[${index}]`
    if (inner.cache !== undefined) drop(writing, pathOfMark(inner.cache, innerPath))
    addPart(draft, { part: inner, path: innerPath }, writing)
  }
  return given({
    role: 'tool',
    content: draft.texts.join('\n'),
    images: draft.images.length > 0 ? draft.images : undefined,
    tool_name: textOf(part.name) ?? writing.callNames.get(part.callId),
    tool_call_id: part.callId,
  })
}

function drop(writing: Writing, path: string): void {
  writing.dropped.push({ path })
}
