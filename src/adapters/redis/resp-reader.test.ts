// What a Redis says, however its bytes are cut.
import { Buffer } from 'node:buffer'
import { describe, expect, test } from 'bun:test'
import { RedisError, RespReader } from './resp-reader.ts'
import type { Reply } from './resp-reader.ts'

const said = [
  '+PONG\r\n',
  '$5\r\nh\r\nöl\r\n'.replace('$5', '$6'),
  '$0\r\n\r\n',
  '$-1\r\n',
  ':-42\r\n',
  '*3\r\n$7\r\nmessage\r\n*2\r\n:1\r\n*-1\r\n+x\r\n',
  '-NOSCRIPT No matching script.\r\n',
].join('')
const meant: readonly Reply[] = [
  'PONG',
  'h\r\nöl',
  '',
  null,
  -42,
  ['message', [1, null], 'x'],
  new RedisError('NOSCRIPT No matching script.'),
]

function heard(...chunks: readonly Uint8Array[]): readonly Reply[] {
  const reader = new RespReader()
  const replies: Reply[] = []
  for (const chunk of chunks) {
    // The runtime uses its bytes again.
    const bytes = Buffer.from(chunk)
    reader.feed(bytes, (reply) => void replies.push(reply))
    bytes.fill(0x21)
  }
  return replies
}

describe('a reader of what a Redis says', () => {
  const bytes = Buffer.from(said)

  test('tells every kind of answer', () => {
    expect(heard(bytes)).toEqual(meant)
  })

  test('tells the same wherever it is cut', () => {
    for (let cut = 1; cut < bytes.length; cut++) {
      expect(heard(bytes.subarray(0, cut), bytes.subarray(cut))).toEqual(meant)
    }
    expect(heard(...Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(meant)
  })

  test.each([
    ['HTTP/1.1 400 Bad Request\r\n', 'HTTP/1.1 400 Bad Request'],
    ['$abc\r\n', '$abc'],
    ['*1\r\n'.repeat(10), '*1'],
  ])('gives up what is none: %j', (text, words) => {
    expect(() => heard(Buffer.from(text))).toThrow(words)
  })

  test('does not keep what nobody asked for', () => {
    expect(() => heard(Buffer.from('$99999999\r\n'), Buffer.alloc(17 * 1024 * 1024))).toThrow(
      'more than anybody',
    )
  })
})
