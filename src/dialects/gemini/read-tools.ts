// A client's tools and which of them may or must be used. Tools that Google runs itself are kept as foreign
// ones.
import { given } from '../json-object.ts'
import { InvalidValue } from '../../core/errors.ts'
import type { Tool, ToolChoice } from '../../core/model-request.ts'
import { Members } from './read-members.ts'
import type { Placed } from './read-members.ts'
import { jsonSchemaOf, schemaObject } from './read-schema.ts'

export interface ToolWishes {
  readonly tools: readonly Tool[] | undefined
  readonly toolChoice: ToolChoice | undefined
}

/** Reads `tools` and `toolConfig`; what has no place is added to `unplaced`. */
export function readTools(request: Members, unplaced: string[]): ToolWishes {
  const tools = request.list('tools')?.flatMap((placed) => readTool(placed, unplaced))
  const config = request.members('toolConfig')
  const calling = config?.members('functionCallingConfig')
  const choice = calling === undefined ? undefined : readChoice(calling, unplaced)
  unplaced.push(...(calling?.unread() ?? []), ...(config?.unread() ?? []))
  return { tools: allowedOf(tools, choice?.allowed), toolChoice: choice?.toolChoice }
}

function readTool({ value, path }: Placed, unplaced: string[]): readonly Tool[] {
  const members = new Members(value, path)
  const functions =
    members.list('functionDeclarations')?.map((placed) => readFunction(placed, unplaced)) ?? []
  const foreign = members.unreadNames().flatMap((name): readonly Tool[] => {
    const member = members.any(name)
    if (member === undefined) return []
    return [{ kind: 'foreign', from: 'gemini', path: member.path, value: { [name]: member.value } }]
  })
  unplaced.push(...members.unread())
  return [...functions, ...foreign]
}

function readFunction({ value, path }: Placed, unplaced: string[]): Tool {
  const declaration = new Members(value, path)
  const jsonSchema = declaration.any('parametersJsonSchema')
  const googleSchema = declaration.any('parameters')
  if (jsonSchema !== undefined && googleSchema !== undefined) {
    throw new InvalidValue(jsonSchema.path, 'send either parameters or parametersJsonSchema')
  }
  const tool = given<Tool & { readonly kind: 'function' }>({
    kind: 'function',
    path,
    name: declaration.name('name'),
    description: declaration.string('description'),
    parameters:
      jsonSchema === undefined ? googleSchema && jsonSchemaOf(googleSchema) : schemaObject(jsonSchema),
  })
  unplaced.push(...declaration.unread())
  return tool
}

interface Choice {
  readonly toolChoice: ToolChoice | undefined
  /** The only functions that may be called. */
  readonly allowed: readonly string[] | undefined
}

function readChoice(calling: Members, unplaced: string[]): Choice {
  const mode = calling.string('mode')?.toUpperCase()
  const allowed = calling.strings('allowedFunctionNames')
  switch (mode) {
    case undefined:
    case 'MODE_UNSPECIFIED':
      return { toolChoice: undefined, allowed: undefined }
    case 'AUTO':
      return { toolChoice: { kind: 'auto' }, allowed: undefined }
    case 'NONE':
      return { toolChoice: { kind: 'none' }, allowed: undefined }
    case 'VALIDATED':
      // Calls may be made, and keep to their schema: others promise that per function or not at all.
      unplaced.push(calling.pathOf('mode'))
      return { toolChoice: { kind: 'auto' }, allowed }
    case 'ANY': {
      const [only] = allowed ?? []
      if (allowed?.length === 1 && only !== undefined) {
        return { toolChoice: { kind: 'tool', name: only }, allowed: undefined }
      }
      return { toolChoice: { kind: 'any' }, allowed }
    }
    default:
      throw new InvalidValue(calling.pathOf('mode'), 'it must be AUTO, ANY, NONE or VALIDATED')
  }
}

/** Several functions that may be called are the same as no other functions. */
function allowedOf(
  tools: readonly Tool[] | undefined,
  allowed: readonly string[] | undefined,
): readonly Tool[] | undefined {
  if (tools === undefined || allowed === undefined || allowed.length === 0) return tools
  return tools.filter((tool) => tool.kind !== 'function' || allowed.includes(tool.name))
}
