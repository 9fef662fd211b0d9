import { describe, expect, test } from 'bun:test'
import type { AnswerEvent } from '../core/answer-event.ts'
import type { ModelRequest } from '../core/model-request.ts'
import { anthropicMessages } from './anthropic-messages/codec.ts'
import { eventsWithCustomCalls, withCustomCalls } from './custom-tools.ts'
import type { WriteWishes } from './dialect.ts'
import { gemini } from './gemini/codec.ts'
import { ollama } from './ollama/codec.ts'
import { openaiChat } from './openai-chat/codec.ts'
import { openaiResponses } from './openai-responses/codec.ts'

const wishes: WriteWishes = { model: 'm', maxTokensDefault: 99, jsonSchema: true }
const schema = {
  type: 'object',
  properties: {
    input: { type: 'string', description: 'What the tool takes, as it is: plain text, no JSON inside.' },
  },
  required: ['input'],
  additionalProperties: false,
}
const format = { type: 'grammar', syntax: 'lark', definition: 'start: "*** Begin"' }
const told = 'Edits files.\n\nIts "input" must follow this grammar (lark):\nstart: "*** Begin"'

/** What Codex asks after it has applied a patch. */
const asked: ModelRequest = openaiResponses.readRequest({
  model: 'm',
  tools: [
    { type: 'custom', name: 'apply_patch', description: 'Edits files.', format },
    { type: 'function', name: 'look', parameters: { type: 'object', properties: {} } },
  ],
  input: [
    { role: 'user', content: 'Edit.' },
    { type: 'custom_tool_call', call_id: 'call_1', name: 'apply_patch', input: '*** Begin\n"x"' },
    { type: 'custom_tool_call_output', call_id: 'call_1', output: 'Done.' },
  ],
})

describe('where a provider knows no tools that take text', () => {
  test('a function of one text stands in for each, in chat', () => {
    const { body, dropped, customTools } = openaiChat.writeRequest(asked, wishes)
    expect(body).toMatchObject({
      tools: [
        { type: 'function', function: { name: 'apply_patch', description: told, parameters: schema } },
        { type: 'function', function: { name: 'look' } },
      ],
      messages: [
        { role: 'user' },
        {
          role: 'assistant',
          tool_calls: [
            {
              id: 'call_1',
              type: 'function',
              function: { name: 'apply_patch', arguments: '{"input":"*** Begin\\n\\"x\\""}' },
            },
          ],
        },
        { role: 'tool', tool_call_id: 'call_1', content: 'Done.' },
      ],
    })
    expect(dropped).toEqual([])
    expect(customTools).toEqual(new Set(['apply_patch']))
  })

  test('a function of one text stands in for each, in the Messages API', () => {
    expect(anthropicMessages.writeRequest(asked, wishes)).toMatchObject({
      body: {
        tools: [{ name: 'apply_patch', description: told, input_schema: schema }, { name: 'look' }],
        messages: [{}, { content: [{ type: 'tool_use', input: { input: '*** Begin\n"x"' } }] }, {}],
      },
      dropped: [],
    })
  })

  test('a function of one text stands in for each, in Gemini and in Ollama', () => {
    expect(gemini.writeRequest(asked, wishes)).toMatchObject({
      body: {
        tools: [{ functionDeclarations: [{ name: 'apply_patch', parametersJsonSchema: schema }, {}] }],
        contents: [{}, { parts: [{ functionCall: { args: { input: '*** Begin\n"x"' } } }] }, {}],
      },
      dropped: [],
    })
    expect(ollama.writeRequest(asked, wishes)).toMatchObject({
      body: {
        tools: [{ function: { name: 'apply_patch', parameters: schema } }, {}],
        messages: [{}, { tool_calls: [{ function: { arguments: { input: '*** Begin\n"x"' } } }] }, {}],
      },
      dropped: [],
    })
  })

  test('the choice of such a tool is the choice of the function', () => {
    const request: ModelRequest = { ...asked, toolChoice: { kind: 'tool', name: 'apply_patch' } }
    expect(openaiChat.writeRequest(request, wishes).body).toMatchObject({
      tool_choice: { type: 'function', function: { name: 'apply_patch' } },
    })
  })
})

test('Responses know such tools, also those of a chat client with a grammar', () => {
  const { body, customTools } = openaiResponses.writeRequest(asked, wishes)
  expect(body).toMatchObject({ tools: [{ type: 'custom', format }, {}] })
  expect(customTools).toBeUndefined()
  const { syntax, definition } = format
  const custom = { name: 'g', format: { type: 'grammar', grammar: { syntax, definition } } }
  const chat = openaiChat.readRequest({
    model: 'm',
    messages: [{ role: 'user', content: 'x' }],
    tools: [
      { type: 'custom', custom },
      { type: 'custom', custom: { name: 'free', format: { type: 'text' } } },
    ],
  })
  expect(openaiResponses.writeRequest(chat, wishes).body['tools']).toEqual([
    { type: 'custom', name: 'g', format },
    { type: 'custom', name: 'free' },
  ])
})

const names = new Set(['apply_patch'])

function begin(call: number, name: string): AnswerEvent {
  return { kind: 'tool-call', choice: 0, call, id: `id_${call}`, name }
}

function more(call: number, text: string): AnswerEvent {
  return { kind: 'tool-call-delta', choice: 0, call, text }
}

const finish: AnswerEvent = { kind: 'finish', choice: 0, reason: 'tool-calls', native: 'x' }

describe('a call of the function', () => {
  test('is a call of the tool with its text, beside others that stay as they are', () => {
    const events = [
      begin(0, 'apply_patch'),
      begin(1, 'look'),
      more(0, '{"input":'),
      more(1, '{"input":'),
      more(0, '"a\\n'),
      more(1, '"b"}'),
      more(0, 'c"}'),
      finish,
    ]
    expect(eventsWithCustomCalls(events, names)).toEqual([
      { ...begin(0, 'apply_patch'), custom: true } as AnswerEvent,
      begin(1, 'look'),
      more(1, '{"input":'),
      more(0, 'a\n'),
      more(1, '"b"}'),
      more(0, 'c'),
      finish,
    ])
  })

  test('has said all of its text before its part, its answer or its stream ends', () => {
    const odd = [begin(0, 'apply_patch'), more(0, '*** Begin')]
    const [opened] = eventsWithCustomCalls(odd.slice(0, 1), names)
    for (const end of [finish, { kind: 'part-end', choice: 0 }, { kind: 'end' }] as const)
      expect(eventsWithCustomCalls([...odd, end], names)).toEqual([
        opened as AnswerEvent,
        ...odd.slice(1),
        end,
      ])
  })

  test('is read so in a stream, too', () => {
    const steps = [[begin(0, 'apply_patch'), more(0, '{"input":"x"}')], [finish]]
    const reader = withCustomCalls({ read: () => steps.shift() ?? [] }, names)
    const event = { name: '', data: '' }
    expect(reader.read(event)).toMatchObject([{ custom: true }, { text: 'x' }])
    expect(reader.read(event)).toEqual([finish])
  })
})
