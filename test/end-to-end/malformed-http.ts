// Requests that break HTTP itself. The runtime's server sees them first; what gets past it must meet a refusal of ours.
import { chatBody, chatPath, randomBytes, randomText, requestBytes } from './malformed-kinds.ts'
import type { Chance, MalformedKind } from './malformed-kinds.ts'

function http(
  name: string,
  make: (chance: Chance) => Buffer | string,
  more: Partial<MalformedKind> = {},
): MalformedKind {
  const bytes = (chance: Chance): Buffer => {
    const made = make(chance)
    return Buffer.isBuffer(made) ? made : Buffer.from(made, 'latin1')
  }
  return {
    name,
    codes: ['invalid_host', 'invalid_json', 'unknown_path', 'method_not_allowed'],
    bare: true,
    make: bytes,
    ...more,
  }
}

const withLine = (...lines: readonly string[]): Buffer => requestBytes({ lines, body: chatBody() })

function chunked(body: string): Buffer {
  return requestBytes({ lines: ['transfer-encoding: chunked'], without: ['content-length'], body })
}

/** A body that is refused by itself, for odd heads that a server may rightly let pass. */
const refusedBody = '{"model":'

export const malformedHttp: readonly MalformedKind[] = [
  http('no Host', () => requestBytes({ without: ['host'], body: chatBody() })),
  http(
    'two Hosts',
    (chance) => withLine('host: 127.0.0.1', `host: ${chance.one(['127.0.0.1', 'other.example'])}`),
    { bare: true },
  ),
  http('a Host that is none', (chance) =>
    withLine(
      `host: ${chance.one(['', 'a b', 'user@host', 'a/#@evil', 'http://a', 'a:b', 'a:123456', '[::1', 'a,b', '\xe4', 'a\\b', '?', '%41', 'a\tb'])}`,
    ),
  ),
  http(
    'a body shorter than announced',
    (chance) => withLine(`content-length: ${chatBody().length + 1 + chance.below(1_000)}`),
    { endless: true },
  ),
  http('a body longer than announced', (chance) =>
    withLine(`content-length: ${chance.below(chatBody().length)}`),
  ),
  http('a length that is no number', (chance) =>
    withLine(
      `content-length: ${chance.one(['-1', 'abc', '1e2', '+5', '0x10', '5, 6', '99999999999999999999999', '1 1', ''])}`,
    ),
  ),
  http('two lengths', (chance) =>
    withLine(
      `content-length: ${chatBody().length}`,
      `content-length: ${chatBody().length + 1 + chance.below(1_000)}`,
    ).subarray(),
  ),
  http('length and chunks at once', () =>
    requestBytes({
      lines: ['content-length: 4', 'transfer-encoding: chunked'],
      body: `5\r\n{"a":\r\n0\r\n\r\n`,
    }),
  ),
  http(
    'a transfer coding that is unknown',
    (chance) =>
      requestBytes({
        lines: [
          `transfer-encoding: ${chance.one(['gzip', 'xchunked', 'chunked, identity', 'identity', 'chunked, chunked', ' chunked x', 'chunked;q=1'])}`,
        ],
        without: ['content-length'],
        body: `5\r\n{"a":\r\n0\r\n\r\n`,
      }),
    { endless: true },
  ),
  http(
    'a chunk whose size is none',
    (chance) =>
      chunked(
        `${chance.one(['zz', '-1', 'ffffffffffffffffff', '0x5', '', ' ', '5 5', '\0'])}\r\n{"a":\r\n0\r\n\r\n`,
      ),
    { endless: true },
  ),
  http('a chunk without its line end', () => chunked(`5\r\n{"a":}}}}0\r\n\r\n`), { endless: true }),
  http('chunks that never end', (chance) => chunked('5\r\n{"a":\r\n'.repeat(1 + chance.below(50))), {
    endless: true,
  }),
  http('bare line feeds', () => requestBytes({ lineEnd: '\n', body: refusedBody }), { endless: true }),
  http('bare carriage returns', () => requestBytes({ lineEnd: '\r', body: refusedBody }), { endless: true }),
  http('noise', (chance) => randomBytes(chance, 1 + chance.below(3_000)), { endless: true }),
  http(
    'noise with line ends',
    (chance) =>
      Array.from({ length: 1 + chance.below(20) }, () => randomText(chance, chance.below(80))).join('\r\n') +
      '\r\n\r\n',
    { endless: true },
  ),
  http('the preface of HTTP/2', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\x12\x04\0\0\0\0\0', {
    endless: true,
  }),
  http(
    'the hello of TLS',
    (chance) =>
      Buffer.concat([Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3]), randomBytes(chance, 500)]),
    { endless: true },
  ),
  http(
    'the greeting of another protocol',
    (chance) =>
      chance.one([
        'SSH-2.0-OpenSSH_9.9\r\n',
        'EHLO example.com\r\n',
        '*1\r\n$4\r\nPING\r\n',
        '\x04\x01\0\x50\x7f\0\0\x01\0',
        'GET /\r\n',
      ]),
    { endless: true },
  ),
  http(
    'a first line that is none',
    (chance) =>
      `${chance.one([`POST ${chatPath}`, `${chatPath} HTTP/1.1`, `POST  ${chatPath} HTTP/1.1`, `POST ${chatPath} HTTP/1.1 x`, `POST ${chatPath} HTTPS/1.1`, `POST\t${chatPath}\tHTTP/1.1`, `P\0ST ${chatPath} HTTP/1.1`, `POST ${chatPath} HTTP/x.1`, 'POST'])}\r\nhost: a\r\ncontent-length: 9\r\n\r\n${refusedBody}`,
    { endless: true },
  ),
  http(
    'a version of HTTP that is unknown',
    (chance) =>
      requestBytes({
        version: chance.one(['HTTP/2.0', 'HTTP/3.0', 'HTTP/0.9', 'HTTP/1.2', 'HTTP/9.9']),
        body: refusedBody,
      }),
    { endless: true },
  ),
  http(
    'a method that is none',
    (chance) =>
      requestBytes({
        method: chance.one(['post', 'FETCH', '', 'G(T', randomText(chance, 200)]),
        body: refusedBody,
      }),
    { endless: true },
  ),
  http(
    'a target that is none',
    (chance) =>
      requestBytes({
        target: chance.one([
          '*',
          'v1/chat',
          '/v1/ä\0',
          '/a b',
          '//',
          'http://',
          '/\x7f',
          '/v1/chat/completions#x',
          '\\v1',
        ]),
        body: refusedBody,
      }),
    { endless: true },
  ),
  http(
    'a header line that is none',
    (chance) =>
      withLine(
        ...chance.one([['no-colon'], ['bad name: x'], [': x'], ['name : x'], ['a\0b: x'], ['(): x']]),
        'content-length: 2',
      ).subarray(),
    { endless: true },
  ),
  http(
    'a header with a control character',
    (chance) =>
      withLine(
        `x-odd: a${String.fromCharCode(chance.one([0, 1, 7, 11, 127]))}b`,
        `content-length: ${refusedBody.length}`,
      ),
    { endless: true },
  ),
  http('a header line that is folded', () =>
    requestBytes({ lines: ['x-odd: a\r\n folded'], body: refusedBody }),
  ),
  http('a giant header', (chance) => withLine(`x-odd: ${'h'.repeat(20_000 + chance.below(100_000))}`), {
    timesMax: 8,
  }),
  http(
    'too many headers',
    (chance) =>
      withLine(...Array.from({ length: 300 + chance.below(3_000) }, (_, index) => `x-odd-${index}: 1`)),
    { timesMax: 8 },
  ),
  http(
    'a giant target',
    (chance) => requestBytes({ target: `/${'t'.repeat(20_000 + chance.below(100_000))}`, body: '' }),
    { timesMax: 8 },
  ),
  http(
    'a head that never ends',
    (chance) => `POST ${chatPath} HTTP/1.1\r\nhost: a\r\n${'x-odd: 1\r\n'.repeat(chance.below(50))}`,
    { endless: true },
  ),
]
