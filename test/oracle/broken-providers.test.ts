// A provider that breaks its own format, in every dialect before every door: the client is told in its own envelope and
// sees nothing of the broken bytes, and the attempt is on the record as the provider's failure.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { startGateway, testKey } from '../end-to-end/start-gateway.ts'
import type { RunningGateway } from '../end-to-end/start-gateway.ts'
import { simulatorKey, startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { doors } from './doors.ts'
import type { Door } from './doors.ts'

let simulator: Simulator
let gateway: RunningGateway

const upstreams = ['chat', 'responses', 'messages', 'gemini', 'ollama'] as const

beforeAll(async () => {
  simulator = await startSimulator()
  const base = simulator.baseUrl
  gateway = await startGateway({
    environment: { SIM_KEY: simulatorKey },
    config: [
      'discover: off',
      'server: { drain_delay: 0s }',
      'providers:',
      `  chat: { type: openai-compatible, base_url: "${base}/v1", api_key: env:SIM_KEY }`,
      `  responses: { type: openai, base_url: "${base}/v1", api_key: env:SIM_KEY, dialect: openai-responses }`,
      `  messages: { type: anthropic, base_url: "${base}/v1", api_key: env:SIM_KEY }`,
      `  gemini: { type: gemini, base_url: "${base}/v1beta", api_key: env:SIM_KEY }`,
      `  ollama: { type: ollama, base_url: "${base}", api_key: env:SIM_KEY, dialect: ollama }`,
      'keys: [{ name: tests, secret: env:TEST_KEY }]',
      '',
    ].join('\n'),
  })
})

afterAll(async () => {
  await gateway.stop()
  await simulator.stop()
})

/** What the simulator's broken answers hold, and no sentence of ours may. */
const broken = /\{"|broken|"ind/

const headers = { authorization: `Bearer ${testKey}` }

function ask(door: Door, model: string, isStream: boolean): Promise<Response> {
  return fetch(gateway.url + door.pathFor(model, isStream), {
    method: 'POST',
    headers,
    body: JSON.stringify(door.bodyFor(model, isStream)),
  })
}

/** The outcomes of a call's attempts, as its record tells. */
async function outcomesOf({ headers: told }: Response): Promise<readonly string[]> {
  const record = await fetch(`${gateway.url}/v1/calls/${told.get('x-request-id')}`, { headers })
  const { attempts } = JSON.parse(await record.text()) as {
    readonly attempts: readonly { readonly outcome: string }[]
  }
  return attempts.map(({ outcome }) => outcome)
}

/** What the last event of a stream says. */
function lastOf(stream: string): string {
  const lines = stream.split(/\r?\n/u).filter((line) => line.startsWith('data: '))
  return lines.at(-1)?.slice('data: '.length) ?? ''
}

describe.each(doors.map((door) => [door.name, door] as const))('the door %s', (_name, door) => {
  test.each(upstreams)('before %s tells of a whole answer that is no JSON', async (upstream) => {
    const answer = await ask(door, `${upstream}/bad-json`, false)
    const told = door.readError(await answer.text())
    expect([answer.status, told.code]).toEqual([502, 'provider_error'])
    expect(told.message).not.toMatch(broken)
    expect(await outcomesOf(answer)).toEqual(['server_fault'])
  })

  test.each(upstreams)('before %s tells of a stream that begins with what is no event', async (upstream) => {
    const answer = await ask(door, `${upstream}/bad-event:0`, true)
    const told = door.readError(await answer.text())
    expect([answer.status, told.code]).toEqual([502, 'provider_error'])
    expect(told.message).not.toMatch(broken)
    expect(await outcomesOf(answer)).toEqual(['server_fault'])
  })

  test.each(upstreams)('before %s ends a stream that breaks off into what is no event', async (upstream) => {
    const answer = await ask(door, `${upstream}/bad-event:8+tokens:16`, true)
    expect(answer.status).toBe(200)
    const stream = await answer.text()
    const told = door.readError(lastOf(stream))
    expect(told.code).toBe('stream_interrupted')
    expect(told.message).not.toMatch(broken)
    expect(stream).not.toContain('broken')
    expect(await outcomesOf(answer)).toEqual(['interrupted'])
  })
})
