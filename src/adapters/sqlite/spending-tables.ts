// The migration of reading what was spent: whose attempts were, and the roll-ups of those that are there already.
import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { sha256 } from '../../platform/hmac.ts'

/** Empty where it is not known. Lists and records are JSON. */
const attemptOwners = [
  'tenant',
  'team',
  'key_user',
  'request_user',
  'tags',
  'metadata',
  'region',
  'purpose',
  'parent_call_id',
] as const

const groups = [
  'tenant',
  'team',
  'key_id',
  'key_user',
  'endpoint',
  'model',
  'provider',
  'provider_model',
  'region',
  'tags',
  'outcome',
  'purpose',
] as const

const tokens = [
  'input_tokens',
  'cached_input_tokens',
  'output_tokens',
  'reasoning_tokens',
  'cache_write_tokens',
  'cache_write_hour_tokens',
  'audio_input_tokens',
  'image_input_tokens',
  'audio_output_tokens',
  'image_output_tokens',
] as const
const money = ['cost_nano_dollars', 'list_nano_dollars', 'charged_nano_dollars'] as const
const counts = ['calls', 'attempts', 'estimated', 'unpriced'] as const

/** Adds the columns and the tables, and fills these. */
export async function addSpending(database: Kysely<unknown>): Promise<void> {
  for (const name of attemptOwners) {
    await database.schema
      .alterTable('attempts')
      .addColumn(name, 'text', (column) => column.notNull().defaultTo(''))
      .execute()
  }
  await createGroups(database)
  await createSums(database)
  await fillGroups(database)
  for (const spanHours of [1, 24]) await fillSums(database, spanHours)
  await fillMonths(database)
}

/** What attempts have in common, once. The hash is unique, because an index over all columns would be as large again. */
async function createGroups(database: Kysely<unknown>): Promise<void> {
  let table = database.schema
    .createTable('spend_groups')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('hash', 'text', (column) => column.notNull().unique())
  for (const name of groups) table = table.addColumn(name, 'text', (column) => column.notNull())
  await table.execute()
}

/** Sums of an hour, a day or a month of a group; the hours of every month are said to be 720. */
async function createSums(database: Kysely<unknown>): Promise<void> {
  let table = database.schema
    .createTable('spend_sums')
    .addColumn('span_hours', 'integer', (column) => column.notNull())
    .addColumn('start_ms', 'integer', (column) => column.notNull())
    .addColumn('group_id', 'integer', (column) => column.notNull())
  for (const name of [...counts, ...tokens, ...money]) {
    table = table.addColumn(name, 'integer', (column) => column.notNull())
  }
  await table
    .addPrimaryKeyConstraint('spend_sums_by_time', ['span_hours', 'start_ms', 'group_id'])
    .modifyEnd(sql`WITHOUT ROWID`)
    .execute()
}

async function fillGroups(database: Kysely<unknown>): Promise<void> {
  const columns = sql.join(groups.map((name) => sql.ref(name)))
  const { rows } = await sql<
    Readonly<Record<string, string>>
  >`SELECT DISTINCT ${columns} FROM attempts`.execute(database)
  for (const row of rows) {
    const values = groups.map((name) => row[name] ?? '')
    const all = sql.join([sha256(JSON.stringify(values)), ...values])
    await sql`INSERT INTO spend_groups (hash, ${columns}) VALUES (${all})`.execute(database)
  }
}

async function fillSums(database: Kysely<unknown>, spanHours: number): Promise<void> {
  const same = sql.join(
    groups.map((name) => sql`attempts.${sql.ref(name)} = spend_groups.${sql.ref(name)}`),
    sql` AND `,
  )
  const added = sql.join([...tokens, ...money].map((name) => sql`COALESCE(SUM(${sql.ref(name)}), 0)`))
  const spanMs = sql.lit(spanHours * 3_600_000)
  await sql`INSERT INTO spend_sums
    SELECT ${sql.lit(spanHours)}, started_at_ms / ${spanMs} * ${spanMs} AS start_ms, spend_groups.id,
      SUM(kind = 'first'), COUNT(*), SUM(usage_source <> 'final'), SUM(cost_nano_dollars IS NULL), ${added}
    FROM attempts JOIN spend_groups ON ${same}
    GROUP BY 2, 3`.execute(database)
}

async function fillMonths(database: Kysely<unknown>): Promise<void> {
  const added = sql.join([...counts, ...tokens, ...money].map((name) => sql`SUM(${sql.ref(name)})`))
  await sql`INSERT INTO spend_sums
    SELECT 720, CAST(strftime('%s', start_ms / 1000, 'unixepoch', 'start of month') AS INTEGER) * 1000 AS month_ms,
      group_id, ${added}
    FROM spend_sums WHERE span_hours = 24
    GROUP BY 2, 3`.execute(database)
}

/** Of attempts that are there already the sums do not say who pays them: all but these two kinds are taken for the client's. */
export async function addUnchargedTokens(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .alterTable('spend_sums')
    .addColumn('uncharged_tokens', 'integer', (column) => column.notNull().defaultTo(0))
    .execute()
  await sql`UPDATE spend_sums SET uncharged_tokens = input_tokens + output_tokens WHERE group_id IN
    (SELECT id FROM spend_groups WHERE outcome IN ('crashed', 'hedge_loser'))`.execute(database)
}
