import { describe, expect, test } from 'bun:test'
import { readJsonBody } from './json-body.ts'
import { requestLabels } from './request-labels.ts'

function labelsIn(body: object): ReturnType<typeof requestLabels> {
  return requestLabels(readJsonBody(Buffer.from(JSON.stringify(body))))
}

describe('what a client writes into a request for its own books', () => {
  test('is nothing in most requests', () => {
    expect(labelsIn({ model: 'fast', messages: [{ role: 'user', content: 'hello' }] })).toBeUndefined()
    expect(labelsIn({ user: '', metadata: {} })).toBeUndefined()
  })

  test('is the user, in the words of all dialects', () => {
    expect(labelsIn({ user: 'anna' })).toEqual({ user: 'anna', metadata: undefined })
    expect(labelsIn({ user: 'anna', safety_identifier: 'hash' })?.user).toBe('hash')
    expect(labelsIn({ metadata: { user_id: 'bö' } })).toEqual({ user: 'bö', metadata: { user_id: 'bö' } })
  })

  test('is metadata, and Google’s labels', () => {
    expect(labelsIn({ metadata: { centre: '12' } })).toEqual({ user: '', metadata: { centre: '12' } })
    expect(labelsIn({ labels: { centre: '12' } })?.metadata).toEqual({ centre: '12' })
  })

  test('is bounded, and whatever else stands there says nothing', () => {
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`n${index}`, 'x']))
    expect(Object.keys(labelsIn({ metadata: many })?.metadata ?? {})).toHaveLength(16)
    expect(labelsIn({ metadata: { long: 'x'.repeat(513), ['y'.repeat(65)]: '1', count: 3 } })).toBeUndefined()
    expect(labelsIn({ metadata: 'text', user: 7 })).toBeUndefined()
    expect(labelsIn({ metadata: { big: 'x'.repeat(70_000) } })).toBeUndefined()
    expect(labelsIn({ user: 'u'.repeat(300) })?.user).toHaveLength(256)
    const spoiled = Buffer.from('{"user":"a\u0007"}')
    expect(requestLabels(readJsonBody(spoiled))).toBeUndefined()
  })

  test('may be called like what every object has', () => {
    const body = Buffer.from('{"metadata":{"__proto__":"a","constructor":"b"}}')
    const metadata = requestLabels(readJsonBody(body))?.metadata ?? {}
    expect(Object.entries(metadata)).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ])
  })
})
