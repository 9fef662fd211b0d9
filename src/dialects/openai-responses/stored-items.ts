// What a conversation that lives on the server is made of: the items of a request and of its response, each in its full
// form and with an id. Instructions are no items: they hold for one response only.
import { inputItemId } from '../../core/input-item-id.ts'
import { isObject } from '../json-object.ts'

export type Item = Readonly<Record<string, unknown>>

/** The input of a request as items. `responseId` makes the ids of those that came without one. */
export function inputItemsOf(body: Readonly<Record<string, unknown>>, responseId: string): readonly Item[] {
  const { input } = body
  const values: unknown = typeof input === 'string' ? [{ role: 'user', content: input }] : input
  if (!Array.isArray(values)) return []
  return values
    .filter(isObject)
    .map((value, index) => fullForm(value, (prefix) => inputItemId(prefix, responseId, index)))
}

const prefixes: ReadonlyMap<string, string> = new Map([
  ['message', 'msg'],
  ['reasoning', 'rs'],
  ['function_call', 'fc'],
  ['function_call_output', 'fco'],
  ['custom_tool_call', 'ctc'],
  ['custom_tool_call_output', 'ctco'],
])

function fullForm(value: Item, idWith: (prefix: string) => string): Item {
  const type = typeof value['type'] === 'string' ? value['type'] : 'message'
  const { id } = value
  const named = {
    ...value,
    type,
    id: typeof id === 'string' && id !== '' ? id : idWith(prefixes.get(type) ?? 'item'),
  }
  if (type !== 'message') return named
  const { role, content } = value
  return { ...named, status: value['status'] ?? 'completed', content: contentList(role, content) }
}

function contentList(role: unknown, content: unknown): unknown {
  if (typeof content !== 'string') return content
  if (role === 'assistant') return [{ type: 'output_text', text: content, annotations: [] }]
  return [{ type: 'input_text', text: content }]
}
