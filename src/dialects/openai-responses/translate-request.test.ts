import { describe, expect, test } from 'bun:test'
import type { ModelRequest } from '../../core/model-request.ts'
import { openaiResponses as codec } from './codec.ts'
import { placeless } from '../../../test/placeless.ts'
import { refusalOf } from '../../../test/failure-of.ts'

const readRequest = placeless(codec.readRequest)

const png = 'data:image/png;base64,iVBORw0KGgo='

function read(members: Record<string, unknown>): ModelRequest {
  return readRequest({ model: 'fast', input: 'Hi', ...members })
}

function parts(content: unknown): unknown {
  return read({ input: [{ role: 'user', content }] }).turns[0]?.parts
}

describe('a request of the Responses dialect', () => {
  test('with a text is one turn of the user, after the instructions', () => {
    expect(read({ instructions: 'Be brief.' })).toEqual({
      model: 'fast',
      stream: false,
      turns: [
        { role: 'system', parts: [{ kind: 'text', text: 'Be brief.' }] },
        { role: 'user', parts: [{ kind: 'text', text: 'Hi' }] },
      ],
      unplaced: [],
    })
  })

  test('has settings in our words', () => {
    const request = read({
      max_output_tokens: 100,
      temperature: 0.2,
      top_p: 0.9,
      parallel_tool_calls: false,
      top_logprobs: 3,
      include: ['message.output_text.logprobs', 'reasoning.encrypted_content'],
      text: { format: { type: 'json_object' }, verbosity: 'low' },
      reasoning: { effort: 'high', summary: 'concise', context: 'auto' },
      metadata: { a: 'b' },
      service_tier: 'flex',
      user: 'u-1',
      prompt_cache_key: 'k',
      stream: true,
      truncation: 'disabled',
      background: false,
      store: false,
      stream_options: { include_obfuscation: false },
    })
    expect(request).toEqual({
      model: 'fast',
      stream: true,
      turns: request.turns,
      maxTokens: 100,
      temperature: 0.2,
      topP: 0.9,
      parallelTools: false,
      logprobs: true,
      topLogprobs: 3,
      format: { kind: 'json' },
      verbosity: 'low',
      reasoning: { effort: 'high', show: true, summary: 'concise' },
      metadata: { a: 'b' },
      serviceTier: 'flex',
      endUser: 'u-1',
      cacheKey: 'k',
      unplaced: [],
    })
  })

  test('tells by their paths what has no place', () => {
    const request = read({
      store: true,
      previous_response_id: 'resp_1',
      truncation: 'auto',
      max_tool_calls: 3,
      background: true,
      moderation: { model: 'm' },
      x_new: 1,
      prompt: null,
      include: ['reasoning.encrypted_content', 'file_search_call.results'],
      text: { x: 1 },
      reasoning: { context: 'all_turns' },
      user: 'a',
      safety_identifier: 'b',
      stream_options: { include_obfuscation: true },
      tool_choice: { type: 'file_search' },
      tools: [{ type: 'function', name: 'f', defer_loading: true }],
      input: [
        { role: 'user', content: [{ type: 'input_text', text: 'Hi', x_new: 2 }], x_new: 3 },
        {
          role: 'assistant',
          content: [{ type: 'output_text', text: 'A', annotations: [{}] }],
          phase: 'commentary',
        },
      ],
    })
    expect(request.endUser).toBe('b')
    expect(request.unplaced.toSorted()).toEqual(
      [
        'background',
        'include[1]',
        'input[0].content[0].x_new',
        'input[0].x_new',
        'input[1].content[0].annotations',
        'input[1].phase',
        'max_tool_calls',
        'moderation',
        'previous_response_id',
        'reasoning.context',
        'store',
        'stream_options.include_obfuscation',
        'text.x',
        'tool_choice',
        'tools[0].defer_loading',
        'truncation',
        'user',
        'x_new',
      ].toSorted(),
    )
  })

  test('gathers the items of one answer in one turn, and outputs in another', () => {
    const { turns } = read({
      input: [
        { role: 'developer', content: 'Rules' },
        { role: 'user', content: 'Go' },
        {
          type: 'reasoning',
          id: 'rs_1',
          summary: [{ type: 'summary_text', text: 'Hm' }],
          encrypted_content: 'gA',
        },
        { type: 'message', role: 'assistant', content: [{ type: 'refusal', refusal: 'No' }] },
        { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}' },
        { type: 'custom_tool_call', call_id: 'c2', name: 'g', input: 'x' },
        { type: 'function_call_output', call_id: 'c1', output: 'one' },
        { type: 'custom_tool_call_output', call_id: 'c2', output: [{ type: 'input_image', image_url: png }] },
        { role: 'user', content: 'On' },
      ],
    })
    const image = {
      kind: 'image',
      source: { kind: 'inline', mediaType: 'image/png', base64: 'iVBORw0KGgo=' },
    }
    expect(turns as unknown).toEqual([
      { role: 'system', parts: [{ kind: 'text', text: 'Rules' }] },
      { role: 'user', parts: [{ kind: 'text', text: 'Go' }] },
      {
        role: 'assistant',
        parts: [
          { kind: 'reasoning', text: 'Hm', seal: 'gA', id: 'rs_1', from: 'openai-responses' },
          { kind: 'refusal', text: 'No' },
          { kind: 'tool-call', id: 'c1', name: 'f', arguments: '{}' },
          { kind: 'tool-call', id: 'c2', name: 'g', arguments: 'x', custom: true },
        ],
      },
      {
        role: 'tool',
        parts: [
          { kind: 'tool-result', callId: 'c1', name: 'f', parts: [{ kind: 'text', text: 'one' }] },
          { kind: 'tool-result', callId: 'c2', name: 'g', parts: [image], custom: true },
        ],
      },
      { role: 'user', parts: [{ kind: 'text', text: 'On' }] },
    ])
  })

  test('keeps items that it does not know as foreign parts with their paths', () => {
    const search = { type: 'web_search_call', id: 'ws_1', status: 'completed' }
    const approval = { type: 'mcp_approval_response', approval_request_id: 'a', approve: true }
    const { turns } = read({ input: [search, { type: 'item_reference', id: 'msg_1' }, approval] })
    const foreign = { kind: 'foreign', from: 'openai-responses' }
    expect(turns as unknown).toEqual([
      {
        role: 'assistant',
        parts: [
          { ...foreign, path: 'input[0]', value: search },
          { ...foreign, path: 'input[1]', value: { type: 'item_reference', id: 'msg_1' } },
        ],
      },
      { role: 'user', parts: [{ ...foreign, path: 'input[2]', value: approval }] },
    ])
  })

  test.each([
    ['input_text', { type: 'input_text', text: 'a' }, { kind: 'text', text: 'a' }],
    [
      'a breakpoint of the prompt cache',
      { type: 'input_text', text: 'a', prompt_cache_breakpoint: { mode: 'explicit', ttl: '12h' } },
      { kind: 'text', text: 'a', cache: { ttl: '12h' } },
    ],
    [
      'an image by URL',
      { type: 'input_image', image_url: 'https://e.com/a.png', detail: 'high' },
      { kind: 'image', source: { kind: 'url', url: 'https://e.com/a.png' }, detail: 'high' },
    ],
    [
      'an image that lies with the provider',
      { type: 'input_image', file_id: 'file_1', detail: 'auto' },
      { kind: 'image', source: { kind: 'file-id', id: 'file_1' }, detail: 'auto' },
    ],
    [
      'a file by URL',
      { type: 'input_file', file_url: 'https://e.com/a.pdf' },
      { kind: 'file', source: { kind: 'url', url: 'https://e.com/a.pdf' } },
    ],
    [
      'a file in bare base64',
      { type: 'input_file', filename: 'a.CSV', file_data: 'YSxi' },
      { kind: 'file', source: { kind: 'inline', mediaType: 'text/csv', base64: 'YSxi' }, name: 'a.CSV' },
    ],
    [
      'a recording',
      { type: 'input_audio', input_audio: { data: 'QUJD', format: 'mp3' } },
      { kind: 'audio', source: { kind: 'inline', mediaType: 'audio/mpeg', base64: 'QUJD' } },
    ],
  ])('reads %s', (_name, part, expected) => {
    expect(parts([part])).toEqual([expected])
  })

  test('has tools of all kinds', () => {
    const grammar = { type: 'grammar', syntax: 'lark', definition: 'start: "a"' }
    const { tools, toolChoice } = read({
      tools: [
        { type: 'function', name: 'f', description: 'd', parameters: { type: 'object' }, strict: true },
        { type: 'function', name: 'bare', parameters: null, strict: null },
        { type: 'custom', name: 'g', format: grammar },
        { type: 'custom', name: 'h', format: { type: 'text' } },
        { type: 'web_search' },
      ],
      tool_choice: 'required',
    })
    expect(tools).toEqual([
      { kind: 'function', name: 'f', description: 'd', parameters: { type: 'object' }, strict: true },
      { kind: 'function', name: 'bare' },
      { kind: 'custom', name: 'g', grammar },
      { kind: 'custom', name: 'h' },
      { kind: 'foreign', from: 'openai-responses', path: 'tools[4]', value: { type: 'web_search' } },
    ])
    expect(toolChoice).toEqual({ kind: 'any' })
  })

  test('offers only the tools that it allows', () => {
    const tools = ['a', 'b'].map((name) => ({ type: 'function', name }))
    const choice = { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'b' }] }
    expect(read({ tools, tool_choice: choice })).toMatchObject({
      tools: [{ name: 'b' }],
      toolChoice: { kind: 'auto' },
    })
  })

  test('may continue an answer that lies elsewhere', () => {
    const output = { type: 'function_call_output', call_id: 'c1', output: 'x' }
    expect(read({ previous_response_id: 'resp_1', input: [output] }).turns).toHaveLength(1)
    expect(read({ input: [{ type: 'item_reference', id: 'fc_1' }, output] }).turns).toHaveLength(2)
    expect(readRequest({ model: 'm', previous_response_id: 'resp_1' }).turns).toEqual([])
  })

  test('is not changed by being read', () => {
    const body = { model: 'm', input: [{ role: 'user', content: [{ type: 'input_image', image_url: png }] }] }
    const before = structuredClone(body)
    readRequest(body)
    expect(body).toEqual(before)
  })
})

describe('a bad request is refused with the path of what is wrong', () => {
  test.each<[string, Record<string, unknown>]>([
    ['missing_required_parameter model', { input: 'x' }],
    ['invalid_type model', { model: 7, input: 'x' }],
    ['missing_required_parameter input', { model: 'm' }],
    ['invalid_type input', { model: 'm', input: 7 }],
    ['invalid_type input[0]', { model: 'm', input: ['x'] }],
    ['missing_required_parameter input[0].type', { model: 'm', input: [{}] }],
    ['invalid_type instructions', { model: 'm', input: 'x', instructions: [] }],
    ['invalid_type stream', { model: 'm', input: 'x', stream: 'yes' }],
    ['invalid_type temperature', { model: 'm', input: 'x', temperature: '1' }],
    ['invalid_type max_output_tokens', { model: 'm', input: 'x', max_output_tokens: 1.5 }],
    ['invalid_value max_output_tokens', { model: 'm', input: 'x', max_output_tokens: 0 }],
    ['invalid_type include[1]', { model: 'm', input: 'x', include: ['a', 2] }],
    ['invalid_type metadata.a', { model: 'm', input: 'x', metadata: { a: 1 } }],
    ['invalid_type text', { model: 'm', input: 'x', text: 'json' }],
    ['invalid_value text.format.type', { model: 'm', input: 'x', text: { format: { type: 'xml' } } }],
    [
      'invalid_type text.format.schema',
      { model: 'm', input: 'x', text: { format: { type: 'json_schema', name: 'n', schema: true } } },
    ],
    [
      'missing_required_parameter text.format.name',
      { model: 'm', input: 'x', text: { format: { type: 'json_schema', schema: {} } } },
    ],
    ['invalid_type reasoning', { model: 'm', input: 'x', reasoning: 'high' }],
    ['invalid_type tools', { model: 'm', input: 'x', tools: {} }],
    ['missing_required_parameter tools[0].name', { model: 'm', input: 'x', tools: [{ type: 'function' }] }],
    [
      'invalid_type tools[0].parameters',
      { model: 'm', input: 'x', tools: [{ type: 'function', name: 'f', parameters: 'p' }] },
    ],
    ['invalid_value tool_choice', { model: 'm', input: 'x', tool_choice: 'maybe' }],
    [
      'missing_required_parameter tool_choice.name',
      { model: 'm', input: 'x', tool_choice: { type: 'function' } },
    ],
  ])('%s', (expected, body) => {
    expect(refusalOf(() => readRequest(body))).toBe(expected)
  })

  test.each<[string, unknown]>([
    ['invalid_value input[0].role', { role: 'robot', content: 'x' }],
    ['missing_required_parameter input[0].content', { role: 'user' }],
    ['invalid_type input[0].content', { role: 'user', content: 7 }],
    ['invalid_value input[0].content[0].type', { role: 'user', content: [{ type: 'input_smell' }] }],
    ['invalid_type input[0].content[0].text', { role: 'user', content: [{ type: 'input_text', text: 7 }] }],
    [
      'invalid_value input[0].content[0].image_url',
      { role: 'user', content: [{ type: 'input_image', image_url: 'data:image/png;base64,no good' }] },
    ],
    [
      'invalid_value input[0].content[0].image_url',
      { role: 'user', content: [{ type: 'input_image', image_url: 'file:///etc/passwd' }] },
    ],
    [
      'missing_required_parameter input[0].content[0].image_url',
      { role: 'user', content: [{ type: 'input_image' }] },
    ],
    [
      'invalid_value input[0].content[0].file_data',
      { role: 'user', content: [{ type: 'input_file', file_data: 'abc' }] },
    ],
    [
      'invalid_value input[0].content[0].input_audio.format',
      { role: 'user', content: [{ type: 'input_audio', input_audio: { data: 'QUJD', format: 'a/b' } }] },
    ],
    ['missing_required_parameter input[0].arguments', { type: 'function_call', call_id: 'c', name: 'f' }],
    ['invalid_value input[0].call_id', { type: 'function_call_output', call_id: 'c', output: 'x' }],
    ['missing_required_parameter input[0].call_id', { type: 'function_call_output', output: 'x' }],
    ['invalid_type input[0].summary', { type: 'reasoning', summary: 'x' }],
    ['missing_required_parameter input[0].summary[0].text', { type: 'reasoning', summary: [{}] }],
  ])('an item: %s', (expected, wrong) => {
    expect(refusalOf(() => readRequest({ model: 'm', input: [wrong] }))).toBe(expected)
  })

  test('the output of a call says what it holds', () => {
    const call = { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' }
    const output = { type: 'function_call_output', call_id: 'c', output: [{ type: 'refusal', refusal: 'x' }] }
    expect(refusalOf(() => readRequest({ model: 'm', input: [call, output] }))).toBe(
      'invalid_value input[1].output[0].type',
    )
  })
})
