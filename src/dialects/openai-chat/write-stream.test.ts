import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import type OpenAI from 'openai'
import { ChatCompletionStream } from 'openai/lib/ChatCompletionStream'
import type { AnswerEvent } from '../../core/answer-event.ts'
import { readStream, wireEvents, writeStream } from '../../../test/transcripts.ts'
import { openReader } from './translate-stream.ts'
import { writeAnswer } from './write-answer.ts'
import { openWriter } from './write-stream.ts'

const facts = { id: 'call-1', model: 'fast', nowSeconds: 1_763_700_000, wantsUsage: true }
const usage = {
  inputTokens: 10,
  cachedInputTokens: 4,
  outputTokens: 5,
  reasoningTokens: 2,
  cacheWriteTokens: 3,
}

function write(events: readonly AnswerEvent[], wantsUsage = true): string {
  return writeStream({ openWriter }, events, { ...facts, wantsUsage })
}

function chunksOf(text: string): OpenAI.ChatCompletionChunk[] {
  return wireEvents(text)
    .filter(({ data: json }) => json !== '[DONE]')
    .map(({ data: json }) => JSON.parse(json) as OpenAI.ChatCompletionChunk)
}

function deltasOf(events: readonly AnswerEvent[]): unknown[] {
  return chunksOf(write(events)).flatMap(({ choices }) => choices.map(({ delta }) => delta))
}

function readBack(text: string): AnswerEvent[] {
  return readStream({ openReader }, wireEvents(text))
}

const start = { kind: 'start', id: 'msg_1', model: 'claude', createdSeconds: 7 } as const
const begin = (call: number, name: string) =>
  ({ kind: 'tool-call', choice: 0, call, id: `id_${name}`, name }) as const
const more = (call: number, text: string) => ({ kind: 'tool-call-delta', choice: 0, call, text }) as const
const think = (text: string) => ({ kind: 'reasoning-delta', choice: 0, text }) as const
const seal = (text: string, redacted = false) =>
  ({ kind: 'reasoning-seal', choice: 0, seal: text, redacted, from: 'anthropic-messages' }) as const
const say = (text: string, choice = 0) => ({ kind: 'text-delta', choice, text }) as const
const finish = (reason: 'stop' | 'tool-calls' | 'refusal' | 'length', choice = 0) =>
  ({ kind: 'finish', choice, reason, native: 'x' }) as const
const end = { kind: 'end' } as const

const agentTurn: readonly AnswerEvent[] = [
  start,
  { kind: 'usage', usage },
  think('First '),
  think('thought.'),
  seal('S1'),
  seal('E1', true),
  think('Second.'),
  seal('S2'),
  say('Let me '),
  say('look.'),
  begin(0, 'weather'),
  more(0, '{"city"'),
  begin(3, 'time'),
  more(3, '{"zone":"x"}'),
  more(0, ':"Oslo"}'),
  begin(5, 'now'),
  finish('tool-calls'),
  { kind: 'usage', usage: { ...usage, outputTokens: 50 }, serviceTier: 'standard' },
  end,
]

describe('a stream written for a chat client', () => {
  test('begins with the role and ends with the counts and [DONE]', () => {
    const text = write([start, { kind: 'usage', usage }, say('Hi'), finish('stop'), end])
    expect(text.split('\n\n')).toEqual([
      'data: {"id":"msg_1","object":"chat.completion.chunk","created":7,"model":"claude","choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}],"usage":null}',
      'data: {"id":"msg_1","object":"chat.completion.chunk","created":7,"model":"claude","choices":[{"index":0,"delta":{"content":"Hi"},"logprobs":null,"finish_reason":null}],"usage":null}',
      'data: {"id":"msg_1","object":"chat.completion.chunk","created":7,"model":"claude","choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}],"usage":null}',
      'data: {"id":"msg_1","object":"chat.completion.chunk","created":7,"model":"claude","choices":[],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15,"prompt_tokens_details":{"cached_tokens":4,"audio_tokens":0,"cache_write_tokens":3},"completion_tokens_details":{"reasoning_tokens":2,"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}}',
      'data: [DONE]',
      '',
    ])
  })

  test('tells no counts to a client that did not ask for them', () => {
    expect(write([start, say('Hi'), finish('stop'), { kind: 'usage', usage }, end], false)).not.toContain(
      'usage',
    )
  })

  test('says what the provider did not: our id, the client’s name of the model, our time', () => {
    const [chunk] = chunksOf(write([{ kind: 'start', id: undefined, model: undefined }, say('Hi')]))
    expect(chunk).toMatchObject({ id: 'call-1', model: 'fast', created: 1_763_700_000 })
  })

  test('numbers tool calls without gaps, and gives those without arguments an empty object', () => {
    const calls = deltasOf(agentTurn).flatMap(
      (delta) => (delta as OpenAI.ChatCompletionChunk.Choice.Delta).tool_calls ?? [],
    )
    expect(calls).toEqual([
      { index: 0, id: 'id_weather', type: 'function', function: { name: 'weather', arguments: '' } },
      { index: 0, function: { arguments: '{"city"' } },
      { index: 1, id: 'id_time', type: 'function', function: { name: 'time', arguments: '' } },
      { index: 1, function: { arguments: '{"zone":"x"}' } },
      { index: 0, function: { arguments: ':"Oslo"}' } },
      { index: 2, id: 'id_now', type: 'function', function: { name: 'now', arguments: '' } },
      { index: 2, function: { arguments: '{}' } },
    ])
  })

  test('gives each thought once more with its seal', () => {
    const details = deltasOf(agentTurn).flatMap(
      (delta) => (delta as { reasoning_details?: unknown[] }).reasoning_details ?? [],
    )
    const format = 'anthropic-claude-v1'
    expect(details).toEqual([
      { type: 'reasoning.text', text: 'First thought.', signature: 'S1', format, index: 0 },
      { type: 'reasoning.encrypted', data: 'E1', format, index: 1 },
      { type: 'reasoning.text', text: 'Second.', signature: 'S2', format, index: 2 },
    ])
  })

  test('an unsealed thought is not part of a later sealed one', () => {
    const [last] = deltasOf([start, think('a'), say('x'), think('b'), seal('S')]).slice(-1)
    expect(last).toMatchObject({ reasoning_details: [{ text: 'b', signature: 'S' }] })
  })

  test('carries custom calls, seals of calls, refusals, sources, probabilities, sound and pictures', () => {
    const logprob = { token: 'a', logprob: -1, bytes: null, top: [] }
    const text = write([
      start,
      { kind: 'refusal-delta', choice: 0, text: 'No.' },
      { kind: 'logprobs', choice: 0, logprobs: [logprob] },
      {
        kind: 'citation',
        choice: 0,
        citation: { url: 'https://example.org', title: 'T', start: 1, end: 2, native: 0 },
      },
      { kind: 'citation', choice: 0, citation: { text: 'said', native: { type: 'char_location' } } },
      { kind: 'media-delta', choice: 0, media: 'audio', id: 'a1', base64: 'AAAA', transcript: 'Hi' },
      { kind: 'media-delta', choice: 0, media: 'image', mediaType: 'image/png', base64: 'AAAA' },
      { kind: 'tool-call', choice: 0, call: 0, id: 'c', name: 'sql', custom: true, seal: 'G' },
      { kind: 'tool-call-delta', choice: 0, call: 0, text: 'SELECT' },
      { kind: 'part-end', choice: 0 },
      { kind: 'foreign', from: 'gemini', value: {} },
      { kind: 'finish', choice: 0, reason: 'stop-text', stopText: 'END', native: 'stop_sequence' },
      end,
    ])
    const choices = chunksOf(text).flatMap((chunk) => chunk.choices as unknown[])
    expect(choices.slice(1)).toMatchObject([
      { delta: { refusal: 'No.' } },
      { delta: {}, logprobs: { content: [{ token: 'a', logprob: -1, bytes: null, top_logprobs: [] }] } },
      {
        delta: {
          annotations: [{ type: 'url_citation', url_citation: { title: 'T', start_index: 1, end_index: 2 } }],
        },
      },
      { delta: { citations: [{ type: 'char_location' }] } },
      { delta: { audio: { id: 'a1', data: 'AAAA', transcript: 'Hi' } } },
      { delta: { images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }] } },
      {
        delta: {
          tool_calls: [{ index: 0, type: 'custom', extra_content: { google: { thought_signature: 'G' } } }],
        },
      },
      { delta: { tool_calls: [{ index: 0, custom: { input: 'SELECT' } }] } },
      { delta: {}, finish_reason: 'stop', stop_reason: 'END' },
    ])
  })

  test('an error is the last that is written', () => {
    const error = { message: 'Overloaded', type: 'overloaded_error', details: { a: 1 } }
    const text = write([start, say('Hi'), { kind: 'error', error }, say('there'), end])
    expect(text.split('\n\n').slice(-2)).toEqual([
      'data: {"error":{"message":"Overloaded","type":"overloaded_error","param":null,"code":null,"details":{"a":1}}}',
      '',
    ])
  })

  test.each([
    ['refusal', true, 'stop'],
    ['refusal', false, 'content_filter'],
    ['pause', false, 'length'],
    ['context-full', false, 'length'],
    ['other', false, 'stop'],
    ['error', false, 'error'],
  ] as const)('the reason %s, with words of refusal: %p, is %s', (reason, refused, word) => {
    const words: AnswerEvent[] = refused ? [{ kind: 'refusal-delta', choice: 0, text: 'No.' }] : []
    const chunks = chunksOf(write([start, ...words, { kind: 'finish', choice: 0, reason, native: 'x' }]))
    expect(chunks.at(-1)?.choices[0]?.finish_reason as string).toBe(word)
  })

  test('is what the official client makes the same answer of as the whole one', async () => {
    const lines = chunksOf(write(agentTurn)).map((chunk) => `${JSON.stringify(chunk)}\n`)
    const body = new Response(lines.join('')).body
    if (body === null) throw new Error('A response with text has a body.')
    const completion = await ChatCompletionStream.fromReadableStream(body).finalChatCompletion()
    const whole = writeAnswer(agentTurn, facts) as OpenAI.ChatCompletion
    const message = completion.choices[0]?.message
    expect(message?.content).toBe(whole.choices[0]?.message.content ?? '')
    expect(message?.tool_calls?.map(callOf)).toEqual(whole.choices[0]?.message.tool_calls?.map(callOf) ?? [])
    expect(completion.choices[0]?.finish_reason).toBe('tool_calls')
    expect(completion.usage as unknown).toEqual(whole.usage)
  })

  test('reads back as the same answer, however its texts were split', () => {
    const expected = writeAnswer(agentTurn, facts)
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 20 }), (sizes) => {
        const split = splitTexts(agentTurn, sizes)
        expect(writeAnswer(split, facts)).toEqual(expected)
        expect(writeAnswer(readBack(write(split)), facts)).toEqual(expected)
      }),
      { numRuns: 50 },
    )
  })
})

function callOf(call: OpenAI.ChatCompletionMessageToolCall): unknown {
  return {
    id: call.id,
    called: call.type === 'function' ? { ...call.function, parsed_arguments: 0 } : call.custom,
  }
}

/** The same events with their texts cut into pieces of these sizes, again and again. */
function splitTexts(events: readonly AnswerEvent[], sizes: readonly number[]): AnswerEvent[] {
  let at = 0
  return events.flatMap((event) => {
    if (event.kind !== 'text-delta' && event.kind !== 'tool-call-delta' && event.kind !== 'reasoning-delta') {
      return [event]
    }
    const pieces: AnswerEvent[] = []
    for (let from = 0; from < event.text.length;) {
      const size = sizes[at % sizes.length] ?? 1
      pieces.push({ ...event, text: event.text.slice(from, from + size) })
      from += size
      at += 1
    }
    return pieces
  })
}
