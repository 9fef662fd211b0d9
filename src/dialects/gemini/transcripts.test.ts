// Every transcript of test/fixtures/gemini: what the provider said is read into the events that stand beside
// it, and what is written from these events for a client says the same again.
import { describe, expect, test } from 'bun:test'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { AnswerEvent } from '../../core/answer-event.ts'
import type { WireEvent } from '../dialect.ts'
import { gemini } from './codec.ts'

const root = join(import.meta.dir, '../../../test/fixtures/gemini')
const facts = { id: 'resp-1', model: 'fast', nowSeconds: 1_800_000_000, wantsUsage: true }

/** The events of a stream as the transport finds them. */
function wireEvents(stream: string): readonly WireEvent[] {
  return stream
    .split('\r\n\r\n')
    .filter((block) => block !== '')
    .map((block) => ({ name: '', data: block.slice('data: '.length) }))
}

function readStream(stream: string): readonly AnswerEvent[] {
  const reader = gemini.openReader()
  return wireEvents(stream).flatMap((event) => [...reader.read(event)])
}

/** What of an answer must survive being written and read again, however it is cut into pieces. */
function meaning(events: readonly AnswerEvent[]): unknown {
  const texts: Record<string, string> = {}
  const add = (key: string, text: string): void => {
    texts[key] = (texts[key] ?? '') + text
  }
  const rest: unknown[] = []
  let usage: unknown
  for (const event of events) {
    if (event.kind === 'text-delta' || event.kind === 'reasoning-delta')
      add(`${event.kind} ${event.choice}`, event.text)
    else if (event.kind === 'tool-call-delta') add(`call ${event.choice} ${event.call}`, event.text)
    else if (event.kind === 'usage') ({ usage } = event)
    else if (event.kind === 'citation') rest.push({ ...event.citation, native: undefined })
    else if (event.kind !== 'start' && event.kind !== 'finish') rest.push(event)
    else if (event.kind === 'finish') add(`finish ${event.choice}`, event.reason)
  }
  return { texts, usage, rest: rest.map((one) => JSON.stringify(one)).sort() }
}

describe('transcripts of Gemini', () => {
  const cases = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory())

  for (const { name } of cases) {
    const folder = join(root, name)
    const read = (file: string): string => readFileSync(join(folder, file), 'utf8')
    const streamed = existsSync(join(folder, 'wire.sse'))
    const events = JSON.parse(read('events.json')) as readonly AnswerEvent[]
    const ended = events.at(-1)?.kind === 'end'

    test(`${name}: the request is one that clients may send`, () => {
      const request = gemini.readRequest({
        ...JSON.parse(read('request.json')),
        model: 'fast',
        stream: streamed,
      })
      expect(request.turns.length).toBeGreaterThan(0)
    })

    test(`${name}: the answer is read into its events`, () => {
      const found = streamed ? readStream(read('wire.sse')) : gemini.readAnswer(JSON.parse(read('wire.json')))
      expect(JSON.parse(JSON.stringify(found))).toEqual(events)
    })

    if (ended) {
      test(`${name}: a client is told the same in one answer`, () => {
        expect(meaning(gemini.readAnswer(gemini.writeAnswer(events, facts)))).toEqual(meaning(events))
      })
    }

    test(`${name}: a client is told the same in a stream`, () => {
      const writer = gemini.openWriter(facts)
      const stream = events.map((event) => writer.write(event)).join('')
      const again = readStream(stream)
      expect(again.at(-1)?.kind === 'end').toBe(ended)
      // The counts go out with the end alone.
      if (ended) expect(meaning(again)).toEqual(meaning(events))
    })
  }

  test('a blocked prompt looks like a stop for safety to a client that is told of it', () => {
    const events: readonly AnswerEvent[] = [
      { kind: 'finish', choice: 0, reason: 'content-filter', native: 'content_filter' },
      { kind: 'end' },
    ]
    expect(gemini.writeAnswer(events, facts)).toMatchObject({ candidates: [{ finishReason: 'SAFETY' }] })
  })
})
