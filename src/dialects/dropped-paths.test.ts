// Whatever a provider's dialect cannot carry is told with the path at which it stood in the client's own request.
import { describe, expect, test } from 'bun:test'
import { transcriptsOf } from '../../test/transcripts.ts'
import { anthropicMessages } from './anthropic-messages/codec.ts'
import type { ClientCodec, Dropped, ProviderCodec } from './dialect.ts'
import { gemini } from './gemini/codec.ts'
import { ollama } from './ollama/codec.ts'
import { openaiChat } from './openai-chat/codec.ts'
import { openaiResponses } from './openai-responses/codec.ts'

type Body = Readonly<Record<string, unknown>>

const providers = [openaiChat, openaiResponses, anthropicMessages, gemini, ollama]
const wishes = { model: 'm', maxTokensDefault: 4096, jsonSchema: false }
const pdf = 'JVBERg=='
const tool = { parameters: { type: 'object', properties: {} }, strict: true }

const chatRequest: Body = {
  model: 'm',
  messages: [
    { role: 'system', content: 'Be brief.', name: 'boss' },
    {
      role: 'user',
      name: 'Ann',
      content: [
        { type: 'text', text: 'Look.', cache_control: { type: 'ephemeral', ttl: '9h' } },
        { type: 'image_url', image_url: { url: 'https://a.example/x.png', detail: 'high' } },
        { type: 'file', file: { file_data: pdf, filename: 'a.pdf' } },
        { type: 'file', file: { file_id: 'file-1' } },
        { type: 'input_audio', input_audio: { data: pdf, format: 'flac' } },
        { type: 'video_url', video_url: { url: 'https://a.example/x.mp4' } },
      ],
    },
    { role: 'assistant', reasoning_content: 'Hm.', content: 'A', audio: { id: 'audio_1' } },
    {
      role: 'assistant',
      reasoning_details: [
        { type: 'reasoning.text', text: 'So.', signature: 'S', format: 'anthropic-claude-v1' },
        { type: 'reasoning.summary', summary: 'Or.', id: 'rs_1', format: 'openai-responses-v1' },
        { type: 'reasoning.encrypted', data: 'gAAAAA', id: 'rs_1', format: 'openai-responses-v1' },
      ],
      tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }],
    },
    {
      role: 'tool',
      tool_call_id: 'a',
      content: [{ type: 'text', text: 'x' }],
      cache_control: { type: 'ephemeral' },
    },
  ],
  tools: [
    { type: 'function', function: { name: 'f', ...tool }, cache_control: { type: 'ephemeral' } },
    { type: 'custom', custom: { name: 'g' } },
    { type: 'builtin_function', function: { name: '$web_search' } },
  ],
}

const responsesRequest: Body = {
  model: 'm',
  input: [
    {
      role: 'user',
      content: [
        { type: 'input_text', text: 'Look.', prompt_cache_breakpoint: { mode: 'explicit', ttl: '12h' } },
        { type: 'input_image', image_url: 'https://a.example/x.png', detail: 'high' },
        { type: 'input_file', file_url: 'https://a.example/a.pdf', filename: 'a.pdf', detail: 'low' },
        { type: 'input_file', file_id: 'file-1' },
        { type: 'input_audio', input_audio: { data: pdf, format: 'flac' } },
      ],
    },
    {
      type: 'reasoning',
      id: 'rs_1',
      summary: [{ type: 'summary_text', text: 'Hm.' }],
      encrypted_content: 'gAAAAA',
    },
    { type: 'function_call', call_id: 'a', name: 'f', arguments: '{}' },
    {
      type: 'function_call_output',
      call_id: 'a',
      output: [{ type: 'input_image', file_id: 'file-1', detail: 'low' }],
    },
    { type: 'web_search_call', id: 'ws_1', status: 'completed' },
  ],
  tools: [
    { type: 'web_search' },
    { type: 'function', name: 'other', ...tool },
    { type: 'function', name: 'f', ...tool },
    { type: 'custom', name: 'g' },
  ],
  tool_choice: {
    type: 'allowed_tools',
    mode: 'auto',
    tools: [
      { type: 'function', name: 'f' },
      { type: 'custom', name: 'g' },
    ],
  },
}

const messagesRequest: Body = {
  model: 'm',
  max_tokens: 9,
  system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'Look.', cache_control: { type: 'ephemeral' } },
        { type: 'image', source: { type: 'file', file_id: 'file-1' } },
        {
          type: 'document',
          title: 'A',
          source: { type: 'url', url: 'https://a.example/a.pdf' },
          cache_control: { type: 'ephemeral', ttl: '1h' },
        },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'Hm.', signature: 'S' },
        { type: 'server_tool_use', id: 's', name: 'web_search', input: {} },
        { type: 'tool_use', id: 'a', name: 'f', input: {}, cache_control: { type: 'ephemeral' } },
      ],
    },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'First.' },
        {
          type: 'tool_result',
          tool_use_id: 'a',
          is_error: true,
          content: [{ type: 'image', source: { type: 'file', file_id: 'file-1' } }],
          cache_control: { type: 'ephemeral' },
        },
      ],
    },
  ],
  tools: [
    { type: 'web_search_20260209', name: 'web_search' },
    { name: 'f', input_schema: { type: 'object' }, strict: true, cache_control: { type: 'ephemeral' } },
  ],
}

const geminiRequest: Body = {
  model: 'm',
  contents: [
    {
      role: 'user',
      parts: [
        { text: 'Look.' },
        { inline_data: { mime_type: 'video/mp4', data: pdf, display_name: 'a.mp4' } },
        { fileData: { fileUri: 'files/abc', mimeType: 'image/png' } },
        { inlineData: { mimeType: 'application/pdf', data: pdf, displayName: 'a.pdf' } },
      ],
    },
    {
      role: 'model',
      parts: [
        { text: 'Hm.', thought: true },
        { executableCode: { language: 'PYTHON', code: '1' } },
        { functionCall: { name: 'f', args: {} }, thoughtSignature: 'U2VhbA==' },
      ],
    },
    {
      role: 'user',
      parts: [
        {
          functionResponse: {
            name: 'f',
            response: { error: 'no' },
            parts: [{ fileData: { fileUri: 'files/abc', mimeType: 'application/pdf' } }],
          },
        },
      ],
    },
  ],
  tools: [{ googleSearch: {} }, { functionDeclarations: [{ name: 'f' }] }],
}

const requests: readonly (readonly [ClientCodec, Body])[] = [
  [openaiChat, chatRequest],
  [openaiResponses, responsesRequest],
  [anthropicMessages, messagesRequest],
  [gemini, geminiRequest],
  ...[openaiChat, openaiResponses, anthropicMessages, gemini].flatMap((codec) =>
    transcriptsOf(codec.name).map(({ request }) => [codec, { model: 'm', ...request }] as const),
  ),
]

function paths(dropped: readonly Dropped[]): string[] {
  return dropped.flatMap((lost) => ('path' in lost ? [lost.path] : []))
}

function lostOf(client: ClientCodec, body: Body, provider: ProviderCodec): string[] {
  return paths(provider.writeRequest(client.readRequest(body), wishes).dropped)
}

function valueAt(body: unknown, path: string): unknown {
  const names = path.split(/[.[\]]+/).filter((name) => name !== '')
  return names.reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], body)
}

describe('what is dropped of a request', () => {
  for (const provider of providers) {
    test(`for ${provider.name} stands at its path in the client's request`, () => {
      for (const [client, body] of requests) {
        for (const path of lostOf(client, body, provider)) expect(valueAt(body, path), path).toBeDefined()
      }
    })
  }

  test('of a chat client for the Messages API is all that is lost', () => {
    expect(lostOf(openaiChat, chatRequest, anthropicMessages).toSorted()).toEqual(
      [
        'messages[0].name',
        'messages[1].name',
        'messages[1].content[0].cache_control.ttl',
        'messages[1].content[1].image_url.detail',
        'messages[1].content[4]',
        'messages[1].content[5]',
        'messages[2].reasoning_content',
        'messages[2].audio',
        'messages[3].reasoning_details[1]',
        'tools[0].function.strict',
        'tools[2]',
      ].toSorted(),
    )
  })

  test('of a Responses client for Gemini is all that is lost', () => {
    expect(lostOf(openaiResponses, responsesRequest, gemini).toSorted()).toEqual(
      [
        'input[0].content[0].prompt_cache_breakpoint',
        'input[0].content[1].detail',
        'input[0].content[2].filename',
        'input[0].content[2].detail',
        'input[0].content[3]',
        'input[1]',
        'input[3].output[0]',
        'input[3].output[0].detail',
        'input[4]',
        'tools[0]',
        'tools[2].strict',
      ].toSorted(),
    )
  })

  test('of a Messages client for chat completions is all that is lost', () => {
    expect(lostOf(anthropicMessages, messagesRequest, openaiChat).toSorted()).toEqual(
      [
        'system[0].cache_control',
        'messages[0].content[0].cache_control',
        'messages[0].content[1]',
        'messages[0].content[2]',
        'messages[1].content[0]',
        'messages[1].content[1]',
        'messages[1].content[2].cache_control',
        'messages[2].content[1].is_error',
        'messages[2].content[1].content[0]',
        'messages[2].content[1].cache_control',
        'tools[0]',
        'tools[1].cache_control',
      ].toSorted(),
    )
  })

  test('of a Gemini client for the Responses API is all that is lost', () => {
    expect(lostOf(gemini, geminiRequest, openaiResponses).toSorted()).toEqual(
      [
        'contents[0].parts[1]',
        'contents[1].parts[0]',
        'contents[1].parts[1]',
        'contents[2].parts[0].functionResponse.response.error',
        'tools[0].googleSearch',
      ].toSorted(),
    )
  })

  test('arguments that are no object are named where they stand', () => {
    const bad = { id: 'a', type: 'function', function: { name: 'f', arguments: '[1]' } }
    const chat = { model: 'm', messages: [{ role: 'assistant', tool_calls: [bad] }] }
    const responses = {
      model: 'm',
      input: [{ type: 'function_call', call_id: 'a', name: 'f', arguments: '[1]' }],
    }
    for (const provider of [anthropicMessages, gemini, ollama]) {
      expect(() => lostOf(openaiChat, chat, provider)).toThrow(
        '"messages[0].tool_calls[0].function.arguments"',
      )
      expect(() => lostOf(openaiResponses, responses, provider)).toThrow('"input[0].arguments"')
    }
  })
})
