// What a client has seen of the frame around a text: ids and numbers that its stream must go on with. Only one dialect
// has any that a fresh writer would not choose the same.
import type { DialectName } from '../../core/model-request.ts'
import type { WireEvent } from '../dialect.ts'
import { isObject } from '../json-object.ts'
import type { JsonObject } from '../json-object.ts'
import { parseEvent } from '../parse-event.ts'

/** The frame of one stream. */
export interface SeenFrame {
  /** Takes in an event that the client gets; returns why the stream cannot be gone on with, if so. */
  see(event: WireEvent): string | undefined
  /** `written` is what a fresh writer wrote for what the client has; returns how what it writes next must be put. */
  after(written: string): (text: string) => string
}

export function openFrame(dialect: DialectName): SeenFrame {
  if (dialect === 'openai-responses') return new ResponseFrame()
  return dialect === 'anthropic-messages' ? oneBlock : plain
}

const asItIs = (text: string): string => text

const plain: SeenFrame = { see: () => undefined, after: () => asItIs }

const otherParts = 'something besides one text came'

/** Blocks are numbered, and a writer begins at 0. */
const oneBlock: SeenFrame = {
  see({ data: text }) {
    const isFirst = !text.includes('"content_block_start"') || parseEvent(text)['index'] === 0
    return isFirst ? undefined : otherParts
  },
  after: () => asItIs,
}

/** Responses: events are numbered, items have ids, and the last event holds all that the first one did. */
class ResponseFrame implements SeenFrame {
  #response: JsonObject | undefined
  #itemId: string | undefined
  #next = 0

  see({ data: text }: WireEvent): string | undefined {
    if (text === '' || text === '[DONE]') return undefined
    const event = parseEvent(text)
    this.#next = numberAfter(event) ?? this.#next + 1
    if (this.#response === undefined && isObject(event['response'])) this.#response = event['response']
    if (event['type'] !== 'response.output_item.added') return undefined
    const { item: added } = event
    const isFirst = event['output_index'] === 0 && isObject(added) && added['type'] === 'message'
    if (!isFirst) return otherParts
    if (typeof added['id'] === 'string') this.#itemId = added['id']
    return undefined
  }

  after(written: string): (text: string) => string {
    const events = framesOf(written)
    const writtenNext = events.map(numberAfter).findLast((number) => number !== undefined) ?? 0
    const added = events.find((event) => event['type'] === 'response.output_item.added')?.['item']
    const ids = { written: isObject(added) ? added['id'] : undefined, seen: this.#itemId }
    const shift = this.#next - writtenNext
    const response = this.#response ?? {}
    return (text) =>
      framesOf(text)
        .map((event) => frame(moved(event, { ids, shift, response })))
        .join('')
  }
}

interface Move {
  readonly ids: { readonly written: unknown; readonly seen: string | undefined }
  readonly shift: number
  readonly response: JsonObject
}

/** An event with the ids and the number that the client expects. */
function moved(event: JsonObject, move: Move): JsonObject {
  const { item: entry, response, sequence_number: number } = event
  return {
    ...withId(event, 'item_id', move),
    ...(isObject(entry) && { item: withId(entry, 'id', move) }),
    ...(isObject(response) && { response: wholeResponse(response, move) }),
    ...(typeof number === 'number' && { sequence_number: number + move.shift }),
  }
}

function withId(value: JsonObject, name: string, { ids }: Move): JsonObject {
  return value[name] === ids.written && ids.seen !== undefined ? { ...value, [name]: ids.seen } : value
}

/** What a response says only when it is over. */
const ownMembers = ['status', 'error', 'incomplete_details', 'usage'] as const

/** The response that the client was told of, with what became of it. */
function wholeResponse(response: JsonObject, move: Move): JsonObject {
  const { output } = response
  const own = Object.fromEntries(ownMembers.map((name) => [name, response[name]]))
  const items = Array.isArray(output) ? output.filter(isObject) : []
  return { ...response, ...move.response, ...own, output: items.map((each) => withId(each, 'id', move)) }
}

function numberAfter({ sequence_number: number }: JsonObject): number | undefined {
  return typeof number === 'number' ? number + 1 : undefined
}

/** The events of a text that a writer of ours wrote. */
function framesOf(text: string): readonly JsonObject[] {
  const lines = text.split('\n').filter((line) => line.startsWith('data: '))
  return lines.map((line) => parseEvent(line.slice('data: '.length)))
}

function frame(event: JsonObject): string {
  return `event: ${String(event['type'])}\ndata: ${JSON.stringify(event)}\n\n`
}
