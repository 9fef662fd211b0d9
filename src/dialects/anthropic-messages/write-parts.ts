// Parts as content blocks: one small function per kind of part. Empty texts are left out, since this API refuses them.
import { isObject } from '../json-object.ts'
import type { JsonObject } from '../json-object.ts'
import { InvalidValue } from '../../core/errors.ts'
import type {
  CacheMark,
  ForeignPart,
  MediaPart,
  Part,
  ReasoningPart,
  TextPart,
  ToolCallPart,
  ToolResultPart,
} from '../../core/model-request.ts'
import { parseArguments } from '../call-arguments.ts'
import type { Dropped } from '../dialect.ts'
import { pathOfMark, pathOfPart } from '../part-path.ts'
import { writeMedia } from './write-media.ts'
import type { Wire, Writing } from './writing.ts'

/** The block of a part; undefined when there is none. `path` is where the part stood in the client's request. */
export function writePart(part: Part, path: string, writing: Writing): Wire | undefined {
  switch (part.kind) {
    case 'text':
      return writeText(part, path, writing)
    case 'refusal':
      return part.text === '' ? undefined : { type: 'text', text: part.text }
    case 'image':
    case 'file':
    case 'audio':
    case 'video':
      return writeMediaPart(part, path, writing)
    case 'reasoning':
      return writeReasoning(part, path, writing)
    case 'tool-call':
      return writeCall(part, path, writing)
    case 'tool-result':
      return writeResult(part, path, writing)
    case 'foreign':
      return writeForeign(part, writing)
  }
}

/** `cache_control` where a part carries a mark. */
export function cacheControl(mark: CacheMark | undefined, path: string, dropped: Dropped[]): Wire {
  if (mark === undefined) return {}
  const isKnown = mark.ttl === '5m' || mark.ttl === '1h'
  if (!isKnown && mark.ttl !== undefined) dropped.push({ path: `${pathOfMark(mark, path)}.ttl` })
  return { cache_control: { type: 'ephemeral', ...(isKnown ? { ttl: mark.ttl } : {}) } }
}

function writeText({ text, cache }: TextPart, path: string, { dropped }: Writing): Wire | undefined {
  return text === '' ? undefined : { type: 'text', text, ...cacheControl(cache, path, dropped) }
}

function writeMediaPart(part: MediaPart, path: string, writing: Writing): Wire | undefined {
  const block = writeMedia(part)
  if (block === undefined) {
    writing.dropped.push({ path: pathOfPart(part, path) })
    return undefined
  }
  const { detail, name, cache } = part
  if (detail !== undefined && detail !== 'auto') {
    writing.dropped.push({ path: part.detailPath ?? `${path}.detail` })
  }
  if (name !== undefined && block['title'] === undefined) {
    writing.dropped.push({ path: part.namePath ?? `${path}.name` })
  }
  return { ...block, ...cacheControl(cache, path, writing.dropped) }
}

/** Only this API's own seals are worth something here; a thought without one would be refused. */
function writeReasoning(part: ReasoningPart, path: string, writing: Writing): Wire | undefined {
  if (part.from !== 'anthropic-messages' || part.seal === undefined) {
    if (part.text !== '') writing.dropped.push({ path: pathOfPart(part, path) })
    return undefined
  }
  if (part.redacted === true) return { type: 'redacted_thinking', data: part.seal }
  return { type: 'thinking', thinking: part.text, signature: part.seal }
}

function writeCall(part: ToolCallPart, path: string, writing: Writing): Wire {
  return {
    type: 'tool_use',
    id: writing.callId(part.id),
    name: part.name,
    input: inputOf(part.arguments, part.argumentsPath ?? path),
    ...cacheControl(part.cache, path, writing.dropped),
  }
}

/** This API takes arguments as an object, so here, and only here, they are parsed. */
function inputOf(text: string, path: string): JsonObject {
  const input = parseArguments(text)
  if (input !== undefined) return input
  throw new InvalidValue(path, 'the arguments of this tool call are not a JSON object of at most 64 levels')
}

function writeResult(part: ToolResultPart, path: string, writing: Writing): Wire {
  return {
    type: 'tool_result',
    tool_use_id: writing.callId(part.callId),
    ...resultContent(part, path, writing),
    ...(part.isError === undefined ? {} : { is_error: part.isError }),
    ...cacheControl(part.cache, path, writing.dropped),
  }
}

function resultContent(part: ToolResultPart, path: string, writing: Writing): Wire {
  const [first] = part.parts
  if (part.parts.length === 1 && first?.kind === 'text' && first.cache === undefined) {
    return { content: first.text }
  }
  const blocks = part.parts.flatMap(
    (inner, index): Wire | readonly Wire[] => writePart(inner, `${path}.content[${index}]`, writing) ?? [],
  )
  return blocks.length === 0 ? {} : { content: blocks }
}

function writeForeign(part: ForeignPart, writing: Writing): Wire | undefined {
  if (part.from === 'anthropic-messages' && isObject(part.value)) return part.value
  writing.dropped.push({ path: part.path })
  return undefined
}
