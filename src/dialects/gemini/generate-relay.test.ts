import { describe, expect, test } from 'bun:test'
import { relayed } from '../../../test/relayed-requests.ts'
import { tappedText, testRelayedStreams } from '../../../test/relayed-streams.ts'
import { gemini } from './codec.ts'
import { geminiRelay } from './relay.ts'
import { signatureOf } from './signature.ts'

const needs = { choices: 1, wantsUsage: true }
const place = { model: 'fast', stream: true }
const modelJson = '"gemini-3-flash"'
const event = (chunk: object): string => `data: ${JSON.stringify(chunk)}\r\n\r\n`
const part = (value: object, more: object = {}): string =>
  event({ candidates: [{ content: { role: 'model', parts: [value] }, index: 0, ...more }] })
const word = part({ text: 'a' })
const stop = part({ text: '' }, { finishReason: 'STOP' })

testRelayedStreams(geminiRelay, gemini)

describe('a relayed request to generate content', () => {
  const send = (body: string, drops: readonly string[] = []): string =>
    relayed(geminiRelay, body, { place, modelJson, drops })

  test('goes as it came', () => {
    const body =
      '{ "x_new":1.0, "contents":[{"parts":[{"text":"Grüße 👋"}]}] ,"generationConfig":{"seed":1e2}}'
    expect(send(body)).toBe(body)
  })

  test('names no model beside the one of the URL', () => {
    const body = '{"model":"models/fast","safetySettings":[],"contents":[],"labels":{}}'
    expect(send(body)).toBe('{"safetySettings":[],"contents":[],"labels":{}}')
    expect(send(body, ['safetySettings', 'labels'])).toBe('{"contents":[]}')
  })

  test('is completed by what its URL says, for a translation', () => {
    const request = geminiRelay.readRequest(Buffer.from('{"contents":[],"model":"x"}'), place)
    expect(request).toMatchObject({ model: 'fast', stream: true, choices: 1, wantsUsage: true })
    expect(request.parsed()).toEqual({ contents: [], model: 'fast', stream: true })
  })

  test.each([
    ['{"candidateCount":3}', 3],
    ['{"candidate_count":2,"seed":1}', 2],
    ['{"candidateCount":0}', 1],
    ['{"candidateCount":"2"}', 1],
    ['{"candidateCount":1e9}', 128],
    ['{"candidateCount":1,"candidate_count":8}', 8],
    ['{"stopSequences":["candidateCount"]}', 1],
    ['{}', 1],
    ['null', 1],
    ['7', 1],
  ])('with the configuration %s asks for %d answers', (config, choices) => {
    for (const name of ['generationConfig', 'generation_config']) {
      const body = `{"contents":[],"${name}":${config}}`
      expect(geminiRelay.readRequest(Buffer.from(body), place).choices).toBe(choices)
    }
  })

  test('may hold a lone content', () => {
    expect(send('{"contents":{"parts":[]}}')).toBe('{"contents":{"parts":[]}}')
  })

  test('whose tokens are to be counted may come in a member, and names its model there', () => {
    const body = '{"generateContentRequest":{"model":"models/fast", "contents":[{"parts":[]}],"tools":[]}}'
    expect(send(body)).toBe(body.replace('models/fast', 'models/gemini-3-flash'))
    expect(geminiRelay.readRequest(Buffer.from(body), place).parsed()).toEqual({
      contents: [{ parts: [] }],
      tools: [],
      model: 'fast',
      stream: true,
    })
  })

  test.each([
    ['no contents', '{}', 'missing_required_parameter', 'contents'],
    ['contents that are null', '{"contents":null}', 'missing_required_parameter', 'contents'],
    ['contents that are a text', '{"contents":"hi"}', 'invalid_type', 'contents'],
    ['contents twice', '{"contents":[],"contents":[]}', 'duplicate_member', 'contents'],
    ['two models', '{"model":"a","contents":[],"model":"b"}', 'duplicate_member', 'model'],
    [
      'two configurations',
      '{"contents":[],"generationConfig":{},"generation_config":{}}',
      'duplicate_member',
      'generation_config',
    ],
    [
      'an inner request without contents',
      '{"generateContentRequest":{}}',
      'missing_required_parameter',
      'contents',
    ],
    [
      'an inner request that is a text',
      '{"generateContentRequest":"a"}',
      'missing_required_parameter',
      'contents',
    ],
    [
      'two inner models',
      '{"generateContentRequest":{"contents":[],"model":"a","model":"b"}}',
      'duplicate_member',
      'generateContentRequest.model',
    ],
  ])('is refused with %s', (_name, body, code, param) => {
    expect(() => geminiRelay.readRequest(Buffer.from(body), place)).toThrow(
      expect.objectContaining({ code, param }),
    )
  })

  test('is refused without a model', () => {
    expect(() => geminiRelay.readRequest(Buffer.from('{"contents":[]}'), { ...place, model: '' })).toThrow(
      expect.objectContaining({ code: 'missing_required_parameter', param: 'model' }),
    )
  })
})

describe('seals of other dialects in a relayed request to generate content', () => {
  const seal = signatureOf({ seal: 'S', from: 'anthropic-messages', redacted: false, id: undefined })
  const thought = `{"text":"hm","thought":true,"thoughtSignature":"${seal}"}`
  const bare = `{"text":"","thought_signature":"${seal}"}`
  const said = '{"text":"1.0"}'
  const call = '{"functionCall":{"name":"a","args":{"n":1.0}}}'
  const skipping = '"thoughtSignature":"skip_thought_signature_validator"'
  const content = (...parts: readonly string[]): string => `{"role":"model","parts":[${parts.join(', ')}]}`
  const user = '{"role":"user","parts":[{"text":"go on"}]}'
  const body = (...contents: readonly string[]): string => `{"n":1.0,"contents":[${contents.join(' , ')}]}`
  const send = (text: string, model = 'gemini-3-flash'): string =>
    relayed(geminiRelay, text, { place, modelJson: JSON.stringify(model) })

  test('are taken out with their thoughts', () => {
    expect(send(body(user, content(thought, said, bare), user))).toBe(body(user, content(said), user))
    expect(send(body(user, content(thought, bare), user))).toBe(body(user, user))
  })

  test('leave alone what was said under them', () => {
    const sealed = `{"text":"a", "thoughtSignature":"${seal}"}`
    expect(send(body(content(sealed, said)))).toBe(body(content('{"text":"a"}', said)))
  })

  test('leave calls that others made with the signature that is documented for them', () => {
    const sealed = call.replace('}}}', `}},"thoughtSignature":"${seal}"}`)
    expect(send(body(content(thought, call, call), user))).toBe(
      body(content(call.replace('{', `{${skipping},`), call), user),
    )
    expect(send(body(content(sealed, said)))).toBe(
      body(content(call.replace('}}}', `}},${skipping}}`), said)),
    )
  })

  test('leave calls unsigned for models that do not ask for it', () => {
    expect(send(body(content(thought, call), user), 'gemini-2.5-flash')).toBe(body(content(call), user))
  })

  test("leave Google's own signatures", () => {
    const own = call.replace('{', '{"thoughtSignature":"EpkCCpYC",')
    expect(send(body(content(thought, own), content(own)))).toBe(body(content(own), content(own)))
    expect(send(body(content(own, call), content(call)))).toBe(body(content(own, call), content(call)))
  })

  test('are found in an inner request too', () => {
    const inner = (text: string): string => `{"generateContentRequest":${text}}`
    expect(send(inner(body(content(thought, said))))).toBe(inner(body(content(said))))
  })

  test('stay where they are only spoken of', () => {
    const text = body(`{"role":"user","parts":[{"text":"what is ${seal}?"},{"text":"${seal}"}]}`)
    expect(send(text)).toBe(text)
  })
})

describe('a relayed stream of generated content', () => {
  const usageMetadata = { promptTokenCount: 7, candidatesTokenCount: 2, thoughtsTokenCount: 3 }

  test('has content with its first part that says something', () => {
    expect(tappedText(geminiRelay, part({ text: '' }))).toMatchObject({
      content: false,
      fault: 'cut',
      chunks: 0,
    })
    for (const value of [
      { text: 'a' },
      { text: 'a', thought: true },
      { functionCall: { name: 'a' } },
      { text: '', thoughtSignature: 'EpkC' },
      { inlineData: { mimeType: 'image/png', data: 'x'.repeat(3_000_000) } },
    ]) {
      expect(tappedText(geminiRelay, part(value))).toMatchObject({ content: true, fault: 'cut', chunks: 1 })
    }
  })

  test('is whole at the end of the body when its candidate has finished, and not before', () => {
    expect(tappedText(geminiRelay, word + stop)).toMatchObject({ done: true, text: word + stop })
    expect(tappedText(geminiRelay, stop)).toMatchObject({ done: true, content: true })
    expect(tappedText(geminiRelay, word)).toMatchObject({ done: false, fault: 'cut' })
    const unsaid = part({ text: 'a' }, { finishReason: 'FINISH_REASON_UNSPECIFIED' })
    expect(tappedText(geminiRelay, unsaid)).toMatchObject({ done: false, fault: 'cut' })
  })

  test('goes on after a finish, and its last counts are the ones', () => {
    const counts = (usage: object): string => event({ usageMetadata: usage })
    const stream = word + counts({ promptTokenCount: 7 }) + stop + counts(usageMetadata) + event({})
    expect(tappedText(geminiRelay, stream)).toMatchObject({
      done: true,
      text: stream,
      usage: { inputTokens: 7, outputTokens: 5, reasoningTokens: 3 },
    })
  })

  test('of several candidates is whole when all that were seen have finished', () => {
    const other = (more: object): string => event({ candidates: [{ index: 1, ...more }] })
    expect(tappedText(geminiRelay, word + other({}) + stop).fault).toBe('cut')
    expect(tappedText(geminiRelay, word + other({ finishReason: 'STOP' }) + stop).done).toBe(true)
  })

  test('of a blocked prompt is whole', () => {
    const blocked = event({ promptFeedback: { blockReason: 'SAFETY' }, usageMetadata })
    expect(tappedText(geminiRelay, blocked)).toMatchObject({ done: true, content: true, text: blocked })
    expect(tappedText(geminiRelay, event({ promptFeedback: {} }))).toMatchObject({ fault: 'cut' })
  })

  test('may hold a picture and its end in one large event', () => {
    const picture = { inlineData: { mimeType: 'image/png', data: 'x'.repeat(3_000_000) } }
    const content = { parts: [picture] }
    const stream = event({
      candidates: [{ content, finishReason: 'STOP', index: 0 }],
      usageMetadata,
      modelVersion: 'gemini-x',
    })
    expect(tappedText(geminiRelay, stream)).toMatchObject({
      done: true,
      model: 'gemini-x',
      chunks: 1,
      usage: { outputTokens: 5 },
    })
  })

  test.each([
    ['as an event', (error: object) => event({ error })],
    ['as a large event', (error: object) => event({ more: 'x'.repeat(20_000), error })],
    ['as no event', (error: object) => `${JSON.stringify({ error }, undefined, 2)}\r\n`],
  ])('ends with an error that comes %s, which does not pass', (_name, write) => {
    const error = { code: 503, message: 'overloaded', status: 'UNAVAILABLE' }
    for (const before of ['', word]) {
      expect(tappedText(geminiRelay, before + write(error))).toMatchObject({
        fault: 'provider-error',
        error,
        text: before,
        done: false,
      })
    }
  })

  test.each(['data: {"candidates":[}\n\n', 'data: hello\n\n', 'data: [1]\n\n'])(
    'is malformed with %j',
    (bad) => {
      expect(tappedText(geminiRelay, word + bad + stop)).toMatchObject({ fault: 'malformed', text: word })
    },
  )

  test.each([
    { candidates: 5 },
    { candidates: [null, 7, { index: 'a' }, { index: -1, content: [] }, { content: { parts: 'x' } }] },
    { usageMetadata: [], modelVersion: 3, promptFeedback: 'no', error: null },
  ])('takes no harm from %j', (odd) => {
    const text = word + event(odd) + event({ ...odd, more: 'x'.repeat(20_000) }) + stop
    expect(tappedText(geminiRelay, text).text).toBe(text)
  })
})

describe('a whole relayed answer of generated content', () => {
  const read = (answer: unknown) => geminiRelay.readWhole(Buffer.from(JSON.stringify(answer)), needs)
  const usageMetadata = { promptTokenCount: 4, cachedContentTokenCount: 3, candidatesTokenCount: 2 }

  test.each([0, 100_000])('is read, with %d bytes beside', (length) => {
    const answer = { candidates: [{ x: 'x'.repeat(length) }], usageMetadata, modelVersion: 'm' }
    const usage = { inputTokens: 4, cachedInputTokens: 3, outputTokens: 2, reasoningTokens: 0 }
    expect(read(answer)).toMatchObject({ kind: 'answer', model: 'm', usage })
    expect(read({ error: { code: 500 }, x: answer }).kind).toBe('error')
    expect(read({ promptFeedback: { blockReason: 'OTHER' }, x: answer })).toMatchObject({ kind: 'answer' })
    expect(read({ promptFeedback: {}, x: answer }).kind).toBe('malformed')
  })

  test.each(['<html>', '[]', '{}', '{"candidates":{}}'])('is malformed as %s', (body) => {
    expect(geminiRelay.readWhole(Buffer.from(body), needs).kind).toBe('malformed')
  })

  test('is estimated by what the model said', () => {
    const parts = [
      { text: 'abcd', thought: true },
      { text: 'abcd', thoughtSignature: 'x'.repeat(999) },
      { functionCall: { id: 'x'.repeat(99), name: 'look', args: { a: 'bcdefgh' } } },
      { inlineData: { mimeType: 'image/png', data: 'x'.repeat(999) } },
    ]
    const candidates = [{ content: { role: 'model', parts }, finishReason: 'STOP', safetyRatings: ['x'] }]
    expect(geminiRelay.estimateOutput(Buffer.from(JSON.stringify({ candidates })))).toBe(7)
  })
})

describe('an error of a relayed answer of generated content', () => {
  const read = (body: unknown) => geminiRelay.readError(JSON.stringify(body))

  test('keeps all that the provider said', () => {
    const details = [{ '@type': 'x' }, { reason: 'API_KEY_INVALID', domain: 'googleapis.com' }]
    const error = { code: 400, message: 'no', status: 'INVALID_ARGUMENT', details }
    const told = { type: 'invalid_argument', code: 'api_key_invalid', json: JSON.stringify(error) }
    expect(read({ error })).toEqual(told)
    expect(read([{ error }])).toEqual(told)
    expect(read(error)).toEqual(told)
  })

  test('without a reason has its number for one', () => {
    expect(read({ error: { code: 429, message: 'slow', status: 'RESOURCE_EXHAUSTED' } })).toMatchObject({
      type: 'resource_exhausted',
      code: '429',
    })
  })

  test.each(['', '<html>', '[]', '{}', '5', 'null', '{"error":[]}'])('is none in %j', (text) => {
    expect(geminiRelay.readError(text)).toEqual({ type: '', code: '', json: null })
  })
})
