import { describe, expect, test } from 'bun:test'
import { InvalidType } from '../../core/errors.ts'
import { ProviderRefusedRequest } from '../../core/provider-errors.ts'
import { MalformedAnswer } from '../dialect.ts'
import { openaiResponses as codec } from './codec.ts'

function event(text: string): Record<string, unknown> {
  expect(text).toStartWith('event: error\ndata: ')
  expect(text).toEndWith('\n\n')
  return JSON.parse(text.slice('event: error\ndata: '.length)) as Record<string, unknown>
}

describe('errors of the Responses dialect', () => {
  test('stand in the envelope as a body, and both nested and flat in a stream', () => {
    const error = new InvalidType('input', 'a string')
    expect(JSON.parse(codec.writeError(error, 400, 'call_1'))).toEqual({
      error: {
        message: 'Invalid type for "input": expected a string.',
        type: 'invalid_request_error',
        param: 'input',
        code: 'invalid_type',
      },
    })
    const members = { code: 'invalid_type', message: error.message, param: 'input' }
    expect(event(codec.writeErrorEvent(error, 400, 'call_1'))).toEqual({
      type: 'error',
      ...members,
      error: { type: 'invalid_request_error', ...members },
      sequence_number: 0,
    })
  })

  test('keep the words of a provider', () => {
    const words = JSON.stringify({
      message: 'Too long',
      type: 'invalid_request_error',
      code: 'too_long',
      param: 'input',
    })
    const error = new ProviderRefusedRequest('p', 400, words)
    expect(event(codec.writeErrorEvent(error, 400, 'call_1'))).toMatchObject({
      code: 'too_long',
      message: 'Too long',
      param: 'input',
    })
  })

  test.each<[unknown, unknown]>([
    [
      { error: { message: 'm', type: 't', code: 'c', param: 'p' } },
      { message: 'm', type: 't', code: 'c', details: { param: 'p' } },
    ],
    [
      { error: { message: 'm', type: null, code: 429, param: null } },
      { message: 'm', type: '429', code: '429' },
    ],
    [{ error: 'm' }, { message: 'm', type: 'error' }],
    [{ detail: 'm' }, { message: 'm', type: 'error' }],
    [{ output: [] }, undefined],
    ['m', undefined],
  ])('are read from %j', (body, expected) => {
    expect(codec.readError(body) as unknown).toEqual(expected)
  })
})

describe('an answer that breaks the format', () => {
  test.each<[string, unknown]>([
    ['no object', 'x'],
    ['no output', { id: 'resp_1' }],
    ['an item that is no object', { output: ['x'] }],
    ['a text that is none', { output: [{ type: 'message', content: [{ type: 'output_text', text: 7 }] }] }],
    ['a call without a name', { output: [{ type: 'function_call', call_id: 'c', arguments: '{}' }] }],
    ['an answer that goes on', { status: 'in_progress', output: [] }],
  ])('is refused: %s', (_name, body) => {
    expect(() => codec.readAnswer(body)).toThrow(MalformedAnswer)
  })

  test.each([
    ['no JSON', 'secret{'],
    ['no object', '"secret"'],
    ['no index', '{"type":"response.output_text.delta","content_index":0,"delta":"secret"}'],
    [
      'no text',
      '{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":{"secret":1}}',
    ],
    ['no item', '{"type":"response.output_item.added","output_index":0,"item":"secret"}'],
    ['no response', '{"type":"response.completed","response":"secret"}'],
  ])('is refused in a stream, and nothing of it is told: %s', (_name, line) => {
    let said = ''
    try {
      codec.openReader().read({ name: '', data: line })
    } catch (failure) {
      if (failure instanceof MalformedAnswer) said = failure.message
    }
    expect(said).not.toBe('')
    expect(said).not.toContain('secret')
  })

  test('is no reason to refuse what only nobody knows', () => {
    const body = {
      output: [{ type: 'new_thing', id: 'x_1', deep: { a: 1 } }],
      usage: { input_tokens: -1 },
      new: 1,
    }
    expect(codec.readAnswer(body).map(({ kind }) => kind)).toEqual(['start', 'foreign', 'finish', 'end'])
  })

  test('that has no last event has no end', () => {
    const reader = codec.openReader()
    const created = { type: 'response.created', response: { id: 'resp_1' } }
    const events = [
      ...reader.read({ name: 'response.created', data: JSON.stringify(created) }),
      ...reader.read({ name: 'keepalive', data: '{"type":"keepalive"}' }),
      ...reader.read({ name: '', data: '[DONE]' }),
    ]
    expect(events.map(({ kind }) => kind)).toEqual(['start'])
  })
})
