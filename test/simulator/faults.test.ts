// The simulator's faults, seen from a bare socket: the bytes and the endings are what they claim to be.
import { afterAll, expect, test } from 'bun:test'
import type { Behaviour } from './behaviour.ts'
import { badHttpKinds } from './behaviour.ts'
import { chatRequest, rawExchange } from './raw-exchange.ts'
import type { RawAnswer } from './raw-exchange.ts'
import { startSimulator } from './start-simulator.ts'

const simulator = await startSimulator()
afterAll(() => simulator.stop())

const lastChunk = '0\r\n\r\n'
const endsByLastChunk = (text: string): boolean => text.endsWith(lastChunk)

function ask(behaviour: Behaviour, stream = true, quietMs = 2_000): Promise<RawAnswer> {
  simulator.next(behaviour)
  return rawExchange(simulator.port, chatRequest({ model: 'sim-small', stream }), {
    quietMs,
    enough: endsByLastChunk,
  })
}

function eventsIn(answer: RawAnswer): number {
  return answer.bytes.toString().match(/^data: /gmu)?.length ?? 0
}

async function lastFinish(): Promise<string | undefined> {
  const last = simulator.bill.at(-1)
  if (last === undefined) return undefined
  return (await simulator.waitForEnd(last.attemptId)).finish
}

test('a reset before the head leaves no byte', async () => {
  const answer = await ask({ fault: { kind: 'reset', at: 'before-head' } })
  expect(answer).toMatchObject({ ending: 'reset', reads: [] })
  expect(await lastFinish()).toBe('reset')
})

test('a reset after events arrives as a reset', async () => {
  const answer = await ask({ fault: { kind: 'reset', at: { afterEvents: 3 } } })
  expect(answer.ending).toBe('reset')
  expect(simulator.bill.at(-1)).toMatchObject({ finish: 'reset', outputTokens: 2 })
})

test('a cut before the head closes cleanly without a byte', async () => {
  const answer = await ask({ fault: { kind: 'cut', at: 'before-head' } })
  expect(answer).toMatchObject({ ending: 'closed', reads: [] })
})

test.each([0, 1, 5, 17, 18])(
  'a cut after %d events leaves out the rest and the last chunk',
  async (afterEvents) => {
    const answer = await ask({ fault: { kind: 'cut', at: { afterEvents } } })
    const text = answer.bytes.toString()
    expect(answer.ending).toBe('closed')
    expect(text).toStartWith('HTTP/1.1 200 OK\r\n')
    expect(text).toContain('transfer-encoding: chunked')
    expect(eventsIn(answer)).toBe(afterEvents)
    expect(text).not.toContain(lastChunk)
    expect(simulator.bill.at(-1)?.outputTokens).toBe(Math.min(16, Math.max(0, afterEvents - 1)))
    expect(await lastFinish()).toBe('cut')
  },
)

test('a cut whole answer has less than its length', async () => {
  const answer = await ask({ fault: { kind: 'cut', at: { afterEvents: 1 } } }, false)
  const [head = '', body = ''] = answer.bytes.toString().split('\r\n\r\n')
  expect(answer.ending).toBe('closed')
  expect(Number(/content-length: (\d+)/u.exec(head)?.[1])).toBeGreaterThan(body.length)
  expect(body).toStartWith('{"id"')
})

test('an early end is proper HTTP without a finish reason', async () => {
  const answer = await ask({ fault: { kind: 'early-end', afterEvents: 4 } })
  const text = answer.bytes.toString()
  expect(eventsIn(answer)).toBe(4)
  expect(text).toEndWith(lastChunk)
  expect(text).not.toContain('"finish_reason":"')
  expect(text).not.toContain('[DONE]')
})

test('an end without [DONE] has its finish reason', async () => {
  const text = (await ask({ fault: { kind: 'no-done' } })).bytes.toString()
  expect(text).toContain('"finish_reason":"stop"')
  expect(text).not.toContain('[DONE]')
  expect(text).toEndWith(lastChunk)
})

test('an empty stream holds nothing but [DONE]', async () => {
  const answer = await ask({ fault: { kind: 'empty-stream' } })
  expect(answer.bytes.toString()).toEndWith('\r\n\r\ne\r\ndata: [DONE]\n\n\r\n0\r\n\r\n')
})

test.each([
  ['before-head', 0],
  ['after-head', 0],
  [{ afterEvents: 3 }, 3],
] as const)('a stall %j falls silent and keeps the connection', async (at, events) => {
  const answer = await ask({ fault: { kind: 'stall', at } }, true, 30)
  expect(answer.ending).toBe('quiet')
  expect(eventsIn(answer)).toBe(events)
  expect(answer.bytes.byteLength > 0).toBe(at !== 'before-head')
  expect(await lastFinish()).toBe('aborted-by-client')
})

test('a malformed event stands in its place and the stream goes on', async () => {
  const answer = await ask({ fault: { kind: 'malformed-event', atEvent: 2, line: 'data: {"broken' } })
  const events = answer.bytes.toString().match(/^data: .*$/gmu) ?? []
  expect(events[2]).toBe('data: {"broken')
  expect(events.at(-1)).toBe('data: [DONE]')
  expect(events).toHaveLength(16 + 4)
})

test('an error event is the last one', async () => {
  const answer = await ask({ fault: { kind: 'error-event', atEvent: 3 } })
  const events = answer.bytes.toString().match(/^data: .*$/gmu) ?? []
  expect(events).toHaveLength(4)
  expect(events[3]).toContain('"error":{"message"')
  expect(await lastFinish()).toBe('error')
})

test('a stream without an end stops when its client does, with flat memory', async () => {
  simulator.next({ fault: { kind: 'endless' } })
  await rawExchange(simulator.port, chatRequest({ model: 'm', stream: true }), {
    enough: (text) => text.length > 1e5,
  })
  expect(await lastFinish()).toBe('aborted-by-client')
})

test('one event can have any size', async () => {
  const answer = await ask({ fault: { kind: 'huge-event', bytes: 100_000 } })
  const longest = Math.max(
    ...answer.bytes
      .toString()
      .split('\n')
      .map((line) => line.length),
  )
  expect(longest).toBeGreaterThan(100_000)
})

test('retry-after comes in seconds, as a date or in milliseconds', async () => {
  const throttled = { kind: 'status', status: 429, body: { kind: 'envelope' } } as const
  const heads: string[] = []
  for (const retryAfter of [{ seconds: 7 }, { dateInSeconds: 60 }, { milliseconds: 250 }, { raw: 'soon' }]) {
    heads.push((await ask({ fault: { ...throttled, retryAfter } }, true, 20)).bytes.toString())
  }
  expect(heads[0]).toContain('\r\nretry-after: 7\r\n')
  expect(heads[1]).toMatch(/\r\nretry-after: \w{3}, .* GMT\r\n/u)
  expect(heads[2]).toContain('\r\nretry-after-ms: 250\r\n')
  expect(heads[3]).toContain('\r\nretry-after: soon\r\n')
})

test('a redirect points to another host of the same simulator', async () => {
  const text = (await ask({ fault: { kind: 'redirect', status: 307 } }, true, 20)).bytes.toString()
  expect(text).toContain(`location: http://localhost:${simulator.port}/__elsewhere`)
})

test.each(badHttpKinds)('broken HTTP is written as asked: %s', async (what) => {
  simulator.next({ answer: { tokens: 2 }, fault: { kind: 'bad-http', what } })
  const enough = (text: string): boolean => what === 'endless-head' && text.length > 1e6
  const request = chatRequest({ model: 'm', stream: false })
  const answer = await rawExchange(simulator.port, request, { quietMs: 30, enough })
  expect(answer.bytes.byteLength).toBeGreaterThan(50)
  expect(answer.ending).toBe(what === 'endless-head' || what === 'bytes-after-end' ? 'quiet' : 'closed')
})

test('a stale connection dies unanswered at its next request', async () => {
  simulator.next({ wire: { connection: 'drop-next' } })
  const billed = simulator.bill.length
  const request = chatRequest({ model: 'm', stream: true })
  const first = await rawExchange(simulator.port, request, { enough: endsByLastChunk })
  expect(first.ending).toBe('quiet')
  simulator.next({ wire: { connection: 'drop-next' } })
  let asked = false
  const { connect } = await import('node:net')
  const received = await new Promise<string>((resolve) => {
    let text = ''
    const socket = connect(simulator.port, '127.0.0.1', () => socket.write(request))
    socket.on('data', (piece) => {
      text += piece.toString()
      if (asked || !endsByLastChunk(text)) return
      asked = true
      socket.write(request)
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(text))
  })
  expect(received.match(/HTTP\/1.1/gu)).toHaveLength(1)
  expect(simulator.bill.length).toBe(billed + 2)
})

test('two requests in one packet are answered one after the other', async () => {
  const request = chatRequest({ model: 'tokens:1', stream: true })
  const answer = await rawExchange(simulator.port, request + request, {
    enough: (text) => text.split('[DONE]').length === 3,
  })
  expect(answer.bytes.toString().match(/HTTP\/1.1 200/gu)).toHaveLength(2)
})

test('a request with Expect gets its 100 before its body is sent', async () => {
  const head = 'POST /v1/embeddings HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 20\r\n\r\n'
  const answer = await rawExchange(simulator.port, head, { quietMs: 20 })
  expect(answer.bytes.toString()).toBe('HTTP/1.1 100 Continue\r\n\r\n')
})

test('what is no HTTP is refused', async () => {
  const answer = await rawExchange(simulator.port, 'hello\r\n\r\n')
  expect(answer.bytes.toString()).toStartWith('HTTP/1.1 400')
})
