import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import OpenAI from 'openai'
import type { Response as ApiResponse } from 'openai/resources/responses/responses'
import type { AnswerEvent } from '../../core/answer-event.ts'
import type { Usage } from '../../core/usage.ts'
import { wireEvents, writeStream } from '../../../test/transcripts.ts'
import { openaiResponses as codec } from './codec.ts'
import { echoOf } from './response-body.ts'
import { unsealed } from '../carried-seal.ts'
import type { AnswerFacts } from '../dialect.ts'
import { placeless } from '../../../test/placeless.ts'

const readRequest = placeless(codec.readRequest)

const facts: AnswerFacts = { id: 'call_ab12', model: 'fast', nowSeconds: 1_763_700_000, wantsUsage: true }
const start: AnswerEvent = { kind: 'start', id: 'chatcmpl-9', model: 'm-1', createdSeconds: 1_763_700_001 }
const usage: Usage = { inputTokens: 10, cachedInputTokens: 4, outputTokens: 6, reasoningTokens: 2 }
const stop: AnswerEvent[] = [
  { kind: 'usage', usage },
  { kind: 'finish', choice: 0, reason: 'stop', native: 'stop' },
  { kind: 'end' },
]

function said(text: string): AnswerEvent {
  return { kind: 'text-delta', choice: 0, text }
}

function thought(text: string): AnswerEvent {
  return { kind: 'reasoning-delta', choice: 0, text }
}

function call(number: number, id = `call_${number}`): AnswerEvent {
  return { kind: 'tool-call', choice: 0, call: number, id, name: `tool_${number}` }
}

function args(number: number, text: string): AnswerEvent {
  return { kind: 'tool-call-delta', choice: 0, call: number, text }
}

function written(events: readonly AnswerEvent[], with_: AnswerFacts = facts): string {
  return writeStream(codec, events, with_)
}

interface Sent {
  readonly type: string
  readonly sequence_number: number
  readonly output_index?: number
  readonly item_id?: string
  readonly response: ApiResponse
  readonly [name: string]: unknown
}

function sent(stream: string): Sent[] {
  return wireEvents(stream).map(({ name, data: json }) => {
    const wire = JSON.parse(json) as Sent
    expect(name).toBe(wire.type)
    return wire
  })
}

function types(events: readonly AnswerEvent[]): string[] {
  return sent(written(events)).map(({ type }) => type.replace('response.', ''))
}

/** What the official client makes of a stream. */
async function finalResponse(stream: string): Promise<ApiResponse> {
  const headers = { 'content-type': 'text/event-stream' }
  const client = new OpenAI({ apiKey: 'none', fetch: async () => new Response(stream, { headers }) })
  return client.responses.stream({ model: 'fast', input: 'Hi' }).finalResponse()
}

function wholeAnswer(events: readonly AnswerEvent[]): ApiResponse {
  return codec.writeAnswer(events, facts) as ApiResponse
}

describe('a written stream', () => {
  test('says each step of a text in its order', () => {
    expect(types([start, said('Gates '), said('swing'), ...stop])).toEqual([
      'created',
      'in_progress',
      'output_item.added',
      'content_part.added',
      'output_text.delta',
      'output_text.delta',
      'output_text.done',
      'content_part.done',
      'output_item.done',
      'completed',
    ])
  })

  test('numbers its events without a gap', () => {
    const numbers = sent(written([start, thought('Hm'), said('Hi'), call(0), ...stop])).map(
      (event) => event.sequence_number,
    )
    expect(numbers).toEqual(numbers.map((_number, index) => index))
  })

  test('tells a thought that nobody sealed from those of the provider by a mark of ours', () => {
    const [reasoning] = wholeAnswer([start, thought('Hm'), said('Hi'), ...stop]).output
    expect(reasoning).toMatchObject({ type: 'reasoning', encrypted_content: unsealed })
  })

  test('says each step of reasoning, and of calls that take turns', () => {
    const events = [
      start,
      thought('Hm'),
      call(0),
      call(1),
      args(0, '{"a"'),
      args(1, '{}'),
      args(0, ':1}'),
      ...stop,
    ]
    expect(types(events).slice(2, -1)).toEqual([
      'output_item.added',
      'reasoning_summary_part.added',
      'reasoning_summary_text.delta',
      'reasoning_summary_text.done',
      'reasoning_summary_part.done',
      'output_item.done',
      'output_item.added',
      'output_item.added',
      'function_call_arguments.delta',
      'function_call_arguments.delta',
      'function_call_arguments.delta',
      'function_call_arguments.done',
      'output_item.done',
      'function_call_arguments.done',
      'output_item.done',
    ])
    const done = sent(written(events)).filter(({ type }) => type === 'response.function_call_arguments.done')
    expect(done.map((event) => event['arguments'])).toEqual(['{"a":1}', '{}'])
  })

  test('keeps the id of an item from its first event to the last response', () => {
    const events = sent(written([start, thought('Hm'), said('Hi'), call(0), args(0, '{}'), ...stop]))
    const ids = new Map<number, Set<unknown>>()
    for (const event of events) {
      if (event.output_index === undefined) continue
      const known = ids.get(event.output_index) ?? new Set()
      ids.set(event.output_index, known.add(event.item_id ?? (event['item'] as { id: string }).id))
    }
    const output = events.at(-1)?.response.output ?? []
    expect([...ids.values()].map((known) => [...known])).toEqual(output.map(({ id }) => [id]))
    expect(new Set(output.map(({ id }) => id)).size).toBe(3)
  })

  test('closes a call when its part ends, and the tool that got nothing gets an empty object', () => {
    const sentTypes = types([start, call(0), { kind: 'part-end', choice: 0 }, said('Wait')])
    expect(sentTypes.slice(2, 6)).toEqual([
      'output_item.added',
      'function_call_arguments.delta',
      'function_call_arguments.done',
      'output_item.done',
    ])
    expect(wholeAnswer([start, call(0), ...stop]).output[0]).toMatchObject({
      arguments: '{}',
      status: 'completed',
    })
  })

  test('gives a call its own id when the provider gave none, or the same twice', () => {
    const { output } = wholeAnswer([start, call(0, ''), call(1, 'call_x'), call(2, 'call_x'), ...stop])
    const ids = output.map((each) => (each.type === 'function_call' ? each.call_id : ''))
    expect(ids[1]).toBe('call_x')
    expect(new Set(ids).size).toBe(3)
    expect(ids).not.toContain('')
  })

  test('ends as incomplete when it was cut, and what was open is incomplete', () => {
    const cut: AnswerEvent[] = [
      start,
      said('One, '),
      { kind: 'finish', choice: 0, reason: 'length', native: 'length' },
    ]
    const last = sent(written([...cut, { kind: 'end' }])).at(-1)
    expect(last?.type).toBe('response.incomplete')
    expect(last?.response).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      output: [{ type: 'message', status: 'incomplete' }],
    })
  })

  test.each([
    ['content-filter', 'incomplete', 'content_filter'],
    ['refusal', 'incomplete', 'content_filter'],
    ['context-full', 'incomplete', 'max_output_tokens'],
    ['pause', 'incomplete', 'max_output_tokens'],
    ['stop-text', 'completed', undefined],
    ['other', 'completed', undefined],
  ] as const)('tells the end %s as %s', (reason, status, why) => {
    const answer = wholeAnswer([
      start,
      said('x'),
      { kind: 'finish', choice: 0, reason, native: '' },
      { kind: 'end' },
    ])
    expect(answer.status).toBe(status)
    expect<string | undefined>(answer.incomplete_details?.reason).toBe(why)
  })

  test('a refusal in words is complete', () => {
    const events: AnswerEvent[] = [
      start,
      { kind: 'refusal-delta', choice: 0, text: 'No.' },
      { kind: 'finish', choice: 0, reason: 'refusal', native: 'refusal' },
      { kind: 'end' },
    ]
    expect(wholeAnswer(events)).toMatchObject({
      status: 'completed',
      output: [{ content: [{ type: 'refusal', refusal: 'No.' }] }],
    })
  })

  test('says nothing of an end that nobody said', () => {
    expect(
      types([start, said('Half'), { kind: 'finish', choice: 0, reason: 'stop', native: 'stop' }]).at(-1),
    ).toBe('output_item.done')
  })

  test('fails with what was said so far, and says nothing more', () => {
    const failure: AnswerEvent = {
      kind: 'error',
      error: { message: 'Overloaded', type: 'overloaded_error' },
    }
    const events = sent(written([start, said('Half'), failure, said('more'), { kind: 'end' }]))
    expect(events.at(-1)).toMatchObject({
      type: 'response.failed',
      response: {
        status: 'failed',
        error: { code: 'server_error', message: 'Overloaded' },
        output: [{ status: 'incomplete', content: [{ text: 'Half' }] }],
      },
    })
    expect(events.filter(({ type }) => type === 'response.failed')).toHaveLength(1)
  })

  test.each([
    [{ message: 'm', type: 'rate_limit_error' }, 'rate_limit_exceeded'],
    [{ message: 'm', type: 'x', code: 'context_length_exceeded' }, 'context_length_exceeded'],
    [{ message: 'm', type: 'INTERNAL', code: '500' }, 'server_error'],
  ])('spells the code of %j as its clients know it', (error, code) => {
    expect<string | undefined>(wholeAnswer([start, { kind: 'error', error }]).error?.code).toBe(code)
  })

  test('has the id of the call, unless its provider speaks this dialect too', () => {
    expect(wholeAnswer([start, ...stop]).id).toBe('resp_ab12')
    expect(wholeAnswer([{ ...start, id: 'resp_77' }, ...stop]).id).toBe('resp_77')
  })

  test('repeats what was asked', () => {
    const request = {
      instructions: 'Be brief.',
      temperature: 0.5,
      tools: [{ type: 'custom', name: 't' }],
      input: 'x',
    }
    const [first] = sent(written([start], { ...facts, echo: echoOf(request) }))
    expect(first?.response).toMatchObject({ instructions: 'Be brief.', temperature: 0.5, top_p: null })
    expect(first?.response).not.toHaveProperty('input')
  })

  test('puts citations and log probabilities where their text is', () => {
    const logprobs = [{ token: 'é', logprob: -1, bytes: null, top: [] }]
    const { output } = wholeAnswer([
      start,
      said('One.'),
      { kind: 'part-end', choice: 0 },
      said('é two.'),
      { kind: 'logprobs', choice: 0, logprobs },
      { kind: 'citation', choice: 0, citation: { url: 'https://e.com/', start: 4, end: 5, native: {} } },
      { kind: 'citation', choice: 0, citation: { title: 'a.pdf', text: 'two', native: {} } },
      ...stop,
    ])
    expect(output).toMatchObject([
      {
        content: [
          { text: 'One.', annotations: [] },
          {
            text: 'é two.',
            annotations: [
              { type: 'url_citation', url: 'https://e.com/', title: '', start_index: 0, end_index: 1 },
              { type: 'file_citation', filename: 'a.pdf' },
            ],
            logprobs: [{ token: 'é', bytes: [195, 169], top_logprobs: [] }],
          },
        ],
      },
    ])
  })

  test('carries the seals of other dialects so that they come back', () => {
    const { output } = wholeAnswer([
      start,
      thought('Hm'),
      { kind: 'reasoning-seal', choice: 0, seal: 'sig', redacted: false, from: 'anthropic-messages' },
      { kind: 'reasoning-seal', choice: 0, seal: 'dark', redacted: true, from: 'anthropic-messages' },
      { kind: 'tool-call', choice: 0, call: 0, id: 'call_7', name: 'look', seal: 'thought' },
      ...stop,
    ])
    const { turns } = readRequest({ model: 'm', input: output })
    expect(turns).toEqual([
      {
        role: 'assistant',
        parts: [
          { kind: 'reasoning', text: 'Hm', seal: 'sig', from: 'anthropic-messages' },
          { kind: 'reasoning', text: '', seal: 'dark', redacted: true, from: 'anthropic-messages' },
          { kind: 'tool-call', id: 'call_7', name: 'look', arguments: '{}', seal: 'thought' },
        ],
      },
    ])
  })

  test('shows pictures and sound', () => {
    const { output } = wholeAnswer([
      start,
      { kind: 'media-delta', choice: 0, media: 'image', mediaType: 'image/png', base64: 'QQ==' },
      { kind: 'media-delta', choice: 0, media: 'image', mediaType: 'image/png', base64: 'Qg==' },
      { kind: 'media-delta', choice: 0, media: 'audio', base64: 'QUI=', transcript: 'Hi' },
      ...stop,
    ])
    expect(output).toMatchObject([
      { type: 'image_generation_call', status: 'completed', result: 'QUI=', output_format: 'png' },
      { type: 'message', content: [{ type: 'output_audio', data: 'QUI=', transcript: 'Hi' }] },
    ])
  })
})

const texts = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
const step: fc.Arbitrary<readonly AnswerEvent[]> = fc.oneof(
  texts.map((text) => [said(text)]),
  texts.map((text) => [thought(text)]),
  texts.map((text): AnswerEvent[] => [{ kind: 'refusal-delta', choice: 0, text }]),
  texts.map((seal): AnswerEvent[] => [
    { kind: 'reasoning-seal', choice: 0, seal, redacted: false, from: 'anthropic-messages' },
  ]),
  fc.constant<AnswerEvent[]>([{ kind: 'part-end', choice: 0 }]),
  fc.tuple(fc.nat(2), texts).map(([number, text]) => [args(number, text)]),
  fc.nat(2).map((number) => [call(number, `call_${number}`)]),
  fc.constant<AnswerEvent[]>([
    { kind: 'citation', choice: 0, citation: { url: 'https://e.com/', native: {} } },
  ]),
  fc.constant<AnswerEvent[]>([
    { kind: 'logprobs', choice: 0, logprobs: [{ token: 'a', logprob: -1, bytes: [97], top: [] }] },
  ]),
  fc.constant<AnswerEvent[]>([
    { kind: 'media-delta', choice: 0, media: 'image', mediaType: 'image/png', base64: 'QUI=' },
  ]),
)

describe('the official client', () => {
  test('makes of any stream what the whole answer is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
        const events = [start, ...steps.flat(), ...stop]
        const { output_text: _text, ...final } = await finalResponse(written(events))
        expect(withoutParsed(final)).toEqual(JSON.parse(JSON.stringify(wholeAnswer(events))))
      }),
      { numRuns: 25 },
    )
  })

  test('joins the text and counts the tokens', async () => {
    const final = await finalResponse(written([start, thought('Hm'), said('Gates '), said('swing'), ...stop]))
    expect(final.output_text).toBe('Gates swing')
    expect(final.usage).toEqual({
      input_tokens: 10,
      input_tokens_details: { cached_tokens: 4, cache_write_tokens: 0 },
      output_tokens: 6,
      output_tokens_details: { reasoning_tokens: 2 },
      total_tokens: 16,
    })
  })

  test('sees the failure of a provider', async () => {
    const failure: AnswerEvent = { kind: 'error', error: { message: 'Overloaded', type: 'overloaded_error' } }
    const final = await finalResponse(written([start, said('Half'), failure]))
    expect([final.status, final.error?.message]).toEqual(['failed', 'Overloaded'])
  })
})

/** The client adds what it parsed. */
function withoutParsed(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, member: unknown) =>
      key === 'parsed' || key === 'parsed_arguments' || key === 'output_parsed' ? undefined : member,
    ),
  )
}
