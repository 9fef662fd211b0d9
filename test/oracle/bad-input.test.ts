// What is wrong with a request is told by its own door, in its own envelope, with the JSON path of what is wrong, before a
// provider hears of it.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { bearer, startFiveDialects } from '../end-to-end/five-dialects.ts'
import type { FiveDialects } from '../end-to-end/five-dialects.ts'
import { badInputs } from './bad-inputs.ts'
import type { DoorName } from './bad-inputs.ts'
import { doorNamed, doors } from './doors.ts'

let five: FiveDialects

beforeAll(async () => {
  five = await startFiveDialects({ server: '{ drain_delay: 0s, body_limit: 64KB }' })
})

afterAll(() => five[Symbol.asyncDispose]())

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

describe.each([
  ['whole', false],
  ['streamed', true],
])('asked for an answer that comes %s', (_how, isStream) => {
  test.each(badInputs.map((input) => [input.door, input.what, input] as const))(
    'the door %s tells of %s',
    async (name, _what, { body, path }) => {
      const door = doorNamed(name)
      const seen = five.simulator.requests.length
      const sent = { ...door.bodyFor(models[name], isStream), ...body }
      const answer = await five.post(door.pathFor(models[name], isStream), sent)
      expect(answer.status).toBe(400)
      const told = door.readError(await answer.text())
      expect(told).toMatchObject({ path, envelope: badRequest[name] })
      expect(['invalid_type', 'invalid_value', 'missing_required_parameter']).toContain(String(told.code))
      expect(told.message).toContain(path)
      expect(five.simulator.requests).toHaveLength(seen)
    },
  )
})

describe.each(doors.map((door) => [door.name, door] as const))('the door %s', (name, door) => {
  const path = door.pathFor(models[name], false)
  const question = JSON.stringify(door.bodyFor(models[name], false))

  test('tells of bad JSON', async () => {
    const answer = await five.post(path, question.slice(0, -1))
    expect(answer.status).toBe(400)
    expect(door.readError(await answer.text())).toMatchObject({
      code: 'invalid_json',
      envelope: badRequest[name],
    })
  })

  test('tells of a missing and of a wrong key', async () => {
    const none = await five.post(path, question, {})
    expect([none.status, door.readError(await none.text()).code]).toEqual([401, 'missing_api_key'])
    const wrong = await five.post(path, question, { 'x-api-key': 'nobody' })
    expect([wrong.status, door.readError(await wrong.text()).code]).toEqual([401, 'invalid_api_key'])
  })

  test('tells of a method that it does not take', async () => {
    const answer = await fetch(five.gateway.url + path, {
      method: 'PUT',
      headers: bearer,
    })
    expect([answer.status, door.readError(await answer.text()).code]).toEqual([405, 'method_not_allowed'])
    expect(answer.headers.get('allow')).toContain('POST')
  })

  test('tells of a body with a picture over the limit', async () => {
    const picture = 'A'.repeat(70_000)
    const answer = await five.post(path, { ...door.bodyFor(models[name], false), picture })
    expect([answer.status, door.readError(await answer.text()).code]).toEqual([413, 'body_too_large'])
  })

  test('tells of a model that there is not', async () => {
    const answer = await five.post(door.pathFor('nobody/m', false), door.bodyFor('nobody/m', false))
    expect([answer.status, door.readError(await answer.text()).code]).toEqual([404, 'model_not_found'])
  })
})

test.each([
  ['chat', '/v1/chat/completionz'],
  ['responses', '/v1/responsez'],
  ['messages', '/v1/messages/nothing'],
  ['generate', '/v1beta/nothing'],
] as const)('beside the door %s, an unknown path is told in its envelope', async (name, path) => {
  const answer = await five.post(path, '{}')
  expect([answer.status, doorNamed(name).readError(await answer.text()).code]).toEqual([404, 'unknown_path'])
})
