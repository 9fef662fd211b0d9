import { describe, expect, test } from 'bun:test'
import { chatDeployment } from '../../test/chat-deployment.ts'
import { ProviderAuth } from '../core/provider-errors.ts'
import { ResponsesUnavailable } from '../core/reference-errors.ts'
import { doors } from '../dialects/doors.ts'
import { CallRecord } from '../pipeline/settle.ts'
import { factHeaders } from './answer-headers.ts'
import { corsAnswer, corsPreflight } from './cors.ts'
import { errorAnswer } from './error-answer.ts'

const page = 'https://app.example.com'
const asked = (origin: string): Request => new Request('http://gateway/v1/messages', { headers: { origin } })
/** What the browser knows of every answer without being told. */
const safe = new Set(['content-type'])

describe('a page of an origin that is named', () => {
  test('may read every header that says something of its call', () => {
    const record = new CallRecord('call_1', 'messages', { generation: 1, nowMs: 0 })
    Object.assign(record, { model: 'fast', dropped: 'seed', estimated: true })
    const facts = factHeaders(record, chatDeployment({ demo: true }), 'total;dur=1')
    const look = { door: doors.messages, more: facts }
    for (const error of [new ProviderAuth('sim', 401), new ResponsesUnavailable('away')]) {
      const answer = corsAnswer(asked(page), errorAnswer(error, 'call_1', look), [page])
      const shown = new Set(answer.headers.get('access-control-expose-headers')?.split(', '))
      const said = [...answer.headers.keys()].filter((name) => !safe.has(name) && name !== 'vary')
      expect(said.filter((name) => !name.startsWith('access-control-') && !shown.has(name))).toEqual([])
      expect([...shown]).toContain('x-sallyport-provider-request-id')
    }
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
