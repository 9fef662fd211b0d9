import { afterAll, expect, test } from 'bun:test'
import { callOnce } from './connection.ts'
import { startMockProvider, stopCheckingPath } from './mock-provider.ts'
import { openStreams } from './stream-client.ts'
import { answerBody, benchModel, callBody, postBytes } from './wire.ts'

const provider = startMockProvider({ expectedKey: 'right' })
afterAll(() => provider.stop())

const path = '/v1/chat/completions'
const call = (key: string) =>
  callOnce(provider.port, postBytes(path, { authorization: `Bearer ${key}` }, callBody(benchModel)))

const order = {
  port: provider.port,
  path,
  model: benchModel,
  headers: { authorization: 'Bearer right' },
  streams: 8,
  events: 20,
  eventsPerSecond: 500,
  timeoutMs: 3000,
}

test('the mock provider refuses a wrong key until it is told to stop checking', async () => {
  expect(await call('right')).toMatchObject({ status: 200, body: answerBody })
  expect(await call('wrong')).toMatchObject({ status: 401 })
  await callOnce(provider.port, `GET ${stopCheckingPath} HTTP/1.1\r\nhost: x\r\n\r\n`)
  expect(await call('wrong')).toMatchObject({ status: 200 })
})

test('every stream is delivered whole and every event is counted', async () => {
  const open = openStreams(order)
  const start = open.mark()
  await open.allEnded
  expect(open.faults()).toEqual([])
  // 20 events with text, the finish and the usage chunk.
  expect(open.eventsBetween(start, open.mark())).toBe(8 * 22)
  open.close()
})

test('streams that are not over in time are faults', async () => {
  const open = openStreams({ ...order, eventsPerSecond: 10, timeoutMs: 20 })
  await open.allEnded
  expect(open.faults()).toHaveLength(8)
  expect(open.faults()[0]).toBe('stream 0: not over in time')
  open.close()
})
