// The table of attempts in SQLite. Writing happens in the shipping thread with one prepared statement: a row costs
// microseconds, and a query builder's work for each row would be several times that.
import { Database } from 'bun:sqlite'
import type { SQLQueryBindings } from 'bun:sqlite'
import type { AttemptKind, AttemptOutcome, AttemptRecord } from '../../core/attempt.ts'
import type { CallOwner, InnerPurpose } from '../../core/call-owner.ts'
import { rareCounts } from '../../core/usage.ts'
import type { Usage, UsageSource } from '../../core/usage.ts'
import type { AttemptFinder, AttemptStore, KeySpending } from '../../ledger/ports.ts'
import { RollUps } from '../../ledger/spend/roll-ups.ts'
import { rollUpWriter } from './sqlite-roll-ups.ts'

const columns = [
  'attempt_id',
  'call_id',
  'key_id',
  'endpoint',
  'model',
  'provider',
  'provider_model',
  'kind',
  'stream',
  'started_at_ms',
  'estimated_input_tokens',
  'generation',
  'outcome',
  'status',
  'connect_ms',
  'first_token_ms',
  'total_ms',
  'reported_model',
  'input_tokens',
  'cached_input_tokens',
  'output_tokens',
  'reasoning_tokens',
  'usage_source',
  'cost_nano_dollars',
  'list_nano_dollars',
  'charged_nano_dollars',
  'price_version',
  'service_tier',
  'usage_suspect',
  'cache_write_tokens',
  'cache_write_hour_tokens',
  'audio_input_tokens',
  'image_input_tokens',
  'audio_output_tokens',
  'image_output_tokens',
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

type Row = Readonly<Record<(typeof columns)[number], unknown>>

const insertOne = `INSERT INTO attempts (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})
ON CONFLICT (call_id, attempt_id) DO NOTHING`
/** What was estimated gives way to what is known; a real end never changes again. */
const estimateOf = `SELECT ${columns.join(', ')} FROM attempts
WHERE call_id = ? AND attempt_id = ? AND outcome = 'crashed'`
const replaceOne = `${insertOne.replace('NOTHING', 'UPDATE SET ')}${columns
  .slice(2)
  .map((column) => `${column} = excluded.${column}`)
  .join(', ')}`
/** In the order in which they were made: attempts of one millisecond were kept one after the other, and ids have no order. */
const ofCall = `SELECT ${columns.join(', ')} FROM attempts WHERE call_id = ? AND key_id = ?
ORDER BY started_at_ms, rowid`

/** There is no tree over keys, which every record would pay for: only what was stored after a row is looked through. */
const ofKey = `SELECT ${columns.join(', ')} FROM attempts WHERE rowid > ? AND key_id = ? ORDER BY rowid`

/** Asked when a process starts that has budgets: it looks through all that is kept. */
const spentSince = `SELECT key_id AS keyId, COALESCE(SUM(charged_nano_dollars), 0) AS nanoDollars,
SUM(input_tokens + output_tokens) AS tokens FROM attempts WHERE started_at_ms >= ? GROUP BY key_id`

const keepPrice = 'INSERT OR IGNORE INTO price_versions (id, text, first_used_ms) VALUES (?, ?, ?)'
const findPrice = 'SELECT text FROM price_versions WHERE id = ?'

/** Opens the table for the shipper. The table must be there. */
export function openAttemptStore(databasePath: string): AttemptStore {
  const database = new Database(databasePath, { readwrite: true, create: false })
  return orClose(database, () => storeOver(database))
}

/** Opens the table for reading only. */
export function openAttemptFinder(databasePath: string): AttemptFinder {
  const database = new Database(databasePath, { readonly: true })
  return orClose(database, () => finderOver(database))
}

/** Opens the table to follow a key from now on. `stored` gives its attempts that were stored since. */
export function followKey(
  databasePath: string,
  keyId: string,
): { stored(): readonly AttemptRecord[]; close(): void } {
  const database = new Database(databasePath, { readonly: true })
  return orClose(database, () => {
    database.run('PRAGMA busy_timeout = 1000')
    const last = database
      .query<{ row: number }, []>('SELECT COALESCE(MAX(rowid), 0) AS row FROM attempts')
      .get()
    const statement = database.prepare<Row, [number, string]>(ofKey)
    return {
      stored: () => statement.all(last?.row ?? 0, keyId).map(recordOf),
      close: () => {
        statement.finalize()
        database.close()
      },
    }
  })
}

/** A connection that turns out to be of no use must not stay open: there is one more with each new try. */
function orClose<Use>(database: Database, use: () => Use): Use {
  try {
    return use()
  } catch (failure) {
    database.close()
    throw failure
  }
}

function storeOver(database: Database): AttemptStore {
  database.run('PRAGMA busy_timeout = 5000')
  database.run('PRAGMA synchronous = FULL')
  const insert = database.prepare<unknown, SQLQueryBindings[]>(insertOne)
  const estimate = database.prepare<Row, [string, string]>(estimateOf)
  const replace = database.prepare<unknown, SQLQueryBindings[]>(replaceOne)
  const rollUps = rollUpWriter(database)
  /** How many rows it made or changed: one or none. */
  const keepOne = (record: AttemptRecord, sums: RollUps): number => {
    if (insert.run(...valuesOf(record)).changes === 1) {
      sums.add(record)
      return 1
    }
    const before = record.outcome === 'crashed' ? null : estimate.get(record.callId, record.attemptId)
    if (before === null) return 0
    sums.takeBack(recordOf(before))
    sums.add(record)
    return replace.run(...valuesOf(record)).changes
  }
  const keepAll = database.transaction((records: readonly AttemptRecord[]) => {
    const sums = new RollUps()
    let kept = 0
    for (const record of records) kept += keepOne(record, sums)
    rollUps.write(sums.all())
    return kept
  })
  return {
    keep: (records) => {
      try {
        return keepAll.immediate(records)
      } catch (failure) {
        rollUps.forget()
        throw failure
      }
    },
    keepPrice: ({ id, text, firstUsedMs }) => void database.run(keepPrice, [id, text, firstUsedMs]),
    priceText: (id) => database.query<{ text: string }, [string]>(findPrice).get(id)?.text,
    close: () => {
      for (const statement of [insert, estimate, replace]) statement.finalize()
      rollUps.close()
      database.close()
    },
  }
}

function finderOver(database: Database): AttemptFinder {
  database.run('PRAGMA busy_timeout = 1000')
  const statement = database.prepare<Row, [string, string]>(ofCall)
  return {
    ofCall: (callId, keyId) => statement.all(callId, keyId).map(recordOf),
    spentSince: (wallMs) => database.query<KeySpending, [number]>(spentSince).all(wallMs),
    close: () => {
      statement.finalize()
      database.close()
    },
  }
}

function valuesOf(record: AttemptRecord): SQLQueryBindings[] {
  const { usage } = record
  return [
    record.attemptId,
    record.callId,
    record.keyId,
    record.endpoint,
    record.model,
    record.provider,
    record.providerModel,
    record.kind,
    record.stream ? 1 : 0,
    record.startedAtMs,
    record.estimatedInputTokens,
    record.generation,
    record.outcome,
    record.status,
    record.connectMs,
    record.firstTokenMs,
    record.totalMs,
    record.reportedModel,
    usage.inputTokens,
    usage.cachedInputTokens,
    usage.outputTokens,
    usage.reasoningTokens,
    record.usageSource,
    record.costNanoDollars,
    record.listNanoDollars,
    record.chargedNanoDollars,
    record.priceVersion,
    usage.serviceTier ?? '',
    record.usageSuspect ? 1 : 0,
    ...rareCounts.map((name) => usage[name] ?? 0),
    ...whoseValues(record),
  ]
}

function whoseValues({ owner, region, inner }: AttemptRecord): SQLQueryBindings[] {
  return [
    owner?.tenant ?? '',
    owner?.team ?? '',
    owner?.user ?? '',
    owner?.requestUser ?? '',
    owner?.tags === undefined ? '' : JSON.stringify(owner.tags),
    owner?.metadata === undefined ? '' : JSON.stringify(owner.metadata),
    region ?? '',
    inner?.purpose ?? '',
    inner?.parentId ?? '',
  ]
}

function recordOf(row: Row): AttemptRecord {
  return {
    attemptId: String(row.attempt_id),
    callId: String(row.call_id),
    keyId: String(row.key_id),
    endpoint: String(row.endpoint),
    model: String(row.model),
    provider: String(row.provider),
    providerModel: String(row.provider_model),
    kind: String(row.kind) as AttemptKind,
    stream: row.stream === 1,
    startedAtMs: Number(row.started_at_ms),
    estimatedInputTokens: Number(row.estimated_input_tokens),
    generation: Number(row.generation),
    outcome: String(row.outcome) as AttemptOutcome,
    status: Number(row.status),
    connectMs: Number(row.connect_ms),
    firstTokenMs: Number(row.first_token_ms),
    totalMs: Number(row.total_ms),
    reportedModel: String(row.reported_model),
    usage: {
      inputTokens: Number(row.input_tokens),
      cachedInputTokens: Number(row.cached_input_tokens),
      outputTokens: Number(row.output_tokens),
      reasoningTokens: Number(row.reasoning_tokens),
      ...rareOf(row),
    },
    usageSource: String(row.usage_source) as UsageSource,
    costNanoDollars: moneyOf(row.cost_nano_dollars),
    listNanoDollars: moneyOf(row.list_nano_dollars),
    chargedNanoDollars: moneyOf(row.charged_nano_dollars),
    priceVersion: String(row.price_version),
    usageSuspect: row.usage_suspect === 1,
    ...whoseOf(row),
  }
}

/** What is not known is left out. */
function whoseOf(row: Row): Pick<AttemptRecord, 'owner' | 'region' | 'inner'> {
  const owner: CallOwner = {
    ...(row.tenant !== '' && { tenant: String(row.tenant) }),
    ...(row.team !== '' && { team: String(row.team) }),
    ...(row.key_user !== '' && { user: String(row.key_user) }),
    ...(row.request_user !== '' && { requestUser: String(row.request_user) }),
    ...(row.tags !== '' && { tags: JSON.parse(String(row.tags)) as readonly string[] }),
    ...(row.metadata !== '' && { metadata: JSON.parse(String(row.metadata)) as Record<string, string> }),
  }
  const purpose = String(row.purpose) as InnerPurpose
  return {
    ...(Object.keys(owner).length > 0 && { owner }),
    ...(row.region !== '' && { region: String(row.region) }),
    ...(row.purpose !== '' && { inner: { purpose, parentId: String(row.parent_call_id) } }),
  }
}

/** What most answers do not tell is left out, as it was before. */
function rareOf(row: Row): Partial<Usage> {
  const counts = Object.fromEntries(
    rareCounts.flatMap((name) => {
      const tokens = Number(row[rareColumns[name]])
      return tokens > 0 ? [[name, tokens]] : []
    }),
  )
  return row.service_tier === '' ? counts : { ...counts, serviceTier: String(row.service_tier) }
}

const rareColumns: Readonly<Record<(typeof rareCounts)[number], keyof Row>> = {
  cacheWriteTokens: 'cache_write_tokens',
  cacheWriteHourTokens: 'cache_write_hour_tokens',
  audioInputTokens: 'audio_input_tokens',
  imageInputTokens: 'image_input_tokens',
  audioOutputTokens: 'audio_output_tokens',
  imageOutputTokens: 'image_output_tokens',
}

function moneyOf(column: unknown): number | null {
  return column === null ? null : Number(column)
}
