import { describe, expect, test } from 'bun:test'
import { readRequest as readPlaced } from './translate-request.ts'
import { placeless } from '../../../test/placeless.ts'

const readRequest = placeless(readPlaced)

const user = { role: 'user', content: 'Hi' }
const weather = {
  type: 'function',
  function: { name: 'get_weather', parameters: { type: 'object', properties: {} } },
}
const called = {
  role: 'assistant',
  content: null,
  tool_calls: [{ id: 'call_a', type: 'function', function: { name: 'get_weather', arguments: '{}' } }],
}
const pixel = 'iVBORw0KGgo='

function read(members: Record<string, unknown>, messages: readonly unknown[] = [user]) {
  return readRequest({ model: 'fast', messages, ...members })
}

function turnsOf(...messages: readonly unknown[]) {
  return read({}, messages).turns
}

describe('the turns of a chat request', () => {
  test('every role has its turn, one for each message', () => {
    const turns = turnsOf(
      { role: 'developer', content: 'Be brief.' },
      { role: 'system', content: [{ type: 'text', text: 'Be kind.' }], name: 'boss' },
      user,
      called,
      { role: 'tool', tool_call_id: 'call_a', content: 'rain' },
      { role: 'assistant', content: 'It rains.' },
    )
    expect(turns).toEqual([
      { role: 'system', parts: [{ kind: 'text', text: 'Be brief.' }] },
      { role: 'system', name: 'boss', parts: [{ kind: 'text', text: 'Be kind.' }] },
      { role: 'user', parts: [{ kind: 'text', text: 'Hi' }] },
      {
        role: 'assistant',
        parts: [{ kind: 'tool-call', id: 'call_a', name: 'get_weather', arguments: '{}' }],
      },
      {
        role: 'tool',
        parts: [
          {
            kind: 'tool-result',
            callId: 'call_a',
            name: 'get_weather',
            parts: [{ kind: 'text', text: 'rain' }],
          },
        ],
      },
      { role: 'assistant', parts: [{ kind: 'text', text: 'It rains.' }] },
    ])
  })

  test('media are read from URLs, data URLs, base64 and file ids', () => {
    const [turn] = turnsOf({
      role: 'user',
      content: [
        { type: 'image_url', image_url: { url: 'https://example.org/a.png', detail: 'low' } },
        { type: 'image_url', image_url: { url: `data:image/PNG;charset=x;base64,${pixel}` } },
        { type: 'input_audio', input_audio: { data: 'UklGRg==', format: 'mp3' } },
        { type: 'file', file: { file_data: 'data:application/pdf;base64,JVBERg==', filename: 'a.pdf' } },
        { type: 'file', file: { file_data: 'JVBERg==', filename: 'a.csv' } },
        { type: 'file', file: { file_id: 'file-1' } },
        { type: 'video_url', video_url: { url: 'https://example.org/a.mp4' } },
      ],
    })
    expect(turn?.parts).toEqual([
      { kind: 'image', source: { kind: 'url', url: 'https://example.org/a.png' }, detail: 'low' },
      { kind: 'image', source: { kind: 'inline', mediaType: 'image/png', base64: pixel } },
      { kind: 'audio', source: { kind: 'inline', mediaType: 'audio/mpeg', base64: 'UklGRg==' } },
      {
        kind: 'file',
        source: { kind: 'inline', mediaType: 'application/pdf', base64: 'JVBERg==' },
        name: 'a.pdf',
      },
      { kind: 'file', source: { kind: 'inline', mediaType: 'text/csv', base64: 'JVBERg==' }, name: 'a.csv' },
      { kind: 'file', source: { kind: 'file-id', id: 'file-1' } },
      { kind: 'video', source: { kind: 'url', url: 'https://example.org/a.mp4' } },
    ])
  })

  test('marks for the prompt cache are kept in either spelling, on parts, messages and tools', () => {
    const request = read({ tools: [{ ...weather, cache_control: { type: 'ephemeral' } }] }, [
      { role: 'system', content: 'Long.', cache_control: { type: 'ephemeral', ttl: '1h' } },
      {
        role: 'user',
        content: [{ type: 'text', text: 'Hi', prompt_cache_breakpoint: { mode: 'explicit' } }],
      },
    ])
    expect(request.turns.map(({ parts }) => parts[0])).toEqual([
      { kind: 'text', text: 'Long.', cache: { ttl: '1h' } },
      { kind: 'text', text: 'Hi', cache: {} },
    ])
    expect(request.tools?.[0]).toMatchObject({ cache: {} })
    expect(request.unplaced).toEqual([])
  })

  test('reasoning comes back with its seals and with whose they are', () => {
    const details = [
      { type: 'reasoning.text', text: 'Hm', format: 'anthropic-claude-v1', index: 0 },
      { type: 'reasoning.text', text: 'm.', signature: 'S1', format: 'anthropic-claude-v1', index: 0 },
      { type: 'reasoning.encrypted', data: 'E1' },
      { type: 'reasoning.summary', summary: 'Sum', id: 'rs_1', format: 'openai-responses-v1' },
      { type: 'reasoning.encrypted', data: 'E2', id: 'rs_1', format: 'openai-responses-v1' },
      { type: 'reasoning.text', text: 'open', format: 'unknown' },
    ]
    const [turn] = turnsOf({
      role: 'assistant',
      content: 'Yes',
      reasoning_content: 'Hmm.Sumopen',
      reasoning_details: details,
    })
    expect(turn?.parts).toEqual([
      { kind: 'reasoning', text: 'Hmm.', seal: 'S1', from: 'anthropic-messages' },
      { kind: 'reasoning', text: '', seal: 'E1', redacted: true, from: 'anthropic-messages' },
      { kind: 'reasoning', text: 'Sum', seal: 'E2', id: 'rs_1', from: 'openai-responses' },
      { kind: 'reasoning', text: 'open', from: 'openai-chat' },
      { kind: 'text', text: 'Yes' },
    ])
  })

  test.each(['reasoning_content', 'reasoning'])('plain thoughts are read from %s', (name) => {
    const [turn] = turnsOf({ role: 'assistant', content: null, [name]: 'Hm.' })
    expect(turn?.parts).toEqual([{ kind: 'reasoning', text: 'Hm.', from: 'openai-chat' }])
  })

  test('seals of tool calls, custom tools, refusals and spoken answers have their parts', () => {
    const [turn, result] = turnsOf(
      {
        role: 'assistant',
        content: [{ type: 'refusal', refusal: 'No.' }],
        audio: { id: 'audio_1' },
        tool_calls: [
          {
            id: 'c1',
            type: 'function',
            function: { name: 'f', arguments: 'not json' },
            extra_content: { google: { thought_signature: 'Sig' } },
          },
          { id: 'c2', type: 'custom', custom: { name: 'sql', input: 'SELECT 1' } },
        ],
      },
      { role: 'tool', tool_call_id: 'c2', content: [{ type: 'text', text: '1' }] },
    )
    expect(turn?.parts).toEqual([
      { kind: 'refusal', text: 'No.' },
      { kind: 'foreign', from: 'openai-chat', path: 'messages[0].audio', value: { id: 'audio_1' } },
      { kind: 'tool-call', id: 'c1', name: 'f', arguments: 'not json', seal: 'Sig' },
      { kind: 'tool-call', id: 'c2', name: 'sql', arguments: 'SELECT 1', custom: true },
    ])
    expect(result?.parts[0]).toMatchObject({ kind: 'tool-result', callId: 'c2', name: 'sql', custom: true })
  })

  test('the deprecated function call finds its result by name', () => {
    const { turns, tools, toolChoice } = read({ functions: [{ name: 'f' }], function_call: { name: 'f' } }, [
      { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } },
      { role: 'function', name: 'f', content: 'done' },
    ])
    expect(turns[0]?.parts[0]).toMatchObject({ kind: 'tool-call', id: 'call_function_0', name: 'f' })
    expect(turns[1]?.parts[0]).toMatchObject({ kind: 'tool-result', callId: 'call_function_0' })
    expect(tools).toEqual([{ kind: 'function', name: 'f' }])
    expect(toolChoice).toEqual({ kind: 'tool', name: 'f' })
  })
})

describe('the settings of a chat request', () => {
  test('each setting has its word', () => {
    const request = read({
      stream: true,
      stream_options: { include_usage: true },
      max_tokens: 5,
      temperature: 0.5,
      top_p: 0.9,
      top_k: 40,
      min_p: 0.1,
      frequency_penalty: 1,
      presence_penalty: -1,
      stop: 'END',
      seed: 7,
      n: 2,
      logprobs: true,
      top_logprobs: 3,
      logit_bias: { '50256': -100 },
      response_format: { type: 'json_object' },
      reasoning_effort: 'low',
      verbosity: 'low',
      modalities: ['text', 'audio'],
      audio: { voice: 'alloy', format: 'wav' },
      prediction: { type: 'content', content: 'x' },
      service_tier: 'flex',
      user: 'u',
      metadata: { a: 'b' },
      prompt_cache_key: 'k',
      parallel_tool_calls: false,
    })
    expect(request).toMatchObject({
      stream: true,
      maxTokens: 5,
      temperature: 0.5,
      topP: 0.9,
      topK: 40,
      minP: 0.1,
      frequencyPenalty: 1,
      presencePenalty: -1,
      stop: ['END'],
      seed: 7,
      choices: 2,
      logprobs: true,
      topLogprobs: 3,
      logitBias: { '50256': -100 },
      format: { kind: 'json' },
      reasoning: { effort: 'low' },
      verbosity: 'low',
      modalities: ['text', 'audio'],
      audio: { voice: 'alloy', format: 'wav' },
      prediction: { type: 'content', content: 'x' },
      serviceTier: 'flex',
      endUser: 'u',
      metadata: { a: 'b' },
      cacheKey: 'k',
      parallelTools: false,
      unplaced: [],
    })
  })

  test('null and what asks for nothing are absent', () => {
    expect(read({ n: 1, logprobs: false, stop: [], seed: null, tools: null, store: null })).toEqual({
      model: 'fast',
      stream: false,
      turns: [{ role: 'user', parts: [{ kind: 'text', text: 'Hi' }] }],
      unplaced: [],
    })
  })

  test('what has no word is listed by its path', () => {
    const request = read(
      {
        store: true,
        web_search_options: {},
        moderation: { model: 'm' },
        max_tokens: 5,
        max_completion_tokens: 6,
        stream_options: { include_obfuscation: false },
        response_format: { type: 'regex', regex: 'a' },
        tools: [{ type: 'function', function: { name: 'f', novelty: 1 } }],
        reasoning: { effort: 'high', flavour: 'x' },
      },
      [
        { role: 'user', content: [{ type: 'text', text: 'Hi', mood: 'good' }], weight: 1 },
        {
          role: 'assistant',
          content: 'x',
          reasoning_details: [{ type: 'reasoning.dream' }],
          annotations: [],
        },
      ],
    )
    expect(request.maxTokens).toBe(6)
    expect(request.reasoning).toEqual({ effort: 'high' })
    expect(request.unplaced).toEqual([
      'messages[0].weight',
      'messages[0].content[0].mood',
      'messages[1].reasoning_details[0]',
      'store',
      'web_search_options',
      'moderation',
      'tools[0].function.novelty',
      'max_tokens',
      'response_format',
      'reasoning.flavour',
      'stream_options.include_obfuscation',
    ])
  })

  test.each([
    ['auto', { kind: 'auto' }],
    ['none', { kind: 'none' }],
    ['required', { kind: 'any' }],
    ['any', { kind: 'any' }],
    [
      { type: 'function', function: { name: 'get_weather' } },
      { kind: 'tool', name: 'get_weather' },
    ],
    [
      { type: 'custom', custom: { name: 'sql' } },
      { kind: 'tool', name: 'sql' },
    ],
  ])('the tool choice %j', (choice, expected) => {
    const tools = [weather, { type: 'custom', custom: { name: 'sql', description: 'd' } }]
    expect(read({ tools, tool_choice: choice }).toolChoice as unknown).toEqual(expected)
  })

  test('allowed tools are said by leaving out the others', () => {
    const allowed = { mode: 'required', tools: [{ type: 'function', function: { name: 'get_weather' } }] }
    const tools = [weather, { type: 'function', function: { name: 'other' } }]
    const request = read({ tools, tool_choice: { type: 'allowed_tools', allowed_tools: allowed } })
    expect(request.tools?.map((tool) => tool.kind === 'function' && tool.name)).toEqual(['get_weather'])
    expect(request.toolChoice).toEqual({ kind: 'any' })
  })

  test("a vendor's own tool is kept as it is", () => {
    const search = { type: 'builtin_function', function: { name: '$web_search' } }
    expect(read({ tools: [search] }).tools).toEqual([
      { kind: 'foreign', from: 'openai-chat', path: 'tools[0]', value: search },
    ])
  })

  test("OpenRouter's reasoning object has its words", () => {
    expect(read({ reasoning: { max_tokens: 2000, exclude: true } }).reasoning).toEqual({
      budgetTokens: 2000,
      show: false,
    })
    expect(read({ reasoning: { enabled: false } }).reasoning).toEqual({ effort: 'none' })
  })
})
