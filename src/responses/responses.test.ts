import { beforeEach, describe, expect, test } from 'bun:test'
import { MemoryHeldIds, MemoryResponses } from '../../test/contract/memory-responses.ts'
import { RecordingObserver } from '../../test/response-observer.ts'
import { VirtualClock } from '../../test/virtual-clock.ts'
import { GatewayError, InvalidValue } from '../core/errors.ts'
import { ConversationTooLong } from '../core/reference-errors.ts'
import { conversationBytesMax, linksMax } from './conversation.ts'
import type { JsonObject } from './json-items.ts'
import { Responses } from './responses.ts'
import type { NewResponse } from './responses.ts'
import { idCharsMax, Stickiness } from './stickiness.ts'

const dayMs = 24 * 60 * 60 * 1000
const settings = { store: true, keep: 30 * dayMs, size_limit: 4_000_000 }
const maker = { provider: 'openai', deployment: 'openai/gpt-5-mini', credential: 'a1' }
const otherAccount = { provider: 'office', credential: 'b2' }

let clock: VirtualClock
let store: MemoryResponses
let heldIds: MemoryHeldIds
let observer: RecordingObserver
let stickiness: Stickiness
let responses: Responses

beforeEach(() => {
  clock = new VirtualClock()
  store = new MemoryResponses()
  heldIds = new MemoryHeldIds()
  observer = new RecordingObserver()
  stickiness = new Stickiness({ store: heldIds, clock, observer }, settings.keep)
  const sealTravels = (seal: string): boolean => seal.startsWith('travels')
  responses = new Responses({ store, stickiness, clock, observer, sealTravels }, settings)
})

const said = (text: string, role = 'user'): JsonObject => ({ type: 'message', role, content: text })

/** A response to this, whose output is one message, and whatever else is given. */
function answered(id: string, text: string, more: Partial<NewResponse> = {}): NewResponse {
  const output = [{ ...said(`answer to ${text}`, 'assistant'), id: `msg_${id}` }]
  return {
    tenant: 'default',
    id,
    previousId: null,
    keyId: 'key12345',
    model: 'fast',
    maker,
    providerId: null,
    inputJson: JSON.stringify([{ ...said(text), id: `${id}_in0` }]),
    bodyJson: JSON.stringify({ id, object: 'response', output }),
    ...more,
  }
}

const outputOnly = (...output: JsonObject[]): Partial<NewResponse> => ({
  bodyJson: JSON.stringify({ output }),
})

/** Lets what was begun go on as far as it can without time. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return await promise.then(
    () => 'none',
    (reason: unknown) => (reason instanceof GatewayError ? reason.code : String(reason)),
  )
}

/** What the other account would be sent, as the texts of its items. */
async function sentTexts(body: JsonObject, account = otherAccount): Promise<unknown> {
  const continuation = await responses.resolve(body, 'default')
  const { input } = (await continuation?.expand(account))?.body ?? {}
  return Array.isArray(input) ? input.map((entry) => entry.content ?? entry.type) : input
}

describe('a response', () => {
  test('is there the moment it is kept, and stays when it has been written', async () => {
    expect(responses.keep(answered('a', 'hello'))).toBe('kept')
    expect((await responses.find('a', 'default')).bodyJson).toContain('answer to hello')
    clock.advance(25)
    await settle()
    expect(store.writes).toEqual([1])
    expect((await responses.find('a', 'default')).createdAtMs).toBe(clock.wallMs() - 25)
    expect(Object.fromEntries(observer.counts)).toEqual({ stored: 1, found: 2 })
  })

  test('of another tenant is not there, whatever is asked of it', async () => {
    responses.keep(answered('a', 'hello'))
    const asks = [
      responses.find('a', 'other'),
      responses.inputItems('a', 'other'),
      responses.remove('a', 'other'),
      responses.resolve({ previous_response_id: 'a' }, 'other'),
      responses.resolve({ input: [{ type: 'item_reference', id: 'msg_a' }] }, 'other'),
    ]
    expect(await Promise.all(asks.map(codeOf))).toEqual([
      'response_not_found',
      'response_not_found',
      'response_not_found',
      'previous_response_not_found',
      'invalid_value',
    ])
    expect(observer.counts.get('missed')).toBe(5)
    expect((await responses.find('a', 'default')).id).toBe('a')
  })

  test('is gone when it has been deleted, written or not', async () => {
    responses.keep(answered('a', 'one'))
    await responses.remove('a', 'default')
    responses.keep(answered('b', 'two'))
    await responses.close()
    await responses.remove('b', 'default')
    expect(await codeOf(responses.find('a', 'default'))).toBe('response_not_found')
    expect(await codeOf(responses.find('b', 'default'))).toBe('response_not_found')
    expect(await codeOf(responses.remove('b', 'default'))).toBe('response_not_found')
    expect(observer.counts.get('removed')).toBe(2)
  })

  test('is there for its time and not longer, forgotten or not', async () => {
    responses.keep(answered('a', 'hello'))
    clock.stepWall(settings.keep - 1)
    expect((await responses.find('a', 'default')).id).toBe('a')
    clock.stepWall(1)
    expect(await codeOf(responses.find('a', 'default'))).toBe('response_not_found')
    expect(await codeOf(responses.resolve({ previous_response_id: 'a' }, 'default'))).toBe(
      'previous_response_not_found',
    )
  })

  test('below and at the limit of size is kept, above it is answered and not kept', async () => {
    const bytes =
      Buffer.byteLength(answered('a', 'ü').inputJson) + Buffer.byteLength(answered('a', 'ü').bodyJson)
    const outcomes = [bytes + 1, bytes, bytes - 1].map((sizeLimit) => {
      responses.use({ ...settings, size_limit: sizeLimit })
      return responses.keep(answered('a', 'ü'))
    })
    expect(outcomes).toEqual(['kept', 'kept', 'too_large'])
    expect(observer.counts.get('too_large')).toBe(1)
  })

  test('with an id that is no id is not kept, and not looked for', async () => {
    const long = 'r'.repeat(idCharsMax + 1)
    expect(responses.keep(answered(long, 'hello'))).toBe('too_large')
    store.isAway = true
    expect(await codeOf(responses.find(long, 'default'))).toBe('response_not_found')
    expect(await codeOf(responses.find('', 'default'))).toBe('response_not_found')
    expect(await codeOf(responses.remove(long, 'default'))).toBe('response_not_found')
    expect(await codeOf(responses.resolve({ previous_response_id: long }, 'default'))).toBe(
      'previous_response_not_found',
    )
  })

  test('of a provider that keeps it too, and that is too large, can be gone on with there', async () => {
    responses.use({ ...settings, size_limit: 1_000 })
    const large = answered('a', 'x'.repeat(1_000), { providerId: 'a' })
    expect(responses.keep(large)).toBe('too_large')
    const continuation = await responses.resolve({ previous_response_id: 'a', input: 'more' }, 'default')
    expect(continuation?.holder).toEqual(maker)
    expect(await codeOf(continuation?.expand(otherAccount) ?? Promise.resolve())).toBe(
      'previous_response_not_found',
    )
    const byItem = await responses.resolve({ input: [{ type: 'item_reference', id: 'msg_a' }] }, 'default')
    expect(byItem?.holder).toEqual(maker)
  })

  test('is kept nowhere when keeping is off; what a provider keeps can be gone on with', async () => {
    responses.use({ ...settings, store: false })
    expect(responses.keep(answered('a', 'hello'))).toBe('off')
    expect(responses.keep(answered('b', 'hello', { providerId: 'b' }))).toBe('off')
    expect(await codeOf(responses.find('b', 'default'))).toBe('response_not_found')
    expect(await codeOf(responses.resolve({ previous_response_id: 'a' }, 'default'))).toBe(
      'previous_response_not_found',
    )
    expect((await responses.resolve({ previous_response_id: 'b' }, 'default'))?.holder).toEqual(maker)
    // Of an id that is not the provider's own, more than its maker would have to be known.
    responses.keep(answered('c', 'hello', { providerId: 'c of provider' }))
    expect(await codeOf(responses.resolve({ previous_response_id: 'c' }, 'default'))).toBe(
      'previous_response_not_found',
    )
    await responses.close()
    expect(store.writes).toEqual([])
  })
})

describe('a store that is away', () => {
  test('does not hold up an answer: it is kept in memory until the store is back', async () => {
    store.isAway = true
    expect(responses.keep(answered('a', 'hello'))).toBe('kept')
    for (let second = 0; second < 3; second += 1) {
      clock.advance(1_000)
      await settle()
    }
    expect((await responses.find('a', 'default')).id).toBe('a')
    expect(observer.told).toEqual(['Error: the store is away'])
    store.isAway = false
    clock.advance(10_000)
    await settle()
    expect([store.writes, observer.told.at(-1)]).toEqual([[1], 'works'])
    expect(observer.counts.get('write_failed')).toBeGreaterThan(2)
  })

  test('is told to clients that ask for something it holds', async () => {
    store.isAway = true
    heldIds.isAway = true
    const asks = [
      responses.find('a', 'default'),
      responses.remove('a', 'default'),
      responses.inputItems('a', 'default'),
      responses.resolve({ previous_response_id: 'a' }, 'default'),
      responses.resolve({ input: [{ type: 'item_reference', id: 'm' }] }, 'default'),
      stickiness.whereIs('default', 'm'),
    ]
    expect(new Set(await Promise.all(asks.map(codeOf)))).toEqual(new Set(['responses_unavailable']))
  })
})

describe('what led to a response', () => {
  test('is the conversation before it and its own input, in order', async () => {
    responses.keep(answered('a', 'one'))
    responses.keep(answered('b', 'two', { previousId: 'a' }))
    responses.keep(answered('c', 'three', { previousId: 'b' }))
    const items = await responses.inputItems('c', 'default')
    expect(items.map(({ content }) => content)).toEqual([
      'one',
      'answer to one',
      'two',
      'answer to two',
      'three',
    ])
    expect((await responses.inputItems('a', 'default')).map(({ id }) => id)).toEqual(['a_in0'])
  })

  test('begins where something is still there', async () => {
    responses.keep(answered('a', 'one'))
    responses.keep(answered('b', 'two', { previousId: 'a' }))
    responses.keep(answered('c', 'three', { previousId: 'b' }))
    await responses.remove('a', 'default')
    const items = await responses.inputItems('c', 'default')
    expect(items.map(({ content }) => content)).toEqual(['two', 'answer to two', 'three'])
  })
})

describe('a request that goes on', () => {
  test('with nothing is left alone', async () => {
    for (const body of [
      {},
      { input: 'hello', previous_response_id: null },
      { input: [said('hello'), { type: 'message', role: 'user', id: 'msg_1', content: 'x' }, 'odd', null] },
    ]) {
      expect(await responses.resolve(body, 'default')).toBeUndefined()
    }
    expect(observer.counts.size).toBe(0)
  })

  test('is sent with everything that was said, and without the id of what it goes on with', async () => {
    responses.keep(answered('a', 'one'))
    responses.keep(answered('b', 'two', { previousId: 'a' }))
    const body = { model: 'fast', previous_response_id: 'b', input: 'three', store: true }
    const continuation = await responses.resolve(body, 'default')
    const expanded = await continuation?.expand(otherAccount)
    expect(expanded?.itemsBefore).toBe(4)
    expect(Object.keys(expanded?.body ?? {}).toSorted()).toEqual(['input', 'model', 'store'])
    expect(await sentTexts(body)).toEqual(['one', 'answer to one', 'two', 'answer to two', 'three'])
    expect(continuation?.holder).toBeUndefined()
  })

  test('may bring items, or nothing at all', async () => {
    responses.keep(answered('a', 'one'))
    const tool = { type: 'function_call_output', call_id: 'call_1', output: '4' }
    expect(await sentTexts({ previous_response_id: 'a', input: [tool] })).toEqual([
      'one',
      'answer to one',
      'function_call_output',
    ])
    expect(await sentTexts({ previous_response_id: 'a' })).toEqual(['one', 'answer to one'])
  })

  test('with input of a wrong type is left to whoever reads it', async () => {
    responses.keep(answered('a', 'one'))
    const continuation = await responses.resolve({ previous_response_id: 'a', input: 5 }, 'default')
    expect(await continuation?.expand(otherAccount)).toEqual({ body: { input: 5 }, itemsBefore: 0 })
  })

  test('can be sent to the provider that keeps the conversation itself, by its own id', async () => {
    responses.keep(answered('a', 'one', { providerId: 'resp_of_provider' }))
    const body = { previous_response_id: 'a', input: 'two' }
    const continuation = await responses.resolve(body, 'default')
    expect(continuation?.holder).toEqual(maker)
    expect(continuation?.heldBody).toEqual({ previous_response_id: 'resp_of_provider', input: 'two' })
    expect(await sentTexts(body)).toEqual(['one', 'answer to one', 'two'])
  })

  test('with a conversation of which a part is gone is refused, naming that part', async () => {
    responses.keep(answered('a', 'one'))
    responses.keep(answered('b', 'two', { previousId: 'a', providerId: 'b' }))
    await responses.remove('a', 'default')
    const continuation = await responses.resolve({ previous_response_id: 'b', input: 'three' }, 'default')
    // Its provider may have it all.
    expect(continuation?.holder).toEqual(maker)
    const failure: unknown = await continuation?.expand(otherAccount).catch((reason: unknown) => reason)
    expect(String(failure)).toContain("Previous response with id 'a' not found")
  })

  test('goes back so many responses and not more', async () => {
    for (let turn = 0; turn <= linksMax; turn += 1) {
      responses.keep(answered(`r${turn}`, 'x', { previousId: turn === 0 ? null : `r${turn - 1}` }))
    }
    const lengths: unknown[] = []
    for (const turn of [linksMax - 2, linksMax - 1, linksMax]) {
      const continuation = await responses.resolve({ previous_response_id: `r${turn}` }, 'default')
      const expanded = await continuation?.expand(otherAccount).catch((reason: unknown) => reason)
      lengths.push(
        expanded instanceof ConversationTooLong
          ? expanded.code
          : (expanded as { itemsBefore: number }).itemsBefore,
      )
    }
    expect(lengths).toEqual([2 * (linksMax - 1), 2 * linksMax, 'conversation_too_long'])
  })

  test('goes back so many bytes and not more', async () => {
    responses.use({ ...settings, size_limit: conversationBytesMax })
    const first = answered('a', 'one')
    const rest = conversationBytesMax - Buffer.byteLength(first.inputJson) - Buffer.byteLength(first.bodyJson)
    responses.keep(first)
    const codes: string[] = []
    for (const bytes of [rest, rest + 1]) {
      responses.keep(answered('b', '', { previousId: 'a', inputJson: '[]', bodyJson: ' '.repeat(bytes - 2) }))
      const continuation = await responses.resolve({ previous_response_id: 'b' }, 'default')
      codes.push(await codeOf(continuation?.expand(otherAccount) ?? Promise.resolve()))
    }
    expect(codes).toEqual(['none', 'conversation_too_long'])
  })

  test('in a circle, as a provider may name its responses, ends', async () => {
    responses.keep(answered('a', 'one', { previousId: 'b' }))
    responses.keep(answered('b', 'two', { previousId: 'a' }))
    const continuation = await responses.resolve({ previous_response_id: 'a' }, 'default')
    expect(await codeOf(continuation?.expand(otherAccount) ?? Promise.resolve())).toBe(
      'conversation_too_long',
    )
  })

  test('with a response whose text is no JSON says nothing of it', async () => {
    responses.keep(answered('a', 'one', { bodyJson: 'no json' }))
    responses.keep(
      answered('b', 'two', { previousId: 'a', bodyJson: '{"output":[1,null,"x"]}', inputJson: '{}' }),
    )
    expect(await sentTexts({ previous_response_id: 'b', input: 'three' })).toEqual(['one', 'three'])
    await responses.close()
    expect((await responses.find('a', 'default')).bodyJson).toBe('no json')
  })
})

describe('a reference to an item', () => {
  test('is replaced by the item, whether it has been written or not', async () => {
    responses.keep(answered('a', 'one'))
    await responses.close()
    responses.keep(answered('b', 'two'))
    const input = [
      said('one'),
      { type: 'item_reference', id: 'msg_a' },
      said('two'),
      { id: 'msg_b' },
      said('three'),
    ]
    expect(await sentTexts({ input })).toEqual(['one', 'answer to one', 'two', 'answer to two', 'three'])
  })

  test('may be left as it is for the provider that keeps all of them', async () => {
    const elsewhere = { ...maker, credential: 'c3' }
    responses.keep(answered('a', 'one', { providerId: 'a' }))
    responses.keep(answered('b', 'two', { providerId: 'b', maker: { ...maker, deployment: 'openai/gpt-5' } }))
    responses.keep(answered('c', 'three', { providerId: 'c', maker: elsewhere }))
    responses.keep(answered('d', 'four'))
    const holderOf = async (...ids: string[]): Promise<unknown> => {
      const input = ids.map((id) => ({ type: 'item_reference', id }))
      return (await responses.resolve({ input }, 'default'))?.holder
    }
    expect(await holderOf('msg_a', 'msg_b')).toEqual(maker)
    expect(await holderOf('msg_a', 'msg_c')).toBeUndefined()
    expect(await holderOf('msg_a', 'msg_d')).toBeUndefined()
  })

  test('that nobody knows is refused, naming its place', async () => {
    responses.keep(answered('a', 'one'))
    const input = [
      said('one'),
      { type: 'item_reference', id: 'msg_a' },
      { type: 'item_reference', id: 'msg_x' },
    ]
    const failure: unknown = await responses.resolve({ input }, 'default').catch((reason: unknown) => reason)
    expect(failure).toBeInstanceOf(InvalidValue)
    expect((failure as InvalidValue).param).toBe('input[2].id')
  })

  test('stands in a request a thousand times and not more', async () => {
    const output = Array.from({ length: 1_001 }, (_, index) => ({ type: 'message', id: `m${index}` }))
    responses.keep(answered('a', 'one', outputOnly(...output)))
    const references = output.map(({ id }) => ({ type: 'item_reference', id }))
    const resolve = (number: number): Promise<unknown> =>
      responses.resolve({ input: references.slice(0, number) }, 'default')
    await responses.close()
    expect([await codeOf(resolve(1_000)), await codeOf(resolve(1_001))]).toEqual(['none', 'invalid_value'])
  })
})

describe('reasoning', () => {
  const plain = { type: 'reasoning', id: 'rs_1', summary: [] }
  const sealed = { type: 'reasoning', id: 'rs_2', summary: [], encrypted_content: 'opaque' }
  const travelling = { type: 'reasoning', id: 'rs_3', summary: [], encrypted_content: 'travels well' }
  const call = { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'add', arguments: '{}' }

  async function sentIds(
    body: JsonObject,
    account: { provider: string; credential: string },
  ): Promise<unknown> {
    const continuation = await responses.resolve(body, 'default')
    const { input } = (await continuation?.expand(account))?.body ?? {}
    return Array.isArray(input) ? input.map(({ id }) => id) : input
  }

  beforeEach(() => {
    const inputJson = JSON.stringify([sealed])
    responses.keep(answered('a', '', { ...outputOnly(plain, sealed, travelling, call), inputJson }))
  })

  test('goes back to the account that made it, whatever the model', async () => {
    expect(await sentIds({ previous_response_id: 'a' }, maker)).toEqual([
      'rs_2',
      'rs_1',
      'rs_2',
      'rs_3',
      'fc_1',
    ])
  })

  test('goes to no other account, unless its seal can be read there', async () => {
    for (const account of [otherAccount, { ...maker, credential: 'b2' }, { ...maker, provider: 'office' }]) {
      expect(await sentIds({ previous_response_id: 'a' }, account)).toEqual(['rs_3', 'fc_1'])
    }
  })

  test('that is referred to is left out where it would be refused', async () => {
    const input = ['rs_1', 'rs_3', 'fc_1'].map((id) => ({ type: 'item_reference', id }))
    expect(await sentIds({ input }, maker)).toEqual(['rs_1', 'rs_3', 'fc_1'])
    expect(await sentIds({ input }, otherAccount)).toEqual(['rs_3', 'fc_1'])
  })
})

describe('stickiness', () => {
  test('knows where an id is, at once and later, for its tenant alone', async () => {
    stickiness.remember('default', 'msg_1', maker)
    expect(await stickiness.whereIs('default', 'msg_1')).toEqual(maker)
    await stickiness.close()
    expect([
      await stickiness.whereIs('default', 'msg_1'),
      await stickiness.whereIs('other', 'msg_1'),
    ]).toEqual([maker, undefined])
  })

  test('lasts for its time, and begins anew when the id is seen again', async () => {
    stickiness.remember('default', 'msg_1', maker)
    clock.stepWall(settings.keep - 1)
    expect(await stickiness.whereIs('default', 'msg_1')).toEqual(maker)
    stickiness.remember('default', 'msg_1', maker)
    clock.stepWall(settings.keep - 1)
    expect(await stickiness.whereIs('default', 'msg_1')).toEqual(maker)
    clock.stepWall(1)
    expect(await stickiness.whereIs('default', 'msg_1')).toBeUndefined()
    responses.use({ ...settings, keep: 1_000 })
    stickiness.remember('default', 'msg_1', maker)
    clock.stepWall(1_000)
    expect(await stickiness.whereIs('default', 'msg_1')).toBeUndefined()
  })

  test('takes no id that is none', async () => {
    const ids = ['', 'i'.repeat(idCharsMax), 'i'.repeat(idCharsMax + 1)]
    for (const id of ids) stickiness.remember('default', id, maker)
    await stickiness.close()
    expect(heldIds.size).toBe(1)
    expect(await Promise.all(ids.map((id) => stickiness.whereIs('default', id)))).toEqual([
      undefined,
      maker,
      undefined,
    ])
  })
})
