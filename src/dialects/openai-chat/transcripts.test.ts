// Every case in test/fixtures/openai-chat: its request is read without a loss that it does not expect, and its wire
// text becomes its events.
import { describe, expect, test } from 'bun:test'
import { testReading, transcriptsOf, writeStream } from '../../../test/transcripts.ts'
import { openaiChat } from './codec.ts'

const cases = transcriptsOf('openai-chat')

describe('transcripts of chat completions', () => {
  testReading(openaiChat, cases)

  test.each([...cases])('the request of $name', ({ request }) => {
    const unknown = ['web_search_options', 'moderation', 'prompt_cache_options']
    const expected = unknown.filter((member) => member in request)
    expect(openaiChat.readRequest(request).unplaced).toEqual(expected)
  })

  test.each([...cases])('$name cut off before its end has no end', ({ events }) => {
    expect(['end', 'error']).toContain(events.at(-1)?.kind ?? '')
    expect(writeStream(openaiChat, events.slice(0, -1))).not.toContain('[DONE]')
  })
})
