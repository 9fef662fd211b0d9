import { describe, expect, test } from 'bun:test'
import { relayed } from '../../../test/relayed-requests.ts'
import { tappedText, testRelayedStreams } from '../../../test/relayed-streams.ts'
import { StreamInterrupted } from '../../core/provider-errors.ts'
import { carrySeal, unsealed } from '../carried-seal.ts'
import { saidInBody } from '../relay.ts'
import { openaiResponses } from './codec.ts'
import { responsesRelay } from './relay.ts'

const needs = { choices: 1, wantsUsage: true }
const event = (type: string, members: object = {}): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...members })}\n\n`
const usage = { input_tokens: 9, input_tokens_details: { cached_tokens: 4 }, output_tokens: 3 }
const created = event('response.created', { response: { model: 'gpt-1', usage: null } })
const added = event('response.output_item.added', { item: { type: 'message', content: [] } })
const word = event('response.output_text.delta', { delta: 'a', sequence_number: 3 })
const completed = event('response.completed', { response: { model: 'gpt-1', status: 'completed', usage } })

testRelayedStreams(responsesRelay, openaiResponses)

describe('a relayed request for a response', () => {
  test('keeps everything but the name of the model', () => {
    const body = '{ "x_new":1.0, "model" : "fast" ,"input":"Grüße 👋","seed":1e2,"input_new":null}'
    expect(relayed(responsesRelay, body)).toBe(body.replace('"fast"', '"their-model"'))
  })

  test.each([
    ['a text', '"input":"a"'],
    ['items', '"input":[]'],
    ['a stored prompt', '"prompt":{"id":"pmpt_1"}'],
    ['an earlier answer', '"previous_response_id":"resp_1","input":null'],
    ['a conversation', '"conversation":"conv_1"'],
  ])('may ask with %s', (_name, member) => {
    const body = `{"model":"m","stream":true,${member}}`
    expect(responsesRelay.readRequest(Buffer.from(body), saidInBody)).toMatchObject({
      model: 'm',
      stream: true,
      choices: 1,
      wantsUsage: true,
    })
    expect(relayed(responsesRelay, body)).toBe(body.replace('"m"', '"their-model"'))
  })

  test.each([
    ['nothing to answer', '{"model":"a","conversation":null}', 'missing_required_parameter', 'input'],
    ['no model', '{"input":"a"}', 'missing_required_parameter', 'model'],
    ['an input that is an object', '{"model":"a","input":{}}', 'invalid_type', 'input'],
    ['a model that is null', '{"model":null,"input":"a"}', 'invalid_type', 'model'],
    ['a stream that is a number', '{"model":"a","input":"a","stream":1}', 'invalid_type', 'stream'],
    [
      'an answer in the background',
      '{"model":"a","input":"a","background":true}',
      'invalid_value',
      'background',
    ],
    ['two models', '{"model":"a","input":"a","model":"b"}', 'duplicate_member', 'model'],
    [
      'two earlier answers',
      '{"model":"a","previous_response_id":"a","previous_response_id":"b"}',
      'duplicate_member',
      'previous_response_id',
    ],
  ])('is refused with %s', (_name, body, code, param) => {
    expect(() => responsesRelay.readRequest(Buffer.from(body), saidInBody)).toThrow(
      expect.objectContaining({ code, param }),
    )
  })
})

test.each(['false', 'null'])('a request that is not for the background (%s) goes on as it came', (wish) => {
  const body = `{"model":"their-model","background":${wish},"input":"a"}`
  expect(relayed(responsesRelay, body)).toBe(body)
})

describe('a request refers to what it does not hold', () => {
  const refers = (input: string): unknown =>
    responsesRelay.readRequest(Buffer.from(`{"model":"m","input":${input}}`), saidInBody).refers
  const message = '{"type":"message","role":"user","content":[{"type":"input_text","text":"a"}]}'

  test.each([
    ['in so many words', '{"type":"item_reference","id":"msg_1"}'],
    ['with the words the other way round', '{ "id" : "msg_1" , "type" : "item_reference" }'],
    ['by a bare id', '{"id":"msg_1"}'],
    ['by an id without a type', '{"type":null,"id":"msg_1"}'],
    ['behind escapes in the type', String.raw`{"type":"item\u005freference","id":"msg_1"}`],
    ['behind escapes in the names', String.raw`{"t\u0079pe":"item_reference","\u0069d":"msg_1","x":1}`],
    [
      'with a type that stands twice',
      '{"type":"item_reference","id":"msg_1","role":"user","type":"message"}',
    ],
  ])('%s', (_how, reference) => {
    expect(refers(`[${reference}]`)).toBe(true)
    expect(refers(` [${message} , ${reference},${message}]`)).toBe(true)
  })

  test.each([
    ['text', '"\\"item_reference\\""'],
    ['no items', '[]'],
    ['items that are whole', `[${message},{"type":"reasoning","id":"rs_1","summary":[]}]`],
    ['text that speaks of references', '[{"role":"user","content":"{\\"type\\":\\"item_reference\\"}"}]'],
    [
      'a reference inside of an item',
      '[{"role":"user","content":[{"type":"item_reference","id":"a"},{"id":"b"}]}]',
    ],
    ['what is no item', '[1,"item_reference",null,["item_reference"]]'],
  ])('but not with %s', (_what, input) => {
    expect(refers(input)).toBe(false)
  })
})

describe('seals of our form in a relayed request', () => {
  const carried = { seal: 'S', redacted: false, id: 'rs_theirs', callId: '' } as const
  const foreign = carrySeal({ ...carried, from: 'anthropic-messages' })
  const own = carrySeal({ ...carried, from: 'openai-responses' })
  const reasoning = (seal: string, id = '"id":"rs_1",'): string =>
    `{"type":"reasoning",${id}"summary":[],"encrypted_content":"${seal}"}`
  const call = '{"type":"function_call","call_id":"a","name":"b","arguments":"{}"}'
  const body = (...entries: readonly string[]): string =>
    `{"model":"their-model","n":1.0,"input":[${entries.join(' ,')}]}`

  test('are taken out with their thoughts where another dialect made them', () => {
    const theirs = reasoning('gAAAAAB')
    expect(relayed(responsesRelay, body(reasoning(foreign), call, theirs, reasoning(foreign)))).toBe(
      body(call, theirs),
    )
  })

  test('are taken out where nobody sealed the thought: its id is one of ours, which no provider knows', () => {
    expect(relayed(responsesRelay, body(reasoning(unsealed), call))).toBe(body(call))
  })

  test('of calls are taken out too', () => {
    const sealed = carrySeal({ from: 'gemini', seal: 'S', redacted: true, id: '', callId: 'a' })
    expect(relayed(responsesRelay, body(reasoning(sealed), call))).toBe(body(call))
  })

  test('go back as they were made, with their id, where this dialect made them', () => {
    expect(relayed(responsesRelay, body(reasoning(own), call))).toBe(
      body(reasoning('S').replace('rs_1', 'rs_theirs'), call),
    )
    expect(relayed(responsesRelay, body(reasoning(own, ''), call))).toBe(
      body('{"type":"reasoning","summary":[],"id":"rs_theirs","encrypted_content":"S"}', call),
    )
  })

  test('are taken out with a bare control character in them, as any is that cannot be read', () => {
    expect(relayed(responsesRelay, body(reasoning(`${foreign}\n`), call))).toBe(body(call))
  })

  test('stay where they are only spoken of', () => {
    const text = body(
      `{"role":"user","content":"what is ${foreign}?"}`,
      `{"type":"x","encrypted_content":"${foreign}"}`,
    )
    expect(relayed(responsesRelay, text)).toBe(text)
    const plain = `{"model":"their-model","input":"what is ${foreign}?"}`
    expect(relayed(responsesRelay, plain)).toBe(plain)
  })

  test('stay for a translation, which needs them', () => {
    const text = body(reasoning(foreign), call)
    const request = responsesRelay.readRequest(Buffer.from(text), saidInBody)
    expect(request.parsed()).toEqual(JSON.parse(text))
  })
})

describe('a relayed stream of a response', () => {
  test('has content with its first word, not with its empty message', () => {
    expect(tappedText(responsesRelay, created + added)).toMatchObject({ content: false, fault: 'cut' })
    expect(tappedText(responsesRelay, created + added + word)).toMatchObject({ content: true, chunks: 1 })
  })

  test.each([
    ['a call', event('response.output_item.added', { item: { type: 'function_call', name: 'a' } })],
    ['a thought', event('response.output_item.added', { item: { type: 'reasoning', summary: [] } })],
    ['a whole item', event('response.output_item.done', { item: { type: 'message' } })],
    ['sound', event('response.audio.delta', { delta: 'AAAA' })],
    ['what nobody knows yet', event('response.dream.delta', { delta: 'z' })],
  ])('has content with %s', (_name, first) => {
    expect(tappedText(responsesRelay, created + first)).toMatchObject({ content: true })
  })

  test.each(['response.completed', 'response.incomplete'])('ends well with %s, and is counted', (type) => {
    const end = event(type, { response: { model: 'gpt-2', usage } })
    expect(tappedText(responsesRelay, created + word + end)).toMatchObject({
      done: true,
      fault: undefined,
      model: 'gpt-2',
      usage: { inputTokens: 9, cachedInputTokens: 4, outputTokens: 3 },
      text: created + word + end,
    })
  })

  test('that is empty is whole all the same', () => {
    expect(tappedText(responsesRelay, completed)).toMatchObject({ done: true, content: true })
  })

  test('is read without the names of its events', () => {
    const bare = (created + word + completed).replaceAll(/event: .*\n/g, '')
    expect(tappedText(responsesRelay, bare)).toMatchObject({ done: true, chunks: 1, text: bare })
  })

  test('may end with the last word of the chat dialect, which is not its end', () => {
    const last = 'data: [DONE]\n\n'
    expect(tappedText(responsesRelay, created + word + last)).toMatchObject({ done: false, fault: 'cut' })
    expect(tappedText(responsesRelay, created + word + completed + last)).toMatchObject({ done: true })
  })

  test('may repeat an answer of more than a megabyte at its end', () => {
    const output = [{ type: 'message', content: [{ type: 'output_text', text: 'é"[{'.repeat(300_000) }] }]
    const end = event('response.completed', { response: { output, model: 'gpt-2', usage } })
    expect(tappedText(responsesRelay, created + word + end)).toMatchObject({
      done: true,
      model: 'gpt-2',
      usage: { outputTokens: 3 },
    })
    const failed = event('response.failed', { response: { output, error: { code: 'x', message: 'é' } } })
    expect(tappedText(responsesRelay, created + failed).error).toEqual({ code: 'x', message: 'é' })
  })

  const error = { code: 'server_error', message: 'gone' }
  test.each([
    ['in an envelope', event('error', { error, sequence_number: 2 }), error],
    ['flat', event('error', { ...error, param: null, sequence_number: 2 }), { ...error, param: null }],
    ['in a failed response', event('response.failed', { response: { error, usage } }), error],
    ['in an event of no kind', `data: ${JSON.stringify({ error })}\n\n`, error],
    [
      'in a cancelled response',
      event('response.cancelled', { response: { error: null } }),
      { code: 'server_error', message: 'The provider reported its answer as cancelled.' },
    ],
  ])('ends with an error that comes %s, which does not pass', (_name, last, expected) => {
    for (const before of [created, created + added + word]) {
      expect(tappedText(responsesRelay, before + last + completed)).toMatchObject({
        fault: 'provider-error',
        error: expected,
        text: before,
        done: false,
      })
    }
  })

  test('that breaks off is ended with an error under the number of the next event', () => {
    const tap = responsesRelay.openTap(needs)
    tap.push(Buffer.from(created + added + word + event('error', { error, sequence_number: 9 })))
    const said = tap.lastWords?.fail(new StreamInterrupted('p', 'it fell silent'), 502, 'req_1') ?? ''
    expect(JSON.parse(said.split('data: ')[1] ?? '')).toMatchObject({ type: 'error', sequence_number: 3 })
  })

  test.each([
    ['no JSON at its end', 'event: response.completed\ndata: {"type":"response.completed",}\n\n'],
    ['bare words', 'event: response.in_progress\ndata: hello\n\n'],
    ['a huge end that is no JSON', `data: {"type":"response.completed","x":"${'y'.repeat(20_000)}",}\n\n`],
  ])('is malformed with %s', (_name, bad) => {
    expect(tappedText(responsesRelay, created + word + bad + completed)).toMatchObject({
      fault: 'malformed',
      text: created + word,
    })
  })
})

describe('a whole relayed response', () => {
  const read = (answer: unknown) => responsesRelay.readWhole(Buffer.from(JSON.stringify(answer)), needs)

  test.each([0, 100_000])('is read, with %d bytes beside', (length) => {
    const answer = { model: 'm', status: 'incomplete', error: null, output: ['x'.repeat(length)], usage }
    expect(read(answer)).toMatchObject({
      kind: 'answer',
      model: 'm',
      usage: { inputTokens: 9, outputTokens: 3 },
    })
    expect(read({ ...answer, status: 'failed', error: { code: 'x' } }).kind).toBe('error')
  })

  test.each(['{"error":{"code":"x"}}', '{"error":"x"}', '{"status":"cancelled","output":[]}'])(
    'that is an error says so: %s',
    (body) => {
      expect(responsesRelay.readWhole(Buffer.from(body), needs).kind).toBe('error')
    },
  )

  test.each(['<html>', '[]', '{}', '{"output":{}}', '{"error":null}'])('is malformed as %s', (body) => {
    expect(responsesRelay.readWhole(Buffer.from(body), needs).kind).toBe('malformed')
  })

  test('is estimated by what the model said', () => {
    const output = [
      { type: 'reasoning', id: 'rs_1', summary: [{ text: 'abcd' }], encrypted_content: 'x'.repeat(999) },
      {
        type: 'message',
        role: 'assistant',
        content: [{ type: 'output_text', text: 'abcd', logprobs: ['x'] }],
      },
      { type: 'function_call', call_id: 'x'.repeat(99), name: 'abcd', arguments: '{"a":1}' },
      { type: 'image_generation_call', result: 'x'.repeat(999) },
    ]
    expect(responsesRelay.estimateOutput(Buffer.from(JSON.stringify({ output })))).toBe(5)
  })
})

describe('an error of a relayed response', () => {
  const read = (body: unknown) => responsesRelay.readError(JSON.stringify(body))

  test('keeps all that the provider said', () => {
    const error = {
      message: 'no',
      type: 'Invalid_Request_Error',
      param: 'input[0]',
      code: 'Bad',
      details: [1],
    }
    expect(read({ error })).toEqual({
      type: 'invalid_request_error',
      code: 'bad',
      json: JSON.stringify(error),
    })
  })

  test('of a failed response or a stream gets the members that SDKs look for', () => {
    const error = { code: 'rate_limit_exceeded', message: 'slow' }
    const json = '{"code":"rate_limit_exceeded","message":"slow","type":"rate_limit_exceeded","param":null}'
    expect(read({ id: 'resp_1', status: 'failed', error })).toEqual({
      type: '',
      code: 'rate_limit_exceeded',
      json,
    })
    expect(read(error).json).toBe(json)
  })

  test.each(['', '<html>', '[]', '{}', '5', 'null'])('is none in %j', (text) => {
    expect(responsesRelay.readError(text)).toEqual({ type: '', code: '', json: null })
  })
})
