// Tools and the choice among them, the deprecated `functions` included. A choice among `allowed_tools` is said by
// leaving the other tools out: that means the same and every dialect can say it.
import { isObject } from '../json-object.ts'
import { InvalidType, InvalidValue } from '../../core/errors.ts'
import type { Tool, ToolChoice } from '../../core/model-request.ts'
import {
  demandedObject,
  demandedText,
  flagAt,
  listAt,
  objectAt,
  pathOf,
  placeOf,
  textAt,
} from '../client-json.ts'
import type { Place, Unplaced } from '../client-json.ts'
import { cacheOf } from './read-parts.ts'
import { checkSchema } from './read-schema.ts'

export interface ToolSettings {
  readonly tools?: readonly Tool[]
  readonly toolChoice?: ToolChoice
}

/** Reads `tools`, `functions`, `tool_choice` and `function_call`. */
export function readToolSettings(body: Place, unplaced: Unplaced): ToolSettings {
  const listed = (listAt(body, 'tools') ?? []).map((value, index) =>
    readTool(placeOf(value, `tools[${index}]`), unplaced),
  )
  const functions = (listAt(body, 'functions') ?? []).map((value, index) =>
    readFunction(placeOf(value, `functions[${index}]`), unplaced),
  )
  const tools = [...listed, ...functions]
  return { ...(tools.length > 0 && { tools }), ...readChoice(body, tools, unplaced) }
}

const functionToolNames = new Set(['type', 'function', 'cache_control'])
const functionNames = new Set(['name', 'description', 'parameters', 'strict', 'cache_control'])
const customToolNames = new Set(['type', 'custom'])
const customNames = new Set(['name', 'description', 'format'])

function readTool(tool: Place, unplaced: Unplaced): Tool {
  const type = demandedText(tool, 'type')
  if (type === 'function') {
    unplaced.others(tool, functionToolNames)
    const read = readFunction(demandedObject(tool, 'function'), unplaced)
    return { ...read, ...cacheOf(tool, unplaced), path: tool.path }
  }
  if (type === 'custom') return readCustom(tool, unplaced)
  // A tool that one vendor runs itself.
  return { kind: 'foreign', from: 'openai-chat', path: tool.path, value: tool.json }
}

function readFunction(place: Place, unplaced: Unplaced): Tool {
  unplaced.others(place, functionNames)
  const description = textAt(place, 'description')
  const parameters = objectAt(place, 'parameters')
  const strict = flagAt(place, 'strict')
  if (parameters !== undefined) checkSchema(parameters, 'object')
  return {
    kind: 'function',
    name: nameAt(place),
    ...(description !== undefined && { description }),
    ...(parameters !== undefined && { parameters: parameters.json }),
    ...(strict !== undefined && { strict, strictPath: pathOf(place.path, 'strict') }),
    ...cacheOf(place, unplaced),
    path: place.path,
  }
}

function readCustom(tool: Place, unplaced: Unplaced): Tool {
  unplaced.others(tool, customToolNames)
  const custom = demandedObject(tool, 'custom')
  unplaced.others(custom, customNames)
  const description = textAt(custom, 'description')
  const grammar = grammarAt(custom)
  return {
    kind: 'custom',
    name: nameAt(custom),
    ...(description !== undefined && { description }),
    ...(grammar !== undefined && { grammar }),
    path: tool.path,
  }
}

/** Flat, as the other dialect with such tools has it. Free text is what a custom tool takes anyway. */
function grammarAt(custom: Place): unknown {
  const format = objectAt(custom, 'format')
  if (format === undefined || format.json['type'] === 'text') return undefined
  const { grammar } = format.json
  return isObject(grammar) ? { type: 'grammar', ...grammar } : format.json
}

function nameAt(place: Place): string {
  const name = demandedText(place, 'name')
  if (name === '') throw new InvalidValue(pathOf(place.path, 'name'), 'must not be empty')
  return name
}

interface Chosen extends ToolSettings {
  readonly toolChoice?: ToolChoice
}

function readChoice(body: Place, tools: readonly Tool[], unplaced: Unplaced): Chosen {
  const name = body.json['tool_choice'] === undefined ? 'function_call' : 'tool_choice'
  const value = body.json[name] ?? undefined
  if (value === undefined) return {}
  if (typeof value === 'string') return { toolChoice: { kind: choiceOfWord(value, name) } }
  if (!isObject(value)) throw new InvalidType(name, 'a string or an object')
  const choice = { json: value, path: name }
  if (name === 'function_call') return { toolChoice: namedTool(choice, tools) }
  const type = demandedText(choice, 'type')
  if (type === 'function') return { toolChoice: namedTool(demandedObject(choice, 'function'), tools) }
  if (type === 'custom') return { toolChoice: namedTool(demandedObject(choice, 'custom'), tools) }
  if (type === 'allowed_tools') return allowedTools(demandedObject(choice, 'allowed_tools'), tools)
  // A choice of a tool that the vendor runs itself goes the way of that tool.
  unplaced.add('tool_choice')
  return {}
}

function choiceOfWord(word: string, path: string): 'auto' | 'none' | 'any' {
  if (word === 'auto' || word === 'none') return word
  // `any` is Mistral's word.
  if (word === 'required' || word === 'any') return 'any'
  throw new InvalidValue(path, 'must be none, auto, required or an object that names a tool')
}

function namedTool(place: Place, tools: readonly Tool[]): ToolChoice {
  const name = demandedText(place, 'name')
  if (!tools.some((tool) => tool.kind !== 'foreign' && tool.name === name)) {
    throw new InvalidValue(pathOf(place.path, 'name'), 'no tool of the request has this name')
  }
  return { kind: 'tool', name }
}

function allowedTools(place: Place, tools: readonly Tool[]): Chosen {
  const mode = demandedText(place, 'mode')
  if (mode !== 'auto' && mode !== 'required') {
    throw new InvalidValue(pathOf(place.path, 'mode'), 'must be auto or required')
  }
  const names = new Set(
    (listAt(place, 'tools') ?? []).map((value, index) =>
      allowedName(placeOf(value, `${place.path}.tools[${index}]`), tools),
    ),
  )
  const allowed = tools.filter((tool) => tool.kind === 'foreign' || names.has(tool.name))
  return { tools: allowed, toolChoice: { kind: mode === 'auto' ? 'auto' : 'any' } }
}

function allowedName(entry: Place, tools: readonly Tool[]): string {
  const inner = objectAt(entry, 'function') ?? objectAt(entry, 'custom') ?? entry
  namedTool(inner, tools)
  return demandedText(inner, 'name')
}
