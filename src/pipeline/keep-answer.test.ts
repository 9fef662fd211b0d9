import { beforeEach, describe, expect, test } from 'bun:test'
import { chatDeployment } from '../../test/chat-deployment.ts'
import { answered, codeOf, KeptConversations, said } from '../../test/kept-conversations.ts'
import type { AnswerReader } from '../core/answer.ts'
import type { Endpoint } from '../core/call.ts'
import type { JsonObject } from '../dialects/json-object.ts'
import { keepingReader } from './keep-answer.ts'
import type { Keeping } from './keep-answer.ts'
import { CallRecord } from './settle.ts'

const deployment = chatDeployment({ keepsResponses: true })
const account = { provider: deployment.provider, credential: deployment.credential }
const maker = { ...account, deployment: deployment.name }
const caller = { keyId: 'ours', keyName: 'ours', scopes: [], models: [] }

let kept: KeptConversations
let passed: string

beforeEach(() => {
  kept = new KeptConversations()
  passed = ''
})

function unexpected(): never {
  throw new Error('only bytes come here')
}

const client: AnswerReader = {
  follow: unexpected,
  refuse: unexpected,
  head: unexpected,
  append: (bytes) => {
    passed += Buffer.from(bytes).toString()
    return false
  },
  end: unexpected,
  fail: unexpected,
}

/** Answers a request in these pieces. */
function answer(
  endpoint: Endpoint,
  pieces: readonly string[],
  {
    stream = false,
    body = {},
    ...more
  }: Partial<Omit<Keeping, 'body'>> & { stream?: boolean; body?: JsonObject },
): void {
  const record = new CallRecord('call_1', endpoint, { generation: 1, nowMs: 0 })
  Object.assign(record, { model: 'fast', stream, deployment })
  const nothing = { response: false, heldIds: [], ownItems: undefined, thread: false, container: false }
  const keeping = { ...nothing, record, caller, body: Buffer.from(JSON.stringify(body)), ...more }
  const reader = keepingReader(client, keeping, kept)
  for (const piece of pieces) reader.append(Buffer.from(piece))
  expect(passed).toBe(pieces.join(''))
}

const event = (type: string, members: object): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...members })}\n\n`

describe('a whole response', () => {
  const whole = (status: string): string =>
    `{ "id":"resp_1", "big":12345678901234567890, "output":[]${status} }`

  test.each(['', ',"status":null', ',"status":"completed"', ',"status":"incomplete"'])(
    'is kept in its own bytes (%s)',
    async (status) => {
      answer('responses', [whole(status)], { response: true, body: { input: 'Hi' } })
      expect(await kept.responses.find('resp_1', 'default')).toMatchObject({
        bodyJson: whole(status),
        maker,
        model: 'fast',
      })
    },
  )

  test.each(['queued', 'in_progress', 'failed', 'cancelled'])('that is %s is not kept', async (status) => {
    answer('responses', [whole(`,"status":"${status}"`)], { response: true })
    expect(await codeOf(kept.responses.find('resp_1', 'default'))).toBe('response_not_found')
  })

  test('is kept with the items that its request referred to, in their full form', async () => {
    kept.responses.keep(answered('a', 'one'))
    const body = { input: [{ type: 'item_reference', id: 'msg_a' }, { id: 'msg_a' }, said('two')] }
    const { ownItems } = (await kept.responses.resolve(body, 'default')) ?? {}
    answer('responses', [whole('')], { response: true, body, ownItems })
    await kept.responses.remove('a', 'default')
    const text = [{ text: 'answer to one' }]
    expect(await kept.responses.inputItems('resp_1', 'default')).toMatchObject([
      { type: 'message', id: 'msg_a', content: text },
      { type: 'message', id: 'msg_a', content: text },
      { type: 'message', id: 'msg_1_in2', content: [{ text: 'two' }] },
    ])
  })

  test('is kept with the ids that its client gave to items, which can be referred to', async () => {
    const body = { input: [{ ...said('one'), id: 'msg_mine' }, said('two')] }
    answer('responses', [whole('')], { response: true, body })
    const input = ['msg_mine', 'msg_1_in1'].map((id) => ({ id }))
    expect(await kept.sentTexts({ input })).toMatchObject([[{ text: 'one' }], [{ text: 'two' }]])
  })
})

test('a streamed response is kept with its last event', async () => {
  const response = { id: 'resp_1', status: 'completed', output: [] }
  const pieces = [
    event('response.created', { response: { id: 'resp_1' } }),
    event('response.completed', { response }),
  ]
  answer('responses', pieces, { response: true, stream: true, body: { input: 'Hi' } })
  expect(JSON.parse((await kept.responses.find('resp_1', 'default')).bodyJson)).toEqual(response)
})

describe('a message', () => {
  const container = { id: 'container_1', expires_at: '2026-11-21T12:00:00Z' }
  const known = async (...ids: string[]): Promise<unknown> =>
    Promise.all(ids.map((id) => kept.stickiness.whereIs('default', id)))

  test('that names its container is where that is found again', async () => {
    answer('messages', [JSON.stringify({ type: 'message', id: 'msg_1', container })], { container: true })
    expect(await known('container_1', 'msg_1')).toEqual([maker, undefined])
  })

  test('that names it at the end of a stream, too', async () => {
    const start = event('message_start', { message: { id: 'msg_1', container: null } })
    const delta = event('message_delta', { delta: { stop_reason: 'end_turn', container }, usage: {} })
    answer('messages', [start, delta], { container: true, stream: true })
    expect(await known('container_1', 'msg_1')).toEqual([maker, undefined])
  })

  test.each([true, false])('of a thread can be gone on with (streamed: %s)', async (stream) => {
    const message = { type: 'message', id: 'msg_1' }
    const piece = stream ? event('message_start', { message }) : JSON.stringify(message)
    answer('messages', [piece], { thread: true, container: true, stream, heldIds: ['msg_0'] })
    expect(await known('msg_1', 'msg_0')).toEqual([maker, maker])
  })
})
