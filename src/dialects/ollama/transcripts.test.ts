// Every transcript of test/fixtures/ollama is read into the events that stand beside it.
import { describe, expect, test } from 'bun:test'
import { MalformedAnswer } from '../dialect.ts'
import { testReading, transcriptsOf } from '../../../test/transcripts.ts'
import { ollama } from './codec.ts'

describe('transcripts of Ollama', () => {
  testReading(ollama, transcriptsOf('ollama'))
})

describe('an answer of Ollama', () => {
  const done = { done: true, done_reason: 'stop' }
  const answer = (message: unknown) => ({ message, ...done })

  test.each([
    [null],
    ['text'],
    [{}],
    [{ done: false, message: { content: 'Hi' } }],
    [answer('Hi')],
    [answer({ content: 1 })],
    [answer({ content: '', thinking: {} })],
    [answer({ tool_calls: {} })],
    [answer({ tool_calls: [{}] })],
    [answer({ tool_calls: [{ function: { name: 'f', arguments: [1] } }] })],
  ])('%j is malformed', (body) => {
    expect(() => ollama.readAnswer(body)).toThrow(MalformedAnswer)
  })

  test('a line that is not JSON is malformed, and the message holds nothing of it', () => {
    const read = () => ollama.openReader().read({ name: '', data: '{"secret' })
    expect(read).toThrow(MalformedAnswer)
    expect(read).not.toThrow(/secret/)
  })

  test('arguments that came as text stay as they came', () => {
    const call = { function: { name: 'f', arguments: '{"x": 1' } }
    expect(ollama.readAnswer(answer({ content: '', tool_calls: [call] }))).toContainEqual({
      kind: 'tool-call-delta',
      choice: 0,
      call: 0,
      text: '{"x": 1',
    })
  })

  test('an answer without a reason or counts has stopped', () => {
    expect(ollama.readAnswer({ model: 'm', message: { content: 'Hi' }, done: true })).toEqual([
      { kind: 'start', id: undefined, model: 'm' },
      { kind: 'text-delta', choice: 0, text: 'Hi' },
      { kind: 'finish', choice: 0, reason: 'stop', native: '' },
      { kind: 'end' },
    ])
  })

  test('its errors are one text', () => {
    expect(ollama.readError({ error: 'model "x" not found' })).toEqual({
      message: 'model "x" not found',
      type: 'error',
    })
    expect(ollama.readError({ error: { message: 'No.', type: 'api_error' } })).toEqual({
      message: 'No.',
      type: 'api_error',
    })
    expect(ollama.readError({ message: 'x' })).toBeUndefined()
    expect(ollama.readError([])).toBeUndefined()
  })
})
