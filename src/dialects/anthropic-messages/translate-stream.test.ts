import { describe, expect, test } from 'bun:test'
import type { AnswerEvent } from '../../core/answer-event.ts'
import { MalformedAnswer } from '../dialect.ts'
import { readStream, wireOf } from '../../../test/transcripts.ts'
import { readAnswer } from './translate-answer.ts'
import { openReader } from './translate-stream.ts'
import { failureOf } from '../../../test/failure-of.ts'

const start = {
  type: 'message_start',
  message: { id: 'm', model: 'x', usage: { input_tokens: 1, output_tokens: 1 } },
}
const text = { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }

function read(events: readonly unknown[]): AnswerEvent[] {
  return readStream({ openReader }, wireOf(events))
}

function kinds(events: readonly unknown[]): string[] {
  return read(events).map(({ kind }) => kind)
}

describe('a stream of the Messages API', () => {
  test.each<[string, unknown[]]>([
    ['no JSON', ['{"type":']],
    ['no object', ['[1]']],
    ['nesting without end', [`{"type":"x","a":${'['.repeat(6000)}${']'.repeat(6000)}}`]],
    ['a start without a message', [{ type: 'message_start' }]],
    ['two starts', [start, start]],
    ['a block before the message', [text]],
    ['a block that is opened twice', [start, text, text]],
    ['a block without a type', [start, { ...text, content_block: { text: '' } }]],
    ['a block that is no object', [start, { ...text, content_block: 'secret' }]],
    ['a block without an index', [start, { ...text, index: '0' }]],
    ['a delta of a block that is not open', [start, { type: 'content_block_delta', index: 3, delta: {} }]],
    ['a delta that is nothing', [start, text, { type: 'content_block_delta', index: 0 }]],
    [
      'a delta of text without text',
      [start, text, { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 5 } }],
    ],
    ['the end of a block that is not open', [start, { type: 'content_block_stop', index: 0 }]],
    ['a call without a name', [start, { ...text, content_block: { type: 'tool_use', id: 'a' } }]],
    ['an end without a start', [{ type: 'message_stop' }]],
  ])('%s breaks the format, and the message holds nothing of it', async (_what, events) => {
    const problem = await failureOf(() => read(events))
    expect(problem).toBeInstanceOf(MalformedAnswer)
    expect(String(problem)).not.toContain('secret')
  })

  test('a stream that breaks off has no end', () => {
    expect(kinds([start, text])).toEqual(['start', 'usage'])
  })

  test('a message that stops without a reason still ends', () => {
    expect(kinds([start, { type: 'message_stop' }])).toEqual(['start', 'usage', 'finish', 'end'])
  })

  test('nothing counts after the end', () => {
    expect(kinds([start, { type: 'message_stop' }, start, 'no JSON'])).toHaveLength(4)
  })

  test('an error may come before anything else', () => {
    const error = { type: 'error', error: { type: 'api_error', message: 'x', details: { error_code: 'c' } } }
    expect(read([error])).toEqual([
      { kind: 'error', error: { type: 'api_error', message: 'x', code: 'c', details: { error_code: 'c' } } },
    ])
  })

  test('a call whose arguments come with its start is read', () => {
    const block = { type: 'tool_use', id: 'a', name: 'f', input: { x: 1 } }
    const events = read([start, { ...text, content_block: block }, { type: 'content_block_stop', index: 0 }])
    expect(events[3]).toEqual({ kind: 'tool-call-delta', choice: 0, call: 0, text: '{"x":1}' })
  })

  test('an event whose kind stands in its name alone is read', () => {
    expect(openReader().read({ name: 'ping', data: '{}' })).toEqual([])
  })
})

describe('a whole answer of the Messages API', () => {
  test.each([
    [null],
    ['text'],
    [[]],
    [{}],
    [{ content: 'x' }],
    [{ content: [1] }],
    [{ content: [{ type: 'text', text: 1 }] }],
  ])('%j breaks the format', (body) => {
    expect(() => readAnswer(body)).toThrow(MalformedAnswer)
  })

  test('an error body is an error', () => {
    expect(readAnswer({ type: 'error', error: { type: 'overloaded_error', message: 'x' } })).toEqual([
      { kind: 'error', error: { type: 'overloaded_error', message: 'x' } },
    ])
  })
})
