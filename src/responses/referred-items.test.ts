import { beforeEach, describe, expect, test } from 'bun:test'
import {
  answered,
  codeOf,
  KeptConversations,
  maker,
  otherAccount,
  outputOnly,
  said,
  settings,
} from '../../test/kept-conversations.ts'
import { InvalidValue } from '../core/errors.ts'
import { conversationBytesMax } from './conversation.ts'

let kept: KeptConversations

beforeEach(() => {
  kept = new KeptConversations()
})

describe('a reference to an item', () => {
  test('is replaced by the item, whether it has been written or not', async () => {
    kept.responses.keep(answered('a', 'one'))
    await kept.responses.close()
    kept.responses.keep(answered('b', 'two'))
    const input = [
      said('one'),
      { type: 'item_reference', id: 'msg_a' },
      said('two'),
      { id: 'msg_b' },
      said('three'),
    ]
    expect(await kept.sentTexts({ input })).toEqual(['one', 'answer to one', 'two', 'answer to two', 'three'])
  })

  test('may be left as it is for the provider that keeps all of them', async () => {
    const elsewhere = { ...maker, credential: 'c3' }
    kept.responses.keep(answered('a', 'one', { providerId: 'a' }))
    kept.responses.keep(
      answered('b', 'two', { providerId: 'b', maker: { ...maker, deployment: 'openai/gpt-5' } }),
    )
    kept.responses.keep(answered('c', 'three', { providerId: 'c', maker: elsewhere }))
    kept.responses.keep(answered('d', 'four'))
    const holderOf = async (...ids: string[]): Promise<unknown> => {
      const input = ids.map((id) => ({ type: 'item_reference', id }))
      return (await kept.responses.resolve({ input }, 'default'))?.holder
    }
    expect(await holderOf('msg_a', 'msg_b')).toEqual(maker)
    expect(await holderOf('msg_a', 'msg_c')).toBeUndefined()
    expect(await holderOf('msg_a', 'msg_d')).toBeUndefined()
  })

  test('may be to what a response was made from, by the id that its list of items shows', async () => {
    const inputJson = JSON.stringify([
      { ...said('one'), id: 'msg_7_in0' },
      { ...said('two'), id: 'msg_theirs' },
    ])
    const input = ['msg_7_in0', 'msg_theirs', 'msg_resp_7'].map((id) => ({ type: 'item_reference', id }))
    kept.responses.keep(answered('resp_7', 'one', { inputJson, inputIds: ['msg_theirs'], providerId: 'x' }))
    for (const _ of ['pending', 'written']) {
      expect(await kept.sentTexts({ input })).toEqual(['one', 'two', 'answer to one'])
      // Its provider was sent these, and knows them by no id of ours.
      const continuation = await kept.responses.resolve({ input: input.slice(0, 1) }, 'default')
      expect(continuation?.holder).toBeUndefined()
      await kept.responses.close()
    }
    const unknown = ['msg_7_in2', 'msg_8_in0'].map((id) =>
      kept.responses.resolve({ input: [{ id }] }, 'default'),
    )
    expect(await Promise.all(unknown.map(codeOf))).toEqual(['invalid_value', 'invalid_value'])
  })

  test('goes to whoever put the item out, not to those who were told of it', async () => {
    kept.responses.keep(answered('a', 'one', { providerId: 'a' }))
    const inputJson = JSON.stringify([{ ...said('one'), id: 'msg_a' }])
    kept.responses.keep(answered('b', 'two', { inputJson, inputIds: ['msg_a'] }))
    const body = { input: [{ id: 'msg_a' }] }
    for (const _ of ['pending', 'written']) {
      expect((await kept.responses.resolve(body, 'default'))?.holder).toEqual(maker)
      await kept.responses.close()
    }
  })

  test('is kept as the item itself, which outlives the response that it came from', async () => {
    kept.responses.keep(answered('a', 'one'))
    const input = [{ type: 'item_reference', id: 'msg_a' }, said('two')]
    const continuation = await kept.responses.resolve({ input }, 'default')
    expect(continuation?.ownItems?.(otherAccount)).toMatchObject([
      { id: 'msg_a', content: 'answer to one' },
      said('two'),
    ])
    expect(continuation?.ownItems?.(maker)).toEqual(continuation?.ownItems?.(otherAccount))
  })

  test('to what its holder alone has goes to nobody else, now or later', async () => {
    kept.stickiness.remember('default', 'msg_far', maker)
    const body = { input: [{ id: 'msg_far' }, said('one')] }
    const continuation = await kept.responses.resolve(body, 'default')
    const reference = { type: 'item_reference', id: 'msg_far' }
    expect(continuation?.holder).toEqual(maker)
    expect((await continuation?.expand(maker))?.body).toEqual({ input: [reference, said('one')] })
    expect(await codeOf(continuation?.expand(otherAccount) ?? Promise.resolve())).toBe(
      'previous_response_not_found',
    )
    const inputJson = JSON.stringify(continuation?.ownItems?.(maker))
    kept.responses.keep(answered('b', 'two', { inputJson, inputIds: ['msg_far'] }))
    expect((await kept.responses.resolve(body, 'default'))?.holder).toEqual(maker)
    const next = await kept.responses.resolve({ previous_response_id: 'b' }, 'default')
    expect((await next?.expand(maker))?.itemsBefore).toBe(3)
    expect(await codeOf(next?.expand(otherAccount) ?? Promise.resolve())).toBe('previous_response_not_found')
  })

  test('brings so many bytes and not more', async () => {
    kept.responses.use({ ...settings, size_limit: conversationBytesMax * 2 })
    const output = ['m1', 'm2'].map((id) => ({ id, text: 'x'.repeat(conversationBytesMax / 2) }))
    kept.responses.keep(answered('a', 'one', outputOnly(...output)))
    const resolve = (...ids: string[]): Promise<unknown> =>
      kept.responses.resolve({ input: ids.map((id) => ({ id })) }, 'default')
    expect([await codeOf(resolve('m1', 'm1')), await codeOf(resolve('m1', 'm2'))]).toEqual([
      'none',
      'conversation_too_long',
    ])
  })

  test('that nobody knows is refused, naming its place', async () => {
    kept.responses.keep(answered('a', 'one'))
    const input = [
      said('one'),
      { type: 'item_reference', id: 'msg_a' },
      { type: 'item_reference', id: 'msg_x' },
    ]
    const failure: unknown = await kept.responses
      .resolve({ input }, 'default')
      .catch((reason: unknown) => reason)
    expect(failure).toBeInstanceOf(InvalidValue)
    expect((failure as InvalidValue).param).toBe('input[2].id')
  })

  test('stands in a request a thousand times and not more', async () => {
    const output = Array.from({ length: 1_001 }, (_, index) => ({ type: 'message', id: `m${index}` }))
    kept.responses.keep(answered('a', 'one', outputOnly(...output)))
    const references = output.map(({ id }) => ({ type: 'item_reference', id }))
    const resolve = (number: number): Promise<unknown> =>
      kept.responses.resolve({ input: references.slice(0, number) }, 'default')
    await kept.responses.close()
    expect([await codeOf(resolve(1_000)), await codeOf(resolve(1_001))]).toEqual(['none', 'invalid_value'])
  })
})
