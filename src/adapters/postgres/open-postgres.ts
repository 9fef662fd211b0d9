// A PostgreSQL database as a gateway or a command uses it: its tables are brought up to date before anything else is asked,
// whenever that can first be done, so that a gateway may start before its database.
import { readAddress } from './address.ts'
import { connectPostgres } from './connection.ts'
import type { PostgresConnection } from './connection.ts'
import { migratePostgres } from './migrate.ts'
import type { Migrated } from './migrate.ts'

export interface OpenPostgres {
  /** `db.internal:5432/sallyport`: for people. */
  readonly label: string
  /** For what calls need. */
  readonly calls: PostgresConnection
  /** For keys and the audit trail, which must not wait behind calls. */
  readonly operators: PostgresConnection
  close(): Promise<void>
}

const callConnections = 10
const operatorConnections = 3

/** Connects when somebody first asks. Throws BadPostgresAddress. */
export function openPostgres(url: string, onMigrated: (migrated: Migrated) => void): OpenPostgres {
  const address = readAddress(url)
  const calls = connectPostgres(address, callConnections)
  const operators = connectPostgres(address, operatorConnections)
  let migrating: Promise<unknown> | undefined
  const migrated = (): Promise<unknown> =>
    (migrating ??= migratePostgres(operators).then(onMigrated, (failure: unknown) => {
      migrating = undefined
      throw failure
    }))
  return {
    label: address.label,
    calls: after(migrated, calls),
    operators: after(migrated, operators),
    close: async () => {
      await Promise.all([calls.close(), operators.close()])
    },
  }
}

/** The same connection, for which `ready` is waited. */
function after(ready: () => Promise<unknown>, connection: PostgresConnection): PostgresConnection {
  const waiting = async <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
    await ready()
    return work()
  }
  return {
    rows: (text, values) => waiting(() => connection.rows(text, values)),
    run: (text, values) => waiting(() => connection.run(text, values)),
    transaction: (work) => waiting(() => connection.transaction(work)),
    patiently: (work) => waiting(() => connection.patiently(work)),
    close: () => connection.close(),
  }
}
