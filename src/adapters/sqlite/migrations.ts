// The history of the tables: what was done once stays done, so that a database of any age can be brought up to date.
import { sql } from 'kysely'
import type { CreateTableBuilder, Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { addUnchargedTokens, addSpending } from './spending-tables.ts'

/** In the order of their names. */
export const migrations: Record<string, Migration> = {
  '0001-keys-and-attempts': {
    async up(database: Kysely<unknown>): Promise<void> {
      await database.schema
        .createTable('keys')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('hash', 'text', (column) => column.notNull().unique())
        .addColumn('last4', 'text', (column) => column.notNull())
        .addColumn('created_at_ms', 'integer', (column) => column.notNull())
        .addColumn('expires_at_ms', 'integer')
        .addColumn('revoked_at_ms', 'integer')
        .addColumn('models', 'text', (column) => column.notNull())
        .addColumn('scopes', 'text', (column) => column.notNull())
        .execute()
      await createAttempts(database)
    },
  },
  '0002-key-changes': {
    async up(database: Kysely<unknown>): Promise<void> {
      await database.schema
        .createTable('key_changes')
        .addColumn('number', 'integer', (column) => column.notNull())
        .execute()
      await sql`INSERT INTO key_changes (number) VALUES (0)`.execute(database)
      // Triggers, so that a change is noticed whoever makes it, a person with the sqlite3 shell too.
      for (const change of ['INSERT', 'UPDATE', 'DELETE']) {
        const name = sql.ref(`keys_${change.toLowerCase()}`)
        await sql`CREATE TRIGGER ${name} AFTER ${sql.raw(change)} ON keys
          BEGIN UPDATE key_changes SET number = number + 1; END`.execute(database)
      }
    },
  },
  '0003-attempts-by-call': {
    // Three trees to keep for each record cost twice as much as two, and one serves both who stores and who asks.
    async up(database: Kysely<unknown>): Promise<void> {
      await database.schema.alterTable('attempts').renameTo('attempts_before').execute()
      await attemptsTable(database)
        .addColumn('attempt_id', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('attempts_by_call', ['call_id', 'attempt_id'])
        .execute()
      const names = [...attemptTexts, ...attemptIntegers, ...attemptReals, 'cost_nano_dollars', 'attempt_id']
      const columns = sql.join(names.map((name) => sql.ref(name)))
      await sql`INSERT INTO attempts (${columns}) SELECT ${columns} FROM attempts_before ORDER BY rowid`.execute(
        database,
      )
      await database.schema.dropTable('attempts_before').execute()
    },
  },
  '0004-responses': {
    async up(database: Kysely<unknown>): Promise<void> {
      await createResponses(database)
      await createResponseItems(database)
      await createHeldIds(database)
    },
  },
  '0005-attempt-kinds': {
    async up(database: Kysely<unknown>): Promise<void> {
      await database.schema
        .alterTable('attempts')
        .addColumn('kind', 'text', (column) => column.notNull().defaultTo('first'))
        .execute()
    },
  },
  '0006-prices': {
    async up(database: Kysely<unknown>): Promise<void> {
      await database.schema
        .createTable('price_versions')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('text', 'text', (column) => column.notNull())
        .addColumn('first_used_ms', 'integer', (column) => column.notNull())
        .execute()
      await addMoney(database)
    },
  },
  '0007-key-owners': {
    async up(database: Kysely<unknown>): Promise<void> {
      await addKeyOwners(database)
    },
  },
  '0008-audit': {
    async up(database: Kysely<unknown>): Promise<void> {
      await createAudit(database)
    },
  },
  '0009-bodies': {
    async up(database: Kysely<unknown>): Promise<void> {
      await createBodies(database)
    },
  },
  '0010-spending': {
    async up(database: Kysely<unknown>): Promise<void> {
      await addSpending(database)
    },
  },
  '0011-webhooks': {
    async up(database: Kysely<unknown>): Promise<void> {
      await createWebhooks(database)
    },
  },
  '0012-encryption-keys': {
    // Ids of keys, never a key: a start has to know which it cannot do without.
    async up(database: Kysely<unknown>): Promise<void> {
      await database.schema
        .createTable('encryption_keys')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .modifyEnd(sql`WITHOUT ROWID`)
        .execute()
    },
  },
  '0013-uncharged-tokens': {
    async up(database: Kysely<unknown>): Promise<void> {
      await addUnchargedTokens(database)
    },
  },
}

const attemptTexts = [
  'call_id',
  'key_id',
  'endpoint',
  'model',
  'provider',
  'provider_model',
  'outcome',
  'reported_model',
  'usage_source',
] as const
const attemptIntegers = [
  'stream',
  'started_at_ms',
  'estimated_input_tokens',
  'generation',
  'status',
  'input_tokens',
  'cached_input_tokens',
  'output_tokens',
  'reasoning_tokens',
] as const
const attemptReals = ['connect_ms', 'first_token_ms', 'total_ms'] as const

async function createAttempts(database: Kysely<unknown>): Promise<void> {
  await attemptsTable(database)
    .addColumn('attempt_id', 'text', (column) => column.primaryKey())
    .execute()
  await database.schema.createIndex('attempts_call').on('attempts').columns(['call_id']).execute()
  await database.schema
    .createIndex('attempts_key')
    .on('attempts')
    .columns(['key_id', 'started_at_ms'])
    .execute()
}

/** The columns that have been there from the start, but for the key. */
function attemptsTable(database: Kysely<unknown>): CreateTableBuilder<'attempts', string> {
  let table: CreateTableBuilder<'attempts', string> = database.schema.createTable('attempts')
  for (const name of attemptTexts) table = table.addColumn(name, 'text', (column) => column.notNull())
  for (const name of attemptIntegers) table = table.addColumn(name, 'integer', (column) => column.notNull())
  for (const name of attemptReals) table = table.addColumn(name, 'real', (column) => column.notNull())
  return table.addColumn('cost_nano_dollars', 'integer')
}

/** SQLite adds one column at a time. */
async function addMoney(database: Kysely<unknown>): Promise<void> {
  const add = () => database.schema.alterTable('attempts')
  for (const name of ['list_nano_dollars', 'charged_nano_dollars'])
    await add().addColumn(name, 'integer').execute()
  for (const name of ['price_version', 'service_tier']) {
    await add()
      .addColumn(name, 'text', (column) => column.notNull().defaultTo(''))
      .execute()
  }
  for (const name of ['usage_suspect', ...rareTokens]) {
    await add()
      .addColumn(name, 'integer', (column) => column.notNull().defaultTo(0))
      .execute()
  }
}

const rareTokens = [
  'cache_write_tokens',
  'cache_write_hour_tokens',
  'audio_input_tokens',
  'image_input_tokens',
  'audio_output_tokens',
  'image_output_tokens',
] as const

/** What is large comes last: SQLite reads a row only as far as it is asked to. */
async function createResponses(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('responses')
    .addColumn('tenant', 'text', (column) => column.notNull())
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('previous_id', 'text')
    .addColumn('key_id', 'text', (column) => column.notNull())
    .addColumn('model', 'text', (column) => column.notNull())
    .addColumn('provider', 'text', (column) => column.notNull())
    .addColumn('deployment', 'text', (column) => column.notNull())
    .addColumn('credential', 'text', (column) => column.notNull())
    .addColumn('provider_id', 'text')
    .addColumn('created_at_ms', 'integer', (column) => column.notNull())
    .addColumn('expires_at_ms', 'integer', (column) => column.notNull())
    .addColumn('input', 'text', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('responses_by_id', ['tenant', 'id'])
    .execute()
  await database.schema
    .createIndex('responses_by_expiry')
    .on('responses')
    .columns(['expires_at_ms'])
    .execute()
}

/** Which response an item came with. */
async function createResponseItems(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('response_items')
    .addColumn('tenant', 'text', (column) => column.notNull())
    .addColumn('item_id', 'text', (column) => column.notNull())
    .addColumn('response_id', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('response_items_by_id', ['tenant', 'item_id'])
    .addForeignKeyConstraint(
      'response_items_of',
      ['tenant', 'response_id'],
      'responses',
      ['tenant', 'id'],
      (constraint) => constraint.onDelete('cascade'),
    )
    .modifyEnd(sql`WITHOUT ROWID`)
    .execute()
  await database.schema
    .createIndex('response_items_by_response')
    .on('response_items')
    .columns(['tenant', 'response_id'])
    .execute()
}

async function createHeldIds(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('held_ids')
    .addColumn('tenant', 'text', (column) => column.notNull())
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('provider', 'text', (column) => column.notNull())
    .addColumn('deployment', 'text', (column) => column.notNull())
    .addColumn('credential', 'text', (column) => column.notNull())
    .addColumn('expires_at_ms', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('held_ids_by_id', ['tenant', 'id'])
    .modifyEnd(sql`WITHOUT ROWID`)
    .execute()
  await database.schema.createIndex('held_ids_by_expiry').on('held_ids').columns(['expires_at_ms']).execute()
}

/** Whose a key is, what it may do beyond its lists, and the secret that it had before. */
async function addKeyOwners(database: Kysely<unknown>): Promise<void> {
  const keys = database.schema.alterTable('keys')
  for (const name of ['tenant', 'team', 'user', 'pepper', 'previous_hash']) {
    await keys.addColumn(name, 'text').execute()
  }
  await keys.addColumn('previous_until_ms', 'integer').execute()
  await keys.addColumn('more', 'text', (column) => column.notNull().defaultTo('{}')).execute()
  await database.schema
    .createIndex('keys_by_previous_hash')
    .on('keys')
    .columns(['previous_hash'])
    .where(sql.ref('previous_hash'), 'is not', null)
    .execute()
  await database.schema
    .createTable('key_uses')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('last_used_at_ms', 'integer', (column) => column.notNull())
    .modifyEnd(sql`WITHOUT ROWID`)
    .execute()
}

/** Only added to, at its end: the table refuses everything else, from a person with the sqlite3 shell too. */
async function createAudit(database: Kysely<unknown>): Promise<void> {
  const texts = ['actor', 'address', 'action', 'subject', 'outcome', 'before', 'after', 'hash'] as const
  let table: CreateTableBuilder<'audit', string> = database.schema
    .createTable('audit')
    .addColumn('number', 'integer', (column) => column.primaryKey())
    .addColumn('at_ms', 'integer', (column) => column.notNull())
  for (const name of texts) table = table.addColumn(name, 'text', (column) => column.notNull())
  await table.execute()
  await sql`CREATE TRIGGER audit_update BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit trail is not changed'); END`.execute(database)
  await sql`CREATE TRIGGER audit_delete BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'nothing is taken from the audit trail'); END`.execute(database)
  // Without this one INSERT OR REPLACE would be a way around the other two.
  await sql`CREATE TRIGGER audit_insert BEFORE INSERT ON audit
    WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM audit)
    BEGIN SELECT RAISE(ABORT, 'the audit trail is added to at its end'); END`.execute(database)
}

const bodyTexts = [
  'tenant',
  'key_id',
  'key_user',
  'request_user',
  'endpoint',
  'model',
  'deployment',
  'region',
  'code',
] as const

async function createBodies(database: Kysely<unknown>): Promise<void> {
  let table: CreateTableBuilder<'bodies', string> = database.schema
    .createTable('bodies')
    .addColumn('call_id', 'text', (column) => column.primaryKey())
  for (const name of bodyTexts) table = table.addColumn(name, 'text', (column) => column.notNull())
  for (const name of ['at_ms', 'expires_at_ms', 'is_cut']) {
    table = table.addColumn(name, 'integer', (column) => column.notNull())
  }
  for (const name of ['prompt', 'answer']) table = table.addColumn(name, 'text', (column) => column.notNull())
  await table.execute()
  await database.schema.createIndex('bodies_by_expiry').on('bodies').columns(['expires_at_ms']).execute()
}

/** Events, their way to each endpoint, and how the endpoints stand. */
async function createWebhooks(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('webhook_events')
    // Never given out twice: receivers see it as the order of events.
    .addColumn('number', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('created_at_ms', 'integer', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .execute()
  await database.schema
    .createTable('webhook_deliveries')
    .addColumn('number', 'integer', (column) => column.primaryKey())
    .addColumn('event', 'integer', (column) =>
      column.notNull().references('webhook_events.number').onDelete('cascade'),
    )
    .addColumn('endpoint', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('next_at_ms', 'integer', (column) => column.notNull())
    .addColumn('claimed_by', 'text', (column) => column.notNull().defaultTo(''))
    .addColumn('last_at_ms', 'integer')
    .addColumn('last_status', 'integer')
    .addColumn('last_problem', 'text', (column) => column.notNull())
    .addColumn('ended_at_ms', 'integer')
    .addUniqueConstraint('webhook_deliveries_once', ['event', 'endpoint'])
    .execute()
  await database.schema
    .createIndex('webhook_deliveries_due')
    .on('webhook_deliveries')
    .columns(['state', 'endpoint', 'next_at_ms'])
    .execute()
  await database.schema
    .createTable('webhook_endpoints')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('url', 'text', (column) => column.notNull())
    .addColumn('failures', 'integer', (column) => column.notNull())
    .addColumn('failing_since_ms', 'integer')
    .addColumn('disabled_because', 'text', (column) => column.notNull())
    .addColumn('disabled_at_ms', 'integer')
    .execute()
}
