// What sealing needs of PostgreSQL: which keys may be needed, and the rows that may be sealed.
import type { SealableRows, SealKeyRegister } from '../../store/sealing.ts'
import { keptRowOf, sealableTables } from '../sealable-tables.ts'
import type { SealableColumns, SealableTable } from '../sealable-tables.ts'
import type { PostgresConnection } from './connection.ts'

/** The register over a connection. */
export function createPostgresSealKeys(connection: PostgresConnection): SealKeyRegister {
  return {
    ids: async () => {
      const rows = await connection.rows<{ readonly id: string }>(
        'SELECT id FROM encryption_keys ORDER BY id',
      )
      return rows.map(({ id }) => id)
    },
    add: async (id) => {
      await connection.run('INSERT INTO encryption_keys (id) VALUES ($1) ON CONFLICT (id) DO NOTHING', [id])
    },
    remove: async (id) => {
      await connection.run('DELETE FROM encryption_keys WHERE id = $1', [id])
    },
  }
}

/** Both tables that hold what was said. */
export function createPostgresSealableRows(connection: PostgresConnection): readonly SealableRows[] {
  return sealableTables.map((shape) => rowsOf(connection, shape))
}

function rowsOf(connection: PostgresConnection, shape: SealableTable): SealableRows {
  const { table, row, columns } = shape
  const [first, second] = columns
  const page = `SELECT place AS at, ${row} AS row, tenant, ${first} AS first, ${second} AS second
FROM ${table} WHERE place > $1 ORDER BY place LIMIT $2`
  const replace = `UPDATE ${table} SET ${first} = $1, ${second} = $2
WHERE place = $3 AND ${first} = $4 AND ${second} = $5`
  return {
    table,
    after: async (at, max) =>
      (await connection.rows<SealableColumns>(page, [at, max])).map((found) => keptRowOf(shape, found)),
    replace: async ({ at, texts: [one, other] }, [next, after]) =>
      (await connection.run(replace, [next, after, at, one, other])) === 1,
  }
}
