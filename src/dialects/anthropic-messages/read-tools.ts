// Tools and the choice among them. Tools that the provider runs itself are kept as they are: others cannot carry them.
import { given } from '../json-object.ts'
import type { JsonObject } from '../json-object.ts'
import { InvalidValue } from '../../core/errors.ts'
import type { Tool, ToolChoice } from '../../core/model-request.ts'
import { readCacheMark } from './read-cache-mark.ts'
import {
  nameAt,
  noteUnplaced,
  objectAt,
  optionalArray,
  optionalBoolean,
  optionalObject,
  optionalString,
  stringAt,
} from './read-members.ts'

export function readTools(value: unknown, unplaced: string[]): readonly Tool[] | undefined {
  return optionalArray(value, 'tools')?.map((tool, index) => {
    const path = `tools[${index}]`
    return readTool({ tool: objectAt(tool, path), path }, unplaced)
  })
}

const toolMembers: ReadonlySet<string> = new Set([
  'type',
  'name',
  'description',
  'input_schema',
  'strict',
  'cache_control',
])

function readTool(
  { tool, path }: { readonly tool: JsonObject; readonly path: string },
  unplaced: string[],
): Tool {
  const type = optionalString(tool['type'], `${path}.type`)
  if (type !== undefined && type !== 'custom') {
    return { kind: 'foreign', from: 'anthropic-messages', path, value: tool }
  }
  noteUnplaced(tool, toolMembers, { path, unplaced })
  const strict = optionalBoolean(tool['strict'], `${path}.strict`)
  return given<Tool & { kind: 'function' }>({
    kind: 'function',
    name: nameAt(tool['name'], `${path}.name`),
    description: optionalString(tool['description'], `${path}.description`),
    parameters: objectAt(tool['input_schema'], `${path}.input_schema`),
    strict,
    strictPath: strict === undefined ? undefined : `${path}.strict`,
    cache: readCacheMark(tool, path),
    path,
  })
}

export interface ChoiceRead {
  readonly toolChoice?: ToolChoice
  readonly parallelTools?: boolean
}

const choiceMembers: ReadonlySet<string> = new Set(['type', 'name', 'disable_parallel_tool_use'])

export function readToolChoice(value: unknown, unplaced: string[]): ChoiceRead {
  const choice = optionalObject(value, 'tool_choice')
  if (choice === undefined) return {}
  noteUnplaced(choice, choiceMembers, { path: 'tool_choice', unplaced })
  const alone = optionalBoolean(choice['disable_parallel_tool_use'], 'tool_choice.disable_parallel_tool_use')
  return {
    toolChoice: choiceOf(choice),
    ...(alone === undefined ? {} : { parallelTools: !alone }),
  }
}

function choiceOf(choice: JsonObject): ToolChoice {
  const type = stringAt(choice['type'], 'tool_choice.type')
  if (type === 'auto' || type === 'any' || type === 'none') return { kind: type }
  if (type === 'tool') return { kind: 'tool', name: nameAt(choice['name'], 'tool_choice.name') }
  throw new InvalidValue('tool_choice.type', 'it is none of auto, any, tool, none')
}
