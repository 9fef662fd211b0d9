import { describe, expect, test } from 'bun:test'
import type { ModelRequest, Part, Turn } from '../../core/model-request.ts'
import { readRequest } from './translate-request.ts'
import type { WriteWishes } from '../dialect.ts'
import { writeRequest } from './write-request.ts'

const wishes: WriteWishes = { model: 'gpt-5', maxTokensDefault: 4096, jsonSchema: true }

function write(request: Partial<ModelRequest>, more: Partial<WriteWishes> = {}) {
  const { body, ...rest } = writeRequest(
    { model: 'fast', stream: false, turns: [], unplaced: [], ...request },
    { ...wishes, ...more },
  )
  // What goes over the wire is JSON.
  return { ...rest, body: JSON.parse(JSON.stringify(body)) as Record<string, unknown> }
}

function writeTurns(turns: readonly Turn[], more: Partial<WriteWishes> = {}) {
  const { body, dropped } = write({ turns }, more)
  return { messages: body['messages'], dropped }
}

const assistant = (...parts: Part[]): Turn => ({ role: 'assistant', parts })
const call = { kind: 'tool-call', id: 'c1', name: 'f', arguments: '{"a":1}' } as const
const written = { id: 'c1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }

describe('turns as chat messages', () => {
  test('plain texts are strings, and several parts a list', () => {
    const { messages } = writeTurns([
      { role: 'system', parts: [{ kind: 'text', text: 'Be brief.' }] },
      {
        role: 'system',
        parts: [
          { kind: 'text', text: 'a' },
          { kind: 'text', text: 'b' },
        ],
      },
      {
        role: 'user',
        name: 'ann',
        parts: [
          { kind: 'text', text: 'Look:' },
          {
            kind: 'image',
            source: { kind: 'inline', mediaType: 'image/png', base64: 'AAAA' },
            detail: 'low',
          },
          { kind: 'file', source: { kind: 'inline', mediaType: 'application/pdf', base64: 'AAAA' } },
          { kind: 'file', source: { kind: 'file-id', id: 'file-1' } },
          { kind: 'file', source: { kind: 'text', text: 'words' }, name: 'Notes' },
          { kind: 'audio', source: { kind: 'inline', mediaType: 'audio/mpeg', base64: 'AAAA' } },
        ],
      },
    ])
    expect(messages).toEqual([
      { role: 'system', content: 'Be brief.' },
      {
        role: 'system',
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ],
      },
      {
        role: 'user',
        name: 'ann',
        content: [
          { type: 'text', text: 'Look:' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA', detail: 'low' } },
          { type: 'file', file: { file_data: 'data:application/pdf;base64,AAAA', filename: 'file.pdf' } },
          { type: 'file', file: { file_id: 'file-1' } },
          { type: 'text', text: 'Notes\n\nwords' },
          { type: 'input_audio', input_audio: { data: 'AAAA', format: 'mp3' } },
        ],
      },
    ])
  })

  test('results follow their calls at once, and their pictures come after the last of them', () => {
    const { messages, dropped } = writeTurns([
      assistant(call, { ...call, id: 'c2' }),
      {
        role: 'user',
        parts: [
          {
            kind: 'tool-result',
            callId: 'c1',
            parts: [{ kind: 'image', source: { kind: 'url', url: 'https://example.org/a.png' } }],
          },
          { kind: 'tool-result', callId: 'c2', parts: [{ kind: 'text', text: 'bad' }], isError: true },
          { kind: 'text', text: 'Go on.' },
        ],
      },
    ])
    expect(messages).toEqual([
      { role: 'assistant', content: null, tool_calls: [written, { ...written, id: 'c2' }] },
      { role: 'tool', tool_call_id: 'c1', content: 'The result is attached in the message that follows.' },
      { role: 'tool', tool_call_id: 'c2', content: 'bad' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Attached to the result of the tool call c1:' },
          { type: 'image_url', image_url: { url: 'https://example.org/a.png' } },
        ],
      },
      { role: 'user', content: 'Go on.' },
    ])
    expect(dropped).toEqual([{ path: 'messages[1].content[1].is_error' }])
  })

  test('an answer keeps its text, refusal, calls and the reference to its sound', () => {
    const { messages } = writeTurns([
      assistant({ kind: 'text', text: 'Yes' }, { ...call, arguments: '' }),
      assistant({ kind: 'refusal', text: 'No.' }),
      assistant({ kind: 'text', text: 'Well. ' }, { kind: 'refusal', text: 'No.' }),
      assistant({
        kind: 'foreign',
        from: 'openai-chat',
        path: 'messages[3].audio',
        value: { id: 'audio_1' },
      }),
      assistant(),
    ])
    expect(messages).toEqual([
      {
        role: 'assistant',
        content: 'Yes',
        tool_calls: [{ ...written, function: { name: 'f', arguments: '{}' } }],
      },
      { role: 'assistant', content: null, refusal: 'No.' },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'Well. ' },
          { type: 'refusal', refusal: 'No.' },
        ],
      },
      { role: 'assistant', content: null, audio: { id: 'audio_1' } },
      { role: 'assistant', content: '' },
    ])
  })

  test('unsealed thoughts go back, and foreign sealed ones only to those who take them', () => {
    const turns = [
      assistant(
        { kind: 'reasoning', text: 'Hm.', from: 'anthropic-messages' },
        { kind: 'reasoning', text: 'Aha.', seal: 'S', from: 'anthropic-messages' },
        { kind: 'reasoning', text: '', seal: 'E', redacted: true, from: 'anthropic-messages' },
        call,
      ),
    ]
    const plain = writeTurns(turns)
    expect(plain.messages).toEqual([
      { role: 'assistant', content: null, reasoning_content: 'Hm.', tool_calls: [written] },
    ])
    expect(plain.dropped).toEqual([{ path: 'messages[0].content[1]' }])
    const format = 'anthropic-claude-v1'
    const taken = writeTurns(turns, { extensions: ['reasoning_details'] })
    expect(taken.dropped).toEqual([])
    expect(taken.messages).toEqual([
      {
        role: 'assistant',
        content: null,
        reasoning_content: 'Hm.Aha.',
        reasoning_details: [
          { type: 'reasoning.text', text: 'Hm.', format, index: 0 },
          { type: 'reasoning.text', text: 'Aha.', signature: 'S', format, index: 1 },
          { type: 'reasoning.encrypted', data: 'E', format, index: 2 },
        ],
        tool_calls: [written],
      },
    ])
  })

  test('what only some deployments take is written for those, and said to the others', () => {
    const turns: Turn[] = [
      {
        role: 'user',
        parts: [
          { kind: 'text', text: 'Hi', cache: { ttl: '1h' } },
          { kind: 'video', source: { kind: 'url', url: 'https://example.org/a.mp4' } },
          { kind: 'file', source: { kind: 'url', url: 'https://example.org/a.pdf' } },
        ],
      },
      assistant({ ...call, seal: 'Sig' }),
    ]
    const plain = writeTurns(turns)
    expect(plain.messages).toEqual([
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: null, tool_calls: [written] },
    ])
    expect(plain.dropped).toEqual([
      { path: 'messages[0].content[0].cache_control' },
      { path: 'messages[0].content[1]' },
      { path: 'messages[0].content[2]' },
    ])
    const extensions = ['cache_control', 'video_url', 'file_url', 'thought_signature'] as const
    expect(writeTurns(turns, { extensions })).toEqual({
      dropped: [],
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Hi', cache_control: { type: 'ephemeral', ttl: '1h' } },
            { type: 'video_url', video_url: { url: 'https://example.org/a.mp4' } },
            { type: 'file', file: { file_data: 'https://example.org/a.pdf' } },
          ],
        },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ ...written, extra_content: { google: { thought_signature: 'Sig' } } }],
        },
      ],
    })
    const own = writeTurns(turns.slice(0, 1), { extensions: ['prompt_cache_breakpoint'] })
    expect(own.messages).toMatchObject([{ content: [{ prompt_cache_breakpoint: { mode: 'explicit' } }] }])
  })

  test("another dialect's own parts are dropped by their path", () => {
    const foreign = {
      kind: 'foreign',
      from: 'anthropic-messages',
      path: 'messages[0].content[7]',
      value: {},
    } as const
    const { messages, dropped } = writeTurns([{ role: 'user', parts: [foreign] }])
    expect(messages).toEqual([])
    expect(dropped).toEqual([{ path: 'messages[0].content[7]' }])
  })
})

describe('settings as chat members', () => {
  test('a stream asks for its token counts', () => {
    expect(write({ stream: true }).body).toMatchObject({
      stream: true,
      stream_options: { include_usage: true },
    })
    expect(write({}).body).toEqual({ model: 'gpt-5', messages: [] })
  })

  test('the bound on tokens has the name that the deployment knows', () => {
    expect(write({ maxTokens: 5 }).body).toMatchObject({ max_completion_tokens: 5 })
    expect(write({ maxTokens: 5 }, { maxTokensName: 'max_tokens' }).body).toMatchObject({ max_tokens: 5 })
  })

  test('top_k and min_p are written where they are known, and else said to be lost', () => {
    expect(write({ topK: 4, minP: 0.1 }).dropped).toEqual([{ setting: 'topK' }, { setting: 'minP' }])
    const known = write({ topK: 4, minP: 0.1, safety: [{}] }, { extensions: ['top_k', 'min_p'] })
    expect(known.body).toMatchObject({ top_k: 4, min_p: 0.1 })
    expect(known.dropped).toEqual([{ setting: 'safety' }])
  })

  test.each([
    [{ effort: 'xhigh' }, 'xhigh'],
    [{ effort: 'adaptive' }, undefined],
    [{ budgetTokens: 0 }, 'none'],
    [{ budgetTokens: -1 }, undefined],
    [{ budgetTokens: 4096 }, 'low'],
    [{ budgetTokens: 4097 }, 'medium'],
    [{ budgetTokens: 16_384 }, 'medium'],
    [{ budgetTokens: 16_385 }, 'high'],
  ])('the reasoning %j is the effort %p', (reasoning, effort) => {
    expect(write({ reasoning }).body['reasoning_effort']).toBe(effort)
  })

  test('tools and the choice among them', () => {
    const tools: ModelRequest['tools'] = [
      { kind: 'function', name: 'f', description: 'd', parameters: { type: 'object' }, strict: true },
      { kind: 'foreign', from: 'openai-chat', path: 'tools[2]', value: { type: 'builtin_function' } },
      { kind: 'foreign', from: 'gemini', path: 'tools[3]', value: { googleSearch: {} } },
    ]
    const { body, dropped } = write({
      tools,
      toolChoice: { kind: 'tool', name: 'f' },
      parallelTools: false,
    })
    expect(body).toMatchObject({
      tools: [
        {
          type: 'function',
          function: { name: 'f', description: 'd', parameters: { type: 'object' }, strict: true },
        },
        { type: 'builtin_function' },
      ],
      tool_choice: { type: 'function', function: { name: 'f' } },
      parallel_tool_calls: false,
    })
    expect(dropped).toEqual([{ path: 'tools[3]' }])
    expect(write({ tools, toolChoice: { kind: 'any' } }).body).toMatchObject({ tool_choice: 'required' })
  })

  test('a choice of tools without tools is left out, and said where it mattered', () => {
    expect(write({ toolChoice: { kind: 'auto' }, parallelTools: true })).toEqual({
      body: { model: 'gpt-5', messages: [] },
      dropped: [],
    })
    expect(write({ toolChoice: { kind: 'any' } }).dropped).toEqual([{ setting: 'toolChoice' }])
  })

  const format = { kind: 'schema', name: 'steps', schema: { type: 'object' }, strict: true } as const

  test('a schema is written as one where the model knows it', () => {
    expect(write({ format }).body['response_format']).toEqual({
      type: 'json_schema',
      json_schema: { name: 'steps', schema: { type: 'object' }, strict: true },
    })
    expect(write({ format: { kind: 'json' } }).body['response_format']).toEqual({ type: 'json_object' })
  })

  test('a tool stands in for a schema that the model does not know', () => {
    const { body, formatTool } = write({ format }, { jsonSchema: false })
    expect(formatTool).toBe('steps')
    expect(body['response_format']).toBeUndefined()
    expect(body).toMatchObject({
      tools: [{ type: 'function', function: { name: 'steps', parameters: { type: 'object' } } }],
      tool_choice: { type: 'function', function: { name: 'steps' } },
    })
    const beside = write({ format, tools: [{ kind: 'function', name: 'steps' }] }, { jsonSchema: false })
    expect(beside.formatTool).toBe('steps_answer')
    expect(beside.body['tool_choice']).toBe('required')
  })

  test('a chat request that is read and written is the same again', () => {
    const original = {
      model: 'gpt-5',
      messages: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look:' },
            { type: 'image_url', image_url: { url: 'https://example.org/a.png', detail: 'high' } },
          ],
        },
        { role: 'assistant', content: null, reasoning_content: 'Hm.', tool_calls: [written] },
        { role: 'tool', tool_call_id: 'c1', content: 'rain' },
        { role: 'assistant', content: 'Rain.' },
        { role: 'user', content: 'Thanks', name: 'ann' },
      ],
      stream: true,
      stream_options: { include_usage: true },
      tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } }],
      tool_choice: 'auto',
      temperature: 0.5,
      stop: ['END'],
      seed: 7,
      n: 2,
      logprobs: true,
      top_logprobs: 2,
      max_completion_tokens: 100,
      reasoning_effort: 'low',
      service_tier: 'flex',
      user: 'u',
      metadata: { a: 'b' },
      prompt_cache_key: 'k',
    }
    const { body, dropped } = write(readRequest(original))
    expect(body).toEqual(original)
    expect(dropped).toEqual([])
  })
})
