import { beforeEach, describe, expect, test } from 'bun:test'
import { KeptConversations, maker, settings } from '../../test/kept-conversations.ts'

import { idCharsMax } from './stickiness.ts'

let kept: KeptConversations

beforeEach(() => {
  kept = new KeptConversations()
})

describe('stickiness', () => {
  test('knows where an id is, at once and later, for its tenant alone', async () => {
    kept.stickiness.remember('default', 'msg_1', maker)
    expect(await kept.stickiness.whereIs('default', 'msg_1')).toEqual(maker)
    await kept.stickiness.close()
    expect([
      await kept.stickiness.whereIs('default', 'msg_1'),
      await kept.stickiness.whereIs('other', 'msg_1'),
    ]).toEqual([maker, undefined])
  })

  test('lasts for its time, and begins anew when the id is seen again', async () => {
    kept.stickiness.remember('default', 'msg_1', maker)
    kept.clock.stepWall(settings.keep - 1)
    expect(await kept.stickiness.whereIs('default', 'msg_1')).toEqual(maker)
    kept.stickiness.remember('default', 'msg_1', maker)
    kept.clock.stepWall(settings.keep - 1)
    expect(await kept.stickiness.whereIs('default', 'msg_1')).toEqual(maker)
    kept.clock.stepWall(1)
    expect(await kept.stickiness.whereIs('default', 'msg_1')).toBeUndefined()
    kept.responses.use({ ...settings, keep: 1_000 })
    kept.stickiness.remember('default', 'msg_1', maker)
    kept.clock.stepWall(1_000)
    expect(await kept.stickiness.whereIs('default', 'msg_1')).toBeUndefined()
  })

  test('takes no id that is none', async () => {
    const ids = ['', 'i'.repeat(idCharsMax), 'i'.repeat(idCharsMax + 1)]
    for (const id of ids) kept.stickiness.remember('default', id, maker)
    await kept.stickiness.close()
    expect(kept.heldIds.size).toBe(1)
    expect(await Promise.all(ids.map((id) => kept.stickiness.whereIs('default', id)))).toEqual([
      undefined,
      maker,
      undefined,
    ])
  })
})
