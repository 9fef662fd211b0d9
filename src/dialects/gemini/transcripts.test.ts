// Every transcript of test/fixtures/gemini: what the provider said is read into the events that stand beside
// it, and what is written from these events for a client says the same again.
import { describe, expect, test } from 'bun:test'
import type { AnswerEvent } from '../../core/answer-event.ts'
import {
  answerFacts,
  readStream,
  testReading,
  transcriptsOf,
  wireEvents,
  writeStream,
} from '../../../test/transcripts.ts'
import { gemini } from './codec.ts'

const cases = transcriptsOf('gemini')
const ended = cases.filter(({ events }) => events.at(-1)?.kind === 'end')

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
  testReading(gemini, cases)

  test.each([...cases])('the request of $name is one that clients may send', ({ request }) => {
    const { turns } = gemini.readRequest({ ...request, model: 'fast', stream: false })
    expect(turns.length).toBeGreaterThan(0)
  })

  test.each([...ended])('$name: a client is told the same in one answer', ({ events }) => {
    const again = gemini.readAnswer(gemini.writeAnswer(events, answerFacts))
    expect(meaning(again)).toEqual(meaning(events))
  })

  // The counts go out with the end alone.
  test.each([...ended])('$name: a client is told the same in a stream', ({ events }) => {
    const again = readStream(gemini, wireEvents(writeStream(gemini, events)))
    expect(meaning(again)).toEqual(meaning(events))
  })

  test.each([...cases])('$name cut off before its end has no end', ({ events }) => {
    const again = readStream(gemini, wireEvents(writeStream(gemini, events.slice(0, -1))))
    expect(again.map(({ kind }) => kind)).not.toContain('end')
  })

  test('a blocked prompt looks like a stop for safety to a client that is told of it', () => {
    const events: readonly AnswerEvent[] = [
      { kind: 'finish', choice: 0, reason: 'content-filter', native: 'content_filter' },
      { kind: 'end' },
    ]
    expect(gemini.writeAnswer(events, answerFacts)).toMatchObject({
      candidates: [{ finishReason: 'SAFETY' }],
    })
  })
})
