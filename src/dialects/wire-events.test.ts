import { expect, test } from 'bun:test'
import type { WireEvent } from './dialect.ts'
import { eventBytesMax } from './sse-lines.ts'
import { WireEvents } from './wire-events.ts'
import type { Framing } from './wire-events.ts'

/** The events of a text that comes in pieces of this size, with what was never closed. */
function eventsIn(text: string, size: number, framing: Framing = 'events'): readonly WireEvent[] {
  const events = new WireEvents(framing)
  const bytes = Buffer.from(text)
  const found: WireEvent[] = []
  for (let at = 0; at < bytes.length; at += size) found.push(...events.feed(bytes.subarray(at, at + size)))
  return [...found, ...events.rest()]
}

const one = (said: string, name = '') => [{ name, data: said }]

test.each([
  ['a value with its space', 'data: {"a":1}\n\n', one('{"a":1}')],
  ['a value without a space', 'data:{"a":1}\n\n', one('{"a":1}')],
  ['only the first space', 'data:  x\n\n', one(' x')],
  ['a name', 'event: ping\ndata: x\n\n', one('x', 'ping')],
  ['a name after the data', 'data: x\nevent: ping\n\n', one('x', 'ping')],
  ['the last of two names', 'event: a\nevent: b\ndata: x\n\n', one('x', 'b')],
  ['an empty name', 'event: a\nevent\ndata: x\n\n', one('x')],
  ['data over several lines', 'data: a\ndata:\ndata: b\n\n', one('a\n\nb')],
  ['a line that is nothing but "data"', 'data\n\n', one('')],
  ['no data at all', 'event: ping\n\n\n\n', []],
  ['comments, ids and unknown fields', ': hello\nid: 7\ndatax: 1\n:\ndata: x\nretry: 5\n\n', one('x')],
  ['CRLF', 'event: a\r\ndata: x\r\n\r\n', one('x', 'a')],
  ['CR', 'event: a\rdata: x\r\r', one('x', 'a')],
  ['letters of several bytes', 'data: “–” 🜁\n\n', one('“–” 🜁')],
  [
    'a name that is not the next event’s',
    'event: a\ndata: x\n\ndata: y\n\n',
    [...one('x', 'a'), ...one('y')],
  ],
  ['an event that is never closed', 'data: x\n\nevent: b\ndata: y', [...one('x'), ...one('y', 'b')]],
])('%s is read in pieces of any size', (_what, text, events) => {
  for (let size = 1; size <= text.length; size += 1) expect(eventsIn(text, size)).toEqual(events)
})

test('each line is an event where lines are the framing, empty ones are none', () => {
  const text = '{"a":1}\n\r\n{"b":2}\r\n{"c":3}'
  for (let size = 1; size <= text.length; size += 1) {
    expect(eventsIn(text, size, 'lines').map((event) => event.data)).toEqual([
      '{"a":1}',
      '{"b":2}',
      '{"c":3}',
    ])
  }
})

test.each(['data: and so on', 'data:', 'data'])(
  'an event of lines without end (%s) grows over what any event is',
  (line) => {
    const events = new WireEvents('events')
    const piece = Buffer.from(`${line}\n`.repeat(10_000))
    let pieces = 0
    for (; !events.overflow && pieces < 1_000; pieces += 1) expect(events.feed(piece)).toEqual([])
    expect(pieces * piece.length).toBeLessThan(eventBytesMax * 1.5)
  },
)

test('an event of many lines is no larger than it is, and what comes after it begins anew', () => {
  const events = new WireEvents('events')
  const half = `data: ${'x'.repeat(eventBytesMax / 2)}\n\n`
  for (let time = 0; time < 4; time += 1) {
    for (const piece of [half.slice(0, -1), half.slice(-1)]) {
      events.feed(Buffer.from(piece))
      expect(events.overflow).toBe(false)
    }
  }
})
