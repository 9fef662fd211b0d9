// Answers that break HTTP itself, byte for byte. What follows the broken place is kept plausible, so that a
// lenient reader would take it for an answer.
import type { BadHttp } from './behaviour.ts'

const ok = 'HTTP/1.1 200 OK\r\n'
const giantHeaderBytes = 512 * 1024
const manyHeaders = 5_000
const endlessHeadBytesMax = 256 * 1024 * 1024

interface Parts {
  readonly type: string
  readonly length: string
  readonly body: string
  /** The body as one chunk and its end. */
  readonly chunked: string
  readonly bytes: number
}

/** The pieces of the answer, to be written in order; a very long one comes bit by bit. */
export function badHttpPieces(what: BadHttp, contentType: string, body: string): Iterable<string> {
  const bytes = Buffer.byteLength(body)
  const type = `content-type: ${contentType}\r\n`
  const length = `content-length: ${bytes}\r\n`
  if (what === 'many-headers') return headerFlood(`${ok}${type}${length}`, manyHeaders, `\r\n${body}`)
  if (what === 'endless-head') return headerFlood(`${ok}${type}`, Number.POSITIVE_INFINITY, '')
  const chunked = `${bytes.toString(16)}\r\n${body}\r\n0\r\n\r\n`
  return [spellings[what]({ type, length, body, chunked, bytes })]
}

type Spelling = (parts: Parts) => string

const spellings: Readonly<Record<Exclude<BadHttp, 'many-headers' | 'endless-head'>, Spelling>> = {
  'garbage-status-line': ({ type, length, body }) => `ICY YES PLEASE\r\n${type}${length}\r\n${body}`,
  'status-out-of-range': ({ type, length, body }) => `HTTP/1.1 2000 OK\r\n${type}${length}\r\n${body}`,
  'bad-chunk-size': ({ type, body }) =>
    `${ok}${type}transfer-encoding: chunked\r\n\r\nZZ\r\n${body}\r\n0\r\n\r\n`,
  'huge-chunk-size': ({ type, body }) =>
    `${ok}${type}transfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\n${body}\r\n0\r\n\r\n`,
  'no-chunk-line-end': ({ type, body }) =>
    `${ok}${type}transfer-encoding: chunked\r\n\r\n1\r\n${body}0\r\n\r\n`,
  'two-content-lengths': ({ type, length, body }) => `${ok}${type}${length}content-length: 5\r\n\r\n${body}`,
  'negative-content-length': ({ type, body }) => `${ok}${type}content-length: -5\r\n\r\n${body}`,
  'length-and-chunked': ({ type, chunked }) =>
    `${ok}${type}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n${chunked}`,
  'unknown-transfer-coding': ({ type, chunked }) =>
    `${ok}${type}transfer-encoding: xchunked\r\n\r\n${chunked}`,
  'giant-header': ({ type, length, body }) =>
    `${ok}${type}${length}x-giant: ${'g'.repeat(giantHeaderBytes)}\r\n\r\n${body}`,
  'header-without-colon': ({ type, length, body }) =>
    `${ok}${type}${length}x-header without a colon\r\n\r\n${body}`,
  'nul-in-header': ({ type, length, body }) => `${ok}${type}${length}x-nul: a\0b\r\n\r\n${body}`,
  'folded-header': ({ type, length, body }) => `${ok}${type}${length}x-folded: a\r\n  b\r\n\r\n${body}`,
  'short-body': ({ type, body, bytes }) => `${ok}${type}content-length: ${bytes + 100}\r\n\r\n${body}`,
  'bytes-after-end': ({ type, length, body }) =>
    `${ok}${type}${length}\r\n${body}${ok}content-length: 2\r\n\r\n{}`,
}

function* headerFlood(start: string, count: number, end: string): Generator<string> {
  yield start
  const lines = 'x-flood: simulated\r\n'.repeat(50)
  for (let sent = 0, bytes = 0; sent < count && bytes < endlessHeadBytesMax; sent += 50) {
    bytes += lines.length
    yield lines
  }
  yield end
}
