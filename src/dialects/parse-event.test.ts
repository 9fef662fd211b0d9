import { describe, expect, test } from 'bun:test'
import { MalformedAnswer } from './dialect.ts'
import { parseEvent } from './parse-event.ts'

describe('the JSON of a stream event', () => {
  test('is read whatever its size', () => {
    const text = 'x'.repeat(50_000)
    expect(parseEvent(JSON.stringify({ text }))).toEqual({ text })
  })

  test('that is nested deeper than can be printed again is refused', () => {
    const deep = `{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`
    expect(() => parseEvent(deep)).toThrow(MalformedAnswer)
  })

  test('that is no JSON object is refused, and the sentence holds nothing of it', () => {
    for (const text of ['', 'secret', '["secret"]', '"secret"', 'null', '{"secret":']) {
      expect(() => parseEvent(text)).toThrow(/^An event of the stream is no JSON object\.$/)
    }
  })
})
