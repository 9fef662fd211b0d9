import { describe, expect, test } from 'bun:test'
import type { ModelRequest } from '../../core/model-request.ts'
import { signatureOf } from './signature.ts'
import { readRequest as readPlaced } from './translate-request.ts'
import { placeless } from '../../../test/placeless.ts'

const readRequest = placeless(readPlaced)

const said = { role: 'user', parts: [{ text: 'Hello' }] }

function read(members: Record<string, unknown> = {}): ModelRequest {
  return readRequest({ model: 'fast', stream: false, contents: [said], ...members })
}

function parts(...contents: readonly unknown[]): ModelRequest['turns'] {
  return read({ contents }).turns
}

describe('a request of a Gemini client', () => {
  test('model and streaming come from what the edge put into the body', () => {
    expect(readRequest({ model: 'fast', stream: true, contents: [said] })).toEqual({
      model: 'fast',
      stream: true,
      turns: [{ role: 'user', parts: [{ kind: 'text', text: 'Hello' }] }],
      unplaced: [],
    })
  })

  test('names in snake_case mean the same as names in camelCase', () => {
    const camel = read({
      systemInstruction: { parts: [{ text: 'Be brief.' }] },
      generationConfig: { maxOutputTokens: 5, topP: 0.5, thinkingConfig: { includeThoughts: true } },
      toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f'] } },
      tools: [{ functionDeclarations: [{ name: 'f', parametersJsonSchema: { type: 'object' } }] }],
    })
    const snake = read({
      system_instruction: { parts: [{ text: 'Be brief.' }] },
      generation_config: { max_output_tokens: 5, top_p: 0.5, thinking_config: { include_thoughts: true } },
      tool_config: { function_calling_config: { mode: 'ANY', allowed_function_names: ['f'] } },
      tools: [{ function_declarations: [{ name: 'f', parameters_json_schema: { type: 'object' } }] }],
    })
    expect(snake).toEqual(camel)
    expect(camel.toolChoice).toEqual({ kind: 'tool', name: 'f' })
  })

  test('a lone value is taken where a list is meant', () => {
    expect(read({ contents: { parts: { text: 'Hello' } } }).turns).toEqual(read().turns)
  })

  test('every setting of generationConfig has its place', () => {
    const {
      unplaced,
      turns: _turns,
      ...settings
    } = read({
      generationConfig: {
        temperature: 0.1,
        topP: 0.2,
        topK: 3,
        candidateCount: 2,
        maxOutputTokens: 50,
        stopSequences: ['END'],
        responseLogprobs: true,
        logprobs: 4,
        presencePenalty: 0.5,
        frequencyPenalty: 0.6,
        seed: 7,
        responseMimeType: 'application/json',
        responseSchema: {
          type: 'OBJECT',
          properties: {
            age: { type: 'INTEGER', nullable: true },
            tags: { type: 'ARRAY', items: { type: 'STRING' }, maxItems: '3' },
          },
        },
        responseModalities: ['TEXT'],
        thinkingConfig: { thinkingBudget: 512, includeThoughts: true },
      },
      safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }],
      labels: { team: 'red' },
      serviceTier: 'standard',
    })
    expect(unplaced).toEqual([])
    expect(settings).toEqual({
      model: 'fast',
      stream: false,
      temperature: 0.1,
      topP: 0.2,
      topK: 3,
      choices: 2,
      maxTokens: 50,
      stop: ['END'],
      logprobs: true,
      topLogprobs: 4,
      presencePenalty: 0.5,
      frequencyPenalty: 0.6,
      seed: 7,
      format: {
        kind: 'schema',
        name: 'response',
        schema: {
          type: 'object',
          properties: {
            age: { type: ['integer', 'null'] },
            tags: { type: 'array', items: { type: 'string' }, maxItems: 3 },
          },
        },
      },
      modalities: ['text'],
      reasoning: { budgetTokens: 512, show: true },
      safety: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }],
      metadata: { team: 'red' },
      serviceTier: 'default',
    })
  })

  test.each([
    [{ thinkingBudget: 0 }, { effort: 'none' }],
    [{ thinkingBudget: -1 }, { effort: 'adaptive' }],
    [{ thinkingLevel: 'HIGH' }, { effort: 'high' }],
    [
      { thinkingLevel: 'low', includeThoughts: false },
      { effort: 'low', show: false },
    ],
  ])('thinking %j is reasoning %j', (thinkingConfig, reasoning) => {
    expect(read({ generationConfig: { thinkingConfig } }).reasoning).toEqual(reasoning)
  })

  test('what has no place is listed by the name that the client wrote', () => {
    const { unplaced } = read({
      cachedContent: 'cachedContents/1',
      new_member: 1,
      contents: [
        { ...said, extra: true },
        { role: 'user', parts: [{ text: 'x', video_metadata: { fps: 1 }, partMetadata: {} }] },
      ],
      generationConfig: {
        speechConfig: {},
        responseMimeType: 'text/x.enum',
        responseSchema: { type: 'STRING' },
      },
      tools: [{ functionDeclarations: [{ name: 'f', behavior: 'BLOCKING', response: {} }] }],
      toolConfig: { retrievalConfig: {}, functionCallingConfig: { mode: 'VALIDATED' } },
    })
    expect([...unplaced].sort()).toEqual(
      [
        'cachedContent',
        'contents[0].extra',
        'contents[1].parts[0].partMetadata',
        'contents[1].parts[0].video_metadata',
        'generationConfig.responseMimeType',
        'generationConfig.responseSchema',
        'generationConfig.speechConfig',
        'new_member',
        'toolConfig.functionCallingConfig.mode',
        'toolConfig.retrievalConfig',
        'tools[0].functionDeclarations[0].behavior',
        'tools[0].functionDeclarations[0].response',
      ].sort(),
    )
  })

  test('tools that Google runs are kept as foreign ones', () => {
    expect(read({ tools: [{ googleSearch: {} }, { code_execution: {} }] }).tools).toEqual([
      { kind: 'foreign', from: 'gemini', path: 'tools[0].googleSearch', value: { googleSearch: {} } },
      { kind: 'foreign', from: 'gemini', path: 'tools[1].code_execution', value: { codeExecution: {} } },
    ])
  })

  test('of several allowed functions no other one is offered', () => {
    const declarations = ['a', 'b', 'c'].map((name) => ({ name }))
    const { tools, toolChoice } = read({
      tools: [{ functionDeclarations: declarations }],
      toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['a', 'c'] } },
    })
    expect(toolChoice).toEqual({ kind: 'any' })
    expect(tools).toEqual([
      { kind: 'function', name: 'a' },
      { kind: 'function', name: 'c' },
    ])
  })
})

describe('the turns of a Gemini client', () => {
  test('calls without an id get one from where they stand, and results find them by name and order', () => {
    const call = (city: string) => ({ functionCall: { name: 'weather', args: { city } } })
    const result = (output: string) => ({ functionResponse: { name: 'weather', response: { output } } })
    const turns = parts(
      said,
      { role: 'model', parts: [{ ...call('Oslo'), thoughtSignature: 'c2ln' }, call('Lima')] },
      { role: 'user', parts: [{ text: 'Go on.' }, result('cold'), result('warm')] },
    )
    expect(turns.slice(1)).toEqual([
      {
        role: 'assistant',
        parts: [
          { kind: 'tool-call', id: 'call_1_0', name: 'weather', arguments: '{"city":"Oslo"}', seal: 'c2ln' },
          { kind: 'tool-call', id: 'call_1_1', name: 'weather', arguments: '{"city":"Lima"}' },
        ],
      },
      {
        role: 'tool',
        parts: [
          {
            kind: 'tool-result',
            callId: 'call_1_0',
            name: 'weather',
            parts: [{ kind: 'text', text: 'cold' }],
          },
          {
            kind: 'tool-result',
            callId: 'call_1_1',
            name: 'weather',
            parts: [{ kind: 'text', text: 'warm' }],
          },
        ],
      },
      { role: 'user', parts: [{ kind: 'text', text: 'Go on.' }] },
    ])
  })

  test('results with ids find their calls in any order', () => {
    const turns = parts(
      { role: 'model', parts: ['a', 'b'].map((id) => ({ functionCall: { id, name: 'f' } })) },
      {
        role: 'function',
        parts: ['b', 'a'].map((id) => ({
          functionResponse: { id, name: 'f', response: { error: `no ${id}` } },
        })),
      },
    )
    expect(turns[1]?.parts).toEqual([
      { kind: 'tool-result', callId: 'b', name: 'f', parts: [{ kind: 'text', text: 'no b' }], isError: true },
      { kind: 'tool-result', callId: 'a', name: 'f', parts: [{ kind: 'text', text: 'no a' }], isError: true },
    ])
  })

  test('a result of several members is its JSON, and pictures in it are parts', () => {
    const turns = parts(
      { role: 'model', parts: [{ functionCall: { name: 'f' } }] },
      {
        parts: [
          {
            functionResponse: {
              name: 'f',
              response: { ok: true, n: 1 },
              parts: [{ inlineData: { mimeType: 'image/png', data: 'aGk=' } }],
            },
          },
        ],
      },
    )
    expect(turns[1]?.parts[0]).toMatchObject({
      parts: [
        { kind: 'text', text: '{"ok":true,"n":1}' },
        { kind: 'image', source: { kind: 'inline', mediaType: 'image/png', base64: 'aGk=' } },
      ],
    })
  })

  test('the pieces of a streamed answer that the SDK gives back are one turn', () => {
    const model = (part: unknown) => ({ role: 'model', parts: [part] })
    const turns = parts(
      said,
      model({ text: 'I ', thought: true }),
      model({ text: 'think', thought: true }),
      model({ text: '', thought: true, thoughtSignature: 'c2ln' }),
      model({ text: 'Hi ' }),
      model({ text: 'there' }),
      model({ text: '' }),
      said,
    )
    expect(turns[1]).toEqual({
      role: 'assistant',
      parts: [
        { kind: 'reasoning', text: 'I think', seal: 'c2ln', from: 'gemini' },
        { kind: 'text', text: 'Hi there' },
      ],
    })
    expect(turns).toHaveLength(3)
  })

  test('a signature on a text is kept behind it', () => {
    expect(parts({ role: 'model', parts: [{ text: 'Hi', thoughtSignature: 'c2ln' }] })[0]?.parts).toEqual([
      { kind: 'text', text: 'Hi' },
      { kind: 'reasoning', text: '', seal: 'c2ln', from: 'gemini' },
    ])
  })

  test('the seal of another provider comes back as its own', () => {
    const seal = { seal: 'ErUB/é', from: 'anthropic-messages', redacted: false, id: 'rs_1' } as const
    const hidden = { seal: 'x', from: 'openai-responses', redacted: true, id: undefined } as const
    const thought = { text: 'So.', thought: true, thoughtSignature: signatureOf(seal) }
    const redacted = { text: '', thought: true, thoughtSignature: signatureOf(hidden) }
    expect(parts({ role: 'model', parts: [thought, redacted] })[0]?.parts).toEqual([
      { kind: 'reasoning', text: 'So.', seal: 'ErUB/é', id: 'rs_1', from: 'anthropic-messages' },
      { kind: 'reasoning', text: '', seal: 'x', redacted: true, from: 'openai-responses' },
    ])
  })

  test('code that Google ran is foreign, files and addresses are media', () => {
    const file = (fileUri: string, mimeType?: string) => ({ fileData: { fileUri, mimeType } })
    const google = 'https://generativelanguage.googleapis.com/v1beta/files/a'
    const turns = parts(
      { role: 'model', parts: [{ executableCode: { language: 'PYTHON', code: '1' } }] },
      {
        role: 'user',
        parts: [
          file(google, 'application/pdf'),
          file('https://a.example/b.mp4', 'video/mp4'),
          file('data:image/gif;base64,aGk='),
        ],
      },
    )
    expect(turns).toEqual([
      {
        role: 'assistant',
        parts: [
          {
            kind: 'foreign',
            from: 'gemini',
            path: 'contents[0].parts[0]',
            value: { executableCode: { language: 'PYTHON', code: '1' } },
          },
        ],
      },
      {
        role: 'user',
        parts: [
          { kind: 'file', source: { kind: 'file-id', id: google } },
          { kind: 'video', source: { kind: 'url', url: 'https://a.example/b.mp4', mediaType: 'video/mp4' } },
          { kind: 'image', source: { kind: 'inline', mediaType: 'image/gif', base64: 'aGk=' } },
        ],
      },
    ])
  })
})
