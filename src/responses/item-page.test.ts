import { describe, expect, test } from 'bun:test'
import { InvalidValue } from '../core/errors.ts'
import { pageOf } from './item-page.ts'
import type { PageWish } from './item-page.ts'

const items = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ type: 'message', id }))

function wish(more: Partial<PageWish> = {}): PageWish {
  return { limit: 2, order: 'desc', after: undefined, include: new Set(), ...more }
}

function idsOn(page: { readonly data: readonly { readonly id?: unknown }[] }): string {
  return page.data.map(({ id }) => id).join('')
}

describe('a page of items', () => {
  test('begins with the last item, or with the first', () => {
    expect(pageOf(items, wish())).toEqual({
      object: 'list',
      data: [
        { type: 'message', id: 'e' },
        { type: 'message', id: 'd' },
      ],
      first_id: 'e',
      last_id: 'd',
      has_more: true,
    })
    expect(idsOn(pageOf(items, wish({ order: 'asc' })))).toBe('ab')
  })

  test('goes on after an item, to the end', () => {
    const pages: string[] = []
    let after: string | undefined
    for (let hasMore = true; hasMore;) {
      const page = pageOf(items, wish({ after }))
      pages.push(idsOn(page))
      after = page.last_id ?? undefined
      hasMore = page.has_more
    }
    expect(pages).toEqual(['ed', 'cb', 'a'])
    expect(pageOf(items, wish({ after: 'a' }))).toEqual({
      object: 'list',
      data: [],
      first_id: null,
      last_id: null,
      has_more: false,
    })
  })

  test('has no more when it ends with the last', () => {
    expect([4, 5, 6].map((limit) => pageOf(items, wish({ limit })).has_more)).toEqual([true, false, false])
  })

  test('after an item that is not there is refused', () => {
    expect(() => pageOf(items, wish({ after: 'x' }))).toThrow(InvalidValue)
  })

  test('leaves out what is not asked for by name, and nothing else', () => {
    const image = { type: 'input_image', detail: 'auto', image_url: 'data:image/png;base64,AAAA' }
    const text = { type: 'output_text', text: 'x', logprobs: [1] }
    const full = [
      { type: 'message', id: '1', content: [image, text, 'odd'] },
      { type: 'file_search_call', id: '2', queries: ['q'], results: [1] },
      { type: 'web_search_call', id: '3', action: { type: 'search', sources: [1] }, results: [2] },
      { type: 'computer_call_output', id: '4', output: { type: 'computer_screenshot', image_url: 'u' } },
      { type: 'code_interpreter_call', id: '5', code: 'c', outputs: [1] },
      { type: 'reasoning', id: '6', summary: [], encrypted_content: 's' },
      { type: 'message', id: '7', content: 'text' },
      { type: 'function_call_output', id: '8', output: 'x', results: 1, image_url: 'y' },
    ]
    const page = pageOf(full, wish({ limit: 20, order: 'asc' }))
    expect(page.data).toEqual([
      {
        type: 'message',
        id: '1',
        content: [{ type: 'input_image', detail: 'auto' }, { type: 'output_text', text: 'x' }, 'odd'],
      },
      { type: 'file_search_call', id: '2', queries: ['q'] },
      { type: 'web_search_call', id: '3', action: { type: 'search' } },
      { type: 'computer_call_output', id: '4', output: { type: 'computer_screenshot' } },
      { type: 'code_interpreter_call', id: '5', code: 'c' },
      { type: 'reasoning', id: '6', summary: [] },
      { type: 'message', id: '7', content: 'text' },
      { type: 'function_call_output', id: '8', output: 'x', results: 1, image_url: 'y' },
    ])
    const include = new Set([
      'file_search_call.results',
      'web_search_call.results',
      'web_search_call.action.sources',
      'message.input_image.image_url',
      'computer_call_output.output.image_url',
      'code_interpreter_call.outputs',
      'reasoning.encrypted_content',
      'message.output_text.logprobs',
      'something.new',
    ])
    expect(pageOf(full, wish({ limit: 20, order: 'asc', include })).data).toEqual(full)
  })
})
