import { expect, test } from 'bun:test'
import { messagesClient } from './messages-client.ts'
import { faultIn } from './read-stream.ts'
import { callBody, eventText, longCallBody, planIn, streamBody } from './wire.ts'

const plan = { stream: 7, events: 3, eventsPerSecond: 100 }
const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nconnection: close\r\n\r\n'
const frame = (event: { readonly type: string; readonly [member: string]: unknown }) =>
  `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`
const texts = [0, 1, 2].map((index) =>
  frame({
    type: 'content_block_delta',
    index: 0,
    delta: { type: 'text_delta', text: eventText(plan.stream, index) },
  }),
)
const start = [
  frame({ type: 'message_start', message: { role: 'assistant' } }),
  frame({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
].join('')
const end = [
  frame({ type: 'content_block_stop', index: 0 }),
  frame({
    type: 'message_delta',
    delta: { stop_reason: 'end_turn' },
    usage: { input_tokens: 120, output_tokens: 150 },
  }),
  frame({ type: 'message_stop' }),
].join('')
const whole = start + texts.join('') + end

const fault = (events: string) => faultIn(Buffer.from(head + events, 'latin1'), plan, messagesClient)

test('a whole stream of messages has no fault', () => {
  expect(fault(whole)).toBeUndefined()
})

test.each([
  ['a stream that was cut in an event', whole.slice(0, -5), 'has no end'],
  ['a stream without its last event', whole.slice(0, whole.lastIndexOf('event: ')), 'not in their order'],
  ['a missing event', start + texts[0] + texts[2] + end, 'the text differs at character 30'],
  ['an event given twice', start + texts[0] + texts.join('') + end, 'the text differs at character 30'],
  ['a block that began twice', start + start + texts.join('') + end, 'not in their order'],
  ['another reason', whole.replace('end_turn', 'max_tokens'), 'the stop reason is "max_tokens"'],
  ['wrong usage', whole.replace('"output_tokens":150', '"output_tokens":15'), 'usage'],
  ['an event of the chat dialect', `data: {"choices":[]}\n\n${whole}`, 'not one of this API'],
  [
    'an event whose name is another',
    whole.replace('event: message_stop', 'event: ping'),
    'not one of this API',
  ],
])('%s is told of a stream of messages', (_what, events, sentence) => {
  expect(fault(events)).toContain(sentence)
})

test('a client of messages says what a chat client says', () => {
  const said = JSON.parse(messagesClient.body(callBody('m'))) as Record<string, unknown>
  const chat = JSON.parse(callBody('m')) as { readonly messages: readonly { readonly content: string }[] }
  expect(said).toEqual({
    model: 'm',
    max_tokens: 128,
    system: chat.messages[0]?.content,
    messages: [chat.messages[1]],
    temperature: 0.2,
  })
  expect(planIn(messagesClient.body(streamBody('m', plan)))).toEqual(plan)
  expect(JSON.parse(messagesClient.body(streamBody('m', plan)))).toMatchObject({ stream: true })
})

test('a client of messages brings calls and their results as blocks', () => {
  const said = JSON.parse(messagesClient.body(longCallBody('m'))) as { readonly messages: readonly object[] }
  expect(said).toMatchObject({ tools: [{ name: 'read_file', input_schema: { required: ['path'] } }] })
  expect(said.messages).toHaveLength(201)
  expect(said.messages[1]).toMatchObject({
    role: 'assistant',
    content: [
      { type: 'text', text: 'Step 0.' },
      { type: 'tool_use', id: 'call_0000', name: 'read_file', input: { path: 'src/core/0.ts', lines: 40 } },
    ],
  })
  expect(said.messages[2]).toMatchObject({
    role: 'user',
    content: [{ type: 'tool_result', tool_use_id: 'call_0000' }],
  })
})

test('the long call is 200 kB in either dialect', () => {
  for (const body of [longCallBody('m'), messagesClient.body(longCallBody('m'))]) {
    expect(Buffer.byteLength(body)).toBeWithin(198_000, 206_000)
  }
})

test('the key goes where clients of messages send it', () => {
  expect(messagesClient.headers({ authorization: 'Bearer k', 'x-other': 'kept' })).toEqual({
    'x-other': 'kept',
    'x-api-key': 'k',
    'anthropic-version': '2023-06-01',
  })
})
