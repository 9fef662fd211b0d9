// Tools and their choice. Functions stand flat here: no `function` member around them.
import { given } from '../json-object.ts'
import { InvalidValue } from '../../core/errors.ts'
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

type FunctionTool = Extract<Tool, { readonly kind: 'function' }>
type CustomTool = Extract<Tool, { readonly kind: 'custom' }>

export interface ReadTools {
  readonly tools: readonly Tool[] | undefined
  readonly choice: ToolChoice | undefined
}

/** Reads `tools` and `tool_choice`. A choice among some of the tools leaves only those. */
export function readTools(body: Place, unplaced: Unplaced): ReadTools {
  const tools = listAt(body, 'tools')?.map((value, index) =>
    readTool(placeOf(value, `tools[${index}]`), unplaced),
  )
  const wanted = body.json['tool_choice'] ?? undefined
  if (wanted === undefined) return { tools, choice: undefined }
  if (typeof wanted === 'string') return { tools, choice: { kind: modeOf(wanted, 'tool_choice') } }
  const place = demandedObject(body, 'tool_choice')
  const type = demandedText(place, 'type')
  if (type === 'allowed_tools') return onlyAllowed(place, tools ?? [])
  if (type === 'function' || type === 'custom') {
    return { tools, choice: { kind: 'tool', name: demandedText(place, 'name') } }
  }
  unplaced.add('tool_choice')
  return { tools, choice: undefined }
}

function modeOf(mode: string, path: string): 'auto' | 'none' | 'any' {
  if (mode === 'required') return 'any'
  if (mode === 'auto' || mode === 'none') return mode
  throw new InvalidValue(path, 'must be one of none, auto, required, or an object')
}

function onlyAllowed(place: Place, tools: readonly Tool[]): ReadTools {
  const kind = modeOf(demandedText(place, 'mode'), pathOf(place.path, 'mode'))
  const path = pathOf(place.path, 'tools')
  const names = new Set(
    (listAt(place, 'tools') ?? []).map((value, index) => textAt(placeOf(value, `${path}[${index}]`), 'name')),
  )
  return { tools: tools.filter((tool) => tool.kind === 'foreign' || names.has(tool.name)), choice: { kind } }
}

function readTool(tool: Place, unplaced: Unplaced): Tool {
  const type = demandedText(tool, 'type')
  if (type === 'function') return readFunction(tool, unplaced)
  if (type === 'custom') return readCustom(tool, unplaced)
  return { kind: 'foreign', from: 'openai-responses', path: tool.path, value: tool.json }
}

const functionNames = new Set(['type', 'name', 'description', 'parameters', 'strict'])

function readFunction(tool: Place, unplaced: Unplaced): FunctionTool {
  unplaced.others(tool, functionNames)
  const strict = flagAt(tool, 'strict')
  return given<FunctionTool>({
    kind: 'function',
    name: demandedText(tool, 'name'),
    description: textAt(tool, 'description'),
    parameters: objectAt(tool, 'parameters')?.json,
    strict,
    strictPath: strict === undefined ? undefined : pathOf(tool.path, 'strict'),
    path: tool.path,
  })
}

const customNames = new Set(['type', 'name', 'description', 'format'])

function readCustom(tool: Place, unplaced: Unplaced): CustomTool {
  unplaced.others(tool, customNames)
  const format = objectAt(tool, 'format')
  return given<CustomTool>({
    kind: 'custom',
    name: demandedText(tool, 'name'),
    description: textAt(tool, 'description'),
    // Free text is what a custom tool takes anyway.
    grammar: format === undefined || format.json['type'] === 'text' ? undefined : format.json,
    path: tool.path,
  })
}
