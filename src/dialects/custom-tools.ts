// Tools that take text instead of JSON, for providers that know only functions: a function of one text stands in for each.
// It lies between our words and a provider's dialect, in both directions, and knows neither dialect.
import type { AnswerEvent } from '../core/answer-event.ts'
import type { ModelRequest, Part, Tool, Turn } from '../core/model-request.ts'
import type { StreamReader, WriteWishes, WrittenRequest } from './dialect.ts'
import { isObject } from './json-object.ts'
import { TextArgument, textMember } from './text-argument.ts'

type CustomTool = Extract<Tool, { readonly kind: 'custom' }>
type WriteRequest = (request: ModelRequest, wishes: WriteWishes) => WrittenRequest

/** Writes requests for a dialect without such tools. */
export function writingStandIns(write: WriteRequest): WriteRequest {
  return (request, wishes) => {
    const customTools = new Set((request.tools ?? []).filter(isCustom).map(({ name }) => name))
    const written = write(withStandIns(request), wishes)
    return customTools.size === 0 ? written : { ...written, customTools }
  }
}

function withStandIns(request: ModelRequest): ModelRequest {
  const { tools, turns } = request
  return {
    ...request,
    ...(tools?.some(isCustom) === true && {
      tools: tools.map((tool) => (isCustom(tool) ? standIn(tool) : tool)),
    }),
    ...(turns.some(hasCustom) && { turns: turns.map(asFunctions) }),
  }
}

function isCustom(tool: Tool): tool is CustomTool {
  return tool.kind === 'custom'
}

function hasCustom({ parts }: Turn): boolean {
  return parts.some((part) => 'custom' in part && part.custom === true)
}

function asFunctions(turn: Turn): Turn {
  return hasCustom(turn) ? { ...turn, parts: turn.parts.map(asFunction) } : turn
}

function asFunction(part: Part): Part {
  if (part.kind === 'tool-call' && part.custom === true) {
    const { custom: _, ...call } = part
    return { ...call, arguments: JSON.stringify({ [textMember]: part.arguments }) }
  }
  if (part.kind !== 'tool-result') return part
  const { custom: _, ...result } = part
  return result
}

function standIn({ name, description, grammar, path }: CustomTool): Tool {
  const told = [description, grammarText(grammar)].filter((text) => text !== undefined).join('\n\n')
  const text = { type: 'string', description: 'What the tool takes, as it is: plain text, no JSON inside.' }
  return {
    kind: 'function',
    name,
    ...(told !== '' && { description: told }),
    parameters: {
      type: 'object',
      properties: { [textMember]: text },
      required: [textMember],
      additionalProperties: false,
    },
    ...(path !== undefined && { path }),
  }
}

/** Nobody holds the model to it here; it is told. */
function grammarText(grammar: unknown): string | undefined {
  if (!isObject(grammar) || typeof grammar['definition'] !== 'string') return undefined
  const syntax = typeof grammar['syntax'] === 'string' ? ` (${grammar['syntax']})` : ''
  return `Its "${textMember}" must follow this grammar${syntax}:\n${grammar['definition']}`
}

/** A reader whose calls of these tools have the text that they take. */
export function withCustomCalls(reader: StreamReader, names: ReadonlySet<string>): StreamReader {
  const filter = new CustomCallFilter(names)
  return { read: (event) => reader.read(event).flatMap((step) => filter.pass(step)) }
}

/** The same for the events of a whole answer. */
export function eventsWithCustomCalls(
  events: readonly AnswerEvent[],
  names: ReadonlySet<string>,
): readonly AnswerEvent[] {
  const filter = new CustomCallFilter(names)
  return events.flatMap((event) => filter.pass(event))
}

interface OpenCall {
  readonly choice: number
  readonly call: number
  readonly text: TextArgument
}

class CustomCallFilter {
  readonly #names: ReadonlySet<string>
  #open: OpenCall[] = []
  /** The call that was spoken of last: a part that ends is that one. */
  #last: OpenCall | undefined

  constructor(names: ReadonlySet<string>) {
    this.#names = names
  }

  pass(event: AnswerEvent): readonly AnswerEvent[] {
    switch (event.kind) {
      case 'tool-call':
        return this.#begin(event)
      case 'tool-call-delta':
        return this.#more(event)
      case 'part-end':
        return this.#last === undefined ? [event] : [...this.#close([this.#last]), event]
      case 'finish':
        return [...this.#close(this.#open.filter(({ choice }) => choice === event.choice)), event]
      case 'end':
        return [...this.#close(this.#open), event]
      default:
        return [event]
    }
  }

  #begin(event: Extract<AnswerEvent, { readonly kind: 'tool-call' }>): readonly AnswerEvent[] {
    this.#last = undefined
    if (!this.#names.has(event.name)) return [event]
    this.#last = { choice: event.choice, call: event.call, text: new TextArgument() }
    this.#open.push(this.#last)
    return [{ ...event, custom: true }]
  }

  #more(event: Extract<AnswerEvent, { readonly kind: 'tool-call-delta' }>): readonly AnswerEvent[] {
    this.#last = this.#open.find(({ choice, call }) => choice === event.choice && call === event.call)
    if (this.#last === undefined) return [event]
    const text = this.#last.text.push(event.text)
    return text === '' ? [] : [{ ...event, text }]
  }

  /** What was held back of their texts. */
  #close(calls: readonly OpenCall[]): readonly AnswerEvent[] {
    this.#open = this.#open.filter((call) => !calls.includes(call))
    this.#last = undefined
    return calls.flatMap(({ choice, call, text }) => {
      const rest = text.rest()
      return rest === '' ? [] : [{ kind: 'tool-call-delta', choice, call, text: rest } as const]
    })
  }
}
