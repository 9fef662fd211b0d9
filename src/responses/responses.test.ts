import { beforeEach, describe, expect, test } from 'bun:test'
import {
  answered,
  codeOf,
  KeptConversations,
  maker,
  otherAccount,
  settings,
  settle,
} from '../../test/kept-conversations.ts'

import { idCharsMax } from './stickiness.ts'

let kept: KeptConversations

beforeEach(() => {
  kept = new KeptConversations()
})

describe('a response', () => {
  test('is there the moment it is kept, and stays when it has been written', async () => {
    expect(kept.responses.keep(answered('a', 'hello'))).toBe('kept')
    expect((await kept.responses.find('a', 'default')).bodyJson).toContain('answer to hello')
    kept.clock.advance(25)
    await settle()
    expect(kept.store.writes).toEqual([1])
    expect((await kept.responses.find('a', 'default')).createdAtMs).toBe(kept.clock.wallMs() - 25)
    expect(Object.fromEntries(kept.observer.counts)).toEqual({ stored: 1, found: 2 })
  })

  test('of another tenant is not there, whatever is asked of it', async () => {
    kept.responses.keep(answered('a', 'hello'))
    const asks = [
      kept.responses.find('a', 'other'),
      kept.responses.inputItems('a', 'other'),
      kept.responses.remove('a', 'other'),
      kept.responses.resolve({ previous_response_id: 'a' }, 'other'),
      kept.responses.resolve({ input: [{ type: 'item_reference', id: 'msg_a' }] }, 'other'),
    ]
    expect(await Promise.all(asks.map(codeOf))).toEqual([
      'response_not_found',
      'response_not_found',
      'response_not_found',
      'previous_response_not_found',
      'invalid_value',
    ])
    expect(kept.observer.counts.get('missed')).toBe(5)
    expect((await kept.responses.find('a', 'default')).id).toBe('a')
  })

  test('is gone when it has been deleted, written or not', async () => {
    kept.responses.keep(answered('a', 'one'))
    await kept.responses.remove('a', 'default')
    kept.responses.keep(answered('b', 'two'))
    await kept.responses.close()
    await kept.responses.remove('b', 'default')
    expect(await codeOf(kept.responses.find('a', 'default'))).toBe('response_not_found')
    expect(await codeOf(kept.responses.find('b', 'default'))).toBe('response_not_found')
    expect(await codeOf(kept.responses.remove('b', 'default'))).toBe('response_not_found')
    expect(kept.observer.counts.get('removed')).toBe(2)
  })

  test('is there for its time and not longer, forgotten or not', async () => {
    kept.responses.keep(answered('a', 'hello'))
    kept.clock.stepWall(settings.keep - 1)
    expect((await kept.responses.find('a', 'default')).id).toBe('a')
    kept.clock.stepWall(1)
    expect(await codeOf(kept.responses.find('a', 'default'))).toBe('response_not_found')
    expect(await codeOf(kept.responses.resolve({ previous_response_id: 'a' }, 'default'))).toBe(
      'previous_response_not_found',
    )
  })

  test('below and at the limit of size is kept, above it is answered and not kept', async () => {
    const bytes =
      Buffer.byteLength(answered('a', 'ü').inputJson) + Buffer.byteLength(answered('a', 'ü').bodyJson)
    const outcomes = [bytes + 1, bytes, bytes - 1].map((sizeLimit) => {
      kept.responses.use({ ...settings, size_limit: sizeLimit })
      return kept.responses.keep(answered('a', 'ü'))
    })
    expect(outcomes).toEqual(['kept', 'kept', 'too_large'])
    expect(kept.observer.counts.get('too_large')).toBe(1)
  })

  test('with an id that is no id is not kept, and not looked for', async () => {
    const long = 'r'.repeat(idCharsMax + 1)
    expect(kept.responses.keep(answered(long, 'hello'))).toBe('too_large')
    kept.store.isAway = true
    expect(await codeOf(kept.responses.find(long, 'default'))).toBe('response_not_found')
    expect(await codeOf(kept.responses.find('', 'default'))).toBe('response_not_found')
    expect(await codeOf(kept.responses.remove(long, 'default'))).toBe('response_not_found')
    expect(await codeOf(kept.responses.resolve({ previous_response_id: long }, 'default'))).toBe(
      'previous_response_not_found',
    )
  })

  test('of a provider that keeps it too, and that is too large, can be gone on with there', async () => {
    kept.responses.use({ ...settings, size_limit: 1_000 })
    const large = answered('a', 'x'.repeat(1_000), { providerId: 'a' })
    expect(kept.responses.keep(large)).toBe('too_large')
    const continuation = await kept.responses.resolve({ previous_response_id: 'a', input: 'more' }, 'default')
    expect(continuation?.holder).toEqual(maker)
    expect(await codeOf(continuation?.expand(otherAccount) ?? Promise.resolve())).toBe(
      'previous_response_not_found',
    )
    const byItem = await kept.responses.resolve(
      { input: [{ type: 'item_reference', id: 'msg_a' }] },
      'default',
    )
    expect(byItem?.holder).toEqual(maker)
  })

  test('is kept nowhere when keeping is off; what a provider keeps can be gone on with', async () => {
    kept.responses.use({ ...settings, store: false })
    expect(kept.responses.keep(answered('a', 'hello'))).toBe('off')
    expect(kept.responses.keep(answered('b', 'hello', { providerId: 'b' }))).toBe('off')
    expect(await codeOf(kept.responses.find('b', 'default'))).toBe('response_not_found')
    expect(await codeOf(kept.responses.resolve({ previous_response_id: 'a' }, 'default'))).toBe(
      'previous_response_not_found',
    )
    expect((await kept.responses.resolve({ previous_response_id: 'b' }, 'default'))?.holder).toEqual(maker)
    // Of an id that is not the provider's own, more than its maker would have to be known.
    kept.responses.keep(answered('c', 'hello', { providerId: 'c of provider' }))
    expect(await codeOf(kept.responses.resolve({ previous_response_id: 'c' }, 'default'))).toBe(
      'previous_response_not_found',
    )
    await kept.responses.close()
    expect(kept.store.writes).toEqual([])
  })
})

describe('a store that is away', () => {
  test('does not hold up an answer: it is kept in memory until the store is back', async () => {
    kept.store.isAway = true
    expect(kept.responses.keep(answered('a', 'hello'))).toBe('kept')
    for (let second = 0; second < 3; second += 1) {
      kept.clock.advance(1_000)
      await settle()
    }
    expect((await kept.responses.find('a', 'default')).id).toBe('a')
    expect(kept.observer.told).toEqual(['Error: the store is away'])
    kept.store.isAway = false
    kept.clock.advance(10_000)
    await settle()
    expect([kept.store.writes, kept.observer.told.at(-1)]).toEqual([[1], 'works'])
    expect(kept.observer.counts.get('write_failed')).toBeGreaterThan(2)
  })

  test('is told to clients that ask for something it holds', async () => {
    kept.store.isAway = true
    kept.heldIds.isAway = true
    const asks = [
      kept.responses.find('a', 'default'),
      kept.responses.remove('a', 'default'),
      kept.responses.inputItems('a', 'default'),
      kept.responses.resolve({ previous_response_id: 'a' }, 'default'),
      kept.responses.resolve({ input: [{ type: 'item_reference', id: 'm' }] }, 'default'),
      kept.stickiness.whereIs('default', 'm'),
    ]
    expect(new Set(await Promise.all(asks.map(codeOf)))).toEqual(new Set(['responses_unavailable']))
  })
})

describe('what led to a response', () => {
  test('is the conversation before it and its own input, in order', async () => {
    kept.responses.keep(answered('a', 'one'))
    kept.responses.keep(answered('b', 'two', { previousId: 'a' }))
    kept.responses.keep(answered('c', 'three', { previousId: 'b' }))
    const items = await kept.responses.inputItems('c', 'default')
    expect(items.map(({ content }) => content)).toEqual([
      'one',
      'answer to one',
      'two',
      'answer to two',
      'three',
    ])
    expect((await kept.responses.inputItems('a', 'default')).map(({ id }) => id)).toEqual(['a_in0'])
  })

  test('begins where something is still there', async () => {
    kept.responses.keep(answered('a', 'one'))
    kept.responses.keep(answered('b', 'two', { previousId: 'a' }))
    kept.responses.keep(answered('c', 'three', { previousId: 'b' }))
    await kept.responses.remove('a', 'default')
    const items = await kept.responses.inputItems('c', 'default')
    expect(items.map(({ content }) => content)).toEqual(['two', 'answer to two', 'three'])
  })
})
