// Our tools as Google's, and the function that stands in for a schema where the model understands none.
import { given, isObject } from '../json-object.ts'
import type { AnswerFormat, ModelRequest, Tool } from '../../core/model-request.ts'
import { pathOfMark } from '../part-path.ts'
import { drop, isOwn } from './writing.ts'
import type { WireObject, Writing } from './writing.ts'

type SchemaFormat = AnswerFormat & { readonly kind: 'schema' }

export interface WrittenTools {
  readonly tools: readonly WireObject[] | undefined
  readonly toolConfig: WireObject | undefined
  readonly formatTool: string | undefined
}

/** `emulated`: the format that a forced function stands in for. */
export function writeTools(
  request: ModelRequest,
  emulated: SchemaFormat | undefined,
  writing: Writing,
): WrittenTools {
  const tools = (request.tools ?? []).map((tool, index) => writeTool(tool, `tools[${index}]`, writing))
  const declarations = tools.map(({ declaration }) => declaration).filter((written) => written !== undefined)
  const formatTool = emulated && freeName(emulated.name, declarations)
  if (emulated !== undefined) {
    declarations.push(
      given({ name: formatTool, description: emulated.description, parametersJsonSchema: emulated.schema }),
    )
  }
  const entries = [
    ...(declarations.length > 0 ? [{ functionDeclarations: declarations }] : []),
    ...tools.map(({ foreign }) => foreign).filter((written) => written !== undefined),
  ]
  const { toolChoice } = request
  if (declarations.length === 0 && (toolChoice?.kind === 'any' || toolChoice?.kind === 'tool')) {
    writing.dropped.push({ setting: 'toolChoice' })
  }
  const calling = formatTool === undefined ? choiceOf(request) : forcedChoice(request, formatTool)
  return {
    tools: entries.length > 0 ? entries : undefined,
    toolConfig: calling && declarations.length > 0 ? { functionCallingConfig: calling } : undefined,
    formatTool,
  }
}

interface WrittenTool {
  readonly declaration?: WireObject
  readonly foreign?: WireObject
}

function writeTool(tool: Tool, path: string, writing: Writing): WrittenTool {
  if (tool.kind === 'foreign') {
    if (isOwn(tool) && isObject(tool.value)) return { foreign: tool.value }
    drop(writing, tool.path)
    return {}
  }
  if (tool.kind === 'custom') {
    drop(writing, tool.path ?? path)
    return {}
  }
  if (tool.strict === true) drop(writing, tool.strictPath ?? `${path}.strict`)
  if (tool.cache !== undefined) drop(writing, pathOfMark(tool.cache, tool.path ?? path))
  const { name, description, parameters } = tool
  return { declaration: given({ name, description, parametersJsonSchema: parameters }) }
}

function choiceOf({ toolChoice }: ModelRequest): WireObject | undefined {
  switch (toolChoice?.kind) {
    case undefined:
      return undefined
    case 'auto':
      return { mode: 'AUTO' }
    case 'none':
      return { mode: 'NONE' }
    case 'any':
      return { mode: 'ANY' }
    case 'tool':
      return { mode: 'ANY', allowedFunctionNames: [toolChoice.name] }
  }
}

/** The answer must be a call: of the function that stands in, or of any function that the client offers. */
function forcedChoice({ tools = [], toolChoice }: ModelRequest, formatTool: string): WireObject {
  const others = tools.some(({ kind }) => kind === 'function') && toolChoice?.kind !== 'none'
  return others ? { mode: 'ANY' } : { mode: 'ANY', allowedFunctionNames: [formatTool] }
}

function freeName(wanted: string, declarations: readonly WireObject[]): string {
  const taken = new Set(declarations.map(({ name }) => name))
  let name = wanted
  while (taken.has(name)) name = `${name}_`
  return name
}
