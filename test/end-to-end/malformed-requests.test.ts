// A thousand requests that break a rule: each gets a clear refusal in the client's envelope, none reaches a provider,
// none is answered with a fault of ours, and the process goes on.
import { afterAll, expect, test } from 'bun:test'
import { startSimulator } from '../simulator/start-simulator.ts'
import { complaintsOf, malformedKinds, malformedRequests } from './malformed-exchange.ts'
import { bodyBytesMax } from './malformed-kinds.ts'
import { configFor, startGateway, testKey } from './start-gateway.ts'

const requestsMin = 1_000
const testTimeoutMs = 60_000

const simulator = await startSimulator({ keys: 'any' })
const gateway = await startGateway({
  config: configFor(`${simulator.baseUrl}/v1`).replace(
    'server: {',
    `server: { body_limit: ${bodyBytesMax}B,`,
  ),
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await simulator.stop()
})

test(
  'a thousand malformed requests of many kinds are refused one by one, and nothing else happens',
  async () => {
    const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000)
    process.stdout.write(`seed of the malformed requests: ${seed} (SEED=${seed} runs them again)\n`)
    expect(new Set(malformedKinds.map(({ name }) => name)).size).toBeGreaterThanOrEqual(40)
    const requests = malformedRequests(seed, requestsMin)
    expect(requests.length).toBeGreaterThanOrEqual(requestsMin)
    expect(await complaintsOf(gateway.url, requests)).toEqual([])

    expect(simulator.requests.filter(({ method }) => method === 'POST')).toEqual([])
    expect(gateway.process.exitCode).toBeNull()
    expect((await fetch(`${gateway.url}/health`)).status).toBe(200)
    const answer = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${testKey}` },
      body: JSON.stringify({ model: 'sim/ok', messages: [{ role: 'user', content: 'still there?' }] }),
    })
    expect(answer.status).toBe(200)
    expect(gateway.log.filter(({ level }) => level === 'error')).toEqual([])
  },
  testTimeoutMs,
)
