// Tools, the choice among them and the answer's format: they belong together, because a tool stands in for a format
// that the model does not know.
import type { ModelRequest, Tool } from '../../core/model-request.ts'
import type { Wire, Writing } from './writing.ts'
import { cacheMark } from './write-parts.ts'

export interface WrittenTools {
  readonly members: Wire
  readonly formatTool?: string
}

/** `tools`, `tool_choice`, `parallel_tool_calls` and `response_format`. */
export function writeTools(request: ModelRequest, writing: Writing): WrittenTools {
  const tools = (request.tools ?? [])
    .map((tool, index) => writeTool(tool, `tools[${index}]`, writing))
    .filter((tool) => tool !== undefined)
  const { format } = request
  if (format?.kind === 'schema' && !writing.wishes.jsonSchema) return writeFormatTool(request, tools)
  const choice = writeChoice(request)
  // OpenAI refuses both settings where there is no tool.
  if (tools.length === 0) return withoutTools(request, writing)
  return {
    members: {
      tools,
      ...(choice !== undefined && { tool_choice: choice }),
      ...(request.parallelTools !== undefined && { parallel_tool_calls: request.parallelTools }),
      ...writeFormat(request),
    },
  }
}

function writeTool(tool: Tool, path: string, writing: Writing): Wire | undefined {
  if (tool.kind === 'function') {
    const { name, description, parameters, strict } = tool
    const definition = {
      name,
      ...(description !== undefined && { description }),
      ...(parameters !== undefined && { parameters }),
      ...(strict !== undefined && { strict }),
    }
    return { type: 'function', function: definition, ...cacheMark(tool.cache, tool.path ?? path, writing) }
  }
  if (
    tool.kind === 'foreign' &&
    tool.from === 'openai-chat' &&
    typeof tool.value === 'object' &&
    tool.value !== null
  )
    return { ...tool.value }
  writing.dropped.push({ path: tool.path ?? path })
  return undefined
}

function writeChoice({ toolChoice }: ModelRequest): unknown {
  if (toolChoice === undefined) return undefined
  if (toolChoice.kind === 'any') return 'required'
  if (toolChoice.kind !== 'tool') return toolChoice.kind
  return { type: 'function', function: { name: toolChoice.name } }
}

/** A choice that demands a tool is lost when there is none left; any other means nothing then. */
function withoutTools(request: ModelRequest, { dropped }: Writing): WrittenTools {
  const { toolChoice } = request
  if (toolChoice?.kind === 'any' || toolChoice?.kind === 'tool') dropped.push({ setting: 'toolChoice' })
  return { members: writeFormat(request) }
}

function writeFormat({ format }: ModelRequest): Wire {
  if (format === undefined) return {}
  if (format.kind !== 'schema') {
    return { response_format: { type: format.kind === 'json' ? 'json_object' : 'text' } }
  }
  const { name, schema, description, strict } = format
  const definition = {
    name,
    ...(description !== undefined && { description }),
    schema,
    ...(strict !== undefined && { strict }),
  }
  return { response_format: { type: 'json_schema', json_schema: definition } }
}

/** A tool whose arguments are the answer. Beside other tools it is one of several, of which one must be called. */
function writeFormatTool(request: ModelRequest, tools: readonly Wire[]): WrittenTools {
  const { format, toolChoice } = request
  if (format?.kind !== 'schema') return { members: {} }
  const name = freeName(format.name, request.tools ?? [])
  const definition = {
    name,
    description: format.description ?? 'Gives the answer in the form that was asked for.',
    parameters: format.schema,
  }
  const named = { type: 'function', function: { name } }
  const isAlone = tools.length === 0 || toolChoice?.kind === 'none'
  const choice = toolChoice?.kind === 'tool' ? writeChoice(request) : isAlone ? named : 'required'
  return {
    members: {
      tools: [...tools, { type: 'function', function: definition }],
      tool_choice: choice,
      ...(request.parallelTools !== undefined && { parallel_tool_calls: request.parallelTools }),
    },
    formatTool: name,
  }
}

function freeName(wanted: string, tools: readonly Tool[]): string {
  const taken = tools.some((tool) => tool.kind !== 'foreign' && tool.name === wanted)
  return taken ? freeName(`${wanted}_answer`, tools) : wanted
}
