// What is wrong with a request is told by its own door, in its own envelope, with the JSON path of what is wrong, before a
// provider hears of it.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { startGateway, testKey } from '../end-to-end/start-gateway.ts'
import type { RunningGateway } from '../end-to-end/start-gateway.ts'
import { simulatorKey, startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { badInputs } from './bad-inputs.ts'
import type { DoorName } from './bad-inputs.ts'
import { doorNamed, doors } from './doors.ts'

let simulator: Simulator
let gateway: RunningGateway

beforeAll(async () => {
  simulator = await startSimulator()
  const base = simulator.baseUrl
  gateway = await startGateway({
    environment: { SIM_KEY: simulatorKey },
    config: [
      'discover: off',
      'server: { drain_delay: 0s, body_limit: 64KB }',
      'providers:',
      `  chat: { type: openai-compatible, base_url: "${base}/v1", api_key: env:SIM_KEY }`,
      `  claude: { type: anthropic, base_url: "${base}/v1", api_key: env:SIM_KEY }`,
      'keys: [{ name: tests, secret: env:TEST_KEY }]',
      '',
    ].join('\n'),
  })
})

afterAll(async () => {
  await gateway.stop()
  await simulator.stop()
})

/** A model whose provider speaks another dialect than this door. */
const models: Readonly<Record<DoorName, string>> = {
  chat: 'claude/m',
  responses: 'claude/m',
  messages: 'chat/m',
  generate: 'chat/m',
}

const badRequest: Readonly<Record<DoorName, object>> = {
  chat: { type: 'invalid_request_error' },
  responses: { type: 'invalid_request_error' },
  messages: { type: 'error', kind: 'invalid_request_error', hasId: true },
  generate: { code: 400, status: 'INVALID_ARGUMENT' },
}

function send(path: string, body: string, more: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${testKey}`, 'content-type': 'application/json' }
  return fetch(gateway.url + path, { method: 'POST', headers, body, ...more })
}

describe.each([
  ['whole', false],
  ['streamed', true],
])('asked for an answer that comes %s', (_how, isStream) => {
  test.each(badInputs.map((input) => [input.door, input.what, input] as const))(
    'the door %s tells of %s',
    async (name, _what, { body, path }) => {
      const door = doorNamed(name)
      const seen = simulator.requests.length
      const sent = { ...door.bodyFor(models[name], isStream), ...body }
      const answer = await send(door.pathFor(models[name], isStream), JSON.stringify(sent))
      expect(answer.status).toBe(400)
      const told = door.readError(await answer.text())
      expect(told).toMatchObject({ path, envelope: badRequest[name] })
      expect(['invalid_type', 'invalid_value', 'missing_required_parameter']).toContain(String(told.code))
      expect(told.message).toContain(path)
      expect(simulator.requests).toHaveLength(seen)
    },
  )
})

describe.each(doors.map((door) => [door.name, door] as const))('the door %s', (name, door) => {
  const path = door.pathFor(models[name], false)
  const question = JSON.stringify(door.bodyFor(models[name], false))

  test('tells of bad JSON', async () => {
    const answer = await send(path, question.slice(0, -1))
    expect(answer.status).toBe(400)
    expect(door.readError(await answer.text())).toMatchObject({
      code: 'invalid_json',
      envelope: badRequest[name],
    })
  })

  test('tells of a missing and of a wrong key', async () => {
    const none = await send(path, question, { headers: {} })
    expect([none.status, door.readError(await none.text()).code]).toEqual([401, 'missing_api_key'])
    const wrong = await send(path, question, { headers: { 'x-api-key': 'nobody' } })
    expect([wrong.status, door.readError(await wrong.text()).code]).toEqual([401, 'invalid_api_key'])
  })

  test('tells of a method that it does not take', async () => {
    const answer = await fetch(gateway.url + path, {
      method: 'PUT',
      headers: { authorization: `Bearer ${testKey}` },
    })
    expect([answer.status, door.readError(await answer.text()).code]).toEqual([405, 'method_not_allowed'])
    expect(answer.headers.get('allow')).toContain('POST')
  })

  test('tells of a body with a picture over the limit', async () => {
    const picture = 'A'.repeat(70_000)
    const answer = await send(path, JSON.stringify({ ...door.bodyFor(models[name], false), picture }))
    expect([answer.status, door.readError(await answer.text()).code]).toEqual([413, 'body_too_large'])
  })

  test('tells of a model that there is not', async () => {
    const answer = await send(
      door.pathFor('nobody/m', false),
      JSON.stringify(door.bodyFor('nobody/m', false)),
    )
    expect([answer.status, door.readError(await answer.text()).code]).toEqual([404, 'model_not_found'])
  })
})

test.each([
  ['chat', '/v1/chat/completionz'],
  ['responses', '/v1/responsez'],
  ['messages', '/v1/messages/nothing'],
  ['generate', '/v1beta/nothing'],
] as const)('beside the door %s, an unknown path is told in its envelope', async (name, path) => {
  const answer = await send(path, '{}')
  expect([answer.status, doorNamed(name).readError(await answer.text()).code]).toEqual([404, 'unknown_path'])
})
