// Citations. Here they hang on a block of text; in our words they say which characters of the answer they support.
import { isObject } from '../json-object.ts'
import type { Citation } from '../../core/answer-event.ts'

/** A citation of a block that reaches from `start` to `end` in the answer's text. */
export function readCitation(
  native: unknown,
  span: { readonly start: number; readonly end: number },
): Citation {
  const members = isObject(native) ? native : {}
  const url = members['url'] ?? webAddress(members['source'])
  const title = members['title'] ?? members['document_title']
  const text = members['cited_text']
  return {
    ...(typeof url === 'string' ? { url } : {}),
    ...(typeof title === 'string' ? { title } : {}),
    ...(typeof text === 'string' ? { text } : {}),
    ...span,
    native,
  }
}

function webAddress(source: unknown): unknown {
  return typeof source === 'string' && /^https?:/.test(source) ? source : undefined
}

/** A citation as a block's member; undefined when there is nothing of it that this API could say. */
export function writeCitation({ url, title, text, native }: Citation): unknown {
  if (isObject(native) && typeof native['type'] === 'string' && native['type'].endsWith('_location'))
    return native
  if (url === undefined) return undefined
  return {
    type: 'web_search_result_location',
    cited_text: text ?? '',
    encrypted_index: '',
    // The API may say null, which some clients refuse an answer for.
    title: title ?? url,
    url,
  }
}
