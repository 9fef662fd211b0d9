import { describe, expect, test } from 'bun:test'
import { listPage } from './list-page.ts'

const all = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id }))

function page(query: string): unknown {
  return listPage(all, new URLSearchParams(query))
}

describe('a page of a list', () => {
  test('is the whole list where nothing is asked', () => {
    expect(page('')).toEqual({ object: 'list', data: all, first_id: 'a', last_id: 'e', has_more: false })
  })

  test('begins after an id and says whether there is more', () => {
    expect(page('limit=2&after=b')).toMatchObject({ data: [{ id: 'c' }, { id: 'd' }], has_more: true })
    expect(page('limit=2&after=c')).toMatchObject({ data: [{ id: 'd' }, { id: 'e' }], has_more: false })
    expect(page('after=e')).toMatchObject({ data: [], first_id: null, last_id: null, has_more: false })
  })

  test('is refused for a limit that is none, or after an id that is not there', () => {
    for (const query of ['limit=0', 'limit=-1', 'limit=x', 'limit=1001', 'limit=', 'after=z', 'after=']) {
      expect(() => page(query)).toThrow()
    }
  })
})
