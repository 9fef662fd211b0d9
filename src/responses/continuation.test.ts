import { beforeEach, describe, expect, spyOn, test } from 'bun:test'
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
import { ConversationTooLong } from '../core/reference-errors.ts'
import { conversationBytesMax, linksMax } from './conversation.ts'
import type { JsonObject } from './json-items.ts'
import { failureOf } from '../../test/failure-of.ts'

let kept: KeptConversations

beforeEach(() => {
  kept = new KeptConversations()
})

describe('a request that goes on', () => {
  test('with nothing is left alone', async () => {
    for (const body of [
      {},
      { input: 'hello', previous_response_id: null },
      { input: [said('hello'), { type: 'message', role: 'user', id: 'msg_1', content: 'x' }, 'odd', null] },
    ]) {
      expect(await kept.responses.resolve(body, 'default')).toBeUndefined()
    }
    expect(kept.observer.counts.size).toBe(0)
  })

  test('is sent with everything that was said, and without the id of what it goes on with', async () => {
    kept.responses.keep(answered('a', 'one'))
    kept.responses.keep(answered('b', 'two', { previousId: 'a' }))
    const body = { model: 'fast', previous_response_id: 'b', input: 'three', store: true }
    const continuation = await kept.responses.resolve(body, 'default')
    const expanded = await continuation?.expand(otherAccount)
    expect(expanded?.itemsBefore).toBe(4)
    expect(Object.keys(expanded?.body ?? {}).toSorted()).toEqual(['input', 'model', 'store'])
    expect(await kept.sentTexts(body)).toEqual(['one', 'answer to one', 'two', 'answer to two', 'three'])
    expect(continuation?.holder).toBeUndefined()
  })

  test('may bring items, or nothing at all', async () => {
    kept.responses.keep(answered('a', 'one'))
    const tool = { type: 'function_call_output', call_id: 'call_1', output: '4' }
    expect(await kept.sentTexts({ previous_response_id: 'a', input: [tool] })).toEqual([
      'one',
      'answer to one',
      'function_call_output',
    ])
    expect(await kept.sentTexts({ previous_response_id: 'a' })).toEqual(['one', 'answer to one'])
  })

  test('with input of a wrong type is left to whoever reads it', async () => {
    kept.responses.keep(answered('a', 'one'))
    const continuation = await kept.responses.resolve({ previous_response_id: 'a', input: 5 }, 'default')
    expect(await continuation?.expand(otherAccount)).toEqual({ body: { input: 5 }, itemsBefore: 0 })
  })

  test('can be sent to the provider that keeps the conversation itself, by its own id', async () => {
    kept.responses.keep(answered('a', 'one', { providerId: 'resp_of_provider' }))
    const body = { previous_response_id: 'a', input: 'two' }
    const continuation = await kept.responses.resolve(body, 'default')
    expect(continuation?.holder).toEqual(maker)
    expect(continuation?.heldBody).toEqual({ previous_response_id: 'resp_of_provider', input: 'two' })
    expect(await kept.sentTexts(body)).toEqual(['one', 'answer to one', 'two'])
  })

  test('with a conversation of which a part is gone is refused, naming that part', async () => {
    kept.responses.keep(answered('a', 'one'))
    kept.responses.keep(answered('b', 'two', { previousId: 'a', providerId: 'b' }))
    await kept.responses.remove('a', 'default')
    const continuation = await kept.responses.resolve(
      { previous_response_id: 'b', input: 'three' },
      'default',
    )
    // Its provider may have it all.
    expect(continuation?.holder).toEqual(maker)
    const failure = await failureOf(() => continuation?.expand(otherAccount))
    expect(String(failure)).toContain("Previous response with id 'a' not found")
  })

  test('goes back so many responses and not more', async () => {
    for (let turn = 0; turn <= linksMax; turn += 1) {
      kept.responses.keep(answered(`r${turn}`, 'x', { previousId: turn === 0 ? null : `r${turn - 1}` }))
    }
    const lengths: unknown[] = []
    for (const turn of [linksMax - 2, linksMax - 1, linksMax]) {
      const continuation = await kept.responses.resolve({ previous_response_id: `r${turn}` }, 'default')
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
    kept.responses.use({ ...settings, size_limit: conversationBytesMax })
    const first = answered('a', 'one')
    const rest = conversationBytesMax - Buffer.byteLength(first.inputJson) - Buffer.byteLength(first.bodyJson)
    kept.responses.keep(first)
    const codes: string[] = []
    for (const bytes of [rest, rest + 1]) {
      kept.responses.keep(
        answered('b', '', { previousId: 'a', inputJson: '[]', bodyJson: ' '.repeat(bytes - 2) }),
      )
      const continuation = await kept.responses.resolve({ previous_response_id: 'b' }, 'default')
      codes.push(await codeOf(continuation?.expand(otherAccount) ?? Promise.resolve()))
    }
    expect(codes).toEqual(['none', 'conversation_too_long'])
  })

  test('in a circle, as a provider may name its responses, ends', async () => {
    kept.responses.keep(answered('a', 'one', { previousId: 'b' }))
    kept.responses.keep(answered('b', 'two', { previousId: 'a' }))
    const continuation = await kept.responses.resolve({ previous_response_id: 'a' }, 'default')
    expect(await codeOf(continuation?.expand(otherAccount) ?? Promise.resolve())).toBe(
      'conversation_too_long',
    )
  })

  test('is read once, however many accounts are told it', async () => {
    for (const [id, previousId] of [
      ['a', null],
      ['b', 'a'],
      ['c', 'b'],
    ] as const) {
      kept.responses.keep(answered(id, id, { previousId }))
    }
    await kept.responses.close()
    const found = spyOn(kept.store, 'find')
    const continuation = await kept.responses.resolve({ previous_response_id: 'c' }, 'default')
    const before = found.mock.calls.length
    for (const account of [otherAccount, maker, otherAccount]) await continuation?.expand(account)
    expect(found.mock.calls.length - before).toBe(3)
  })

  test('has what was kept read for its tokens by whoever asks its holder, and once', async () => {
    const bodyJson = '{"output":[],"usage":{"input_tokens":30,"output_tokens":12}}'
    kept.responses.keep(answered('a', 'one', { bodyJson }))
    const parsed = spyOn(JSON, 'parse')
    try {
      const readings = (): number => parsed.mock.calls.filter(([text]) => text === bodyJson).length
      const continuation = await kept.responses.resolve({ previous_response_id: 'a' }, 'default')
      expect(readings()).toBe(0)
      for (const _ of [1, 2]) expect(continuation?.heldTokens()).toBe(42)
      expect(readings()).toBe(1)
    } finally {
      parsed.mockRestore()
    }
  })

  test('with a response whose text is no JSON says nothing of it', async () => {
    kept.responses.keep(answered('a', 'one', { bodyJson: 'no json' }))
    kept.responses.keep(
      answered('b', 'two', { previousId: 'a', bodyJson: '{"output":[1,null,"x"]}', inputJson: '{}' }),
    )
    expect(await kept.sentTexts({ previous_response_id: 'b', input: 'three' })).toEqual(['one', 'three'])
    await kept.responses.close()
    expect((await kept.responses.find('a', 'default')).bodyJson).toBe('no json')
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
    const continuation = await kept.responses.resolve(body, 'default')
    const { input } = (await continuation?.expand(account))?.body ?? {}
    return Array.isArray(input) ? input.map(({ id }) => id) : input
  }

  beforeEach(() => {
    const inputJson = JSON.stringify([sealed])
    kept.responses.keep(answered('a', '', { ...outputOnly(plain, sealed, travelling, call), inputJson }))
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
