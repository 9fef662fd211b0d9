// An empty database with its tables, as a process finds it that did not make it.
import { join } from 'node:path'
import { openDatabase } from '../src/adapters/sqlite/open-database.ts'

/** Its path, in a folder of the caller's, who removes it. */
export async function newDatabase(folder: string): Promise<string> {
  const path = join(folder, `${crypto.randomUUID()}.db`)
  ;(await openDatabase(path)).close()
  return path
}
