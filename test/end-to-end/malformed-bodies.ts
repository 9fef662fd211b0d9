// Requests whose HTTP is right and whose body, path or key is not: every one of them gets an answer of ours.
import {
  bodyBytesMax,
  chatBody,
  chatPath,
  randomBytes,
  randomText,
  requestBytes,
  validKey,
} from './malformed-kinds.ts'
import type { Chance, MalformedKind } from './malformed-kinds.ts'

type MakeBody = (chance: Chance) => string | Buffer

function body(name: string, code: string, make: MakeBody, more: Partial<MalformedKind> = {}): MalformedKind {
  return { name, codes: [code], make: (chance) => requestBytes({ body: make(chance) }), ...more }
}

const anyOf =
  (...bodies: readonly string[]): MakeBody =>
  (chance) =>
    chance.one(bodies)

const member =
  (name: string, values: readonly string[]): MakeBody =>
  (chance) =>
    chatBody({ [name]: chance.one(values) })

const odd = {
  number: ['7', '-0.5', '1e300', '99999999999999999999999999'],
  text: ['"text"', '""', '"true"'],
  list: ['[]', '[[]]', '[1,2]'],
  object: ['{}', '{"a":{"b":1}}'],
  truth: ['true', 'false'],
}

const json: readonly MalformedKind[] = [
  body('no body', 'invalid_json', () => ''),
  body('white space alone', 'invalid_json', (chance) => ' \r\n\t'.repeat(1 + chance.below(50))),
  body('JSON that is cut off', 'invalid_json', (chance) =>
    chatBody().slice(0, 1 + chance.below(chatBody().length - 1)),
  ),
  body('JSON with a piece taken out of its punctuation', 'invalid_json', (chance) => {
    const text = chatBody()
    const places = [...text.matchAll(/[{}[\]:,]/gu)].map(({ index }) => index)
    const at = chance.one(places)
    return text.slice(0, at) + text.slice(at + 1)
  }),
  body(
    'a comma too many',
    'invalid_json',
    anyOf(`${chatBody().slice(0, -1)},}`, '{,"model":"a"}', '{"model":"a",,"n":1}'),
  ),
  body(
    'JavaScript instead of JSON',
    'invalid_json',
    anyOf("{'model':'a'}", '{model:"a"}', '{"model":"a"/* why */}', '{"a":`b`}'),
  ),
  body(
    'words that JSON does not have',
    'invalid_json',
    member('n', ['NaN', 'Infinity', 'undefined', 'True', 'nul', '-', 'None']),
  ),
  body(
    'numbers that JSON does not have',
    'invalid_json',
    member('n', ['01', '+1', '0x10', '.5', '1.', '1e', '1_000', '--1']),
  ),
  body(
    'escapes that JSON does not have',
    'invalid_json',
    member('user', ['"\\x41"', '"\\u12G4"', '"\\u12"', '"\\"', '"\\\'"']),
  ),
  body('bare control characters in what is read', 'invalid_json', (chance) => {
    const character = String.fromCharCode(chance.below(32))
    return chance.one([
      chatBody({ model: `"sim/${character}ok"` }),
      chatBody({ stream_options: `{"a":"${character}"}` }),
      chatBody({ [`\\u0061${character}`]: '1' }),
    ])
  }),
  body(
    'something after the end',
    'invalid_json',
    (chance) => chatBody() + chance.one(['}', '{}', ' x', '\0', chatBody()]),
  ),
  body('a byte order mark', 'invalid_json', () => `\ufeff${chatBody()}`),
  body('UTF-16', 'invalid_json', () => Buffer.from(chatBody(), 'utf16le')),
  body(
    'a form instead of JSON',
    'invalid_json',
    anyOf('model=sim%2Fok&messages=hello', '--boundary\r\ncontent-disposition: form-data'),
  ),
  body('noise', 'invalid_json', (chance) =>
    randomText(chance, 1 + chance.below(2_000))
      .replace(/^[0-9]/u, 'x')
      .replace(/^true|^false|^null/u, 'x'),
  ),
  body('bytes that are not UTF-8', 'invalid_utf8', (chance) => {
    const bad = chance.one([
      [0xff],
      [0xc0, 0xaf],
      [0xed, 0xa0, 0x80],
      [0xf4, 0x90, 0x80, 0x80],
      [0x80],
      [0xe2, 0x82],
    ])
    const [before = '', after = ''] = chatBody().split('Hello')
    return Buffer.concat([Buffer.from(before), Buffer.from(bad), Buffer.from(after)])
  }),
  body('gzip that nobody announced', 'invalid_utf8', (chance) =>
    Buffer.concat([Buffer.from([0x1f, 0x8b, 8]), randomBytes(chance, 40), Buffer.from([0xff])]),
  ),
  body('lists within lists', 'json_too_complex', (chance) => {
    const depth = 65 + chance.below(20_000)
    return chatBody({ messages: '['.repeat(depth) + ']'.repeat(depth) })
  }),
  body('objects within objects that never close', 'json_too_complex', (chance) =>
    '{"a":'.repeat(65 + chance.below(10_000)),
  ),
  body(
    'more members than anybody needs',
    'json_too_complex',
    (chance) => chatBody({ metadata: `{${'"":0,'.repeat(100_001 + chance.below(1_000))}"":0}` }),
    { timesMax: 4 },
  ),
]

const members: readonly MalformedKind[] = [
  body('a body that is no object', 'invalid_type', (chance) =>
    chance.one([...odd.number, ...odd.text, ...odd.list, ...odd.truth, 'null']),
  ),
  body(
    'a model that is no text',
    'invalid_type',
    member('model', [...odd.number, ...odd.list, ...odd.object, ...odd.truth, 'null']),
  ),
  body(
    'messages that are no list',
    'invalid_type',
    member('messages', [...odd.number, ...odd.text, ...odd.object, ...odd.truth, 'null']),
  ),
  body(
    'a stream that is neither true nor false',
    'invalid_type',
    member('stream', [...odd.number, ...odd.text, ...odd.list, ...odd.object]),
  ),
  body(
    'stream_options that are no object',
    'invalid_type',
    member('stream_options', [...odd.number, ...odd.text, ...odd.list, ...odd.truth]),
  ),
  body(
    'an n that is no number',
    'invalid_type',
    member('n', [...odd.text, ...odd.list, ...odd.object, ...odd.truth]),
  ),
  body(
    'an n without measure',
    'invalid_type',
    member('n', ['0', '-1', '1.5', '129', '1e300', '1e999', '-1e999', '9'.repeat(5_000)]),
  ),
  body('a member that stands twice', 'duplicate_member', (chance) => {
    const [name, value] = chance.one([
      ['model', '"b"'],
      ['messages', '[]'],
      ['stream', 'true'],
      ['n', '1'],
      ['stream_options', '{}'],
    ] as const)
    return chatBody({ stream: 'false', n: '1', stream_options: '{}' }).replace(/\}$/u, `,"${name}":${value}}`)
  }),
  body('a member that stands twice behind an escape', 'duplicate_member', (chance) => {
    const name = chance.one(['model', 'messages', 'stream', 'n', 'stream_options'])
    const at = chance.below(name.length)
    const escaped = `${name.slice(0, at)}\\u00${name.charCodeAt(at).toString(16)}${name.slice(at + 1)}`
    return chatBody({ stream: 'false', n: '1', stream_options: '{}' }).replace(/\}$/u, `,"${escaped}":null}`)
  }),
  body('no model or no messages', 'missing_required_parameter', (chance) =>
    chance.one([
      chatBody({ model: null }),
      chatBody({ messages: null }),
      '{}',
      '{"Model":"a","messages":[]}',
    ]),
  ),
  body('a model that nobody has', 'model_not_found', (chance) => {
    const name = chance.one([
      '',
      '/',
      'sim',
      'gpt-5',
      '../../etc/passwd',
      '__proto__',
      'constructor',
      '\ud800',
      '\u0000',
      '模型',
      'x'.repeat(50_000),
      randomText(chance, 12),
      `${randomText(chance, 6)}/ok`,
    ])
    return chatBody({ model: JSON.stringify(name) })
  }),
  {
    name: 'an embeddings request without its members',
    codes: ['missing_required_parameter', 'invalid_type', 'duplicate_member'],
    make: (chance) => {
      const text = chance.one([
        '{}',
        '{"model":"sim/e"}',
        '{"input":"a"}',
        '{"model":"sim/e","input":7}',
        '{"model":"sim/e","input":null}',
        '{"model":[],"input":"a"}',
        '{"model":"sim/e","input":"a","inpu\\u0074":"b"}',
      ])
      return requestBytes({ target: '/v1/embeddings', body: text })
    },
  },
]

const places: readonly MalformedKind[] = [
  {
    name: 'a method that the path does not take',
    codes: ['method_not_allowed'],
    make: (chance) =>
      chance.one([
        requestBytes({
          method: chance.one(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']),
          body: chance.one(['', chatBody()]),
        }),
        requestBytes({
          method: chance.one(['POST', 'PUT', 'DELETE', 'PATCH']),
          target: chance.one(['/v1/models', '/health', '/ready', '/metrics', '/v1/calls/call_x']),
          body: '{}',
        }),
      ]),
  },
  {
    name: 'a path that leads nowhere',
    codes: ['unknown_path'],
    make: (chance) => {
      const target = chance.one([
        '/',
        `${chatPath}/`,
        '/v1//chat/completions',
        '/V1/chat/completions',
        '/v1/chat/completions%00',
        '/v1/chat%2fcompletions',
        '/v1/completions',
        `/${randomText(chance, 30)}`,
        '/%',
        '/%ff%fe',
        '/.env',
        '/v1/chat/completions;a=b',
        `/${'a/'.repeat(1_000)}`,
        '/?model=x',
      ])
      return requestBytes({ method: chance.one(['GET', 'POST']), target, body: '' })
    },
  },
  {
    name: 'a model or call that is not there',
    codes: ['model_not_found', 'call_not_found', 'unknown_path'],
    make: (chance) => {
      const target = chance.one(
        [
          '/v1/models/nothing',
          '/v1/models/%',
          '/v1/models/%ff',
          '/v1/models/a%2fb',
          '/v1/models/',
          '/v1/calls/',
          '/v1/calls/call_%00',
          `/v1/calls/call_${randomText(chance, 22)}`,
          "/v1/calls/' OR 1=1",
          '/v1/calls/%2e%2e',
        ].filter((text) => !text.includes(' ')),
      )
      return requestBytes({ method: 'GET', target, body: '' })
    },
  },
  {
    name: 'no key',
    codes: ['missing_api_key'],
    make: (chance) =>
      requestBytes({
        target: chance.one([chatPath, '/v1/embeddings']),
        without: ['authorization'],
        body: chatBody(),
      }),
  },
  {
    name: 'a key that nobody knows',
    codes: ['invalid_api_key'],
    make: (chance) => {
      const line = chance.one([
        `authorization: Bearer ${randomText(chance, 40)}`,
        'authorization: Bearer',
        'authorization:',
        `authorization: Basic ${randomText(chance, 20)}`,
        `authorization: ${validKey}`,
        `authorization: Bearer ${validKey}x`,
        `authorization: Bearer ${validKey} x`,
        `authorization: Bearer ${'k'.repeat(5_000)}`,
        'authorization: Bearer \xfc\xff',
        'authorization: Bearer sp_',
      ])
      return requestBytes({ lines: [line], body: chatBody() })
    },
  },
  {
    name: 'two Authorization headers',
    codes: ['conflicting_api_keys'],
    make: (chance) =>
      requestBytes({
        lines: [
          `authorization: Bearer ${validKey}`,
          `authorization: Bearer ${chance.one([validKey, 'other'])}`,
        ],
        body: chatBody(),
      }),
  },
  {
    name: 'two different keys',
    codes: ['conflicting_api_keys'],
    make: (chance) =>
      requestBytes({
        lines: [`x-api-key: ${chance.one(['', 'other', randomText(chance, 40)])}`],
        body: chatBody(),
      }),
  },
  {
    name: 'the same X-API-Key twice',
    codes: ['invalid_api_key', 'conflicting_api_keys'],
    make: () =>
      requestBytes({
        lines: [`x-api-key: ${validKey}`, `x-api-key: ${validKey}`],
        without: ['authorization'],
        body: chatBody(),
      }),
  },
  {
    name: 'a body larger than allowed',
    codes: ['body_too_large'],
    bare: true,
    timesMax: 6,
    make: (chance) =>
      requestBytes({ body: chatBody({ user: `"${'x'.repeat(bodyBytesMax + chance.below(1_000))}"` }) }),
  },
  {
    name: 'a larger body announced than allowed, and nothing of it',
    codes: ['body_too_large'],
    bare: true,
    make: (chance) =>
      requestBytes({ lines: [`content-length: ${bodyBytesMax + 1 + chance.below(1e12)}`], body: '' }),
  },
  {
    name: 'a body in chunks that is larger than allowed',
    codes: ['body_too_large'],
    bare: true,
    timesMax: 6,
    make: () => {
      const chunk = `10000\r\n${'y'.repeat(0x10000)}\r\n`
      return requestBytes({
        lines: ['transfer-encoding: chunked'],
        without: ['content-length'],
        body: `${chunk.repeat(17)}0\r\n\r\n`,
      })
    },
  },
]

export const malformedBodies: readonly MalformedKind[] = [...json, ...members, ...places]
