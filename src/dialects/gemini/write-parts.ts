// Our parts as Google's. Empty texts are left out: Google refuses a part without content.
import { isObject } from '../json-object.ts'
import { InvalidValue } from '../../core/errors.ts'
import type { Part, ReasoningPart, ToolCallPart, ToolResultPart } from '../../core/model-request.ts'
import { parseArguments } from '../call-arguments.ts'
import { pathOfMark, pathOfPart } from '../part-path.ts'
import { resultOfText } from './result-text.ts'
import { writeMedia } from './write-media.ts'
import { drop, isOwn } from './writing.ts'
import type { WireObject, Writing } from './writing.ts'

/** The wire's parts of one of ours: none when it cannot be carried. */
export function writePart(part: Part, path: string, writing: Writing): readonly WireObject[] {
  switch (part.kind) {
    case 'text':
      if (part.cache !== undefined) drop(writing, pathOfMark(part.cache, path))
      return part.text === '' ? [] : [{ text: part.text }]
    case 'refusal':
      return part.text === '' ? [] : [{ text: part.text }]
    case 'image':
    case 'file':
    case 'audio':
    case 'video':
      return listOf(writeMedia(part, path, writing))
    case 'reasoning':
      return listOf(writeReasoning(part, path, writing))
    case 'tool-call':
      return [writeCall(part, path, writing)]
    case 'tool-result':
      return writeResult(part, path, writing)
    case 'foreign':
      if (isOwn(part) && isObject(part.value)) return [part.value]
      drop(writing, part.path)
      return []
  }
}

function listOf(part: WireObject | undefined): readonly WireObject[] {
  return part === undefined ? [] : [part]
}

/** A seal of Google's goes back unchanged. What others thought is no thought of this model's. */
function writeReasoning(part: ReasoningPart, path: string, writing: Writing): WireObject | undefined {
  if (!isOwn(part)) {
    if (part.text !== '') drop(writing, pathOfPart(part, path))
    return undefined
  }
  const thought = part.text === '' ? {} : { thought: true }
  if (part.seal !== undefined) return { text: part.text, ...thought, thoughtSignature: part.seal }
  return part.text === '' ? undefined : { text: part.text, ...thought }
}

function writeCall(part: ToolCallPart, path: string, writing: Writing): WireObject {
  if (part.cache !== undefined) drop(writing, pathOfMark(part.cache, path))
  writing.callNames.set(part.id, part.name)
  const args = readArguments(part.arguments, part.argumentsPath ?? `${path}.arguments`)
  const functionCall = { id: part.id, name: part.name, args }
  return part.seal === undefined ? { functionCall } : { functionCall, thoughtSignature: part.seal }
}

function readArguments(text: string, path: string): WireObject {
  const args = parseArguments(text)
  if (args !== undefined) return args
  throw new InvalidValue(path, 'the arguments of a call must be a JSON object of at most 64 levels')
}

/** Pictures stand inside a result where the model takes them there, else beside it. */
function writeResult(part: ToolResultPart, path: string, writing: Writing): readonly WireObject[] {
  if (part.cache !== undefined) drop(writing, pathOfMark(part.cache, path))
  const name = part.name ?? writing.callNames.get(part.callId)
  if (name === undefined)
    throw new InvalidValue(pathOfPart(part, path), 'no call with the id of this result stands before it')
  const texts: string[] = []
  const media: WireObject[] = []
  for (const [index, inner] of part.parts.entries()) {
    const innerPath = `${path}.parts[${index}]`
    if (inner.kind !== 'text') media.push(...listOf(writeMedia(inner, innerPath, writing)))
    else texts.push(inner.text)
    if (inner.kind === 'text' && inner.cache !== undefined) drop(writing, pathOfMark(inner.cache, innerPath))
  }
  const response = resultOfText(texts.join('\n'), part.isError === true)
  const inside = writing.early ? [] : media.filter((piece) => !('text' in piece))
  const beside = media.filter((piece) => !inside.includes(piece))
  const functionResponse = {
    id: part.callId,
    name,
    response,
    ...(inside.length > 0 ? { parts: inside } : {}),
  }
  return [{ functionResponse }, ...beside]
}
