// What sealing needs of PostgreSQL: which keys may be needed, and the rows that may be sealed.
import type { KeptRow, SealableRows, SealKeyRegister } from '../../store/sealing.ts'
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

interface Row {
  readonly at: number
  readonly row: string
  readonly tenant: string
  readonly first: string
  readonly second: string
}

/** Both tables that hold what was said. */
export function createPostgresSealableRows(connection: PostgresConnection): readonly SealableRows[] {
  return [
    rowsOf(connection, { table: 'responses', row: 'id', columns: ['input', 'body'] }),
    rowsOf(connection, { table: 'bodies', row: 'call_id', columns: ['prompt', 'answer'] }),
  ]
}

interface Shape {
  readonly table: 'responses' | 'bodies'
  readonly row: string
  readonly columns: readonly [string, string]
}

function rowsOf(
  connection: PostgresConnection,
  { table, row, columns: [first, second] }: Shape,
): SealableRows {
  const page = `SELECT place AS at, ${row} AS row, tenant, ${first} AS first, ${second} AS second
FROM ${table} WHERE place > $1 ORDER BY place LIMIT $2`
  const replace = `UPDATE ${table} SET ${first} = $1, ${second} = $2
WHERE place = $3 AND ${first} = $4 AND ${second} = $5`
  return {
    table,
    after: async (at, max) =>
      (await connection.rows<Row>(page, [at, max])).map(
        ({ at: here, row: name, tenant, first: one, second: other }): KeptRow => {
          return { at: here, place: { table, row: name, tenant }, texts: [one, other] }
        },
      ),
    replace: async ({ at, texts: [one, other] }, [next, after]) =>
      (await connection.run(replace, [next, after, at, one, other])) === 1,
  }
}
