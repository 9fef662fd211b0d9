import { describe, expect, test } from 'bun:test'
import { moveWorld } from '../../../test/move-world.ts'
import { hasPostgres } from '../../../test/servers/postgres.ts'
import type { NewEvent } from '../../webhooks/ports.ts'
import { createSqliteHeldIds } from '../sqlite/sqlite-held-ids.ts'
import { createSqliteWebhooks } from '../sqlite/sqlite-webhooks.ts'
import { createPostgresHeldIds } from './postgres-held-ids.ts'
import { createPostgresWebhooks } from './postgres-webhooks.ts'

const ops = [{ name: 'ops', url: 'https://ops' }]
const maker = { provider: 'openai', deployment: 'openai/m', credential: 'a1' }

function event(id: string): NewEvent {
  return { id, type: 't', createdAtMs: 1, bodyOf: (number) => `#${number}` }
}

describe.skipIf(!hasPostgres)('a table that is copied', () => {
  test('gives no number out again, also not of what was forgotten', async () => {
    await using world = await moveWorld()
    const { raw, home } = world
    const webhooks = createSqliteWebhooks({ raw: () => raw, close: () => {} })
    for (const id of ['e1', 'e2', 'e3']) await webhooks.add(event(id), ops)
    raw.run('DELETE FROM webhook_deliveries WHERE event = 3')
    raw.run('DELETE FROM webhook_events WHERE number = 3')
    expect(await world.take()).toMatchObject({ kind: 'moved' })
    await createPostgresWebhooks(home).add(event('e4'), ops)
    expect(await home.rows('SELECT number, body FROM webhook_events ORDER BY number')).toEqual([
      { number: 1, body: '#1' },
      { number: 2, body: '#2' },
      { number: 4, body: '#4' },
    ])
    expect(await home.rows('SELECT max(number) AS number FROM webhook_deliveries')).toEqual([{ number: 3 }])
  })

  test('has what the database has no room for as it would have been written there', async () => {
    await using world = await moveWorld()
    const { raw, home } = world
    const long = 'x'.repeat(5_000)
    const held = { tenant: 'a', maker, expiresAtMs: 9 }
    await createSqliteHeldIds({ raw: () => raw, close: () => {} }).remember([
      { ...held, id: long },
      { ...held, id: 'nu\0ll' },
    ])
    raw.run("INSERT INTO price_versions VALUES ('p', 'a text', 1.6)")
    expect(await world.take()).toMatchObject({ kind: 'moved' })
    const store = createPostgresHeldIds(home)
    expect([await store.find(long, 'a'), await store.find('nu\0ll', 'a')]).toMatchObject([
      { maker },
      { maker },
    ])
    expect(await home.rows('SELECT first_used_ms AS at FROM price_versions')).toEqual([{ at: 2 }])
  })

  test('keeps the order of its rows, and texts of many megabytes', async () => {
    await using world = await moveWorld()
    const { raw, home } = world
    const insert = raw.query(
      "INSERT INTO bodies VALUES (?, 't', 'k', '', '', 'chat', 'm', 'd', '', '', ?, 9, 0, ?, '[]')",
    )
    const ids = ['z', 'a', 'm', 'b']
    for (const [index, id] of ids.entries()) insert.run(id, 100 - index, `"${'🦜"'.repeat(600_000)}`)
    expect(await world.take()).toMatchObject({ kind: 'moved' })
    // Longer than a batch may be, each goes alone.
    expect(world.progress.filter((line) => line.startsWith('bodies'))).toHaveLength(ids.length)
    const rows = await home.rows('SELECT call_id, length(prompt) AS length FROM bodies ORDER BY place')
    expect(rows).toEqual(ids.map((id) => ({ call_id: id, length: 1_200_001 })))
  })
})
