import { describe, expect, test } from 'bun:test'
import { InvalidValue } from '../../core/errors.ts'
import type { ModelRequest, Part, Turn } from '../../core/model-request.ts'
import type { WriteWishes, WrittenRequest } from '../dialect.ts'
import { readRequest as readPlaced } from './translate-request.ts'
import { writeRequest } from './write-request.ts'
import { placeless } from '../../../test/placeless.ts'

const readRequest = placeless(readPlaced)

const wishes: WriteWishes = { model: 'gemini-3.8-flash', maxTokensDefault: 4096, jsonSchema: true }
const early: WriteWishes = { ...wishes, model: 'gemini-2.5-flash' }
const hello: Turn = { role: 'user', parts: [{ kind: 'text', text: 'Hello' }] }

function write(members: Partial<ModelRequest> = {}, to = wishes): WrittenRequest {
  return writeRequest({ model: 'fast', stream: true, turns: [hello], unplaced: [], ...members }, to)
}

function contents(turns: readonly Turn[], to = wishes): unknown {
  return write({ turns }, to).body['contents']
}

function turn(role: Turn['role'], ...parts: readonly Part[]): Turn {
  return { role, parts }
}

const text = (words: string): Part => ({ kind: 'text', text: words })

describe('a request for Gemini', () => {
  test('neither model nor stream is in the body', () => {
    expect(write()).toEqual({
      body: { contents: [{ role: 'user', parts: [{ text: 'Hello' }] }] },
      dropped: [],
    })
  })

  test('what is written is read as the same request', () => {
    const request: ModelRequest = {
      model: 'fast',
      stream: false,
      turns: [
        turn('system', text('Be brief.')),
        turn('user', text('Weather?'), {
          kind: 'image',
          source: { kind: 'inline', mediaType: 'image/png', base64: 'aGk=' },
        }),
        turn(
          'assistant',
          { kind: 'reasoning', text: 'Hm.', seal: 'c2VhbA==', from: 'gemini' },
          { kind: 'tool-call', id: 'a', name: 'f', arguments: '{"x":1}', seal: 'c2ln' },
          { kind: 'tool-call', id: 'b', name: 'f', arguments: '{}' },
        ),
        turn(
          'tool',
          {
            kind: 'tool-result',
            callId: 'a',
            name: 'f',
            parts: [{ kind: 'text', text: '{"deep": 12345678901234567890}' }],
          },
          {
            kind: 'tool-result',
            callId: 'b',
            name: 'f',
            parts: [{ kind: 'text', text: 'broken' }],
            isError: true,
          },
        ),
      ],
      tools: [
        {
          kind: 'function',
          name: 'f',
          description: 'F',
          parameters: { type: 'object', additionalProperties: false },
        },
      ],
      toolChoice: { kind: 'tool', name: 'f' },
      maxTokens: 10,
      temperature: 0.5,
      topP: 0.9,
      topK: 3,
      frequencyPenalty: 1,
      presencePenalty: -1,
      stop: ['END'],
      seed: 4,
      choices: 2,
      logprobs: true,
      topLogprobs: 3,
      format: { kind: 'schema', name: 'response', schema: { type: 'object' } },
      reasoning: { effort: 'high', show: true },
      modalities: ['text'],
      serviceTier: 'flex',
      metadata: { team: 'red' },
      safety: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'OFF' }],
      unplaced: [],
    }
    const { body, dropped } = writeRequest(request, wishes)
    expect(dropped).toEqual([])
    expect(readRequest({ ...body, model: 'fast', stream: false })).toEqual(request)
  })

  test('neighbours of one role are one content, and empty texts are left out', () => {
    expect(
      contents([
        hello,
        hello,
        turn('assistant', text('')),
        turn('user', text('')),
        hello,
        turn('assistant', text('Hi')),
      ]),
    ).toEqual([
      { role: 'user', parts: [{ text: 'Hello' }, { text: 'Hello' }, { text: 'Hello' }] },
      { role: 'model', parts: [{ text: 'Hi' }] },
    ])
  })

  test('instructions at the start are the system instruction, later ones are said by the user', () => {
    const { body } = write({
      turns: [turn('system', text('A')), turn('system', text('B')), hello, turn('system', text('C'))],
    })
    expect(body).toEqual({
      systemInstruction: { parts: [{ text: 'A' }, { text: 'B' }] },
      contents: [{ role: 'user', parts: [{ text: 'Hello' }, { text: 'C' }] }],
    })
  })

  test('instructions alone are said by the user, since a request without contents is refused', () => {
    expect(write({ turns: [turn('system', text('A'))] }).body).toEqual({
      contents: [{ role: 'user', parts: [{ text: 'A' }] }],
    })
  })

  test('settings without a word at Google are dropped by name', () => {
    const { dropped } = write({
      minP: 0.1,
      logitBias: { 5: 1 },
      verbosity: 'low',
      audio: {},
      prediction: {},
      endUser: 'me',
      cacheKey: 'k',
      parallelTools: false,
      seed: 2 ** 31,
      modalities: ['smell'],
      metadata: { Team: 'Red & blue' },
      serviceTier: 'scale',
      safety: { level: 1 },
      reasoning: { effort: 'somehow' },
    })
    expect(dropped.map((one) => ('setting' in one ? one.setting : one.path)).sort()).toEqual(
      [
        'audio',
        'cacheKey',
        'endUser',
        'logitBias',
        'metadata',
        'minP',
        'modalities',
        'parallelTools',
        'prediction',
        'reasoning',
        'safety',
        'seed',
        'serviceTier',
        'verbosity',
      ].sort(),
    )
  })
})

describe('reasoning for Gemini', () => {
  test.each([
    ['gemini-3.8-flash', { effort: 'none' }, { thinkingLevel: 'MINIMAL' }],
    ['gemini-3.1-pro-preview', { effort: 'minimal' }, { thinkingLevel: 'LOW' }],
    [
      'gemini-flash-latest',
      { effort: 'xhigh', show: true },
      { thinkingLevel: 'HIGH', includeThoughts: true },
    ],
    ['gemini-3.8-flash', { effort: 'high', budgetTokens: 300 }, { thinkingBudget: 300 }],
    ['gemini-2.5-flash', { effort: 'none' }, { thinkingBudget: 0 }],
    ['gemini-2.5-pro', { effort: 'none' }, { thinkingBudget: 128 }],
    ['gemini-2.5-flash', { effort: 'medium' }, { thinkingBudget: 8192 }],
    ['gemini-2.5-flash', { effort: 'adaptive' }, { thinkingBudget: -1 }],
    ['gemini-3.8-flash', { effort: 'adaptive' }, undefined],
  ])('%s gets %j as %j', (model, reasoning, thinkingConfig) => {
    const { body, dropped } = write({ reasoning }, { ...wishes, model })
    expect(body['generationConfig']).toEqual(thinkingConfig && { thinkingConfig })
    expect(dropped).toEqual([])
  })

  test('thoughts of other models stay behind, and those with text are named', () => {
    const { body, dropped } = write({
      turns: [
        hello,
        turn(
          'assistant',
          { kind: 'reasoning', text: '', seal: 'x', redacted: true, from: 'anthropic-messages' },
          { kind: 'reasoning', text: 'Hm.', seal: 'y', from: 'anthropic-messages' },
          text('Hi'),
        ),
      ],
    })
    expect(body['contents']).toEqual([
      { role: 'user', parts: [{ text: 'Hello' }] },
      { role: 'model', parts: [{ text: 'Hi' }] },
    ])
    expect(dropped).toEqual([{ path: 'messages[1].content[1]' }])
  })
})

describe('tools for Gemini', () => {
  const calls = turn(
    'assistant',
    { kind: 'tool-call', id: 'a', name: 'f', arguments: '' },
    { kind: 'tool-call', id: 'b', name: 'g', arguments: '{"x":1}' },
  )
  const picture = {
    kind: 'image',
    source: { kind: 'inline', mediaType: 'image/png', base64: 'aGk=' },
  } as const
  const results = turn(
    'tool',
    { kind: 'tool-result', callId: 'a', parts: [{ kind: 'text', text: 'A' }, picture] },
    { kind: 'tool-result', callId: 'b', parts: [] },
  )

  test('calls of other models carry the signature that Google has for them, on the first one of a turn', () => {
    expect(contents([hello, calls])).toMatchObject([
      {},
      {
        parts: [
          {
            functionCall: { id: 'a', name: 'f', args: {} },
            thoughtSignature: 'skip_thought_signature_validator',
          },
          { functionCall: { id: 'b', name: 'g', args: { x: 1 } } },
        ],
      },
    ])
    expect(JSON.stringify(contents([hello, calls], early))).not.toContain('thoughtSignature')
  })

  test('a picture in a result stands inside it, or beside it for early models', () => {
    const functionResponse = { id: 'a', name: 'f', response: { output: 'A' } }
    const second = { functionResponse: { id: 'b', name: 'g', response: { output: '' } } }
    const image = { inlineData: { mimeType: 'image/png', data: 'aGk=' } }
    expect(contents([hello, calls, turn('user', text('So?')), results])).toMatchObject([
      {},
      {},
      {
        role: 'user',
        parts: [{ functionResponse: { ...functionResponse, parts: [image] } }, second, { text: 'So?' }],
      },
    ])
    expect(contents([hello, calls, results], early)).toMatchObject([
      {},
      {},
      { role: 'user', parts: [{ functionResponse }, second, image] },
    ])
  })

  test('a result without its call is refused', () => {
    expect(() => contents([hello, results])).toThrow(InvalidValue)
  })

  test.each(['[1]', '"x"', '{"a":', 'null'])('arguments %j are refused, since they are no object', (args) => {
    const call = turn('assistant', { kind: 'tool-call', id: 'a', name: 'f', arguments: args })
    expect(() => contents([hello, call])).toThrow(InvalidValue)
  })

  test('parts and tools of other dialects are dropped by their path, those of Google go back as they were', () => {
    const foreign = (from: 'gemini' | 'openai-chat', path: string, value: unknown) =>
      ({ kind: 'foreign', from, path, value }) as const
    const { body, dropped } = write({
      turns: [
        hello,
        turn(
          'assistant',
          foreign('gemini', 'a', { executableCode: { code: '1' } }),
          foreign('openai-chat', 'b', {}),
        ),
      ],
      tools: [
        foreign('gemini', 'c', { googleSearch: {} }),
        foreign('openai-chat', 'tools[1]', {}),
        { kind: 'custom', name: 'x' },
      ],
    })
    expect(body).toMatchObject({
      contents: [{}, { parts: [{ executableCode: { code: '1' } }] }],
      tools: [{ googleSearch: {} }],
    })
    expect(dropped).toEqual([{ path: 'b' }, { path: 'tools[1]' }, { path: 'tools[2]' }])
  })

  test('files of another provider are dropped by their path', () => {
    const file = (id: string): Part => ({ kind: 'file', source: { kind: 'file-id', id } })
    const { body, dropped } = write({
      turns: [turn('user', text('Read.'), file('file-abc'), file('files/abc'))],
    })
    expect(body['contents']).toEqual([
      { role: 'user', parts: [{ text: 'Read.' }, { fileData: { fileUri: 'files/abc' } }] },
    ])
    expect(dropped).toEqual([{ path: 'messages[0].content[1]' }])
  })

  test('an address says its media type by its ending', () => {
    const image: Part = { kind: 'image', source: { kind: 'url', url: 'https://a.example/cat.JPG?x=1.png' } }
    expect(contents([turn('user', image)])).toEqual([
      {
        role: 'user',
        parts: [{ fileData: { mimeType: 'image/jpeg', fileUri: 'https://a.example/cat.JPG?x=1.png' } }],
      },
    ])
  })
})

describe('the answer format for Gemini', () => {
  const format = { kind: 'schema', name: 'person', schema: { type: 'object' }, description: 'One.' } as const
  const f = { kind: 'function', name: 'person' } as const

  test('a schema without support is a forced function', () => {
    expect(write({ format }, { ...wishes, jsonSchema: false })).toEqual({
      body: {
        contents: [{ role: 'user', parts: [{ text: 'Hello' }] }],
        tools: [
          {
            functionDeclarations: [
              { name: 'person', description: 'One.', parametersJsonSchema: { type: 'object' } },
            ],
          },
        ],
        toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['person'] } },
      },
      dropped: [],
      formatTool: 'person',
    })
  })

  test('beside other tools of an early model the function has a name of its own and any may be called', () => {
    expect(write({ format, tools: [f] }, early)).toMatchObject({
      body: { toolConfig: { functionCallingConfig: { mode: 'ANY' } } },
      formatTool: 'person_',
    })
    expect(write({ format, tools: [f] }).formatTool).toBeUndefined()
  })

  test('an early model that must call a function, or has tools and no schema, gets no format', () => {
    const forced = write({ format, tools: [f], toolChoice: { kind: 'tool', name: 'person' } }, early)
    expect(forced.dropped).toEqual([{ setting: 'format' }])
    expect(forced.formatTool).toBeUndefined()
    expect(write({ format: { kind: 'json' }, tools: [f] }, early).dropped).toEqual([{ setting: 'format' }])
    expect(write({ format: { kind: 'json' } }, early).body['generationConfig']).toEqual({
      responseMimeType: 'application/json',
    })
  })
})
