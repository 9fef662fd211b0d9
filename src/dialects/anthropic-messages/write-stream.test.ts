import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import type { AnswerEvent, FinishReason } from '../../core/answer-event.ts'
import { answerFacts as facts, wireEvents, writeStream } from '../../../test/transcripts.ts'
import { unsealed } from '../carried-seal.ts'
import { writeAnswer } from './write-answer.ts'
import { openWriter } from './write-stream.ts'

const start: AnswerEvent = { kind: 'start', id: undefined, model: undefined }
const end: AnswerEvent = { kind: 'end' }

interface Block {
  readonly type: string
  readonly id: string
  text: string
  thinking: string
  signature: string
  readonly partial_json: string
  readonly citation: unknown
  citations?: unknown[]
  json: string
}

interface Message {
  content: Block[]
  readonly stop_reason: string
  readonly usage: Readonly<Record<string, unknown>>
}

interface Wire {
  readonly type: string
  readonly index: number
  readonly message: Message
  readonly content_block: Block
  readonly delta: Block
  readonly usage: Message['usage']
}

function finish(reason: FinishReason, native = 'x'): AnswerEvent {
  return { kind: 'finish', choice: 0, reason, native }
}
function say(text: string, choice = 0): AnswerEvent {
  return { kind: 'text-delta', choice, text }
}
function call(index: number, id = `c${index}`): AnswerEvent {
  return { kind: 'tool-call', choice: 0, call: index, id, name: `tool_${index}` }
}
function more(index: number, text: string): AnswerEvent {
  return { kind: 'tool-call-delta', choice: 0, call: index, text }
}

function write(events: readonly AnswerEvent[]): Wire[] {
  return wireEvents(writeStream({ openWriter }, events)).map(({ name, data: json }) => {
    const wire: Wire = JSON.parse(json)
    expect(name).toBe(wire.type)
    return wire
  })
}

/** The message as the official SDK gathers it; breaks of the stream's grammar fail. */
function gather(events: readonly Wire[]): Message {
  const [first, ...rest] = events
  if (first?.type !== 'message_start') throw new Error('the stream has no start')
  const message = structuredClone(first.message)
  let open = -1
  for (const event of rest) {
    if (event.type === 'content_block_start') {
      expect(open).toBe(-1)
      expect(event.index).toBe(message.content.length)
      open = event.index
      message.content.push({ ...event.content_block, json: '' })
    } else if (event.type === 'content_block_delta') {
      expect(event.index).toBe(open)
      const block = message.content[open]
      if (block !== undefined) layIn(block, event.delta)
    } else if (event.type === 'content_block_stop') {
      expect(event.index).toBe(open)
      open = -1
    } else if (event.type === 'message_delta') {
      Object.assign(message, event.delta)
      Object.assign(message.usage, event.usage)
    }
  }
  expect(open).toBe(-1)
  expect(rest.at(-1)?.type).toBe('message_stop')
  return { ...message, content: message.content.map(withInput) }
}

function layIn(block: Block, delta: Block): void {
  if (delta.type === 'text_delta') block.text += delta.text
  if (delta.type === 'thinking_delta') block.thinking += delta.thinking
  if (delta.type === 'signature_delta') block.signature = delta.signature
  if (delta.type === 'input_json_delta') block.json += delta.partial_json
  if (delta.type === 'citations_delta') block.citations = [...(block.citations ?? []), delta.citation]
}

function withInput(block: Block): Block {
  const { json, ...rest } = block
  return (json === '' ? rest : { ...rest, input: JSON.parse(json) }) as Block
}

describe('a stream that is written for Anthropic clients', () => {
  test('text is one block, with an id and a model of ours where the provider gave none', () => {
    const events = [start, say('Hi '), say(''), say('you'), finish('stop'), end]
    expect(gather(write(events))).toMatchObject({
      id: 'call_1',
      model: 'm-1',
      type: 'message',
      role: 'assistant',
      content: [{ type: 'text', text: 'Hi you' }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 0, output_tokens: 0 },
    })
  })

  test('only cited text has citations, and a source without a title is called by its address', () => {
    const url = 'https://example.com/gates'
    const citation = { kind: 'citation' as const, choice: 0, citation: { url, native: url } }
    const plain = [start, say('a'), finish('stop'), end]
    expect(JSON.stringify(write(plain))).not.toContain('citations')
    const cited = gather(write([start, say('a'), citation, finish('stop'), end]))
    expect(cited.content[0]?.citations).toEqual([
      { type: 'web_search_result_location', cited_text: '', encrypted_index: '', title: url, url },
    ])
  })

  test('counts that come before the first word stand in its start', () => {
    const usage = {
      inputTokens: 50,
      cachedInputTokens: 30,
      cacheWriteTokens: 5,
      outputTokens: 0,
      reasoningTokens: 0,
    }
    const [first] = write([start, { kind: 'usage', usage }])
    expect(first?.message.usage).toMatchObject({
      input_tokens: 15,
      cache_read_input_tokens: 30,
      cache_creation_input_tokens: 5,
    })
  })

  test('counts that come last stand in its end', () => {
    const usage = { inputTokens: 9, cachedInputTokens: 0, outputTokens: 4, reasoningTokens: 3 }
    const message = gather(write([start, say('a'), finish('stop'), { kind: 'usage', usage }, end]))
    expect(message.usage).toMatchObject({
      input_tokens: 9,
      output_tokens: 4,
      output_tokens_details: { thinking_tokens: 3 },
    })
  })

  test('nothing ends a stream that its provider did not end', () => {
    const types = write([start, say('a'), finish('stop')]).map(({ type }) => type)
    expect(types).not.toContain('message_delta')
    expect(types).not.toContain('message_stop')
  })

  test('an error in the middle is the last event', () => {
    const error = { message: 'busy', type: 'server_overloaded', code: 'overloaded' }
    const events = write([start, say('a'), { kind: 'error', error }, say('b'), end])
    const last: unknown = events.at(-1)
    expect(last).toEqual({
      type: 'error',
      error: { type: 'overloaded_error', message: 'busy', details: { error_code: 'overloaded' } },
      request_id: 'call_1',
    })
  })

  test('a second call waits until the first is whole', () => {
    const events = write([
      start,
      call(0),
      call(1),
      more(1, '{"b":'),
      more(0, '{"a":"}{'),
      more(0, '"}'),
      more(1, '2}'),
    ])
    expect(events.map(({ type, index }) => [type, index]).slice(1)).toEqual([
      ['content_block_start', 0],
      ['content_block_delta', 0],
      ['content_block_delta', 0],
      ['content_block_stop', 0],
      ['content_block_start', 1],
      ['content_block_delta', 1],
      ['content_block_delta', 1],
    ])
  })

  test('calls that are cut off are still closed in their order', () => {
    const message = gather(write([start, call(0), call(1), call(2), more(2, '{}'), finish('length'), end]))
    expect(message.content.map(({ id }) => id)).toEqual(['c0', 'c1', 'c2'])
    expect(message.stop_reason).toBe('max_tokens')
  })

  test('an answer with calls ends because of them, whatever its provider calls it', () => {
    expect(gather(write([start, call(0), more(0, '{}'), finish('stop'), end])).stop_reason).toBe('tool_use')
  })

  test('a thought that nobody sealed is told from those of the API by a mark of ours', () => {
    const events: AnswerEvent[] = [
      start,
      { kind: 'reasoning-delta', choice: 0, text: 'hm' },
      say('a'),
      finish('stop'),
      end,
    ]
    const marked = { type: 'thinking', thinking: 'hm', signature: unsealed }
    expect(gather(write(events)).content).toMatchObject([marked, { type: 'text' }])
    expect(writeAnswer(events, facts)).toMatchObject({ content: [marked, { type: 'text' }] })
  })

  test('a call without an id gets one of ours', () => {
    const message = gather(write([start, call(0, ''), finish('tool-calls'), end]))
    expect(message.content[0]).toMatchObject({ id: 'call_1_0', input: {} })
  })

  test('other choices than the first are left out', () => {
    const message = gather(write([start, say('a'), say('no', 1), say('b'), finish('stop'), end]))
    expect(message.content).toMatchObject([{ type: 'text', text: 'ab' }])
    expect(message.content).toHaveLength(1)
  })

  test('a seal of another dialect is carried as a signature', () => {
    const events: AnswerEvent[] = [
      start,
      { kind: 'reasoning-delta', choice: 0, text: 'hm' },
      { kind: 'reasoning-seal', choice: 0, seal: 'S', redacted: false, id: 'rs_1', from: 'openai-responses' },
      { kind: 'tool-call', choice: 0, call: 0, id: 'c0', name: 'f', seal: 'T' },
      finish('tool-calls'),
      end,
    ]
    expect(gather(write(events)).content).toMatchObject([
      { type: 'thinking', thinking: 'hm', signature: 'sallyport-seal:1:openai-responses:v:4:0:rs_1S' },
      { type: 'redacted_thinking', data: 'sallyport-seal:1:gemini:r:0:2:c0T' },
      { type: 'tool_use', id: 'c0' },
    ])
  })

  test('a seal of another dialect behind the last words is left out, since clients take the last block for the answer', () => {
    const seal: AnswerEvent = {
      kind: 'reasoning-seal',
      choice: 0,
      seal: 'S',
      redacted: false,
      from: 'gemini',
    }
    const words = [start, say('a'), seal]
    for (const last of [
      [finish('stop'), end],
      [say(''), finish('stop'), end],
    ]) {
      const streamed = gather(write([...words, ...last])).content
      expect(streamed).toMatchObject([{ type: 'text', text: 'a' }])
      expect(streamed).toHaveLength(1)
      expect(writeAnswer([...words, ...last], facts)).toMatchObject({
        content: [{ type: 'text', text: 'a' }],
      })
    }
    const carried = { type: 'thinking', thinking: '', signature: 'sallyport-seal:1:gemini:v:0:0:S' }
    const called = [...words, call(0), more(0, '{}'), finish('tool-calls'), end]
    const content = [{ type: 'text' }, carried, { type: 'tool_use' }]
    expect(gather(write(called)).content).toMatchObject(content)
    expect(writeAnswer(called, facts)).toMatchObject({ content })
    const only = [start, seal, finish('length'), end]
    expect(gather(write(only)).content).toMatchObject([carried])
    expect(writeAnswer(only, facts)).toMatchObject({ content: [carried] })
  })

  test.each([
    ['stop', 'end_turn'],
    ['stop-text', 'stop_sequence'],
    ['length', 'max_tokens'],
    ['tool-calls', 'tool_use'],
    ['content-filter', 'refusal'],
    ['refusal', 'refusal'],
    ['pause', 'pause_turn'],
    ['context-full', 'model_context_window_exceeded'],
    ['error', 'refusal'],
    ['other', 'end_turn'],
  ] as const)('an answer that ended by %s says %s', (reason, expected) => {
    expect(gather(write([start, say('a'), finish(reason), end])).stop_reason).toBe(expected)
  })

  test('what a model would not say is text, and the reason is a refusal', () => {
    const refusal: AnswerEvent = { kind: 'refusal-delta', choice: 0, text: 'I will not.' }
    expect(gather(write([start, refusal, finish('stop'), end]))).toMatchObject({
      content: [{ type: 'text', text: 'I will not.' }],
      stop_reason: 'refusal',
      stop_details: { type: 'refusal' },
    })
  })

  test('any order of events makes a whole stream that says what the whole answer says', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 25 }), (steps) => {
        const events = [start, ...fromSteps(steps), finish('stop'), end]
        const gathered = gather(write(events))
        const answer: Message = JSON.parse(JSON.stringify(writeAnswer(events, facts)))
        expect(sorted(gathered)).toEqual(sorted(answer))
      }),
      { numRuns: 200 },
    )
  })
})

/** Calls may be written later than they began; all else keeps its order. */
function sorted({ content, ...message }: Message): Message {
  const calls = content.filter(({ type }) => type === 'tool_use')
  const others = content.filter(({ type }) => type !== 'tool_use')
  return { ...message, content: [...others, ...calls.sort((a, b) => (a.id < b.id ? -1 : 1))] }
}

const anyStep = fc.oneof(
  fc.record({ step: fc.constant('say' as const), text: fc.string({ maxLength: 4 }) }),
  fc.record({ step: fc.constant('think' as const), text: fc.string({ maxLength: 4 }) }),
  fc.record({ step: fc.constant('seal' as const), redacted: fc.boolean() }),
  fc.record({ step: fc.constant('calls' as const), order: fc.array(fc.nat(3), { maxLength: 12 }) }),
  fc.record({ step: fc.constant('part-end' as const) }),
)

type Step = typeof anyStep extends fc.Arbitrary<infer Value> ? Value : never

/** Events of these steps. A step of calls is one to four calls whose arguments come in turns. */
function fromSteps(steps: readonly Step[]): AnswerEvent[] {
  let calls = 0
  return steps.flatMap((step): AnswerEvent[] => {
    if (step.step === 'say') return [say(step.text)]
    if (step.step === 'think') return [{ kind: 'reasoning-delta', choice: 0, text: step.text }]
    if (step.step === 'part-end') return [{ kind: 'part-end', choice: 0 }]
    if (step.step === 'seal') {
      return [
        { kind: 'reasoning-seal', choice: 0, seal: 's', redacted: step.redacted, from: 'anthropic-messages' },
      ]
    }
    const base = calls
    calls += 4
    return inTurns(base, step.order)
  })
}

const pieces = ['{"a":', '"}{\\"', '", "b": [1', ', {}]', '}']

function inTurns(base: number, order: readonly number[]): AnswerEvent[] {
  const said = new Map<number, number>()
  const events: AnswerEvent[] = []
  for (const index of [...order, ...order.flatMap((each) => pieces.map(() => each))]) {
    const next = said.get(index) ?? -1
    if (next >= pieces.length) continue
    said.set(index, next + 1)
    if (next === -1) events.push(call(base + index, `c${String(base + index).padStart(4, '0')}`))
    else events.push(more(base + index, pieces[next] ?? ''))
  }
  return events
}
