// What the fixtures do not show: servers that number their calls oddly, and streams that break their own format.
import { describe, expect, test } from 'bun:test'
import type { AnswerEvent } from '../../core/answer-event.ts'
import { MalformedAnswer } from '../dialect.ts'
import { readStream, wireOf } from '../../../test/transcripts.ts'
import { readAnswer } from './translate-answer.ts'
import { openReader } from './translate-stream.ts'

function read(...chunks: readonly unknown[]): AnswerEvent[] {
  return readStream({ openReader }, wireOf(chunks))
}

function delta(said: unknown, more: Record<string, unknown> = {}): unknown {
  return { id: 'a', choices: [{ index: 0, delta: said, ...more }] }
}

const calls = (...tool_calls: readonly unknown[]): unknown => delta({ tool_calls })
const named = (id: string, name: string, text: string) => ({ id, function: { name, arguments: text } })

function callsOf(events: readonly AnswerEvent[]): string[] {
  const texts: string[] = []
  for (const event of events) {
    if (event.kind === 'tool-call') texts[event.call] = `${event.id} ${event.name} `
    if (event.kind === 'tool-call-delta') texts[event.call] += event.text
  }
  return texts
}

describe('tool calls that are numbered oddly', () => {
  test('without an index, a new id begins a new call', () => {
    const events = read(
      calls(named('x', 'f', '{"a"')),
      calls({ function: { arguments: ':1}' } }),
      calls(named('y', 'f', '{}')),
    )
    expect(callsOf(events)).toEqual(['x f {"a":1}', 'y f {}'])
  })

  test('without an index or an id, a name begins a new call', () => {
    const events = read(calls(named('', 'f', '{}')), calls(named('', 'g', '{}')))
    expect(callsOf(events)).toEqual(['call_a_0_0 f {}', 'call_a_0_1 g {}'])
  })

  test('all with the index 0, a new id begins a new call', () => {
    const events = read(
      calls({ index: 0, ...named('x', 'f', '{}') }),
      calls({ index: 0, ...named('y', 'g', '{"b"') }),
      calls({ index: 0, function: { arguments: ':2}' } }),
    )
    expect(callsOf(events)).toEqual(['x f {}', 'y g {"b":2}'])
  })

  test('an id that is repeated in each piece begins nothing', () => {
    const piece = (text: string) => calls({ index: 0, ...named('x', 'f', text) })
    expect(callsOf(read(piece('{"a"'), piece(':1}')))).toEqual(['x f {"a":1}'])
  })

  test('arguments that come before the name wait for it', () => {
    const events = read(
      calls({ index: 2, id: 'x', function: { arguments: '{"a"' } }),
      calls({ index: 2, function: { name: 'f', arguments: ':1}' } }),
    )
    expect(callsOf(events)).toEqual(['x f {"a":1}'])
  })

  test('arguments that are an object are read as its text', () => {
    const [, , piece] = read(calls({ index: 0, id: 'x', function: { name: 'f', arguments: { a: 1 } } }))
    expect(piece).toEqual({ kind: 'tool-call-delta', choice: 0, call: 0, text: '{"a":1}' })
  })
})

describe('a stream of chat chunks', () => {
  test('nothing is read after its end or its error', () => {
    expect(read('[DONE]', delta({ content: 'x' }))).toEqual([{ kind: 'end' }])
    const events = read({ error: 'Out of memory' }, delta({ content: 'x' }), '[DONE]')
    expect(events).toEqual([{ kind: 'error', error: { message: 'Out of memory', type: 'error' } }])
  })

  test('an error whose object is empty is an error all the same', () => {
    expect(read({ error: {} })).toEqual([
      { kind: 'error', error: { message: 'The provider gave no reason.', type: 'error' } },
    ])
  })

  test('a choice ends once', () => {
    const stop = delta({}, { finish_reason: 'stop' })
    expect(read(stop, stop).map(({ kind }) => kind)).toEqual(['start', 'finish'])
  })

  test('an encrypted thought of OpenAI seals the summary before it', () => {
    const format = 'openai-responses-v1'
    const events = read(
      delta({ reasoning_details: [{ type: 'reasoning.summary', summary: 'Hm.', format }] }),
      delta({ reasoning_details: [{ type: 'reasoning.encrypted', data: 'E', id: 'rs_1', format }] }),
    )
    expect(events.slice(1)).toEqual([
      { kind: 'reasoning-delta', choice: 0, text: 'Hm.' },
      { kind: 'reasoning-seal', choice: 0, seal: 'E', redacted: false, id: 'rs_1', from: 'openai-responses' },
    ])
  })

  test('a thought under two names is one thought', () => {
    const events = read(delta({ reasoning_content: 'Hm.', reasoning: 'Hm.' }))
    expect(events.slice(1)).toEqual([{ kind: 'reasoning-delta', choice: 0, text: 'Hm.' }])
  })

  test.each([
    ['no JSON', '{"choices":[secret'],
    ['no object', '[1]'],
    ['choices that are no list', { choices: 'secret' }],
    ['a choice that is no object', { choices: ['secret'] }],
    ['an index that is no number', { choices: [{ index: 'secret' }] }],
    ['a negative index', { choices: [{ index: -1 }] }],
    ['a delta that is no object', { choices: [{ delta: 'secret' }] }],
    ['content that is a number', delta({ content: 5 })],
    ['tool calls that are no list', delta({ tool_calls: { secret: 1 } })],
    ['a tool call that is no object', calls('secret')],
    ['arguments that are a number', calls({ index: 0, id: 'x', function: { name: 'f', arguments: 5 } })],
    ['a reason that is no word', delta({}, { finish_reason: 5 })],
    ['a reasoning that is a list', delta({ reasoning_content: ['secret'] })],
    ['audio that is text', delta({ audio: 'secret' })],
  ])('%s is malformed, and the message holds nothing of it', (_name, chunk) => {
    expect(() => read(chunk)).toThrow(MalformedAnswer)
    expect(() => read(chunk)).not.toThrow('secret')
  })

  test('a call that never gets a name is malformed', () => {
    const nameless = calls({ index: 0, id: 'x', function: { arguments: '{}' } })
    expect(() => read(nameless, delta({}, { finish_reason: 'tool_calls' }))).toThrow(MalformedAnswer)
  })
})

describe('a whole chat answer', () => {
  test.each([
    ['text', 'secret'],
    ['no choices', {}],
    ['an empty list of choices', { choices: [] }],
    ['a list', []],
  ])('%s is malformed', (_name, body) => {
    expect(() => readAnswer(body)).toThrow(MalformedAnswer)
  })

  test('an error with the status of success is an error', () => {
    expect(readAnswer({ error: { message: 'No.', type: 'server_error', code: 5 } })).toEqual([
      { kind: 'error', error: { message: 'No.', type: 'server_error', code: '5' } },
    ])
  })
})
