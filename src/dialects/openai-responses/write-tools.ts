// Tools and their choice on the wire, and the tool that stands in for a schema.
import { given } from '../json-object.ts'
import type { AnswerFormat, ModelRequest, Tool, ToolChoice } from '../../core/model-request.ts'
import type { Dropped } from '../dialect.ts'
import { pathOfMark } from '../part-path.ts'
import type { WireObject } from './write-content.ts'

export interface WrittenTools {
  readonly tools: readonly WireObject[]
  readonly choice: unknown
  /** The tool whose arguments are the answer. */
  readonly formatTool?: string
}

type Schema = Extract<AnswerFormat, { readonly kind: 'schema' }>

/** Writes tools and choice; `format` is the schema that a tool must stand in for. */
export function writeTools(
  { tools = [], toolChoice }: ModelRequest,
  format: Schema | undefined,
  dropped: Dropped[],
): WrittenTools {
  const written = tools.flatMap((tool, index) => writeTool(tool, `tools[${index}]`, dropped))
  if (format === undefined) return { tools: written, choice: writeChoice(toolChoice, tools) }
  const name = freeName(safeName(format.name), tools)
  // With tools of the client beside it, the model may still use one of them first.
  const isFree = written.length > 0 && toolChoice?.kind !== 'none'
  const free = toolChoice?.kind === 'tool' ? writeChoice(toolChoice, tools) : 'required'
  return {
    tools: [...written, formatTool(name, format)],
    choice: isFree ? free : { type: 'function', name },
    formatTool: name,
  }
}

/** A name as this dialect takes it. */
export function safeName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_-]/g, '_').slice(0, 64) || 'answer'
}

function freeName(name: string, tools: readonly Tool[]): string {
  const taken = new Set(tools.map((tool) => (tool.kind === 'foreign' ? '' : tool.name)))
  let free = name
  for (let count = 2; taken.has(free); count += 1) free = `${name.slice(0, 60)}_${count}`
  return free
}

function formatTool(name: string, { schema, description }: Schema): WireObject {
  return {
    type: 'function',
    name,
    description: description ?? 'Gives the answer. Its arguments are the whole answer.',
    parameters: schema,
    strict: false,
  }
}

function writeTool(tool: Tool, path: string, dropped: Dropped[]): readonly WireObject[] {
  switch (tool.kind) {
    case 'function':
      if (tool.cache !== undefined) dropped.push({ path: pathOfMark(tool.cache, tool.path ?? path) })
      return [
        given<WireObject>({
          type: 'function',
          name: tool.name,
          description: tool.description,
          parameters: tool.parameters ?? { type: 'object', properties: {}, additionalProperties: false },
          // Left out it would mean true here, which changes what a schema may be.
          strict: tool.strict ?? false,
        }),
      ]
    case 'custom':
      return [
        given<WireObject>({
          type: 'custom',
          name: tool.name,
          description: tool.description,
          format: tool.grammar,
        }),
      ]
    case 'foreign':
      if (tool.from === 'openai-responses') return [{ ...(tool.value as WireObject) }]
      dropped.push({ path: tool.path })
      return []
  }
}

function writeChoice(choice: ToolChoice | undefined, tools: readonly Tool[]): unknown {
  if (choice === undefined) return undefined
  if (choice.kind === 'any') return 'required'
  if (choice.kind !== 'tool') return choice.kind
  const isCustom = tools.some((tool) => tool.kind === 'custom' && tool.name === choice.name)
  return { type: isCustom ? 'custom' : 'function', name: choice.name }
}
