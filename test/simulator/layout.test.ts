// How answers are laid out on the wire, byte by byte.
import { afterAll, expect, test } from 'bun:test'
import type { Wire } from './behaviour.ts'
import { oddMembers } from './json-print.ts'
import { chatRequest, rawExchange } from './raw-exchange.ts'
import { slicer } from './slicer.ts'
import { startSimulator } from './start-simulator.ts'

const simulator = await startSimulator()
afterAll(() => simulator.stop())

async function ask(wire: Wire, stream = true): Promise<string> {
  simulator.next({ answer: { tokens: 2, multibyte: true }, wire })
  const answer = await rawExchange(simulator.port, chatRequest({ model: 'm', stream }), { quietMs: 30 })
  return answer.bytes.toString()
}

test('heads hold the real header set and the ones that must not pass', async () => {
  const text = await ask({})
  for (const name of [
    'x-request-id',
    'openai-version',
    'openai-processing-ms',
    'x-ratelimit-remaining-tokens',
  ]) {
    expect(text).toContain(`\r\n${name}: `)
  }
  expect(text).toContain('\r\nset-cookie: ')
  expect(text).toContain('\r\nx-internal-secret: ')
})

test('each style of framing says what it is', async () => {
  expect(await ask({ framing: 'chunked' }, false)).toMatch(
    /transfer-encoding: chunked\r\n[^]*\r\n0\r\n\r\n$/u,
  )
  expect(await ask({ framing: 'content-length' })).toMatch(/content-length: \d+\r\n[^]*data: \[DONE\]\n\n$/u)
  const unframed = await ask({ framing: 'close' })
  expect(unframed).toMatch(/connection: close\r\n\r\ndata: /u)
  expect(unframed).not.toContain('content-length')
})

test('HTTP/1.0 knows no chunks', async () => {
  const text = await ask({ version: '1.0' })
  expect(text).toStartWith('HTTP/1.0 200')
  expect(text).not.toContain('chunked')
})

test('informational heads come before the real one', async () => {
  expect((await ask({ informationalHeads: 2 })).match(/HTTP\/1\.1 \d+/gu)).toEqual([
    'HTTP/1.1 103',
    'HTTP/1.1 103',
    'HTTP/1.1 200',
  ])
})

test('lines end as asked', async () => {
  expect(await ask({ lineEnd: 'crlf', framing: 'close' })).toEndWith('data: [DONE]\r\n\r\n')
  expect(await ask({ lineEnd: 'cr', framing: 'close' })).toEndWith('data: [DONE]\r\r')
  expect(await ask({ noFinalBlankLine: true, framing: 'close' })).toEndWith('data: [DONE]\n')
})

test('comments, event lines and tight data surround the same JSON', async () => {
  const text = await ask({ comments: true, eventLines: true, tightData: true, framing: 'close' })
  expect(text).toContain(': keep-alive\n\nevent: message\nid: 0\nretry: 3000\ndata:{"id"')
})

test('several events share a packet', async () => {
  const text = await ask({ eventsPerWrite: 3 })
  const [, first = ''] = /\r\n\r\n([^]*?)\r\n/u.exec(text) ?? []
  expect(Number.parseInt(first, 16)).toBeGreaterThan(600)
  expect(text.match(/^data: /gmu)).toHaveLength(5)
})

test('a character can be split between writes', () => {
  const pieces = [...(slicer('inside-characters')?.(Buffer.from('aé🙂')) ?? [])]
  expect(pieces.map((piece) => Buffer.from(piece).toString('hex'))).toEqual([
    '61c3',
    'a9f0',
    '9f',
    '99',
    '82',
  ])
})

test('random slices are the same for the same seed', () => {
  const lengths = (seed: number) =>
    [...(slicer({ bytesMax: 9, seed })?.(Buffer.alloc(100)) ?? [])].map((piece) => piece.byteLength)
  expect(lengths(1)).toEqual(lengths(1))
  expect(lengths(1)).not.toEqual(lengths(2))
  expect(lengths(1).reduce((sum, length) => sum + length)).toBe(100)
})

test('one-byte writes arrive in many reads', async () => {
  simulator.next({ answer: { tokens: 1 }, wire: { sliceBytes: 1, framing: 'close' } })
  const answer = await rawExchange(simulator.port, chatRequest({ model: 'm', stream: true }))
  expect(answer.reads.length).toBeGreaterThan(answer.bytes.byteLength / 4)
})

test('odd members and the spelling of numbers are in every event', async () => {
  simulator.next({ answer: { tokens: 2, oddJson: true } })
  const answer = await rawExchange(simulator.port, chatRequest({ model: 'm', stream: true }), { quietMs: 20 })
  expect(answer.bytes.toString().split(oddMembers)).toHaveLength(4 + 1)
})

test('text can be escaped to ASCII', async () => {
  simulator.next({ answer: { tokens: 8, multibyte: true, escaped: true } })
  const answer = await rawExchange(simulator.port, chatRequest({ model: 'm', stream: true }), { quietMs: 20 })
  expect(answer.bytes.every((byte) => byte < 0x80)).toBe(true)
})
