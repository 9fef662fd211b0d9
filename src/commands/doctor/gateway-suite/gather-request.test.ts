import { expect, test } from 'bun:test'
import { RequestGatherer } from './gather-request.ts'

const head = 'POST /v1/chat/completions?x=1 HTTP/1.1\r\nHost: a\r\n'

test.each([
  ['a length', `${head}Content-Length: 6\r\n\r\n{"ä"}`, '{"ä"}'],
  ['chunks', `${head}Transfer-Encoding: chunked\r\n\r\n2\r\n{"\r\n4;x=y\r\nä"}\r\n0\r\n\r\n`, '{"ä"}'],
  ['no body', 'GET /v1/chat/completions?x=1 HTTP/1.1\r\nhost: a\r\n\r\n', ''],
])('a request with %s is whole at its last byte, however it is cut', (_, text, body) => {
  const bytes = Buffer.from(text)
  for (let cut = 1; cut < bytes.length; cut += 1) {
    const gatherer = new RequestGatherer()
    const first = gatherer.push(bytes.subarray(0, cut))
    const request = first ?? gatherer.push(bytes.subarray(cut))
    expect(request).toEqual({ path: '/v1/chat/completions?x=1', body })
  }
})

test('a request that is not complete is none', () => {
  expect(new RequestGatherer().push(Buffer.from(`${head}content-length: 7\r\n\r\n{"ä"}`))).toBeUndefined()
})

test('a request without end is not kept', () => {
  const gatherer = new RequestGatherer()
  gatherer.push(Buffer.alloc(1024 * 1024 + 1))
  expect(gatherer.push(Buffer.from('\r\n\r\n'))).toBeUndefined()
})
