import { describe, expect, test } from 'bun:test'
import type { AnswerEvent } from '../../core/answer-event.ts'
import { wireEvents, writeStream } from '../../../test/transcripts.ts'
import { gemini } from './codec.ts'

const facts = { id: 'resp-1', model: 'fast', nowSeconds: 1_800_000_000, wantsUsage: false }
const start: AnswerEvent = { kind: 'start', id: undefined, model: undefined }
const thinks = (text: string, choice = 0): AnswerEvent => ({ kind: 'reasoning-delta', choice, text })
const says: AnswerEvent = { kind: 'text-delta', choice: 0, text: 'Hi' }
const ends: AnswerEvent = { kind: 'part-end', choice: 0 }
const seal = (redacted: boolean): AnswerEvent => {
  return { kind: 'reasoning-seal', choice: 0, seal: 'ErUB', redacted, from: 'anthropic-messages' }
}
const signature = { thoughtSignature: expect.any(String) }

interface Chunk {
  readonly candidates: readonly { readonly content: { readonly parts: readonly object[] } }[]
}

/** The parts of a stream in order, whatever choice they are of. */
function parts(...events: readonly AnswerEvent[]): readonly object[] {
  return wireEvents(writeStream(gemini, [start, ...events], facts))
    .map((event) => JSON.parse(event.data) as Partial<Chunk>)
    .flatMap(({ candidates = [] }) => candidates.flatMap(({ content }) => content.parts))
}

describe('the last piece of a thought', () => {
  test('bears the signature, because clients leave out parts without text', () => {
    const expected = [
      { text: 'So ', thought: true },
      { text: 'what?', thought: true, ...signature },
      { text: 'Hi' },
    ]
    expect(parts(thinks('So '), thinks('what?'), seal(false), says)).toEqual(expected)
    expect(parts(thinks('So '), thinks('what?'), ends, seal(false), says)).toEqual(expected)
  })

  test('goes out without one once the answer goes on', () => {
    const expected = [{ text: 'So', thought: true }, { text: 'Hi' }]
    expect(parts(thinks('So'), says)).toEqual(expected)
    expect(parts(thinks('So'), ends, says)).toEqual(expected)
  })

  test('goes out before a call is complete', () => {
    const call: AnswerEvent = { kind: 'tool-call', choice: 0, call: 0, id: 'a', name: 'f' }
    expect(parts(thinks('So'), call)).toEqual([{ text: 'So', thought: true }])
  })

  test('bears no signature of a thought that is hidden, nor one that comes later', () => {
    const hidden = { text: '', thought: true, ...signature }
    expect(parts(thinks('So'), seal(true))).toEqual([{ text: 'So', thought: true }, hidden])
    expect(parts(thinks('So'), says, seal(false))).toEqual([
      { text: 'So', thought: true },
      { text: 'Hi' },
      hidden,
    ])
  })

  test('is not lost when the answer ends with it, well or not', () => {
    const end: AnswerEvent = { kind: 'end' }
    expect(parts(thinks('So'), end)).toEqual([{ text: 'So', thought: true }, { text: '' }])
    expect(parts(thinks('So'), { kind: 'error', error: { message: 'No.', type: 'x' } })).toEqual([
      { text: 'So', thought: true },
    ])
    expect(parts(thinks('So'), thinks('Well', 1), seal(false))).toEqual([
      { text: 'So', thought: true, ...signature },
    ])
  })
})
