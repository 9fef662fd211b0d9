// Tools, the choice among them, and the tool that stands in for an answer's format where the model knows no schemas.
import { isObject } from '../json-object.ts'
import type { AnswerFormat, ModelRequest, Tool, ToolChoice } from '../../core/model-request.ts'
import type { Dropped, WriteWishes } from '../dialect.ts'
import { cacheControl } from './write-parts.ts'
import type { Wire } from './writing.ts'

export interface WrittenTools {
  readonly members: Wire
  readonly formatTool?: string
  /** The model has to call a tool: this API does not let it think then. */
  readonly forced: boolean
}

export function writeTools(request: ModelRequest, wishes: WriteWishes, dropped: Dropped[]): WrittenTools {
  const tools = (request.tools ?? []).flatMap(
    (tool, index) => writeTool(tool, { index, wishes, dropped }) ?? [],
  )
  const stand = formatStand(request, wishes, dropped)
  if (stand !== undefined) tools.push(stand)
  if (tools.length === 0) {
    if (request.toolChoice?.kind === 'any' || request.toolChoice?.kind === 'tool') {
      dropped.push({ setting: 'toolChoice' })
    }
    return { members: {}, forced: false }
  }
  const choice =
    stand === undefined ? plainChoice(request) : standChoice(request, tools.length, String(stand['name']))
  return {
    members: { tools, ...(choice === undefined ? {} : { tool_choice: choice }) },
    forced: choice?.['type'] === 'any' || choice?.['type'] === 'tool',
    ...(stand === undefined ? {} : { formatTool: String(stand['name']) }),
  }
}

interface ToolPlace {
  readonly index: number
  readonly wishes: WriteWishes
  readonly dropped: Dropped[]
}

function writeTool(tool: Tool, { index, wishes, dropped }: ToolPlace): Wire | undefined {
  if (tool.kind === 'foreign' && tool.from === 'anthropic-messages' && isObject(tool.value)) return tool.value
  if (tool.kind !== 'function') {
    dropped.push({ path: tool.path ?? `tools[${index}]` })
    return undefined
  }
  // Models without schemas for their answers have none that are binding for tools either.
  const path = tool.path ?? `tools[${index}]`
  if (tool.strict === true && !wishes.jsonSchema) dropped.push({ path: tool.strictPath ?? `${path}.strict` })
  return {
    name: tool.name,
    ...(tool.description === undefined ? {} : { description: tool.description }),
    input_schema: { type: 'object', ...(tool.parameters ?? { properties: {} }) },
    ...(tool.strict === true && wishes.jsonSchema ? { strict: true } : {}),
    ...cacheControl(tool.cache, path, dropped),
  }
}

function plainChoice({ toolChoice, parallelTools }: ModelRequest): Wire | undefined {
  if (toolChoice === undefined) {
    return parallelTools === false ? { type: 'auto', disable_parallel_tool_use: true } : undefined
  }
  return withParallel(choiceOf(toolChoice), parallelTools)
}

function choiceOf(choice: ToolChoice): Wire {
  return choice.kind === 'tool' ? { type: 'tool', name: choice.name } : { type: choice.kind }
}

function withParallel(choice: Wire, parallelTools: boolean | undefined): Wire {
  if (parallelTools === undefined || choice['type'] === 'none') return choice
  return { ...choice, disable_parallel_tool_use: !parallelTools }
}

/** With tools of the client's own beside it the model may call either; alone, it must give its answer there. */
function standChoice(request: ModelRequest, count: number, name: string): Wire {
  const alone = count === 1 || request.toolChoice?.kind === 'none'
  if (alone) return { type: 'tool', name, disable_parallel_tool_use: true }
  return withParallel({ type: 'any' }, request.parallelTools)
}

/** The tool whose arguments are the answer. None when the client forces a tool of its own: then there is no text. */
function formatStand(request: ModelRequest, wishes: WriteWishes, dropped: Dropped[]): Wire | undefined {
  const { format } = request
  if (format === undefined || format.kind === 'text') return undefined
  if (format.kind === 'schema' && wishes.jsonSchema) return undefined
  if (request.toolChoice?.kind === 'tool') {
    dropped.push({ setting: 'format' })
    return undefined
  }
  const schema = format.kind === 'schema' ? format.schema : { additionalProperties: true }
  if (schema['type'] !== undefined && schema['type'] !== 'object') {
    dropped.push({ setting: 'format' })
    return undefined
  }
  return {
    name: freeName(format, request.tools ?? []),
    description: descriptionOf(format),
    input_schema: { type: 'object', ...schema },
  }
}

function descriptionOf(format: AnswerFormat): string {
  const own = format.kind === 'schema' && format.description !== undefined ? ` ${format.description}` : ''
  return `Gives the answer. The whole answer goes into the arguments of this tool, as a JSON object.${own}`
}

function freeName(format: AnswerFormat, tools: readonly Tool[]): string {
  const taken = new Set(tools.map((tool) => (tool.kind === 'foreign' ? undefined : tool.name)))
  const wanted = format.kind === 'schema' ? format.name.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 60) : ''
  let name = wanted === '' ? 'answer' : wanted
  while (taken.has(name)) name += '_'
  return name
}
