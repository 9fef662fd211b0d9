// The table of attempts in SQLite. Writing happens in the shipping thread with one prepared statement: a row costs
// microseconds, and a query builder's work for each row would be several times that.
import { Database } from 'bun:sqlite'
import type { SQLQueryBindings } from 'bun:sqlite'
import type { AttemptRecord } from '../../core/attempt.ts'
import type { AttemptFinder, AttemptStore, KeptPrice } from '../../ledger/ports.ts'
import { RollUps } from '../../ledger/spend/roll-ups.ts'
import { attemptColumns, attemptValues, recordOf } from '../attempt-row.ts'
import type { AttemptRow } from '../attempt-row.ts'
import { attempted } from './lazy-connection.ts'
import { rollUpWriter } from './sqlite-roll-ups.ts'

const insertOne = `INSERT INTO attempts (${attemptColumns.join(', ')}) VALUES (${attemptColumns.map(() => '?').join(', ')})
ON CONFLICT (call_id, attempt_id) DO NOTHING`
/** What was estimated gives way to what is known; a real end never changes again. */
const estimateOf = `SELECT ${attemptColumns.join(', ')} FROM attempts
WHERE call_id = ? AND attempt_id = ? AND outcome = 'crashed'`
const replaceOne = `${insertOne.replace('NOTHING', 'UPDATE SET ')}${attemptColumns
  .slice(2)
  .map((column) => `${column} = excluded.${column}`)
  .join(', ')}`
/** In the order in which they were made: attempts of one millisecond were kept one after the other, and ids have no order. */
const ofCall = `SELECT ${attemptColumns.join(', ')} FROM attempts WHERE call_id = ? AND key_id = ?
ORDER BY started_at_ms, rowid`

/** There is no tree over keys, which every record would pay for: only what was stored after a row is looked through. */
const ofKey = `SELECT ${attemptColumns.join(', ')} FROM attempts WHERE rowid > ? AND key_id = ? ORDER BY rowid`

const isStored = 'SELECT 1 FROM attempts WHERE call_id = ? AND attempt_id = ?'

const keepPrice = 'INSERT OR IGNORE INTO price_versions (id, text, first_used_ms) VALUES (?, ?, ?)'
const findPrice = 'SELECT text FROM price_versions WHERE id = ?'

/** What answers at once. */
export interface SqliteAttemptStore extends AttemptStore {
  keepPrice(price: KeptPrice): void
  priceText(id: string): string | undefined
  keep(records: readonly AttemptRecord[]): number
  close(): void
}

/** Opens the table for the shipper. The table must be there. */
export function openAttemptStore(databasePath: string): SqliteAttemptStore {
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
    const statement = database.prepare<AttemptRow, [number, string]>(ofKey)
    return {
      stored: () => statement.all(last?.row ?? 0, keyId).map(recordOf),
      close: () => {
        statement.finalize()
        database.close()
      },
    }
  })
}

/** Opens the table to look attempts up by their names. */
export function openStoredNames(databasePath: string): {
  has(attempt: Pick<AttemptRecord, 'callId' | 'attemptId'>): boolean
  close(): void
} {
  const database = new Database(databasePath, { readonly: true })
  return orClose(database, () => {
    database.run('PRAGMA busy_timeout = 1000')
    const statement = database.prepare<unknown, [string, string]>(isStored)
    return {
      has: ({ callId, attemptId }) => statement.get(callId, attemptId) !== null,
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

function storeOver(database: Database): SqliteAttemptStore {
  // Whoever asks what was spent waits as long, in the same thread. A pass that comes to nothing is done again.
  database.run('PRAGMA busy_timeout = 1000')
  database.run('PRAGMA synchronous = FULL')
  const insert = database.prepare<unknown, SQLQueryBindings[]>(insertOne)
  const estimate = database.prepare<AttemptRow, [string, string]>(estimateOf)
  const replace = database.prepare<unknown, SQLQueryBindings[]>(replaceOne)
  const rollUps = rollUpWriter(database)
  /** How many rows it made or changed: one or none. */
  const keepOne = (record: AttemptRecord, sums: RollUps): number => {
    if (insert.run(...attemptValues(record)).changes === 1) {
      sums.add(record)
      return 1
    }
    const before = record.outcome === 'crashed' ? null : estimate.get(record.callId, record.attemptId)
    if (before === null) return 0
    sums.takeBack(recordOf(before))
    sums.add(record)
    return replace.run(...attemptValues(record)).changes
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
  const statement = database.prepare<AttemptRow, [string, string]>(ofCall)
  return {
    ofCall: (callId, keyId) => attempted(() => statement.all(callId, keyId).map(recordOf)),
    close: () => {
      statement.finalize()
      database.close()
    },
  }
}
