import { afterAll, expect, test } from 'bun:test'
import { callOnce } from './connection.ts'
import { startMockProvider } from './mock-provider.ts'
import { answerBody, benchModel, postBytes } from './wire.ts'

const provider = startMockProvider({})
afterAll(() => provider.stop())

test('a request that is larger than any socket takes at once arrives whole', async () => {
  const body = JSON.stringify({ model: benchModel, messages: [{ role: 'user', content: 'x'.repeat(5e6) }] })
  const answer = await callOnce(provider.port, postBytes('/v1/chat/completions', {}, body))
  expect(answer).toMatchObject({ status: 200, body: answerBody })
})
