// A SQLite database with something in it, and an empty PostgreSQL that is to take it over.
import { Database } from 'bun:sqlite'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readAddress } from '../src/adapters/postgres/address.ts'
import { connectPostgres } from '../src/adapters/postgres/connection.ts'
import type { PostgresConnection } from '../src/adapters/postgres/connection.ts'
import { takeOver, whyNot } from '../src/adapters/postgres/take-over.ts'
import type { TakeOver } from '../src/adapters/postgres/take-over.ts'
import { openAttemptStore } from '../src/adapters/sqlite/sqlite-attempts.ts'
import { createSqliteAuditTrail } from '../src/adapters/sqlite/sqlite-audit-trail.ts'
import { sqliteTableSource } from '../src/adapters/sqlite/sqlite-table-source.ts'
import type { TableSource } from '../src/adapters/table-source.ts'
import { attemptRecord } from './attempt-record.ts'
import { newDatabase } from './new-database.ts'
import { newPostgresDatabase } from './servers/postgres.ts'

export interface MoveWorld extends AsyncDisposable {
  /** The database in SQLite. */
  readonly raw: Database
  readonly home: PostgresConnection
  /** What was told of the way, as `attempts 1000/2300`. */
  readonly progress: readonly string[]
  /** Another connection to the new place. */
  connect(): PostgresConnection
  /** Takes over what is in SQLite, or what else is given, over one connection or another. */
  take(source?: TableSource, over?: PostgresConnection): Promise<TakeOver>
  /** So many attempts, a price, and three entries in the trail. */
  fill(attempts: number): Promise<void>
  /** The new place as it was at first. */
  empty(): Promise<void>
}

export const movedPeppers = { current: bytes(1), previous: bytes(2), first: bytes(3) }

export async function moveWorld(): Promise<MoveWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'move-'))
  const path = await newDatabase(folder)
  const raw = new Database(path)
  const url = await newPostgresDatabase()
  const connections: PostgresConnection[] = []
  const connect = (): PostgresConnection => {
    const connection = connectPostgres(readAddress(url), 1)
    connections.push(connection)
    return connection
  }
  const home = connect()
  const progress: string[] = []
  const onProgress = (table: string, rows: number, count: number): void => {
    progress.push(`${table} ${rows}/${count}`)
  }
  const empty = async (): Promise<void> => {
    await home.run('DROP SCHEMA IF EXISTS sallyport CASCADE')
    const problem = await whyNot(home, 'db')
    if (problem !== undefined) throw new Error(problem)
  }
  await empty()
  return {
    raw,
    home,
    progress,
    connect,
    take: (source = sqliteTableSource(raw), over = home) =>
      takeOver(over, 'db', { source, peppers: movedPeppers, onProgress }),
    fill: (attempts) => fill(path, raw, attempts),
    empty,
    [Symbol.asyncDispose]: async () => {
      raw.close()
      await Promise.all(connections.map((connection) => connection.close()))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export function bytes(value: number): Uint8Array {
  return new Uint8Array(32).fill(value)
}

async function fill(path: string, raw: Database, attempts: number): Promise<void> {
  const store = openAttemptStore(path)
  store.keep(Array.from({ length: attempts }, () => attemptRecord({ totalMs: 0.1 + 0.2 })))
  store.keepPrice({ id: 'p', text: '{"a":1}', firstUsedMs: 12 })
  store.close()
  const trail = createSqliteAuditTrail(raw)
  const act = { actor: 'cli', address: '', action: 'key.create', outcome: 'done', before: null } as const
  for (const subject of ['a', 'b', 'c 🦜']) await trail.append({ ...act, subject, after: { subject } }, 5)
}
