import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import type { AnswerEvent } from '../../core/answer-event.ts'
import type { WireEvent } from '../dialect.ts'
import { readStream, testReading, transcriptsOf, wireEvents, writeStream } from '../../../test/transcripts.ts'
import type { Transcript } from '../../../test/transcripts.ts'
import { openaiResponses as codec } from './codec.ts'
import { placeless } from '../../../test/placeless.ts'

const readRequest = placeless(codec.readRequest)

const cases = transcriptsOf('openai-responses')
const streamed = cases.filter(({ whole }) => whole === undefined)
const wishes = { model: 'gpt-5-mini', maxTokensDefault: 4096, jsonSchema: true }

/** The events as far as they mean something: neighbouring pieces joined, calls apart, without ends of parts. */
function meaning(events: readonly AnswerEvent[]): unknown {
  const texts: AnswerEvent[] = []
  const calls = new Map<number, { name: string; id: string; text: string }>()
  for (const event of events) {
    const last = texts.at(-1)
    if (event.kind === 'tool-call') calls.set(event.call, { name: event.name, id: event.id, text: '' })
    else if (event.kind === 'tool-call-delta') {
      const call = calls.get(event.call)
      if (call !== undefined) call.text += event.text
    } else if (event.kind === 'text-delta' && last?.kind === 'text-delta') {
      texts[texts.length - 1] = { ...last, text: last.text + event.text }
    } else if (event.kind === 'refusal-delta' && last?.kind === 'refusal-delta') {
      texts[texts.length - 1] = { ...last, text: last.text + event.text }
    } else if (event.kind === 'reasoning-delta' && last?.kind === 'reasoning-delta') {
      texts[texts.length - 1] = { ...last, text: last.text + event.text }
    } else if (event.kind === 'reasoning-seal') texts.push({ ...event, id: '' })
    else if (event.kind !== 'part-end' && event.kind !== 'start' && event.kind !== 'foreign')
      texts.push(event)
  }
  return { texts, calls: [...calls.values()] }
}

describe('transcripts of the Responses API', () => {
  testReading(codec, cases)

  test.each([...streamed])(
    'the last event of $name alone means what the stream means',
    ({ stream, events }) => {
      const { response } = JSON.parse(stream.at(-1)?.data ?? '') as { response?: { status: string } }
      if (response === undefined || response.status === 'failed') return
      expect(meaning(codec.readAnswer(response))).toEqual(meaning(events))
    },
  )

  test.each([...cases])(
    'the request of $name has a place for everything and comes out as it went in',
    (one) => {
      const request = readRequest(one.request)
      expect(request.unplaced).toEqual([])
      const { body, dropped } = codec.writeRequest(request, wishes)
      expect(dropped).toEqual([])
      expect(readRequest(body)).toEqual({ ...request, model: 'gpt-5-mini' })
    },
  )

  test.each([...cases])('what the events of $name are written as is read as the same again', ({ events }) => {
    const again = readStream(codec, wireEvents(writeStream(codec, events)))
    const wanted = JSON.parse(JSON.stringify(meaning(events)), plain) as unknown
    expect(JSON.parse(JSON.stringify(meaning(again)), plain)).toEqual(wanted)
  })

  test('events that nobody knows change nothing else, wherever they come', () => {
    const name = 'stream-reasoning-and-parallel-calls'
    const { stream, events } = cases.find((one) => one.name === name) as Transcript
    const odd = { name: 'response.new', data: '{"type":"response.new","output_index":"odd"}' }
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length), { maxLength: 5 }), (places) => {
        const mixed = places.reduce<WireEvent[]>((list, at) => list.toSpliced(at, 0, odd), [...stream])
        const known = readStream(codec, mixed).filter(({ kind }) => kind !== 'foreign')
        expect(known.slice(1)).toEqual(events.slice(1))
      }),
      { numRuns: 30 },
    )
  })

  test('however a text is cut into deltas, and whichever deltas are missing, it is read whole', () => {
    const marks = fc.array(fc.nat(20), { maxLength: 6 })
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), marks, fc.boolean(), (said, cuts, lost) => {
        const places = [
          0,
          ...cuts.map((cut) => cut % (said.length + 1)).toSorted((a, b) => a - b),
          said.length,
        ]
        const pieces = places.slice(1).map((end, at) => said.slice(places[at], end))
        const kept = lost ? pieces.slice(0, -1) : pieces
        expect(joinedText(readStream(codec, spoken(said, kept)))).toBe(said)
      }),
      { numRuns: 50 },
    )
  })
})

/** Seals are wrapped on their way, and what a provider wrote of a citation is written anew. */
function plain(key: string, value: unknown): unknown {
  if (key === 'native' || key === 'details' || key === 'type' || key === 'start' || key === 'end')
    return undefined
  if (key === 'seal' && typeof value === 'string') return value.slice(value.lastIndexOf('gAAAAA'))
  return value
}

function spoken(said: string, pieces: readonly string[]): WireEvent[] {
  const place = { item_id: 'msg_1', output_index: 0, content_index: 0 }
  const message = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    status: 'completed',
    content: [] as unknown[],
  }
  const events = [
    { type: 'response.created', response: { id: 'resp_1', model: 'm', output: [] } },
    { type: 'response.output_item.added', output_index: 0, item: message },
    ...pieces.map((delta) => ({ type: 'response.output_text.delta', ...place, delta })),
    { type: 'response.output_text.done', ...place, text: said },
    { type: 'response.completed', response: { output: [] } },
  ]
  return events.map((event) => ({ name: event.type, data: JSON.stringify(event) }))
}

function joinedText(events: readonly AnswerEvent[]): string {
  return events.map((event) => (event.kind === 'text-delta' ? event.text : '')).join('')
}
