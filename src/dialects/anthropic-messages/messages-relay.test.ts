import { describe, expect, test } from 'bun:test'
import { relayed } from '../../../test/relayed-requests.ts'
import { tappedText, testRelayedStreams } from '../../../test/relayed-streams.ts'
import { carrySeal, unsealed } from '../carried-seal.ts'
import { saidInBody } from '../relay.ts'
import { anthropicMessages } from './codec.ts'
import { messagesRelay } from './relay.ts'

const needs = { choices: 1, wantsUsage: true }
const event = (type: string, members: object = {}): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...members })}\n\n`
const start = event('message_start', {
  message: { model: 'claude-1', usage: { input_tokens: 9, cache_read_input_tokens: 4, output_tokens: 1 } },
})
const block = event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } })
const word = event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'a' } })
const stop = event('message_stop')

testRelayedStreams(messagesRelay, anthropicMessages)

describe('a relayed request for a message', () => {
  test('keeps everything but the name of the model', () => {
    const body =
      '{ "x_new":1.0, "model" : "fast" ,"messages":[{"role":"user","content":"Grüße 👋"}],"seed":1e2}'
    expect(relayed(messagesRelay, body)).toBe(body.replace('"fast"', '"their-model"'))
  })

  test('loses the members that its provider refuses', () => {
    const body = '{"top_k":1,"seed":2,"model":"a","messages":[],"max_tokens":5}'
    expect(relayed(messagesRelay, body, { drops: ['seed', 'top_k', 'max_tokens'] })).toBe(
      '{"model":"their-model","messages":[]}',
    )
  })

  test('is known by its model and its stream, and is there for a translation until it is let go', () => {
    const body = { model: 'm', stream: true, messages: [{ role: 'user', content: 'x' }] }
    const request = messagesRelay.readRequest(Buffer.from(JSON.stringify(body)), saidInBody)
    expect(request).toMatchObject({ model: 'm', stream: true, choices: 1, wantsUsage: true })
    expect(request.parsed()).toEqual(body)
    request.release()
    expect(() => request.parsed()).toThrow('let go')
    expect(() => request.bodyFor({ modelJson: '"x"', asksForUsage: false, drops: [] })).toThrow('let go')
  })

  test.each([
    ['a tool that runs code', '[{"type":"code_execution_20260120","name":"code_execution"}]', true],
    ['other tools', '[{"name":"code_execution_plan","input_schema":{"type":"object"}}]', false],
    ['no tools', '[]', false],
  ])('with %s has an answer that may name a container: %s is %s', (_what, tools, keeps) => {
    const body = `{"tools":${tools},"model":"m","messages":[{"role":"user","content":"code_execution_20250825"}]}`
    expect(messagesRelay.readRequest(Buffer.from(body), saidInBody).keeps).toBe(keeps)
  })

  test('goes out whole when it is large', () => {
    const body = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'é'.repeat(300_000) }] })
    expect(relayed(messagesRelay, body)).toBe(body.replace('"m"', '"their-model"'))
  })

  test.each([
    ['no JSON', '{"model":', 'invalid_json', null],
    ['an array', '[]', 'invalid_type', 'body'],
    ['no model', '{"messages":[]}', 'missing_required_parameter', 'model'],
    ['no messages', '{"model":"a"}', 'missing_required_parameter', 'messages'],
    ['messages that are a text', '{"model":"a","messages":"hi"}', 'invalid_type', 'messages'],
    ['a model that is a number', '{"model":1,"messages":[]}', 'invalid_type', 'model'],
    ['a stream that is a word', '{"model":"a","messages":[],"stream":"yes"}', 'invalid_type', 'stream'],
    ['two models', '{"model":"a","messages":[],"model":"b"}', 'duplicate_member', 'model'],
    [
      'two models, one in disguise',
      '{"model":"a","messages":[],"mod\\u0065l":"b"}',
      'duplicate_member',
      'model',
    ],
  ])('is refused with %s', (_name, body, code, param) => {
    expect(() => messagesRelay.readRequest(Buffer.from(body), saidInBody)).toThrow(
      expect.objectContaining({ code, param }),
    )
  })
})

describe('seals of other dialects in a relayed request', () => {
  const seal = carrySeal({ from: 'openai-responses', seal: 'S', redacted: false, id: 'rs_1', callId: '' })
  const foreign = `{"type":"thinking","thinking":"hm","signature":"${seal}"}`
  const hidden = `{"type":"redacted_thinking", "data":"${seal}"}`
  const own = '{"type":"thinking","thinking":"hm","signature":"EqQB"}'
  const said = '{"type":"text","text":"1.0"}'
  const body = (...messages: readonly string[]): string =>
    `{"model":"their-model","n":1.0,"messages":[${messages.join(', ')}]}`
  const assistant = (...blocks: readonly string[]): string =>
    `{"role":"assistant","content":[ ${blocks.join(' , ')} ],"x":12345678901234567890}`
  const user = '{"role":"user","content":"go on"}'

  test.each([
    ['first', [foreign, said], [said]],
    ['last', [said, foreign], [said]],
    ['twice in a row', [own, foreign, hidden, said], [own, said]],
    ['here and there', [hidden, said, foreign, own, hidden], [said, own]],
    ['nowhere', [own, said], [own, said]],
  ])('are taken out with their thoughts where they stand %s', (_name, blocks, left) => {
    expect(relayed(messagesRelay, body(user, assistant(...blocks), user))).toBe(
      body(user, assistant(...left), user),
    )
  })

  test('are taken out where there was none', () => {
    const nobodys = `{"type":"thinking","thinking":"hm","signature":"${unsealed}"}`
    // Other servers of this format may not seal what they want back.
    const theirs = '{"type":"thinking","thinking":"hm","signature":""}'
    expect(relayed(messagesRelay, body(user, assistant(nobodys, theirs, said)))).toBe(
      body(user, assistant(theirs, said)),
    )
  })

  test('take a message with them that holds nothing else', () => {
    expect(relayed(messagesRelay, body(user, assistant(foreign), user))).toBe(body(user, user))
  })

  test('stay where they are only spoken of', () => {
    const text = body(`{"role":"user","content":"what is ${seal}?"}`, `{"role":"user","content":[${said}]}`)
    expect(relayed(messagesRelay, text)).toBe(text)
    const inBlock = body(assistant(`{"type":"text","text":"${seal}","signature":"${seal}"}`))
    expect(relayed(messagesRelay, inBlock)).toBe(inBlock)
  })

  test('stay for a translation, which needs them', () => {
    const text = body(user, assistant(foreign, said))
    const request = messagesRelay.readRequest(Buffer.from(text), saidInBody)
    expect(request.parsed()).toEqual(JSON.parse(text))
  })

  test('go with members that are dropped', () => {
    const text = body(user, assistant(foreign, said))
    expect(relayed(messagesRelay, text, { drops: ['messages', 'n'] })).toBe('{"model":"their-model"}')
  })
})

describe('a relayed stream of messages', () => {
  test('has content with its first word, not with its empty block', () => {
    expect(tappedText(messagesRelay, start + block)).toMatchObject({ content: false, fault: 'cut' })
    expect(tappedText(messagesRelay, start + block + word)).toMatchObject({ content: true, chunks: 1 })
  })

  test.each([
    ['a thought', { type: 'thinking', thinking: '', signature: '' }],
    ['a call', { type: 'tool_use', id: 'a', name: 'b', input: {} }],
    ['a text that begins with words', { type: 'text', text: 'a' }],
    ['what nobody knows', { type: 'hologram' }],
    ['a fetched page', { type: 'web_fetch_tool_result', content: 'x'.repeat(20_000) }],
  ])('has content when %s begins', (_name, content) => {
    const begun = event('content_block_start', { index: 0, content_block: content })
    expect(tappedText(messagesRelay, start + begun)).toMatchObject({ content: true })
  })

  test('counts the input as the provider began with it, and the output by what passed, until it is told', () => {
    expect(tappedText(messagesRelay, start + block + word + word + word).usage).toEqual({
      inputTokens: 13,
      cachedInputTokens: 4,
      outputTokens: 3,
      reasoningTokens: 0,
    })
    const told = event('message_delta', { delta: {}, usage: { output_tokens: 2 } })
    expect(tappedText(messagesRelay, start + block + word + word + word + told).usage?.outputTokens).toBe(2)
  })

  test('counts a piece of many tokens by its length until then, and a signature not at all', () => {
    const delta = (members: object): string => event('content_block_delta', { index: 0, delta: members })
    const long = delta({ type: 'text_delta', text: 'word '.repeat(100) })
    const signed = delta({ type: 'signature_delta', signature: 'x'.repeat(4_000) })
    const counted = tappedText(messagesRelay, start + block + long + signed).usage?.outputTokens
    expect(counted).toBeWithin(110, 130)
  })

  test('has no counts where its provider sends none', () => {
    const bare = event('message_start', { message: { model: 'm', usage: {} } })
    expect(tappedText(messagesRelay, bare + word + stop)).toMatchObject({ done: true, usage: undefined })
  })

  test('that is empty is whole all the same', () => {
    expect(tappedText(messagesRelay, start + stop)).toMatchObject({ done: true, content: true })
  })

  test('that never began is cut off, whatever it says of its end', () => {
    expect(tappedText(messagesRelay, stop)).toMatchObject({ done: false, fault: 'cut', text: '' })
  })

  test('is read without the names of its events', () => {
    const bare = (start + block + word + stop).replaceAll(/event: .*\n/g, '')
    expect(tappedText(messagesRelay, bare)).toMatchObject({
      done: true,
      model: 'claude-1',
      chunks: 1,
      text: bare,
    })
  })

  test.each([
    ['before its content', start],
    ['after its content', start + block + word],
  ])('ends with the error that its provider sends %s, which does not pass', (_name, before) => {
    const error = { type: 'overloaded_error', message: 'Overloaded', details: { error_code: 'x' } }
    const stream = before + event('error', { error }) + stop
    expect(tappedText(messagesRelay, stream)).toMatchObject({
      fault: 'provider-error',
      error,
      text: before,
      done: false,
    })
  })

  test.each([
    ['no JSON where it is looked at', 'event: message_delta\ndata: {"type":"message_delta",}\n\n'],
    ['bare words', 'event: ping\ndata: hello\n\n'],
    ['half a word', 'event: content_block_delta\ndata: {"type":"content_block_delta"\n\n'],
  ])('is malformed with %s', (_name, bad) => {
    expect(tappedText(messagesRelay, start + word + bad + stop)).toMatchObject({
      fault: 'malformed',
      text: start + word,
    })
  })
})

describe('a whole relayed message', () => {
  const read = (answer: unknown) => messagesRelay.readWhole(Buffer.from(JSON.stringify(answer)), needs)
  const usage = { input_tokens: 3, cache_read_input_tokens: 2, output_tokens: 5 }
  const counted = { inputTokens: 5, cachedInputTokens: 2, outputTokens: 5, reasoningTokens: 0 }

  test.each([0, 100_000])('is read, with %d bytes beside', (length) => {
    const answer = {
      type: 'message',
      model: 'm',
      content: [{ type: 'text', text: 'x'.repeat(length) }],
      usage,
    }
    expect(read(answer)).toMatchObject({ kind: 'answer', model: 'm', usage: counted })
    const bytes = Buffer.from(JSON.stringify(answer))
    expect(messagesRelay.readWhole(bytes, needs)).toHaveProperty('bytes', bytes)
  })

  test('without counts has none', () => {
    expect(read({ content: [], usage: {} })).toMatchObject({ kind: 'answer', usage: undefined, model: '' })
  })

  test.each([0, 100_000])('that is an error says so, with %d bytes beside', (length) => {
    expect(read({ type: 'error', error: { type: 'api_error', message: 'x'.repeat(length) } }).kind).toBe(
      'error',
    )
  })

  test.each([
    ['text', '<html>'],
    ['a list', '[]'],
    ['no content', '{"type":"message"}'],
    ['content that is a text', `{"content":"a","x":"${'y'.repeat(20_000)}"}`],
  ])('with %s is malformed', (_name, body) => {
    expect(messagesRelay.readWhole(Buffer.from(body), needs).kind).toBe('malformed')
  })

  test('that is no UTF-8 is malformed', () => {
    expect(messagesRelay.readWhole(Buffer.from([123, 34, 0xff, 34, 125]), needs).kind).toBe('malformed')
  })

  test('is estimated by what the model said', () => {
    const content = [
      { type: 'thinking', thinking: 'abcd', signature: 'x'.repeat(999) },
      { type: 'text', text: 'abcd' },
      { type: 'tool_use', id: 'toolu_1', name: 'look', input: { a: 'bcdefgh' } },
      { type: 'web_search_tool_result', content: [{ title: 'x'.repeat(999) }] },
    ]
    expect(messagesRelay.estimateOutput(Buffer.from(JSON.stringify({ content })))).toBe(7)
  })
})

describe('an error of a relayed message', () => {
  const read = (body: unknown) => messagesRelay.readError(JSON.stringify(body))

  test('keeps all that the provider said', () => {
    const error = {
      type: 'invalid_request_error',
      message: 'no threads',
      details: { error_code: 'Thread_Unsupported_Request', unsupported: ['tools'] },
    }
    const told = {
      type: 'invalid_request_error',
      code: 'thread_unsupported_request',
      json: JSON.stringify(error),
    }
    expect(read({ type: 'error', error, request_id: 'req_1' })).toEqual(told)
    expect(read(error)).toEqual(told)
  })

  test('is read from the forms of others', () => {
    expect(read({ error: 'gone' })).toEqual({ type: '', code: '', json: '{"message":"gone"}' })
    expect(read({ detail: 'gone' }).json).toBe('{"message":"gone"}')
    expect(read({ detail: [{ msg: 'gone' }] }).json).toContain('gone')
  })

  test.each(['', '<html>', '[]', '{}', '{"error":{}}', '5', 'null', '{"error":null}'])(
    'is none in %j',
    (text) => {
      expect(messagesRelay.readError(text)).toEqual({ type: '', code: '', json: null })
    },
  )

  test('that is very long or nested beyond printing is not handed on', () => {
    expect(read({ error: { type: 'a', message: 'x'.repeat(20_000) } })).toMatchObject({
      type: 'a',
      json: null,
    })
    const deep = `{"error":{"type":"a","x":${'['.repeat(30_000)}${']'.repeat(30_000)}}}`
    expect(messagesRelay.readError(deep)).toEqual({ type: '', code: '', json: null })
  })
})
