import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import type { AnswerEvent } from '../../core/answer-event.ts'
import type { WireEvent } from '../dialect.ts'
import {
  answerFacts,
  readStream,
  testReading,
  transcriptsOf,
  wireEvents,
  writeStream,
} from '../../../test/transcripts.ts'
import { anthropicMessages as codec } from './codec.ts'

const cases = transcriptsOf('anthropic-messages')
const streamed = cases.filter(({ whole }) => whole === undefined)

describe('transcripts of the Messages API', () => {
  testReading(codec, cases)

  test.each([...cases])('the request of $name comes out as it went in', ({ request }) => {
    const words = codec.readRequest(request)
    expect(words.unplaced).toEqual([])
    const wishes = { model: String(request['model']), maxTokensDefault: 1, jsonSchema: true }
    const written = codec.writeRequest(words, wishes)
    expect(written).toEqual({ body: request, dropped: [] })
  })

  test.each([...cases])('the events of $name survive being written as a stream and read again', (one) => {
    // A reason that is no word of this API cannot be said again.
    const events = one.events.map((event) =>
      event.kind === 'finish' && event.native === 'moon_rise'
        ? ({ ...event, reason: 'stop', native: 'end_turn' } as const)
        : event,
    )
    const again = readStream(codec, wireEvents(writeStream(codec, events)))
    expect(essence(again)).toEqual(essence(events))
  })

  test('a whole answer of this API is written as it was read', () => {
    const answer = cases.find(({ name }) => name === 'whole-message')?.whole
    expect(codec.writeAnswer(codec.readAnswer(answer), answerFacts)).toEqual(answer)
  })

  test.each([...streamed])('pieces of another size make the same answer of $name', ({ stream, events }) => {
    const expected = essence(events)
    fc.assert(
      fc.property(fc.array(fc.nat(40), { minLength: 1, maxLength: 12 }), (sizes) => {
        expect(essence(readStream(codec, cutAnew(stream, sizes)))).toEqual(expected)
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
