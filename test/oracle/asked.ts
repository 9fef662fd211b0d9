// What a request asks, in a form in which requests of all dialects compare: one line for each part of its turns, in order,
// and its settings.
import type {
  AnswerFormat,
  MediaSource,
  ModelRequest,
  Part,
  Tool,
  ToolChoice,
  Turn,
} from '../../src/core/model-request.ts'

export interface Asked {
  readonly said: readonly string[]
  readonly tools: readonly unknown[]
  readonly toolChoice: ToolChoice | undefined
  /** The schema of the answer, or its form. */
  readonly format: unknown
  readonly maxTokens: number | undefined
  readonly temperature: number | undefined
  readonly topP: number | undefined
  readonly topK: number | undefined
  readonly stop: readonly string[] | undefined
  readonly seed: number | undefined
  /** Members that found no place. */
  readonly unplaced: readonly string[]
}

export function askedOf(request: ModelRequest): Asked {
  return {
    said: request.turns.flatMap(linesOf),
    tools: (request.tools ?? []).map(toolLine),
    toolChoice: request.toolChoice,
    format: formatOf(request.format),
    maxTokens: request.maxTokens,
    temperature: request.temperature,
    topP: request.topP,
    topK: request.topK,
    stop: request.stop,
    seed: request.seed,
    unplaced: request.unplaced,
  }
}

function linesOf({ role, parts }: Turn): readonly string[] {
  return parts.map((part) => lineOf(role, part))
}

function lineOf(role: Turn['role'], part: Part): string {
  switch (part.kind) {
    case 'text':
      return `${role}: ${part.text}`
    case 'image':
    case 'file':
    case 'audio':
    case 'video':
      return `${role} ${part.kind} ${sourceLine(part.source)}`
    case 'reasoning':
      return `thought: ${part.text} [${part.seal ?? ''}]`
    case 'refusal':
      return `refusal: ${part.text}`
    case 'tool-call':
      return `call ${part.id} ${part.name} ${part.arguments}${part.seal === undefined ? '' : ` [${part.seal}]`}`
    case 'tool-result':
      return `result ${part.callId}: ${part.parts.map((inner) => lineOf('tool', inner)).join(', ')}`
    case 'foreign':
      return `foreign ${part.path}`
  }
}

function sourceLine(source: MediaSource): string {
  switch (source.kind) {
    case 'url':
      return source.url
    case 'inline':
      return `${source.mediaType} ${source.base64}`
    case 'text':
      return source.text
    case 'file-id':
      return source.id
  }
}

function toolLine(tool: Tool): unknown {
  if (tool.kind !== 'function') return tool.kind
  return [tool.name, tool.description, lowerCaseTypes(tool.parameters)]
}

function formatOf(format: AnswerFormat | undefined): unknown {
  return format?.kind === 'schema' ? lowerCaseTypes(format.schema) : format?.kind
}

/** Gemini's schemas may name types in capitals; `$schema` and closed objects are the SDK's addition. */
function lowerCaseTypes(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(lowerCaseTypes)
  if (typeof schema !== 'object' || schema === null) return schema
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([name]) => name !== '$schema' && name !== 'additionalProperties')
      .map(([name, value]) => [
        name,
        name === 'type' && typeof value === 'string' ? value.toLowerCase() : lowerCaseTypes(value),
      ]),
  )
}
