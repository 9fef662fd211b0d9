import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import type { AnswerEvent } from '../core/answer-event.ts'
import { readStream, wireEvents, wireOf, writeStream } from '../../test/transcripts.ts'
import { anthropicMessages } from './anthropic-messages/codec.ts'
import { eventsWithoutFormatTool, withoutFormatTool } from './format-tool.ts'
import { openaiChat } from './openai-chat/codec.ts'

const start: AnswerEvent = { kind: 'start', id: 'a', model: 'm' }
const end: AnswerEvent = { kind: 'end' }
const say = (text: string, choice = 0): AnswerEvent => ({ kind: 'text-delta', choice, text })
const partEnd = (choice = 0): AnswerEvent => ({ kind: 'part-end', choice })
const finish = (reason: 'stop' | 'tool-calls' | 'length'): AnswerEvent => ({
  kind: 'finish',
  choice: 0,
  reason,
  native: 'x',
})

function begin(call: number, name = `tool_${call}`, choice = 0): AnswerEvent {
  return { kind: 'tool-call', choice, call, id: `id_${call}`, name }
}

function more(call: number, text: string, choice = 0): AnswerEvent {
  return { kind: 'tool-call-delta', choice, call, text }
}

function without(...events: readonly AnswerEvent[]): readonly AnswerEvent[] {
  return eventsWithoutFormatTool(events, 'answer')
}

function callsOf(events: readonly AnswerEvent[]): Record<string, string> {
  const names = new Map<number, string>()
  const calls: Record<string, string> = {}
  for (const event of events) {
    if (event.kind === 'tool-call') names.set(event.call, event.name)
    const name = 'call' in event ? (names.get(event.call) ?? '') : ''
    if (name !== '') calls[name] = (calls[name] ?? '') + ('text' in event ? event.text : '')
  }
  return calls
}

function textOf(events: readonly AnswerEvent[]): string {
  return events.map((event) => (event.kind === 'text-delta' ? event.text : '')).join('')
}

/** How often a text begins: an answer that is interrupted is more than one. */
function textsIn(events: readonly AnswerEvent[]): number {
  const kinds = events.map(({ kind }) => kind)
  return kinds.filter((kind, index) => kind === 'text-delta' && kinds[index - 1] !== 'text-delta').length
}

describe('the tool that stands in for a format', () => {
  test('is the text of the answer, piece by piece, and the answer has stopped', () => {
    expect(
      without(
        start,
        begin(0, 'answer'),
        more(0, '{"a"'),
        more(0, ':1}'),
        partEnd(),
        finish('tool-calls'),
        end,
      ),
    ).toEqual([start, say('{"a"'), say(':1}'), partEnd(), finish('stop'), end])
  })

  test('is cut off where the stream is', () => {
    expect(without(start, begin(0, 'answer'), more(0, '{"a"'))).toEqual([start, say('{"a"')])
    expect(without(begin(0, 'answer'), more(0, '{'), finish('length'), end)).toEqual([
      say('{'),
      finish('length'),
      end,
    ])
  })

  test('changes nothing where it was not called', () => {
    const events = [start, say('Hi'), begin(0), more(0, '{}'), partEnd(), finish('tool-calls'), end]
    expect(without(...events)).toEqual(events)
  })

  test('is apart from what was said before it', () => {
    expect(without(say('Here:'), begin(0, 'answer'), more(0, '{}'), finish('tool-calls'))).toEqual([
      say('Here:'),
      partEnd(),
      say('{}'),
      finish('stop'),
    ])
  })

  test('leaves the other calls alone, numbered from 0, and the finish as it was', () => {
    expect(
      without(begin(0, 'answer'), more(0, '{}'), partEnd(), begin(1), more(1, '{}'), finish('tool-calls')),
    ).toEqual(
      [say('{}'), partEnd(), begin(0, 'tool_1'), more(0, '{}'), finish('tool-calls')].map((event) =>
        event.kind === 'tool-call' ? { ...event, id: 'id_1' } : event,
      ),
    )
  })

  test('called twice, answers once', () => {
    const events = without(
      begin(0, 'answer'),
      more(0, '{}'),
      begin(1, 'answer'),
      more(1, '{}'),
      finish('tool-calls'),
    )
    expect(events).toEqual([say('{}'), finish('stop')])
  })

  test('is told of each choice for itself', () => {
    const events = without(begin(0, 'answer', 1), begin(0), more(0, '{}', 1), more(0, '[]'))
    expect(events).toEqual([begin(0), say('{}', 1), more(0, '[]')])
  })

  test('that takes turns with others is one text, and nothing of them is lost', () => {
    const answer = { name: 'answer', text: '{"answer":true}' }
    const other = { name: 'tool', text: '{"tool":1}' }
    const order = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 6 })), { maxLength: 30 })
    fc.assert(
      fc.property(order, fc.boolean(), fc.boolean(), (turns, first, ends) => {
        const events = interleaved(first ? [answer, other] : [other, answer], turns, ends)
        const found = without(start, ...events, finish('tool-calls'), end)
        expect(textOf(found)).toBe(answer.text)
        expect(textsIn(found)).toBe(1)
        expect(callsOf(found)).toEqual({ tool: other.text })
        expect(found.slice(-2)).toEqual([finish('tool-calls'), end])
      }),
    )
  })

  test('cut off while it takes turns, loses nothing of what the client can use', () => {
    const error: AnswerEvent = { kind: 'error', error: { message: 'No.', type: 'x' } }
    const events = without(begin(0), begin(1, 'answer'), more(1, '{"a'), more(0, '{'), error)
    expect(events).toEqual([begin(0), more(0, '{'), say('{"a'), error])
  })

  test('goes from a provider of one dialect to a client of another as text', () => {
    const use = { type: 'tool_use', id: 'a', name: 'answer', input: {} }
    const json = (partial_json: string) => ({
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'input_json_delta', partial_json },
    })
    const wire = wireOf([
      { type: 'message_start', message: { id: 'm', model: 'x', usage: {} } },
      { type: 'content_block_start', index: 0, content_block: use },
      json('{"a"'),
      json(':1}'),
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: {} },
      { type: 'message_stop' },
    ])
    const openReader = () => withoutFormatTool(anthropicMessages.openReader(), 'answer')
    const events = readStream({ openReader }, wire)
    const chunks = wireEvents(writeStream(openaiChat, events)).map(({ data: line }) => line)
    expect(chunks.at(-1)).toBe('[DONE]')
    const choices = chunks.slice(0, -1).flatMap((line) => (JSON.parse(line) as Chunk).choices)
    expect(choices.map(({ delta }) => delta.content ?? '').join('')).toBe('{"a":1}')
    expect(choices.at(-1)?.finish_reason).toBe('stop')
  })
})

interface Chunk {
  readonly choices: readonly {
    readonly delta: { readonly content?: string | null }
    readonly finish_reason: string | null
  }[]
}

/** Two calls whose arguments come in turns, in pieces of these sizes. */
function interleaved(
  calls: readonly { readonly name: string; readonly text: string }[],
  turns: readonly (readonly [boolean, number])[],
  ends: boolean,
): readonly AnswerEvent[] {
  const rest = calls.map(({ text }) => text)
  const events: AnswerEvent[] = []
  const begun = new Set<number>()
  const speak = (call: number, size: number): void => {
    if (!begun.has(call)) events.push(begin(call, calls[call]?.name))
    begun.add(call)
    const piece = rest[call]?.slice(0, size) ?? ''
    if (piece === '') return
    rest[call] = rest[call]?.slice(size) ?? ''
    events.push(more(call, piece))
    if (ends && rest[call] === '') events.push(partEnd())
  }
  speak(0, 1)
  for (const [second, size] of turns) speak(second ? 1 : 0, size)
  for (const call of [0, 1]) speak(call, 99)
  return events
}
