import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { ResponseParser } from './response-parser.ts'

interface Heard {
  readonly status: number
  readonly probe: string | undefined
  readonly body: string
  readonly done: boolean
  readonly fault: string | undefined
  readonly mayKeep: boolean
  readonly unused: number
}

/** Feeds the pieces and then, if `closes`, the end of the connection. */
function parse(pieces: readonly string[], closes = false): Heard {
  const parser = new ResponseParser()
  parser.begin()
  let status = 0
  let probe: string | undefined
  const body: Buffer[] = []
  let unused = 0
  for (const piece of pieces) {
    const bytes = Buffer.from(piece, 'latin1')
    const used = parser.feed(bytes, {
      head: (head) => {
        expect(status).toBe(0)
        status = head.status
        probe = head.header('x-probe')
      },
      body: (all, from, to) => void body.push(Buffer.from(all.subarray(from, to))),
    })
    unused += Math.max(0, bytes.length - used)
  }
  const endsByClose = closes && parser.close()
  const { isDone, fault, mayKeep } = parser
  const text = Buffer.concat(body).toString('latin1')
  return { status, probe, body: text, done: isDone || endsByClose, fault, mayKeep, unused }
}

const token = fc.stringMatching(/^[A-Za-z0-9-]{1,12}$/)
const value = fc.stringMatching(/^[!-~][ -~]{0,30}[!-~]$/)
const bodyText = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('latin1'))
const headers = fc
  .array(fc.tuple(token, value), { maxLength: 6 })
  .map((lines) => lines.map(([name, text]) => `x-${name}: ${text}\r\n`).join(''))
const informational = fc.array(
  fc.constantFrom('HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'),
  { maxLength: 3 },
)
const extension = fc.constantFrom('', ';a', ';a=b', ' ; a="b c"', '\t;x=1;y=2', ' ')
const chunks = fc.array(fc.tuple(bodyText, extension, fc.boolean()), { maxLength: 6 })

interface Answer {
  readonly wire: string
  readonly status: number
  readonly body: string
  readonly keep: boolean
  readonly endsByClose: boolean
}

const framed = fc.oneof(
  bodyText.map((body) => ({
    fields: `Content-Length: ${body.length}\r\n`,
    wire: body,
    body,
    endsByClose: false,
  })),
  fc.tuple(chunks, headers).map(([list, trailers]) => {
    const kept = list.filter(([text]) => text !== '')
    const lines = kept.map(([text, extra, upper]) => {
      const size = text.length.toString(16)
      return `${upper ? `00${size.toUpperCase()}` : size}${extra}\r\n${text}\r\n`
    })
    const wire = `${lines.join('')}0\r\n${trailers}\r\n`
    const body = kept.map(([text]) => text).join('')
    return { fields: 'transfer-encoding: chunked\r\n', wire, body, endsByClose: false }
  }),
  bodyText.map((body) => ({ fields: '', wire: body, body, endsByClose: true })),
)

const answer: fc.Arbitrary<Answer> = fc
  .record({
    informational,
    before: headers,
    after: headers,
    status: fc.constantFrom(200, 201, 204, 304, 400, 429, 500, 599),
    minor: fc.constantFrom('0', '1'),
    reason: fc.constantFrom('', ' ', ' OK', ' Some \xe9 reason'),
    framed,
  })
  .map((drawn) => {
    const { status, framed: part } = drawn
    // Only HTTP/1.1 knows chunks.
    const minor = part.fields.startsWith('transfer') ? '1' : drawn.minor
    const isEmpty = status === 204 || status === 304
    const wire =
      `${drawn.informational.join('')}HTTP/1.${minor} ${status}${drawn.reason}\r\n` +
      `${drawn.before}X-Probe:  seen \t\r\n${part.fields}${drawn.after}\r\n${isEmpty ? '' : part.wire}`
    const endsByClose = !isEmpty && part.endsByClose
    return { wire, status, body: isEmpty ? '' : part.body, keep: minor === '1' && !endsByClose, endsByClose }
  })

function split(text: string, cuts: readonly number[]): string[] {
  const at = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].toSorted((a, b) => a - b)
  return [0, ...at].map((from, index) => text.slice(from, at[index])).filter((piece) => piece !== '')
}

describe('a valid answer', () => {
  const cuts = fc.array(fc.nat(5_000), { maxLength: 12 })

  test('reads the same however it is split', () => {
    fc.assert(
      fc.property(answer, cuts, ({ wire, status, body, keep, endsByClose }, at) => {
        for (const pieces of [[wire], split(wire, at), wire.split('')]) {
          const heard = parse(pieces, endsByClose)
          expect(heard).toEqual({
            status,
            probe: 'seen',
            body,
            done: true,
            fault: undefined,
            mayKeep: keep,
            unused: 0,
          })
        }
      }),
      { numRuns: 150 },
    )
  })

  test('never ends when its last byte is missing', () => {
    fc.assert(
      fc.property(answer, fc.nat(), ({ wire, endsByClose }, cut) => {
        fc.pre(!endsByClose)
        const heard = parse([wire.slice(0, cut % wire.length)], true)
        expect(heard.done).toBe(false)
      }),
      { numRuns: 300 },
    )
  })

  test('leaves what follows it alone, and the next answer on the connection is whole', () => {
    fc.assert(
      fc.property(answer, bodyText, ({ wire, body, endsByClose }, extra) => {
        fc.pre(!endsByClose)
        expect(parse([wire + extra])).toMatchObject({ body, done: true, unused: extra.length })
      }),
    )
  })

  test('joins repeated headers and finds none that is only part of another', () => {
    const parser = new ResponseParser()
    parser.begin()
    const seen: unknown[] = []
    parser.feed(Buffer.from('HTTP/1.1 200 OK\r\nA: 1\r\nxa: no\r\na:2\r\nb:\r\nContent-Length: 0\r\n\r\n'), {
      head: (head) => seen.push(head.header('a'), head.header('b'), head.header('c')),
      body: () => undefined,
    })
    expect(seen).toEqual(['1, 2', '', undefined])
  })

  test('closes when it says so, in any case and among other words', () => {
    const of = (line: string, minor = 1) =>
      parse([`HTTP/1.${minor} 200 OK\r\n${line}content-length: 0\r\n\r\n`]).mayKeep
    expect(of('Connection: Close\r\n')).toBe(false)
    expect(of('connection: x, close\r\n')).toBe(false)
    expect(of('connection: keep-alive\r\n', 0)).toBe(true)
    expect(of('', 0)).toBe(false)
  })
})

const ok = 'HTTP/1.1 200 OK\r\n'
const chunked = `${ok}transfer-encoding: chunked\r\n\r\n`

const broken: Readonly<Record<string, string>> = {
  'another protocol': 'SSH-2.0-OpenSSH_9.6\r\n',
  TLS: '\x15\x03\x01\x00\x02\x02\x28',
  'HTTP/2': 'HTTP/2 200\r\n\r\n',
  'HTTP/0.9': '<html>hello</html>',
  'HTTP/1.2': 'HTTP/1.2 200 OK\r\n\r\n',
  'lower case': 'http/1.1 200 OK\r\n\r\n',
  'an empty line first': `\r\n${ok}\r\n`,
  'a blank first': ` ${ok}\r\n`,
  'a status of two digits': 'HTTP/1.1 20 OK\r\n\r\n',
  'a status of four digits': 'HTTP/1.1 2000 OK\r\n\r\n',
  'a status below 100': 'HTTP/1.1 099 OK\r\n\r\n',
  'a status of letters': 'HTTP/1.1 abc OK\r\n\r\n',
  'no status': 'HTTP/1.1\r\n\r\n',
  'two blanks before the status': 'HTTP/1.1  200 OK\r\n\r\n',
  'a NUL in the reason': 'HTTP/1.1 200 O\0K\r\n\r\n',
  'lone line feeds': 'HTTP/1.1 200 OK\ncontent-length: 0\n\n',
  'a lone line feed in a header': `${ok}a: b\nc: d\r\n\r\n`,
  'a lone return in a header': `${ok}a: b\rc: d\r\n\r\n`,
  'a NUL in a header': `${ok}a: b\0\r\n\r\n`,
  'a folded header': `${ok}a: b\r\n c\r\n\r\n`,
  'a blank before the colon': `${ok}content-length : 5\r\n\r\nhello`,
  'a header without a colon': `${ok}content-length 5\r\n\r\nhello`,
  'a header without a name': `${ok}: 5\r\n\r\n`,
  'an odd name': `${ok}a(b): 5\r\n\r\n`,
  'a change of protocol': 'HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\n\r\n',
  'too many preliminary answers': 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(21),
  'length and coding': `${ok}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
  'two different lengths': `${ok}content-length: 5\r\ncontent-length: 6\r\n\r\nhello`,
  'the same length twice': `${ok}content-length: 5\r\ncontent-length: 5\r\n\r\nhello`,
  'a list of lengths': `${ok}content-length: 5, 5\r\n\r\nhello`,
  'a negative length': `${ok}content-length: -5\r\n\r\nhello`,
  'a length with a sign': `${ok}content-length: +5\r\n\r\nhello`,
  'a hexadecimal length': `${ok}content-length: 0x5\r\n\r\nhello`,
  'a length with a fraction': `${ok}content-length: 5.0\r\n\r\nhello`,
  'an empty length': `${ok}content-length:\r\n\r\nhello`,
  'an enormous length': `${ok}content-length: 99999999999999999999\r\n\r\nhello`,
  'an unknown coding': `${ok}transfer-encoding: gzip\r\n\r\n`,
  'two codings': `${ok}transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
  'chunked twice': `${ok}transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
  'almost chunked': `${ok}transfer-encoding: xchunked\r\n\r\n0\r\n\r\n`,
  'chunks in HTTP/1.0': 'HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
  'a size without digits': `${chunked}\r\nhello\r\n0\r\n\r\n`,
  'a size of an extension alone': `${chunked};a=b\r\nhello\r\n0\r\n\r\n`,
  'a size that is none': `${chunked}5g\r\nhello\r\n0\r\n\r\n`,
  'a hexadecimal prefix': `${chunked}0x5\r\nhello\r\n0\r\n\r\n`,
  'a negative size': `${chunked}-5\r\nhello\r\n0\r\n\r\n`,
  'a blank before the size': `${chunked} 5\r\nhello\r\n0\r\n\r\n`,
  'words after the size': `${chunked}5 6\r\nhello\r\n0\r\n\r\n`,
  'an enormous size': `${chunked}fffffffffffff\r\nhello`,
  'a size line with a lone line feed': `${chunked}5\nhello\r\n0\r\n\r\n`,
  'a lone line feed in an extension': `${chunked}5;a\nhello\r\n0\r\n\r\n`,
  'a return and no line feed after the size': `${chunked}5\rhello\r\n0\r\n\r\n`,
  'an endless extension': `${chunked}5;${'a'.repeat(5_000)}`,
  'a chunk longer than its size': `${chunked}4\r\nhello\r\n0\r\n\r\n`,
  'a chunk shorter than its size': `${chunked}6\r\nhello\r\n0\r\n\r\n`,
  'a chunk without its end': `${chunked}5\r\nhello0\r\n\r\n`,
  'a lone line feed after a chunk': `${chunked}5\r\nhello\n0\r\n\r\n`,
  'a trailer without a colon': `${chunked}0\r\nHTTP/1.1 200 OK\r\n\r\n`,
  'a trailer without a name': `${chunked}0\r\n: a\r\n\r\n`,
  'a lone line feed in a trailer': `${chunked}0\r\na: b\nc: d\r\n\r\n`,
  'a lone return in a trailer': `${chunked}0\r\na: b\rc: d\r\n\r\n`,
}
const large: Readonly<Record<string, string>> = {
  'an endless header': `${ok}a: ${'b'.repeat(70_000)}`,
  'a head of many headers': `${ok}${'a: b\r\n'.repeat(12_000)}\r\n`,
  'an endless reason': `HTTP/1.1 200 ${'a'.repeat(70_000)}`,
  'endless trailers': `${chunked}0\r\n${'a: b\r\n'.repeat(12_000)}`,
}

describe('an answer that breaks HTTP is told from a whole one', () => {
  for (const [fault, table] of [
    ['malformed', broken],
    ['too_large', large],
  ] as const) {
    for (const [title, wire] of Object.entries(table)) {
      test(title, () => {
        const pieces = wire.length > 4_000 ? (wire.match(/[^]{1,1000}/g) ?? []) : wire.split('')
        for (const heard of [parse([wire], true), parse(pieces, true)]) {
          expect(heard).toMatchObject({ fault, done: false, mayKeep: false })
        }
      })
    }
  }

  test('a head of the largest size with the most headers is read', () => {
    const wire = `${ok}${'a:\r\n'.repeat(16_000)}content-length: 0\r\n\r\n`
    expect(parse([wire])).toMatchObject({ status: 200, done: true, fault: undefined })
  })

  test('no bytes make it throw', () => {
    const pieces = fc.array(
      fc.oneof(bodyText, fc.constantFrom(ok, chunked, '\r\n', '0\r\n', '5\r\nhello\r\n')),
    )
    fc.assert(fc.property(pieces, fc.boolean(), (wire, closes) => void parse(wire, closes)))
  })
})

test('a parser that was stopped says nothing more', () => {
  const parser = new ResponseParser()
  parser.begin()
  let pieces = 0
  parser.feed(Buffer.from(`${chunked}1\r\na\r\n1\r\nb\r\n0\r\n\r\n`), {
    head: () => undefined,
    body: () => {
      pieces += 1
      parser.stop()
    },
  })
  expect(pieces).toBe(1)
  expect(parser.mayKeep).toBe(false)
})
