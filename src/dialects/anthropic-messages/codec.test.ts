import { describe, expect, test } from 'bun:test'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import type { AnswerEvent } from '../../core/answer-event.ts'
import type { WireEvent } from '../dialect.ts'
import { anthropicMessages as codec } from './codec.ts'

const folder = join(import.meta.dir, '../../../test/fixtures/anthropic-messages')
const cases = readdirSync(folder).filter((name) => !name.endsWith('.md'))
const streamed = cases.filter((name) => existsSync(join(folder, name, 'wire.sse')))
const whole = cases.filter((name) => existsSync(join(folder, name, 'wire.json')))
const facts = { id: 'call_1', model: 'm-1', nowSeconds: 0, wantsUsage: true }

function text(name: string, file: string): string {
  return readFileSync(join(folder, name, file), 'utf8')
}

function wireEvents(stream: string): WireEvent[] {
  return stream
    .split('\n\n')
    .filter((event) => event !== '')
    .map((event) => {
      const [name = '', line = ''] = event.split('\n')
      return { name: name.slice('event: '.length), data: line.slice('data: '.length) }
    })
}

function read(events: readonly WireEvent[]): AnswerEvent[] {
  const reader = codec.openReader()
  return events.flatMap((event) => reader.read(event))
}

function write(events: readonly AnswerEvent[]): string {
  const writer = codec.openWriter(facts)
  return events.map((event) => writer.write(event)).join('')
}

function eventsOf(name: string): AnswerEvent[] {
  return JSON.parse(text(name, 'events.json'))
}

describe('transcripts of the Messages API', () => {
  test.each(streamed)('the stream of %s is read as its events', (name) => {
    expect(read(wireEvents(text(name, 'wire.sse')))).toEqual(eventsOf(name))
  })

  test.each(whole)('the whole answer of %s is read as its events', (name) => {
    expect(codec.readAnswer(JSON.parse(text(name, 'wire.json')))).toEqual(eventsOf(name))
  })

  test.each(cases)('the request of %s comes out as it went in', (name) => {
    const request = JSON.parse(text(name, 'request.json'))
    const words = codec.readRequest(request)
    expect(words.unplaced).toEqual([])
    const written = codec.writeRequest(words, { model: request.model, maxTokensDefault: 1, jsonSchema: true })
    expect(written).toEqual({ body: request, dropped: [] })
  })

  test.each(cases)('the events of %s survive being written as a stream and read again', (name) => {
    // A reason that is no word of this API cannot be said again.
    const events = eventsOf(name).map((event) =>
      event.kind === 'finish' && event.native === 'moon_rise'
        ? { ...event, reason: 'stop', native: 'end_turn' }
        : event,
    )
    const again = read(wireEvents(write(events as AnswerEvent[])))
    expect(essence(again)).toEqual(essence(events as AnswerEvent[]))
  })

  test('a whole answer of this API is written as it was read', () => {
    const answer = JSON.parse(text('whole-message', 'wire.json'))
    expect(codec.writeAnswer(codec.readAnswer(answer), facts)).toEqual(answer)
  })

  test.each(streamed)('pieces of another size make the same answer of %s', (name) => {
    const events = wireEvents(text(name, 'wire.sse'))
    const expected = essence(read(events))
    fc.assert(
      fc.property(fc.array(fc.nat(40), { minLength: 1, maxLength: 12 }), (sizes) => {
        expect(essence(read(cutAnew(events, sizes)))).toEqual(expected)
      }),
      { numRuns: 30 },
    )
  })

  test('settings are spelled as clients of this API spell them', () => {
    expect(codec.spell('stop')).toBe('stop_sequences')
    expect(codec.spell('seed')).toBeUndefined()
  })
})

/** The events with pieces of one part joined, the latest counts only, and foreign blocks with their deltas joined. */
function essence(events: readonly AnswerEvent[]): unknown[] {
  const out: Record<string, unknown>[] = []
  let usage: unknown
  for (const event of events) {
    const last = out.at(-1)
    if (event.kind === 'usage') usage = event
    else if (event.kind === 'foreign' && hasCounts(event.value)) continue
    else if ('text' in event && last?.['kind'] === event.kind && sameCall(last, event)) {
      last['text'] = String(last['text']) + event.text
    } else out.push(event.kind === 'foreign' ? { ...event, value: joinDeltas(event.value) } : { ...event })
  }
  return [...out, usage]
}

function hasCounts(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'usage' in value
}

function sameCall(last: Record<string, unknown>, event: AnswerEvent): boolean {
  return event.kind !== 'tool-call-delta' || last['call'] === event.call
}

function joinDeltas(value: unknown): unknown {
  const { deltas = [], ...rest } = value as { deltas?: Record<string, unknown>[] }
  return {
    ...rest,
    json: deltas.map((delta) => textOf(delta)).join(''),
  }
}

function textOf(delta: Record<string, unknown>): string {
  return typeof delta['partial_json'] === 'string' ? delta['partial_json'] : JSON.stringify(delta)
}

const cuttable = ['text', 'thinking', 'partial_json'] as const

/** The same stream with its pieces of text cut at other places. */
function cutAnew(events: readonly WireEvent[], sizes: readonly number[]): WireEvent[] {
  let turn = 0
  return events.flatMap((wire) => {
    const event = JSON.parse(wire.data)
    const member = cuttable.find((name) => typeof event.delta?.[name] === 'string')
    if (member === undefined) return [wire]
    const pieces: WireEvent[] = []
    for (let rest: string = event.delta[member]; rest !== ''; turn += 1) {
      const size = (sizes[turn % sizes.length] ?? 0) + 1
      const delta = { ...event.delta, [member]: rest.slice(0, size) }
      pieces.push({ name: wire.name, data: JSON.stringify({ ...event, delta }) })
      rest = rest.slice(size)
    }
    return pieces
  })
}
