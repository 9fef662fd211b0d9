import { describe, expect, test } from 'bun:test'
import type { AnswerEvent } from '../../core/answer-event.ts'
import type { ModelRequest } from '../../core/model-request.ts'
import { fronts } from '../../../test/continued-answers.ts'
import { answerFacts, writeStream } from '../../../test/transcripts.ts'
import { openaiChat } from '../openai-chat/codec.ts'
import { AnswerSoFar, hindranceIn } from './answer-so-far.ts'
import { askToGoOn } from './ask-to-go-on.ts'

const start: AnswerEvent = { kind: 'start', id: 'x_1', model: 'm-1' }
const said = (text: string): AnswerEvent => ({ kind: 'text-delta', choice: 0, text })

function after(
  events: readonly AnswerEvent[],
  codec = openaiChat as (typeof fronts)[number]['codec'],
): AnswerSoFar {
  const soFar = new AnswerSoFar(codec)
  soFar.push(Buffer.from(writeStream(codec, events)))
  return soFar
}

describe.each(fronts)('what the client has of an answer in $name', ({ codec }) => {
  test('is its text, and can be gone on with', () => {
    const soFar = after([start, said('Gates '), said('are')], codec)
    expect([soFar.text, soFar.hindrance, soFar.tokens]).toEqual(['Gates are', undefined, 3])
  })

  test('is read from events that come in pieces', () => {
    const soFar = new AnswerSoFar(codec)
    for (const byte of Buffer.from(writeStream(codec, [start, said('Grüße'), said(' 👩‍👩‍👧')])))
      soFar.push(Uint8Array.of(byte))
    expect(soFar.text).toBe('Grüße 👩‍👩‍👧')
  })

  const more: readonly (readonly [string, readonly AnswerEvent[]])[] = [
    ['thoughts', [{ kind: 'reasoning-delta', choice: 0, text: 'Hm.' }, said('x')]],
    [
      'a tool call',
      [
        { kind: 'tool-call', choice: 0, call: 0, id: 'call_1', name: 'open' },
        { kind: 'tool-call-delta', choice: 0, call: 0, text: '{}' },
        { kind: 'part-end', choice: 0 },
        said('x'),
      ],
    ],
    ['its end', [{ kind: 'finish', choice: 0, reason: 'stop', native: 'stop' }, { kind: 'end' }]],
    ['an error', [{ kind: 'error', error: { message: 'no', type: 'api_error' } }]],
  ]
  test.each(more)('cannot be gone on with where it holds %s', (_name, events) => {
    expect(after([start, ...events], codec).hindrance).toBeString()
    expect(after([start, said('Gates'), ...events], codec).hindrance).toBeString()
  })
})

test('an answer that says nothing, too much, or half a character cannot be gone on with', () => {
  expect(after([start]).hindrance).toBe('it has said nothing yet')
  expect(after([start, said(' \n')]).hindrance).toBe('it has said nothing yet')
  expect(after([start, said('gate '.repeat(6_401))]).hindrance).toBe('it is longer than 8000 tokens')
  expect(after([start, said('gate '.repeat(6_400))]).hindrance).toBeUndefined()
  expect(after([start, said('gate \ud83d')]).hindrance).toBe('it broke within a character')
})

test('bytes that cannot be read hinder and never throw', () => {
  const soFar = after([start, said('Gates')])
  soFar.push(Buffer.from('data: {"broken\n\n'))
  soFar.push(Buffer.from('data: [DONE]\n\n'))
  expect(soFar.hindrance).toBe('it cannot be read')
})

test('a second choice hinders', () => {
  const second: AnswerEvent = { kind: 'text-delta', choice: 1, text: 'Doors' }
  expect(after([start, said('Gates'), second]).hindrance).toBe('several answers were asked for')
})

const asked: ModelRequest = {
  model: 'm-1',
  stream: true,
  turns: [
    { role: 'system', parts: [{ kind: 'text', text: 'Be brief.' }] },
    { role: 'user', parts: [{ kind: 'text', text: 'Gates?' }] },
  ],
  unplaced: [],
}

test('what is asked for besides a text hinders', () => {
  expect(hindranceIn(asked)).toBeUndefined()
  expect(
    hindranceIn({ ...asked, tools: [], toolChoice: { kind: 'auto' }, format: { kind: 'text' } }),
  ).toBeUndefined()
  for (const more of [
    { choices: 2 },
    { logprobs: true },
    { format: { kind: 'json' } },
    { modalities: ['text', 'audio'] },
    { toolChoice: { kind: 'any' } },
  ] as const)
    expect(hindranceIn({ ...asked, ...more })).toBeString()
})

describe('the request to go on', () => {
  const soFar = { text: 'Gates keep the night out. And they ', tokens: 9 }

  test('begins the answer with what was said, without the white space at its end', () => {
    const { turns, maxTokens, reasoning } = askToGoOn(
      { ...asked, maxTokens: 100, reasoning: { effort: 'low' } },
      soFar,
      'prefill',
    )
    const text = 'Gates keep the night out. And they'
    expect(turns).toEqual([...asked.turns, { role: 'assistant', parts: [{ kind: 'text', text }] }])
    expect([maxTokens, reasoning]).toEqual([91, undefined])
  })

  test('asks in a turn of the user where the answer cannot be begun, and adds nothing to the system text', () => {
    const { turns } = askToGoOn(asked, soFar, 'prompt')
    expect(turns.slice(0, 3)).toEqual([
      ...asked.turns,
      { role: 'assistant', parts: [{ kind: 'text', text: soFar.text }] },
    ])
    expect(turns[3]?.role).toBe('user')
    expect(JSON.stringify(turns[3])).toContain('Gates keep the night out. And they\\n\\n')
    expect(turns).toHaveLength(4)
  })

  test('goes on with an answer that the client began', () => {
    const begun = {
      ...asked,
      turns: [...asked.turns, { role: 'assistant', parts: [{ kind: 'text', text: 'Well: ' }] }],
    } as const
    const { turns } = askToGoOn(begun, soFar, 'prefill')
    expect(turns.slice(2)).toEqual([
      { role: 'assistant', parts: [{ kind: 'text', text: 'Well: Gates keep the night out. And they' }] },
    ])
  })

  test('leaves a bound that every provider takes', () => {
    expect(askToGoOn({ ...asked, maxTokens: 10 }, soFar, 'prompt').maxTokens).toBe(16)
    expect(askToGoOn(asked, soFar, 'prompt').maxTokens).toBeUndefined()
  })
})

test('the writer of the rest says nothing again', () => {
  const soFar = after([start, said('Gates ')])
  const writer = soFar.openWriter(answerFacts)
  expect(writer.write(said('are'))).toContain('"delta":{"content":"are"}')
})
