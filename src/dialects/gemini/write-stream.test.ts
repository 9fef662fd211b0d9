import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import type { AnswerEvent } from '../../core/answer-event.ts'
import type { Part } from '../../core/model-request.ts'
import { MalformedAnswer } from '../dialect.ts'
import { readStream, wireEvents, wireOf, writeStream } from '../../../test/transcripts.ts'
import { gemini } from './codec.ts'
import { readRequest as readPlaced } from './translate-request.ts'
import { placeless } from '../../../test/placeless.ts'

const readRequest = placeless(readPlaced)

const facts = { id: 'resp-1', model: 'fast', nowSeconds: 1_800_000_000, wantsUsage: false }
const start: AnswerEvent = { kind: 'start', id: undefined, model: undefined }
const end: AnswerEvent = { kind: 'end' }
const text = (words: string): AnswerEvent => ({ kind: 'text-delta', choice: 0, text: words })
const call = (number: number, id: string): AnswerEvent => ({
  kind: 'tool-call',
  choice: 0,
  call: number,
  id,
  name: 'f',
})
const more = (number: number, words: string): AnswerEvent => ({
  kind: 'tool-call-delta',
  choice: 0,
  call: number,
  text: words,
})
const finish = (reason: 'stop' | 'tool-calls' | 'length'): AnswerEvent => ({
  kind: 'finish',
  choice: 0,
  reason,
  native: 'x',
})

interface Chunk {
  readonly candidates: readonly [
    {
      readonly content: { readonly parts: readonly Record<string, unknown>[] }
      readonly finishReason?: string
    },
  ]
}

function stream(events: readonly AnswerEvent[]): string {
  return writeStream(gemini, events, facts)
}

function chunks(events: readonly AnswerEvent[]): readonly Chunk[] {
  return wireEvents(stream(events)).map(({ data: json }) => JSON.parse(json) as Chunk)
}

function parts(events: readonly AnswerEvent[]): readonly unknown[] {
  return chunks(events).flatMap(({ candidates: [candidate] }) => candidate.content.parts)
}

describe('a stream for a Gemini client', () => {
  test('each event is a response of its own that ends with CRLF CRLF', () => {
    const usage = { inputTokens: 5, cachedInputTokens: 2, outputTokens: 7, reasoningTokens: 3 }
    expect(stream([start, text('Hi'), finish('stop'), { kind: 'usage', usage }, end])).toBe(
      'data: {"candidates":[{"content":{"role":"model","parts":[{"text":"Hi"}]},"index":0}],"modelVersion":"fast","responseId":"resp-1"}\r\n\r\n' +
        'data: {"candidates":[{"content":{"role":"model","parts":[{"text":""}]},"finishReason":"STOP","index":0}],' +
        '"usageMetadata":{"promptTokenCount":5,"cachedContentTokenCount":2,"candidatesTokenCount":4,"thoughtsTokenCount":3,"totalTokenCount":12},' +
        '"modelVersion":"fast","responseId":"resp-1"}\r\n\r\n',
    )
  })

  test('an answer that is cut off has no reason for its end', () => {
    const cut = chunks([start, text('Hi'), finish('stop')])
    expect(cut.map(({ candidates: [candidate] }) => candidate.finishReason)).toEqual([undefined])
  })

  test('calls that take turns go out whole, in the order in which they began', () => {
    const events = [
      start,
      call(0, 'a'),
      more(0, '{"x'),
      call(1, 'b'),
      more(1, '{"y":2}'),
      more(0, '":1}'),
      finish('tool-calls'),
      end,
    ]
    expect(parts(events)).toEqual([
      { functionCall: { id: 'a', name: 'f', args: { x: 1 } } },
      { functionCall: { id: 'b', name: 'f', args: { y: 2 } } },
      { text: '' },
    ])
  })

  test('calls are over when the answer goes on with something else', () => {
    expect(parts([start, call(0, 'a'), text('Done.')])).toEqual([
      { functionCall: { id: 'a', name: 'f', args: {} } },
      { text: 'Done.' },
    ])
  })

  test('arguments that were cut off are kept as text', () => {
    expect(parts([start, call(0, 'a'), more(0, '{"x'), finish('length'), end])[0]).toEqual({
      functionCall: { id: 'a', name: 'f', args: { arguments: '{"x' } },
    })
  })

  test('the signature of another provider survives the way to a client and back', () => {
    const events: readonly AnswerEvent[] = [
      start,
      { kind: 'reasoning-delta', choice: 0, text: 'So ' },
      { kind: 'reasoning-delta', choice: 0, text: 'what?' },
      { kind: 'reasoning-seal', choice: 0, seal: 'ErUB', redacted: false, from: 'anthropic-messages' },
      { kind: 'reasoning-seal', choice: 0, seal: 'secret', redacted: true, from: 'anthropic-messages' },
      text('Hi'),
      finish('stop'),
      end,
    ]
    const contents = chunks(events).map(({ candidates: [{ content }] }) => content)
    const whole = gemini.writeAnswer(events, facts) as Chunk
    const expected: readonly Part[] = [
      { kind: 'reasoning', text: 'So what?', seal: 'ErUB', from: 'anthropic-messages' },
      { kind: 'reasoning', text: '', seal: 'secret', redacted: true, from: 'anthropic-messages' },
      { kind: 'text', text: 'Hi' },
    ]
    expect(readRequest({ model: 'm', contents }).turns).toEqual([{ role: 'assistant', parts: expected }])
    expect(readRequest({ model: 'm', contents: [whole.candidates[0].content] }).turns[0]?.parts).toEqual(
      expected,
    )
  })

  test('an error in the middle has a number that the SDK raises', () => {
    const error = { message: 'Too busy.', type: 'overloaded_error' }
    expect(stream([start, { kind: 'error', error }])).toBe(
      'data: {"error":{"code":500,"message":"Too busy.","status":"INTERNAL","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo",' +
        '"reason":"overloaded_error","domain":"sallyport","metadata":{}}]}}\r\n\r\n',
    )
  })

  test('however an answer is cut into pieces, a client puts the same together', () => {
    const piece = fc.oneof(
      fc.record({
        kind: fc.constant('text-delta' as const),
        choice: fc.nat(1),
        text: fc.string({ minLength: 1 }),
      }),
      fc.record({
        kind: fc.constant('reasoning-delta' as const),
        choice: fc.nat(1),
        text: fc.string({ minLength: 1 }),
      }),
      fc.record({ kind: fc.constant('part-end' as const), choice: fc.nat(1) }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const events = [start, ...pieces, ...ending]
        const streamed = readStream(gemini, wireOf(chunks(events)))
        expect(spoken(streamed)).toEqual(spoken(events))
        expect(spoken(gemini.readAnswer(gemini.writeAnswer(events, facts)))).toEqual(spoken(events))
      }),
      { numRuns: 50 },
    )
  })
})

const ending: readonly AnswerEvent[] = [0, 1].map(
  (choice) => ({ kind: 'finish', choice, reason: 'stop', native: '' }) as const,
)

function spoken(events: readonly AnswerEvent[]): Record<string, string> {
  const texts: Record<string, string> = {}
  for (const event of events) {
    if (event.kind !== 'text-delta' && event.kind !== 'reasoning-delta') continue
    const key = `${event.kind} ${event.choice}`
    texts[key] = (texts[key] ?? '') + event.text
  }
  return texts
}

describe('a stream or answer of Gemini that breaks its format', () => {
  const candidate = (members: unknown) => ({ candidates: [members] })
  const part = (members: unknown) => candidate({ content: { parts: [members] } })

  test.each([
    [null],
    ['text'],
    [{}],
    [{ candidates: {} }],
    [{ candidates: [1] }],
    [candidate({ content: 'x' })],
    [candidate({ content: { parts: {} } })],
    [candidate({ index: -1 })],
    [candidate({ index: 'one' })],
    [part({ text: 1 })],
    [part({ functionCall: 'f' })],
    [part({ functionCall: {} })],
    [part({ functionCall: { name: 'f', args: [] } })],
    [part({ inlineData: { mimeType: 'image/png' } })],
  ])('%j is malformed', (body) => {
    expect(() => gemini.readAnswer(body)).toThrow(MalformedAnswer)
  })

  test('an event that is not JSON is malformed, and the message holds nothing of it', () => {
    const read = () => gemini.openReader().read({ name: '', data: '{"secret' })
    expect(read).toThrow(MalformedAnswer)
    expect(read).not.toThrow(/secret/)
  })

  test('what nobody knows passes', () => {
    const chunk = { ...part({ hologram: {} }), novelty: 1 }
    expect(gemini.openReader().read({ name: '', data: JSON.stringify(chunk) })).toEqual([
      { kind: 'start', id: undefined, model: undefined },
      {
        kind: 'foreign',
        from: 'gemini',
        value: { candidates: [{ content: { role: 'model', parts: [{ hologram: {} }] }, index: 0 }] },
      },
    ])
    expect(gemini.openReader().read({ name: 'novelty', data: '1' })).toMatchObject([{ kind: 'foreign' }])
  })

  test('a whole answer without a reason has ended all the same', () => {
    expect(gemini.readAnswer(part({ text: 'Hi' })).slice(-2)).toEqual([
      { kind: 'finish', choice: 0, reason: 'other', native: '' },
      { kind: 'end' },
    ])
  })

  test.each([
    ['MAX_TOKENS', 'length'],
    ['RECITATION', 'content-filter'],
    ['SPII', 'content-filter'],
    ['IMAGE_SAFETY', 'content-filter'],
    ['LANGUAGE', 'other'],
    ['MALFORMED_FUNCTION_CALL', 'error'],
    ['TOO_MANY_TOOL_CALLS', 'error'],
    ['CONTINUATION', 'pause'],
    ['constructor', 'other'],
  ])('%s is %s', (finishReason, reason) => {
    expect(gemini.readAnswer(candidate({ finishReason }))).toContainEqual({
      kind: 'finish',
      choice: 0,
      reason: reason as 'other',
      native: finishReason,
    })
  })
})
