import { describe, expect, test } from 'bun:test'
import { carrySeal } from '../carried-seal.ts'
import { readRequest as readPlaced } from './translate-request.ts'
import { placeless } from '../../../test/placeless.ts'
import { refusalOf } from '../../../test/failure-of.ts'

const readRequest = placeless(readPlaced)

const hello = { role: 'user', content: 'Hello' }
const base = { model: 'm', max_tokens: 10, messages: [hello] }

function withBlock(block: unknown, role = 'user') {
  return { ...base, messages: [{ role, content: [block] }] }
}

const png = { type: 'base64', media_type: 'image/png', data: 'AAAA' }

describe('a request of an Anthropic client', () => {
  test.each<[string, Record<string, unknown>]>([
    ['missing_required_parameter model', { messages: [hello] }],
    ['invalid_value model', { ...base, model: '' }],
    ['missing_required_parameter messages', { model: 'm' }],
    ['invalid_type messages', { ...base, messages: 'x' }],
    ['invalid_value messages', { ...base, messages: [] }],
    ['invalid_type messages[0]', { ...base, messages: ['x'] }],
    ['missing_required_parameter messages[0].role', { ...base, messages: [{ content: 'x' }] }],
    ['invalid_value messages[1].role', { ...base, messages: [hello, { role: 'tool', content: 'x' }] }],
    ['missing_required_parameter messages[0].content', { ...base, messages: [{ role: 'user' }] }],
    ['invalid_type messages[0].content', { ...base, messages: [{ role: 'user', content: 5 }] }],
    ['missing_required_parameter messages[0].content[0].type', withBlock({ text: 'x' })],
    ['invalid_value messages[0].content[0].type', withBlock({ type: 'hologram' })],
    [
      'invalid_value messages[0].content[0].type',
      withBlock({ type: 'tool_use', id: 'a', name: 'f', input: {} }),
    ],
    ['invalid_value messages[0].content[0].type', withBlock({ type: 'image', source: png }, 'system')],
    ['invalid_type messages[0].content[0].text', withBlock({ type: 'text', text: 5 })],
    ['missing_required_parameter messages[0].content[0].source', withBlock({ type: 'image' })],
    [
      'invalid_value messages[0].content[0].source.type',
      withBlock({ type: 'image', source: { type: 'text', data: 'x' } }),
    ],
    [
      'invalid_value messages[0].content[0].source.data',
      withBlock({ type: 'image', source: { ...png, data: 'AA*A' } }),
    ],
    [
      'invalid_value messages[0].content[0].source.data',
      withBlock({ type: 'image', source: { ...png, data: 'AAA' } }),
    ],
    [
      'invalid_value messages[0].content[0].source.url',
      withBlock({ type: 'image', source: { type: 'url', url: 'data:image/png;base64,A' } }),
    ],
    [
      'invalid_value messages[0].content[0].source.url',
      withBlock({ type: 'image', source: { type: 'url', url: 'data:image/png,A' } }),
    ],
    [
      'invalid_value messages[0].content[0].cache_control.type',
      withBlock({ type: 'text', text: 'x', cache_control: { type: 'eternal' } }),
    ],
    [
      'invalid_value messages[0].content[0].tool_use_id',
      withBlock({ type: 'tool_result', tool_use_id: 'nobody', content: 'x' }),
    ],
    [
      'invalid_type messages[0].content[0].input',
      withBlock({ type: 'tool_use', id: 'a', name: 'f', input: '{}' }, 'assistant'),
    ],
    [
      'missing_required_parameter messages[0].content[0].thinking',
      withBlock({ type: 'thinking' }, 'assistant'),
    ],
    ['invalid_value system[0].type', { ...base, system: [{ type: 'image', source: png }] }],
    ['invalid_type system', { ...base, system: 5 }],
    ['invalid_type stream', { ...base, stream: 'yes' }],
    ['invalid_type max_tokens', { ...base, max_tokens: 1.5 }],
    ['invalid_value max_tokens', { ...base, max_tokens: -1 }],
    ['invalid_type temperature', { ...base, temperature: '1' }],
    ['invalid_type stop_sequences', { ...base, stop_sequences: 'x' }],
    ['invalid_type stop_sequences[1]', { ...base, stop_sequences: ['x', 1] }],
    ['invalid_type tools', { ...base, tools: {} }],
    ['missing_required_parameter tools[0].name', { ...base, tools: [{ input_schema: {} }] }],
    ['missing_required_parameter tools[0].input_schema', { ...base, tools: [{ name: 'f' }] }],
    ['invalid_type tools[0].input_schema', { ...base, tools: [{ name: 'f', input_schema: [] }] }],
    ['invalid_value tool_choice.type', { ...base, tool_choice: { type: 'required' } }],
    ['missing_required_parameter tool_choice.name', { ...base, tool_choice: { type: 'tool' } }],
    ['invalid_value thinking.type', { ...base, thinking: { type: 'deep' } }],
    ['invalid_type thinking.budget_tokens', { ...base, thinking: { type: 'enabled', budget_tokens: 'all' } }],
    ['invalid_value thinking.display', { ...base, thinking: { type: 'adaptive', display: 'loud' } }],
    ['invalid_value output_config.format.type', { ...base, output_config: { format: { type: 'json' } } }],
    [
      'invalid_type output_config.format.schema',
      { ...base, output_config: { format: { type: 'json_schema', schema: 'x' } } },
    ],
    ['invalid_type metadata.user_id', { ...base, metadata: { user_id: 7 } }],
  ])('is refused with %s', (expected, body) => {
    expect(refusalOf(() => readRequest(body))).toBe(expected)
  })

  test('members without a word of ours are named by their paths', () => {
    const request = readRequest({
      ...base,
      thread: { type: 'create' },
      container: 'c',
      context_management: { edits: [] },
      mcp_servers: [{}],
      cache_control: { type: 'ephemeral' },
      speed: null,
      metadata: { user_id: 'u', team: 't' },
      tools: [{ name: 'f', input_schema: {}, input_examples: [{}] }],
      output_config: { task_budget: 5 },
      thinking: { type: 'between_tools' },
      messages: [
        {
          role: 'user',
          name: 'bob',
          content: [
            { type: 'text', text: 'x', citations: null, odd: 1 },
            {
              type: 'document',
              source: { type: 'text', data: 'd' },
              citations: { enabled: true },
              context: 'c',
            },
            { type: 'search_result', source: 's', title: 't', content: [{ type: 'text', text: 'found' }] },
          ],
        },
      ],
    })
    expect([...request.unplaced].sort()).toEqual([
      'cache_control',
      'container',
      'context_management',
      'mcp_servers',
      'messages[0].content[0].odd',
      'messages[0].content[1].citations',
      'messages[0].content[1].context',
      'messages[0].content[2].source',
      'messages[0].name',
      'metadata.team',
      'output_config.task_budget',
      'thinking.type',
      'thread',
      'tools[0].input_examples',
    ])
  })

  test('system text comes first, wherever else the system speaks', () => {
    const { turns } = readRequest({
      ...base,
      system: 'S',
      messages: [hello, { role: 'assistant', content: 'Hi' }, { role: 'system', content: 'Be brief.' }],
    })
    expect(turns.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'system'])
  })

  test('results become turns of their own that know the names of their calls', () => {
    const { turns } = readRequest({
      ...base,
      messages: [
        hello,
        { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f', input: { x: [1] } }] },
        {
          role: 'user',
          content: [
            {
              type: 'tool_result',
              tool_use_id: 'a',
              is_error: true,
              content: [{ type: 'image', source: png }],
            },
            { type: 'text', text: 'next' },
          ],
        },
      ],
    })
    expect(turns.slice(1)).toEqual([
      { role: 'assistant', parts: [{ kind: 'tool-call', id: 'a', name: 'f', arguments: '{"x":[1]}' }] },
      {
        role: 'tool',
        parts: [
          {
            kind: 'tool-result',
            callId: 'a',
            name: 'f',
            isError: true,
            parts: [{ kind: 'image', source: { kind: 'inline', mediaType: 'image/png', base64: 'AAAA' } }],
          },
        ],
      },
      { role: 'user', parts: [{ kind: 'text', text: 'next' }] },
    ])
  })

  test('a thread that goes on at the provider may bring results without their calls', () => {
    const body = withBlock({ type: 'tool_result', tool_use_id: 'a' })
    expect(
      refusalOf(() => readRequest({ ...body, thread: { type: 'continue', previous_message_id: 'm' } })),
    ).toBeUndefined()
  })

  test('a document of text blocks is one text document', () => {
    const content = [
      { type: 'text', text: 'one' },
      { type: 'text', text: 'two' },
    ]
    const { turns } = readRequest(
      withBlock({ type: 'document', title: 'T', source: { type: 'content', content } }),
    )
    expect(turns[0]?.parts).toEqual([
      { kind: 'file', name: 'T', source: { kind: 'text', text: 'one\n\ntwo' } },
    ])
  })

  test('a document with images is its blocks', () => {
    const content = [
      { type: 'text', text: 'one' },
      { type: 'image', source: png },
    ]
    const { turns, unplaced } = readRequest(
      withBlock({ type: 'document', title: 'T', source: { type: 'content', content } }),
    )
    expect(turns[0]?.parts.map(({ kind }) => kind)).toEqual(['text', 'image'])
    expect(unplaced).toEqual(['messages[0].content[0].title'])
  })

  test('a data: URL is an inline image', () => {
    const { turns } = readRequest(
      withBlock({ type: 'image', source: { type: 'url', url: 'data:image/png;base64,AAAA' } }),
    )
    expect(turns[0]?.parts).toEqual([
      { kind: 'image', source: { kind: 'inline', mediaType: 'image/png', base64: 'AAAA' } },
    ])
  })

  test('server tools and their results are foreign', () => {
    const block = { type: 'web_search_tool_result', tool_use_id: 's', content: [] }
    const { turns, tools } = readRequest({
      ...withBlock(block, 'assistant'),
      tools: [{ type: 'web_search_20250305', name: 'web_search' }],
    })
    expect(turns[0]?.parts).toEqual([
      { kind: 'foreign', from: 'anthropic-messages', path: 'messages[0].content[0]', value: block },
    ])
    expect(tools?.[0]).toMatchObject({ kind: 'foreign', path: 'tools[0]' })
  })

  test('seals of other dialects come back to those who made them', () => {
    const of = (id: string, callId: string, redacted = false) =>
      carrySeal({ from: 'gemini', seal: 'S:1', redacted, id, callId })
    const { turns } = readRequest({
      ...base,
      messages: [
        hello,
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'hm', signature: of('r1', '') },
            { type: 'redacted_thinking', data: of('', '', true) },
            { type: 'redacted_thinking', data: of('', 'a', true) },
            { type: 'tool_use', id: 'a', name: 'f', input: {} },
          ],
        },
      ],
    })
    expect(turns[1]?.parts).toEqual([
      { kind: 'reasoning', text: 'hm', seal: 'S:1', id: 'r1', from: 'gemini' },
      { kind: 'reasoning', text: '', seal: 'S:1', from: 'gemini', redacted: true },
      { kind: 'tool-call', id: 'a', name: 'f', arguments: '{}', seal: 'S:1' },
    ])
  })

  test.each([
    [{ thinking: { type: 'enabled', budget_tokens: 2000 } }, { budgetTokens: 2000 }],
    [{ thinking: { type: 'adaptive', display: 'omitted' } }, { effort: 'adaptive', show: false }],
    [{ thinking: { type: 'adaptive' }, output_config: { effort: 'max' } }, { effort: 'max' }],
    [{ thinking: { type: 'disabled' }, output_config: { effort: 'low' } }, { effort: 'none' }],
    [{ output_config: { effort: 'low' } }, { effort: 'low' }],
  ])('%j is reasoning in our words', (members, reasoning) => {
    expect(readRequest({ ...base, ...members }).reasoning).toEqual(reasoning)
  })

  test('tokens that are only counted need no bound', () => {
    expect(readRequest({ model: 'm', messages: [hello] }).maxTokens).toBeUndefined()
  })
})
