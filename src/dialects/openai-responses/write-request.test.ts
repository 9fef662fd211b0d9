import { describe, expect, test } from 'bun:test'
import type { ModelRequest, Part, Turn } from '../../core/model-request.ts'
import type { WrittenRequest, WriteWishes } from '../dialect.ts'
import { openaiResponses as codec } from './codec.ts'

const wishes: WriteWishes = { model: 'gpt-5-mini', maxTokensDefault: 4096, jsonSchema: true }
const hello: Turn = { role: 'user', parts: [{ kind: 'text', text: 'Hi' }] }

function write(members: Partial<ModelRequest>, more: Partial<WriteWishes> = {}): WrittenRequest {
  const request = { model: 'fast', stream: false, turns: [hello], unplaced: [], ...members }
  return codec.writeRequest(request, { ...wishes, ...more })
}

function items(role: Turn['role'], ...parts: Part[]): unknown {
  return write({ turns: [hello, { role, parts }] }).body['input']
}

describe('a request for a provider of the Responses dialect', () => {
  test('keeps nothing at the provider', () => {
    expect(write({})).toEqual({
      body: {
        model: 'gpt-5-mini',
        input: [{ type: 'message', role: 'user', content: 'Hi' }],
        store: false,
      },
      dropped: [],
    })
  })

  test('has instructions for the system text at its start, and messages for later ones', () => {
    const system = (text: string): Turn => ({ role: 'system', parts: [{ kind: 'text', text }] })
    expect(write({ turns: [system('A'), hello, system('B')] }).body).toMatchObject({
      instructions: 'A',
      input: [{ role: 'user' }, { role: 'system', content: 'B' }],
    })
    expect(write({ turns: [system('A')] }).body['input']).toEqual([
      { type: 'message', role: 'system', content: 'A' },
    ])
  })

  test('says by name which settings it cannot carry', () => {
    const { body, dropped } = write({
      stop: ['x'],
      topK: 1,
      minP: 0.1,
      seed: 1,
      frequencyPenalty: 1,
      presencePenalty: 1,
      choices: 2,
      logitBias: { a: 1 },
      modalities: ['text', 'audio'],
      audio: {},
      prediction: {},
      safety: {},
      serviceTier: 'batch',
      maxTokens: 5,
    })
    expect(dropped.map((loss) => ('setting' in loss ? loss.setting : loss.path)).toSorted()).toEqual(
      [
        'audio',
        'choices',
        'frequencyPenalty',
        'logitBias',
        'maxTokens',
        'minP',
        'modalities',
        'prediction',
        'presencePenalty',
        'safety',
        'seed',
        'serviceTier',
        'stop',
        'topK',
      ].toSorted(),
    )
    expect(body['max_output_tokens']).toBe(16)
  })

  test.each([
    ['below', 15, 16, 1],
    ['at', 16, 16, 0],
    ['above', 17, 17, 0],
  ])('asks for the least number of tokens that it may, or more: %s', (_name, asked, written, losses) => {
    const { body, dropped } = write({ maxTokens: asked })
    expect([body['max_output_tokens'], dropped.length]).toEqual([written, losses])
  })

  test('drops nothing that asks for what comes anyway', () => {
    expect(write({ choices: 1, modalities: ['text'], stop: [] }).dropped).toEqual([])
  })

  test('turns an answer into its items, in their order', () => {
    expect(
      items(
        'assistant',
        { kind: 'reasoning', text: 'Hm', seal: 'gA', id: 'rs_1', from: 'openai-responses' },
        { kind: 'text', text: 'A' },
        { kind: 'refusal', text: 'B' },
        { kind: 'tool-call', id: 'c1', name: 'f', arguments: '{"a":1}' },
        { kind: 'text', text: 'C' },
        { kind: 'tool-call', id: 'c2', name: 'g', arguments: 'x', custom: true },
      ),
    ).toEqual([
      { type: 'message', role: 'user', content: 'Hi' },
      {
        type: 'reasoning',
        id: 'rs_1',
        summary: [{ type: 'summary_text', text: 'Hm' }],
        encrypted_content: 'gA',
      },
      {
        type: 'message',
        role: 'assistant',
        content: [
          { type: 'output_text', text: 'A', annotations: [] },
          { type: 'refusal', refusal: 'B' },
        ],
      },
      { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{"a":1}' },
      { type: 'message', role: 'assistant', content: 'C' },
      { type: 'custom_tool_call', call_id: 'c2', name: 'g', input: 'x' },
    ])
  })

  test('asks for seals when there is reasoning', () => {
    expect(write({ reasoning: { effort: 'low' } }).body['include']).toEqual(['reasoning.encrypted_content'])
    expect(write({ reasoning: { effort: 'none' } }).body['include']).toBeUndefined()
    expect(write({ logprobs: true, topLogprobs: 2 }).body).toMatchObject({
      include: ['message.output_text.logprobs'],
      top_logprobs: 2,
    })
  })

  test.each([
    [{ effort: 'max' }, { effort: 'max' }],
    [{ effort: 'adaptive', show: true }, { summary: 'auto' }],
    [{ budgetTokens: 0 }, { effort: 'none' }],
    [{ budgetTokens: 2048 }, { effort: 'low' }],
    [{ budgetTokens: 8192 }, { effort: 'medium' }],
    [
      { budgetTokens: 20_000, show: true, summary: 'detailed' },
      { effort: 'high', summary: 'detailed' },
    ],
    [{ show: false }, undefined],
  ])('spells reasoning %j', (reasoning, expected) => {
    expect(write({ reasoning }).body['reasoning']).toEqual(expected)
  })

  test('leaves out reasoning that it cannot take up again, and says so when it had words', () => {
    const { body, dropped } = write({
      turns: [
        {
          role: 'assistant',
          parts: [
            { kind: 'reasoning', text: 'Hm', seal: 's', from: 'anthropic-messages' },
            { kind: 'reasoning', text: '', seal: 's', redacted: true, from: 'anthropic-messages' },
            { kind: 'reasoning', text: 'Ho', from: 'openai-responses' },
          ],
        },
      ],
    })
    expect(body['input']).toEqual([])
    expect(dropped).toEqual([{ path: 'messages[0].content[0]' }, { path: 'messages[0].content[2]' }])
  })

  test('carries media in every form that it has', () => {
    expect(
      items(
        'user',
        { kind: 'image', source: { kind: 'inline', mediaType: 'image/png', base64: 'QQ==' }, detail: 'low' },
        { kind: 'image', source: { kind: 'url', url: 'https://e.com/a' } },
        { kind: 'file', source: { kind: 'inline', mediaType: 'application/pdf', base64: 'QQ==' } },
        { kind: 'file', source: { kind: 'text', text: 'ä' }, name: 'a.txt' },
        { kind: 'file', source: { kind: 'file-id', id: 'file_1' } },
        { kind: 'audio', source: { kind: 'inline', mediaType: 'audio/mpeg', base64: 'QQ==' } },
      ),
    ).toMatchObject([
      {},
      {
        role: 'user',
        content: [
          { type: 'input_image', image_url: 'data:image/png;base64,QQ==', detail: 'low' },
          { type: 'input_image', image_url: 'https://e.com/a', detail: 'auto' },
          { type: 'input_file', filename: 'document.pdf', file_data: 'data:application/pdf;base64,QQ==' },
          { type: 'input_file', filename: 'a.txt', file_data: 'data:text/plain;base64,w6Q=' },
          { type: 'input_file', file_id: 'file_1' },
          { type: 'input_audio', input_audio: { data: 'QQ==', format: 'mp3' } },
        ],
      },
    ])
  })

  test('says by path which parts it cannot carry', () => {
    const { dropped } = write({
      turns: [
        {
          role: 'user',
          name: 'Ann',
          parts: [
            { kind: 'text', text: 'x', cache: {} },
            { kind: 'video', source: { kind: 'url', url: 'https://e.com/v' } },
            { kind: 'audio', source: { kind: 'inline', mediaType: 'audio/ogg', base64: 'QQ==' } },
            { kind: 'foreign', from: 'gemini', path: 'contents[0].parts[3]', value: {} },
          ],
        },
        {
          role: 'tool',
          parts: [
            {
              kind: 'tool-result',
              callId: 'c1',
              isError: true,
              parts: [
                { kind: 'text', text: 'x' },
                { kind: 'audio', source: { kind: 'inline', mediaType: 'audio/mpeg', base64: 'QQ==' } },
              ],
            },
          ],
        },
      ],
      tools: [{ kind: 'foreign', from: 'anthropic-messages', path: 'tools[0]', value: {} }],
    })
    expect(dropped.map((loss) => ('path' in loss ? loss.path : loss.setting))).toEqual([
      'tools[0]',
      'messages[0].name',
      'messages[0].content[0].cache_control',
      'messages[0].content[1]',
      'messages[0].content[2]',
      'contents[0].parts[3]',
      'messages[1].content[0].is_error',
      'messages[1].content[0].content[1]',
    ])
  })

  test('shortens ids that are too long, the same for call and output', () => {
    const long = 'x'.repeat(65)
    const [, first, second] = write({
      turns: [
        hello,
        { role: 'assistant', parts: [{ kind: 'tool-call', id: long, name: 'f', arguments: '{}' }] },
        {
          role: 'tool',
          parts: [{ kind: 'tool-result', callId: long, parts: [{ kind: 'text', text: 'x' }] }],
        },
      ],
    }).body['input'] as Record<string, string>[]
    expect(first?.['call_id']).toBe(second?.['call_id'] ?? '')
    expect(first?.['call_id']?.length).toBeLessThanOrEqual(64)
  })

  test('writes the output of a custom call as such, although the result does not say', () => {
    const { body } = write({
      turns: [
        {
          role: 'assistant',
          parts: [{ kind: 'tool-call', id: 'c', name: 'g', arguments: 'x', custom: true }],
        },
        { role: 'tool', parts: [{ kind: 'tool-result', callId: 'c', parts: [] }] },
      ],
    })
    expect(body['input']).toMatchObject([{}, { type: 'custom_tool_call_output', call_id: 'c', output: '' }])
  })

  test('says that a schema of arguments is not strict when nobody said that it is', () => {
    const { body } = write({
      tools: [
        { kind: 'function', name: 'f' },
        { kind: 'custom', name: 'g', description: 'd' },
      ],
      toolChoice: { kind: 'tool', name: 'g' },
    })
    expect(body['tools']).toEqual([
      {
        type: 'function',
        name: 'f',
        parameters: { type: 'object', properties: {}, additionalProperties: false },
        strict: false,
      },
      { type: 'custom', name: 'g', description: 'd' },
    ])
    expect(body['tool_choice']).toEqual({ type: 'custom', name: 'g' })
  })

  test('has a tool stand in for a schema that the model does not know', () => {
    const format = { kind: 'schema', name: 'my plan', schema: { type: 'object' } } as const
    const { body, formatTool } = write({ format }, { jsonSchema: false })
    expect(formatTool).toBe('my_plan')
    expect(body).toMatchObject({
      tools: [{ type: 'function', name: 'my_plan', parameters: { type: 'object' } }],
      tool_choice: { type: 'function', name: 'my_plan' },
    })
    expect(body['text']).toBeUndefined()
    const beside = write({ format, tools: [{ kind: 'function', name: 'my_plan' }] }, { jsonSchema: false })
    expect(beside.formatTool).toBe('my_plan_2')
    expect(beside.body['tool_choice']).toBe('required')
  })

  test('is written without touching the request', () => {
    const request = { model: 'fast', stream: true, turns: [hello, hello], unplaced: [] }
    const before = structuredClone(request)
    codec.writeRequest(request, wishes)
    expect(request).toEqual(before)
  })
})
