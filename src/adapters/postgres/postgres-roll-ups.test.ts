import { afterAll, describe, expect, test } from 'bun:test'
import { attemptRecord } from '../../../test/attempt-record.ts'
import { hasPostgres, newPostgresDatabase } from '../../../test/servers/postgres.ts'
import type { AttemptRecord } from '../../core/attempt.ts'
import { RollUps } from '../../ledger/spend/roll-ups.ts'
import { dayMs, groupNames, hourMs, keptSumNames } from '../../ledger/spend/spend.ts'
import { sha256 } from '../../platform/hmac.ts'
import { readAddress } from './address.ts'
import { connectPostgres } from './connection.ts'
import type { PostgresConnection } from './connection.ts'
import { migratePostgres } from './migrate.ts'
import { postgresMigrations } from './migrations.ts'
import { numbered } from './numbered.ts'
import { createPostgresAttempts } from './postgres-attempts.ts'
import { createPostgresSpendTables } from './postgres-spend.ts'

const connections: PostgresConnection[] = []

afterAll(async () => {
  await Promise.all(connections.map((connection) => connection.close()))
})

const olderNames = keptSumNames.filter((name) => name !== 'uncharged_tokens')

/** As the version did that knew nothing of uncharged tokens; -1 takes back what it or another stored. */
async function addAsOlder(
  connection: PostgresConnection,
  attempt: AttemptRecord,
  sign: 1 | -1 = 1,
): Promise<void> {
  const rollUps = new RollUps()
  if (sign === 1) rollUps.add(attempt)
  else rollUps.takeBack(attempt)
  for (const { spanHours, startMs, group, groupText, sums } of rollUps.all()) {
    await connection.run(
      numbered(`INSERT INTO spend_groups (hash, ${groupNames.join(', ')})
VALUES (?, ${groupNames.map(() => '?').join(', ')}) ON CONFLICT (hash) DO NOTHING`),
      [sha256(groupText), ...group],
    )
    await connection.run(
      numbered(`INSERT INTO spend_sums (span_hours, start_ms, group_id, ${olderNames.join(', ')})
SELECT ?, ?, id, ${olderNames.map(() => '?').join(', ')} FROM spend_groups WHERE hash = ?
ON CONFLICT (span_hours, start_ms, group_id) DO UPDATE SET
${olderNames.map((name) => `${name} = spend_sums.${name} + excluded.${name}`).join(', ')}`),
      [spanHours, startMs, ...olderNames.map((_, index) => sums[index] ?? 0), sha256(groupText)],
    )
  }
}

describe.skipIf(!hasPostgres)('sums in PostgreSQL to which an older version adds', () => {
  async function upgraded(before: readonly AttemptRecord[]) {
    const connection = connectPostgres(readAddress(await newPostgresDatabase()), 1)
    connections.push(connection)
    await migratePostgres(
      connection,
      postgresMigrations.filter(({ name }) => name < '0004'),
    )
    for (const attempt of before) await addAsOlder(connection, attempt)
    await migratePostgres(connection)
    const tables = createPostgresSpendTables(connection)
    const month = { fromMs: Date.UTC(2026, 10, 1), toMs: Date.UTC(2026, 11, 1) }
    const sums = async (interval?: 'day' | 'hour') => {
      const rows = await tables.sums({ ...month, by: [], interval, where: {}, limit: 10 })
      return rows.map((row) => row.sums.charged_tokens)
    }
    return { connection, store: createPostgresAttempts(connection), sums }
  }

  test('charge all of its tokens, what it stored before included', async () => {
    const { connection, store, sums } = await upgraded([
      attemptRecord(),
      attemptRecord({ outcome: 'crashed', firstTokenMs: -1 }),
      attemptRecord({ outcome: 'hedge_loser', firstTokenMs: -1 }),
    ])
    expect(await sums()).toEqual([110])
    const nextDay = { startedAtMs: attemptRecord().startedAtMs + dayMs }
    await addAsOlder(connection, attemptRecord())
    await addAsOlder(connection, attemptRecord(nextDay))
    await store.keep([
      attemptRecord(),
      attemptRecord({ kind: 'continuation', ...nextDay }),
      attemptRecord({ outcome: 'timeout', firstTokenMs: -1 }),
      attemptRecord({
        startedAtMs: attemptRecord().startedAtMs + hourMs,
        outcome: 'hedge_loser',
        firstTokenMs: -1,
      }),
    ])
    expect(await sums()).toEqual([4 * 110 + 10])
    expect(await sums('day')).toEqual([330, 120])
    expect(await sums('hour')).toEqual([330, 0, 120])
  })

  test('charge an attempt once whoever replaces what the other took for it', async () => {
    const { connection, store, sums } = await upgraded([])
    const crashed = attemptRecord({ outcome: 'crashed', firstTokenMs: -1 })
    await store.keep([crashed])
    await addAsOlder(connection, crashed, -1)
    await addAsOlder(connection, { ...crashed, outcome: 'ok', firstTokenMs: 2 })
    expect(await sums()).toEqual([110])
    const other = { ...crashed, attemptId: 'other', startedAtMs: crashed.startedAtMs + dayMs }
    await store.keep([other])
    // As if the older one had stored it.
    await connection.run('UPDATE spend_sums SET uncharged_tokens = 0')
    await store.keep([{ ...other, outcome: 'ok', firstTokenMs: 2 }])
    expect(await sums()).toEqual([220])
  })
})
