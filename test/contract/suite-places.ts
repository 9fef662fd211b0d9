// Where the stores of a suite of contract tests lie, and what has to be closed at its end: a folder for those in SQLite, and
// what was opened in PostgreSQL.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newDatabase } from '../new-database.ts'
import { closePostgres } from './postgres-store.ts'

export class SuitePlaces {
  readonly folder = mkdtempSync(join(tmpdir(), 'sallyport-contract-'))
  readonly #opened: { close(): unknown }[] = []

  /** The path of an empty database with its tables. */
  newDatabase(): Promise<string> {
    return newDatabase(this.folder)
  }

  /** Of a database that is not there yet. */
  newPath(): string {
    return join(this.folder, `${crypto.randomUUID()}.db`)
  }

  /** It is closed at the end of the suite. */
  closing<Opened extends { close(): unknown }>(opened: Opened): Opened {
    this.#opened.push(opened)
    return opened
  }

  /** For the end of a suite. */
  readonly close = async (): Promise<void> => {
    for (const opened of this.#opened.splice(0)) await opened.close()
    await closePostgres()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
