// Which versions of prices a gateway has kept, by the table itself.
import { Database } from 'bun:sqlite'
import { join } from 'node:path'

/** Their ids. */
export function keptPrices(dataDirectory: string): ReadonlySet<string> {
  const database = new Database(join(dataDirectory, 'sallyport.db'), { readonly: true })
  try {
    const rows = database.query<{ id: string }, []>('SELECT id FROM price_versions').all()
    return new Set(rows.map(({ id }) => id))
  } finally {
    database.close()
  }
}
