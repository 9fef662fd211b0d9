// A second connection to the database, for what is written beside calls and may be lost with the power: opened when it is
// first needed, because a start has other work. It never waits for a disk. A commit is with the operating system when it
// returns, so that a killed process loses nothing; the shipping thread, which commits after every call, brings the log
// into the database and synchronises it.
import { Database } from 'bun:sqlite'

export interface LazyConnection {
  /** Throws when the database cannot be opened. */
  raw(): Database
  close(): void
}

/** Somebody else may be writing. A call waits no longer than this; what is written in groups is tried again. */
const busyMs = 50

export function lazyConnection(databasePath: string): LazyConnection {
  let opened: Database | undefined
  return {
    raw: () => (opened ??= connect(databasePath)),
    close: () => {
      opened?.close()
      opened = undefined
    },
  }
}

function connect(databasePath: string): Database {
  const raw = new Database(databasePath, { readwrite: true, create: false })
  try {
    raw.run(`PRAGMA busy_timeout = ${busyMs}`)
    raw.run('PRAGMA synchronous = NORMAL')
    raw.run('PRAGMA wal_autocheckpoint = 0')
    raw.run('PRAGMA foreign_keys = ON')
    return raw
  } catch (failure) {
    raw.close()
    throw failure
  }
}

/** The ports are made for stores that are far away, too; this one answers at once, or throws. */
export function attempted<Answer>(work: () => Answer): Promise<Answer> {
  return new Promise((resolve) => {
    resolve(work())
  })
}
