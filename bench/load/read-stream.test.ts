import { expect, test } from 'bun:test'
import { chatClient } from './chat-client.ts'
import { faultIn } from './read-stream.ts'
import { eventChunk, streamTail } from './wire.ts'

const plan = { stream: 7, events: 3, eventsPerSecond: 100 }
const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n'
const events = [0, 1, 2].map((index) => eventChunk(plan.stream, index))
const whole = head + events.join('') + streamTail

const fault = (text: string) => faultIn(Buffer.from(text, 'latin1'), plan, chatClient)

test('a whole stream has no fault', () => {
  expect(fault(whole)).toBeUndefined()
})

test('a stream without chunked framing is read to its end', () => {
  const bare = whole.slice(head.length).replaceAll(/^[0-9a-f]+\r\n|\r\n(?=[0-9a-f]+\r\n|$)/gm, '')
  expect(fault(`HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n${bare}`)).toBeUndefined()
})

test.each([
  ['nothing at all', '', 'no response head'],
  ['an error', whole.replace('200 OK', '502 Bad Gateway'), 'answered HTTP/1.1 502'],
  ['a stream that was cut in an event', whole.slice(0, head.length + 400), 'cut or malformed'],
  ['a stream without its last bytes', whole.slice(0, -2), 'cut or malformed'],
  ['a missing event', head + events[0] + events[2] + streamTail, 'the text differs at character 30'],
  [
    'another stream’s event',
    head + events[0] + eventChunk(8, 1) + events[2] + streamTail,
    'the text differs',
  ],
  [
    'an event given twice',
    head + events[0] + events[0] + events[1] + events[2] + streamTail,
    'the text differs',
  ],
  ['a false end', `${head}${events.join('')}0\r\n\r\n`, 'without [DONE]'],
  ['wrong usage', whole.replace('"total_tokens":270', '"total_tokens":271'), 'usage'],
  ['another finish', whole.replace('"finish_reason":"stop"', '"finish_reason":"slop"'), 'finish reason'],
  ['an event that is no JSON', whole.replace('{"id"', '["id"'), 'not a chunk'],
])('%s is told', (_what, text, sentence) => {
  expect(fault(text)).toContain(sentence)
})
