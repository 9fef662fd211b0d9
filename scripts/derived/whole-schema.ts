// The tables as all migrations together make them, as statements: a new installation is made of these, so that its first
// start need not load what migrates.
import { Database } from 'bun:sqlite'
import { migrate } from '../../src/adapters/sqlite/migrate.ts'

const beginning = '1970-01-01T00:00:00.000Z'
const statements = await statementsOfNewDatabase()

/** The statements, in order, as a JSON file. */
export function wholeSchema(): string {
  return `${JSON.stringify(statements, null, 2)}\n`
}

async function statementsOfNewDatabase(): Promise<readonly string[]> {
  const database = new Database(':memory:')
  await migrate(database)
  const parts = database
    .query<{ type: string; name: string; sql: string | null }, []>(
      // SQLite makes its own tables itself, and nobody else may.
      `SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'`,
    )
    .all()
  const made = parts.flatMap(({ sql }) => (sql === null ? [] : [sql]))
  const tables = parts.filter(({ type }) => type === 'table').map(({ name }) => name)
  return [...made, ...tables.flatMap((table) => rowsOf(database, table))]
}

function rowsOf(database: Database, table: string): readonly string[] {
  const rows = database.query<Record<string, string | number>, []>(`SELECT * FROM ${table}`).all()
  return rows.map((row) => {
    // When a migration was made is of no use where all of them were made at once, but whoever makes the next one reads it.
    const values = Object.entries(row).map(([name, value]) =>
      literal(name === 'timestamp' ? beginning : value),
    )
    return `INSERT INTO ${table} (${Object.keys(row).join(', ')}) VALUES (${values.join(', ')})`
  })
}

function literal(value: string | number): string {
  return typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`
}
