// A page of the items that a response was made from, in the shape of OpenAI's lists. What is bulky or seldom wanted in an
// item is left out unless it is asked for by its name in `include`
// (https://platform.openai.com/docs/api-reference/responses/input-items, 2026-11).
import { InvalidValue } from '../core/errors.ts'
import { isObject } from './json-items.ts'
import type { JsonObject } from './json-items.ts'

export interface PageWish {
  readonly limit: number
  /** `desc`: the last item first. */
  readonly order: 'asc' | 'desc'
  /** The id of the item before the page, in this order; undefined for the first page. */
  readonly after: string | undefined
  readonly include: ReadonlySet<string>
}

export interface ItemPage {
  readonly object: 'list'
  readonly data: readonly JsonObject[]
  readonly first_id: string | null
  readonly last_id: string | null
  readonly has_more: boolean
}

/** The page of these items, which are given from the first on. Throws InvalidValue when there is no item `after`. */
export function pageOf(items: readonly JsonObject[], { limit, order, after, include }: PageWish): ItemPage {
  const ordered = order === 'asc' ? items : items.toReversed()
  const start = after === undefined ? 0 : ordered.findIndex(({ id }) => id === after) + 1
  if (after !== undefined && start === 0) throw new InvalidValue('after', 'there is no item of this id')
  const shown = ordered.slice(start, start + limit)
  return {
    object: 'list',
    data: shown.map((entry) => withoutUnasked(entry, include)),
    first_id: idOf(shown[0]),
    last_id: idOf(shown.at(-1)),
    has_more: start + limit < ordered.length,
  }
}

function idOf(entry: JsonObject | undefined): string | null {
  return typeof entry?.['id'] === 'string' ? entry['id'] : null
}

/** What is left out unless it is asked for, and where it stands: in items of a type, or in their members. */
const onRequest: readonly {
  readonly name: string
  readonly type: string
  readonly path: readonly string[]
}[] = [
  { name: 'file_search_call.results', type: 'file_search_call', path: ['results'] },
  { name: 'web_search_call.results', type: 'web_search_call', path: ['results'] },
  { name: 'web_search_call.action.sources', type: 'web_search_call', path: ['action', 'sources'] },
  { name: 'message.input_image.image_url', type: 'message', path: ['content', 'image_url'] },
  {
    name: 'computer_call_output.output.image_url',
    type: 'computer_call_output',
    path: ['output', 'image_url'],
  },
  { name: 'code_interpreter_call.outputs', type: 'code_interpreter_call', path: ['outputs'] },
  { name: 'reasoning.encrypted_content', type: 'reasoning', path: ['encrypted_content'] },
  { name: 'message.output_text.logprobs', type: 'message', path: ['content', 'logprobs'] },
]

function withoutUnasked(entry: JsonObject, include: ReadonlySet<string>): JsonObject {
  return onRequest
    .filter(({ name, type }) => entry['type'] === type && !include.has(name))
    .reduce((kept, { path }) => without(kept, path), entry)
}

/** The object without the member at the end of this path; lists on the way are gone through. */
function without(object: JsonObject, [name = '', ...rest]: readonly string[]): JsonObject {
  if (!(name in object)) return object
  const { [name]: member, ...others } = object
  if (rest.length === 0) return others
  const cut = (value: unknown): unknown => (isObject(value) ? without(value, rest) : value)
  return { ...object, [name]: Array.isArray(member) ? member.map(cut) : cut(member) }
}
