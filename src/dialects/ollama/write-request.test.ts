import { describe, expect, test } from 'bun:test'
import { InvalidValue } from '../../core/errors.ts'
import type { ModelRequest, Part, Turn } from '../../core/model-request.ts'
import type { WrittenRequest } from '../dialect.ts'
import { writeRequest } from './write-request.ts'

const wishes = { model: 'qwen3:8b', maxTokensDefault: 4096, jsonSchema: true }
const hello: Turn = { role: 'user', parts: [{ kind: 'text', text: 'Hello' }] }

function write(members: Partial<ModelRequest> = {}): WrittenRequest {
  return writeRequest({ model: 'fast', stream: false, turns: [hello], unplaced: [], ...members }, wishes)
}

function turn(role: Turn['role'], ...parts: readonly Part[]): Turn {
  return { role, parts }
}

const said = (text: string): Part => ({ kind: 'text', text })
const image = (base64: string): Part => ({
  kind: 'image',
  source: { kind: 'inline', mediaType: 'image/png', base64 },
})

describe('a request for Ollama', () => {
  test('says whether to stream, which this API does by default', () => {
    expect(write()).toEqual({
      body: { model: 'qwen3:8b', messages: [{ role: 'user', content: 'Hello' }], stream: false },
      dropped: [],
    })
    expect(write({ stream: true }).body['stream']).toBe(true)
  })

  test('sampling goes into options', () => {
    const { body, dropped } = write({
      maxTokens: 10,
      temperature: 0,
      topP: 0.9,
      topK: 40,
      minP: 0.1,
      seed: 7,
      stop: ['END'],
      presencePenalty: 1,
      frequencyPenalty: 2,
      logprobs: true,
      topLogprobs: 3,
    })
    expect(dropped).toEqual([])
    expect(body).toMatchObject({
      logprobs: true,
      top_logprobs: 3,
      options: {
        num_predict: 10,
        temperature: 0,
        top_p: 0.9,
        top_k: 40,
        min_p: 0.1,
        seed: 7,
        stop: ['END'],
        presence_penalty: 1,
        frequency_penalty: 2,
      },
    })
  })

  test('an agent loop with pictures keeps its order, ids and arguments', () => {
    const { body, dropped } = write({
      turns: [
        turn('system', said('Be brief.')),
        turn('user', said('What is'), said('this?'), image('/+A=')),
        turn(
          'assistant',
          { kind: 'reasoning', text: 'Hm.', from: 'ollama' },
          said('Let me '),
          said('look.'),
          { kind: 'tool-call', id: 'a', name: 'f', arguments: '{"x":1}' },
          { kind: 'tool-call', id: 'b', name: 'g', arguments: '' },
        ),
        turn(
          'tool',
          { kind: 'tool-result', callId: 'a', parts: [{ kind: 'text', text: 'A' }] },
          {
            kind: 'tool-result',
            callId: 'b',
            name: 'g',
            parts: [{ kind: 'image', source: { kind: 'inline', mediaType: 'image/png', base64: 'aGk=' } }],
          },
        ),
      ],
    })
    expect(dropped).toEqual([])
    expect(body['messages']).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'What is\nthis?', images: ['/+A='] },
      {
        role: 'assistant',
        content: 'Let me look.',
        thinking: 'Hm.',
        tool_calls: [
          { id: 'a', function: { name: 'f', arguments: { x: 1 } } },
          { id: 'b', function: { name: 'g', arguments: {} } },
        ],
      },
      { role: 'tool', content: 'A', tool_name: 'f', tool_call_id: 'a' },
      { role: 'tool', content: '', images: ['aGk='], tool_name: 'g', tool_call_id: 'b' },
    ])
  })

  test('what it has no word for is dropped by its name or path', () => {
    const { dropped } = write({
      turns: [
        {
          role: 'user',
          name: 'Ann',
          parts: [
            { kind: 'text', text: 'x', cache: {} },
            { kind: 'image', source: { kind: 'url', url: 'https://a.example/x.png' } },
            { kind: 'file', source: { kind: 'inline', mediaType: 'application/pdf', base64: 'aGk=' } },
            { kind: 'reasoning', text: 'Hm.', seal: 'x', from: 'anthropic-messages' },
            { kind: 'reasoning', text: '', seal: 'x', from: 'anthropic-messages' },
            { kind: 'foreign', from: 'gemini', path: 'contents[0].parts[5]', value: {} },
            { kind: 'tool-result', callId: 'a', parts: [], isError: true },
          ],
        },
      ],
      tools: [
        { kind: 'function', name: 'f', strict: true },
        { kind: 'custom', name: 'c' },
        { kind: 'foreign', from: 'gemini', path: 'tools[2].googleSearch', value: {} },
      ],
      toolChoice: { kind: 'any' },
      parallelTools: false,
      choices: 2,
      serviceTier: 'flex',
      modalities: ['text', 'audio'],
      logitBias: { 5: 1 },
      verbosity: 'low',
      audio: {},
      prediction: {},
      endUser: 'me',
      metadata: { a: 'b' },
      cacheKey: 'k',
      safety: {},
      reasoning: { effort: 'somehow' },
    })
    expect(dropped.map((one) => ('setting' in one ? one.setting : one.path)).sort()).toEqual(
      [
        'audio',
        'cacheKey',
        'choices',
        'contents[0].parts[5]',
        'endUser',
        'logitBias',
        'metadata',
        'modalities',
        'parallelTools',
        'prediction',
        'reasoning',
        'safety',
        'serviceTier',
        'toolChoice',
        'tools[0].strict',
        'tools[1]',
        'tools[2].googleSearch',
        'messages[0].name',
        'messages[0].content[0].cache_control',
        'messages[0].content[1]',
        'messages[0].content[2]',
        'messages[0].content[3]',
        'messages[0].content[6].is_error',
        'verbosity',
      ].sort(),
    )
  })

  test('a model that must not call is not told of its tools', () => {
    const tools = [{ kind: 'function', name: 'f', description: 'F' } as const]
    expect(write({ tools, toolChoice: { kind: 'none' } }).body['tools']).toBeUndefined()
    expect(write({ tools, toolChoice: { kind: 'auto' } }).body['tools']).toEqual([
      {
        type: 'function',
        function: { name: 'f', description: 'F', parameters: { type: 'object', properties: {} } },
      },
    ])
  })

  test('the format is "json" or the schema itself', () => {
    expect(write({ format: { kind: 'json' } }).body['format']).toBe('json')
    expect(write({ format: { kind: 'text' } }).body['format']).toBeUndefined()
    const schema = { type: 'object' }
    expect(write({ format: { kind: 'schema', name: 'x', schema } }).body['format']).toEqual(schema)
  })

  test.each([
    [{ effort: 'none' }, false],
    [{ effort: 'minimal' }, 'low'],
    [{ effort: 'medium' }, 'medium'],
    [{ effort: 'max' }, 'high'],
    [{ effort: 'adaptive' }, true],
    [{ budgetTokens: 1000 }, true],
    [{ show: true }, true],
    [{ show: false }, undefined],
  ])('reasoning %j is think %j', (reasoning, think) => {
    const { body, dropped } = write({ reasoning })
    expect(body['think']).toBe(think as boolean)
    expect(dropped).toEqual([])
  })

  test.each(['[1]', '{"x":'])('arguments %j are refused, since they are no object', (text) => {
    const call: Part = { kind: 'tool-call', id: 'a', name: 'f', arguments: text }
    expect(() => write({ turns: [turn('assistant', call)] })).toThrow(InvalidValue)
  })
})
