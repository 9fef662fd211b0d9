import { describe, expect, test } from 'bun:test'
import { readChatRequest } from './read-request.ts'
import { saidInBody } from '../relay.ts'
import type { RelayWishes } from '../relay-request.ts'

const wishes: RelayWishes = { modelJson: '"gpt-5"', asksForUsage: true, drops: [] }

function relay(body: string, more: Partial<RelayWishes> = {}): string {
  const relayed = readChatRequest(Buffer.from(body)).bodyFor({ ...wishes, ...more })
  const bytes = Buffer.alloc(relayed.byteLength)
  relayed.writeInto(bytes, 0)
  return bytes.toString()
}

describe('a relayed chat request', () => {
  test('keeps everything but the name of the model: order, spelling of numbers, white space, unknown members', () => {
    const body =
      '{ "x_new":1.0, "model" : "fast" ,"messages":[{"role":"user","content":"Grüße 👋"}],"seed":1e2}'
    expect(relay(body)).toBe(body.replace('"fast"', '"gpt-5"'))
  })

  test('has a bound of the operator’s spelled as the provider heeds it, and the client’s as it came', () => {
    const older = { wishes: { maxTokensName: 'max_tokens' }, asksForUsage: false } as const
    const body = (bound: string): string => `{"model":"gpt-5","messages":[]${bound}}`
    const bounded = (bound: string, more: Partial<RelayWishes> = older): string => {
      const place = { ...saidInBody, isBounded: true } as const
      const sent = readChatRequest(Buffer.from(body(bound)), place).bodyFor({ ...wishes, ...more })
      const bytes = Buffer.alloc(sent.byteLength)
      sent.writeInto(bytes, 0)
      return bytes.toString()
    }
    const newer = ',"max_completion_tokens" : 5,"seed":1'
    expect(bounded(newer)).toBe(body(',"max_tokens":5,"seed":1'))
    expect(bounded(newer, { asksForUsage: false })).toBe(body(newer))
    expect(bounded(`${newer},"max_tokens":4`)).toBe(body(`${newer},"max_tokens":4`))
    expect(bounded(newer, { ...older, drops: ['max_completion_tokens'] })).toBe(body(',"seed":1'))
    expect(bounded(`${newer},"max_tokens":null`)).toBe(body(`${newer},"max_tokens":5`))
    expect(relay(body(newer), older)).toBe(body(newer))
  })

  test.each([
    ['is added where it is not', '', ',"stream_options":{"include_usage":true}'],
    ['replaces null', ',"stream_options":null', ',"stream_options":{"include_usage":true}'],
    [
      'replaces false',
      ',"stream_options":{"include_usage":false}',
      ',"stream_options":{"include_usage":true}',
    ],
    ['joins an empty object', ',"stream_options":{}', ',"stream_options":{"include_usage":true}'],
    [
      'joins other options',
      ',"stream_options":{"include_obfuscation":false}',
      ',"stream_options":{"include_obfuscation":false,"include_usage":true}',
    ],
    [
      'stays when it is asked for',
      ',"stream_options":{"include_usage":true}',
      ',"stream_options":{"include_usage":true}',
    ],
  ])('include_usage %s', (_name, given, expected) => {
    const body = (options: string): string => `{"model":"gpt-5","messages":[],"stream":true${options}}`
    expect(relay(body(given))).toBe(body(expected))
  })

  test('usage is not asked for where the provider does not want to be asked, nor without a stream', () => {
    const streamed = '{"model":"gpt-5","messages":[],"stream":true}'
    expect(relay(streamed, { asksForUsage: false })).toBe(streamed)
    const whole = '{"model":"gpt-5","messages":[]}'
    expect(relay(whole)).toBe(whole)
  })

  test.each([
    ['first', '{"bad":{"a":1} , "model":"gpt-5","messages":[]}', '{"model":"gpt-5","messages":[]}'],
    ['in the middle', '{"model":"gpt-5", "bad":1,"messages":[]}', '{"model":"gpt-5","messages":[]}'],
    ['last', '{"model":"gpt-5","messages":[],"bad":"x"}', '{"model":"gpt-5","messages":[]}'],
    [
      'twice at the start',
      '{"bad":1, "worse":2 ,"model":"gpt-5","messages":[]}',
      '{"model":"gpt-5","messages":[]}',
    ],
    [
      'twice at the end',
      '{"model":"gpt-5","messages":[], "bad":1 ,"worse":2 }',
      '{"model":"gpt-5","messages":[] }',
    ],
  ])('a member that the provider refuses is cut out when it stands %s', (_name, body, expected) => {
    expect(relay(body, { drops: ['bad', 'worse'] })).toBe(expected)
  })

  test('a name that is not ASCII goes out as escapes', () => {
    expect(relay('{"model":"a","messages":[]}', { modelJson: '"\\u00fc"' })).toContain('"\\u00fc"')
  })
})

describe('a chat request that is refused', () => {
  test.each([
    ['no JSON', '{"model":', 'invalid_json'],
    ['an array', '[]', 'invalid_type'],
    ['no model', '{"messages":[]}', 'missing_required_parameter'],
    ['no messages', '{"model":"a"}', 'missing_required_parameter'],
    ['messages that are no array', '{"model":"a","messages":{}}', 'invalid_type'],
    ['a model that is a number', '{"model":1,"messages":[]}', 'invalid_type'],
    ['a stream that is a word', '{"model":"a","messages":[],"stream":"yes"}', 'invalid_type'],
    ['two models', '{"model":"a","messages":[],"model":"b"}', 'duplicate_member'],
    [
      'two models, one of them in disguise',
      '{"model":"a","messages":[],"mod\\u0065l":"b"}',
      'duplicate_member',
    ],
    ['n that is no count', '{"model":"a","messages":[],"n":0}', 'invalid_type'],
    ['stream_options that are no object', '{"model":"a","messages":[],"stream_options":[]}', 'invalid_type'],
  ])('%s', (_name, body, code) => {
    expect(() => readChatRequest(Buffer.from(body))).toThrow(expect.objectContaining({ code }))
  })

  test('bytes that are not UTF-8', () => {
    expect(() => readChatRequest(Buffer.from([123, 34, 0xff, 34, 125]))).toThrow(
      expect.objectContaining({ code: 'invalid_utf8' }),
    )
  })
})
