import { describe, expect, test } from 'bun:test'
import { routeTable } from '../../scripts/derived/route-table.ts'
import { corsAnswer, corsPreflight } from './cors.ts'

const page = 'https://app.example.com'
const asked = (origin: string): Request => new Request('http://gateway/v1/messages', { headers: { origin } })

describe('a page of an origin that is named', () => {
  test('may read whatever an answer says, and is told of nothing else', () => {
    const headers = {
      'content-type': 'application/json',
      connection: 'close',
      'x-ratelimit-remaining': '1',
      'x-sallyport-provider-request-id': 'req_1',
      'x-of-a-later-version': '1',
    }
    const answer = corsAnswer(asked(page), new Response('{}', { headers }), [page])
    expect(answer.headers.get('access-control-expose-headers')?.split(', ').toSorted()).toEqual([
      'x-of-a-later-version',
      'x-ratelimit-remaining',
      'x-sallyport-provider-request-id',
    ])
  })

  test('may call whatever there is, by the methods of all routes', () => {
    const allowed = corsPreflight(asked(page), [page]).headers.get('access-control-allow-methods')
    const methods = new Set(routeTable().map(({ method }) => method))
    expect(allowed?.split(', ').toSorted()).toEqual([...methods].toSorted())
  })

  test('may send what it asks for', () => {
    const headers = { origin: page, 'access-control-request-headers': 'authorization, x-new' }
    const answer = corsPreflight(new Request('http://gateway/', { method: 'OPTIONS', headers }), ['*'])
    expect(answer.headers.get('access-control-allow-headers')).toBe('authorization, x-new')
    expect(answer.headers.get('access-control-allow-origin')).toBe(page)
  })
})

test('a page of any other origin may read nothing, and no cache takes its answer for another’s', () => {
  for (const origins of [[], ['https://other.example.com']]) {
    const answer = corsAnswer(asked(page), new Response(null), origins)
    expect([...answer.headers.keys()].toSorted()).toEqual(['vary'])
    expect([...corsPreflight(asked(page), origins).headers.keys()]).toEqual(['vary'])
  }
})
