// Which state of the tables this program works with. Known without loading what makes them, because a start that finds
// everything done loads nothing more.
import type { Database } from 'bun:sqlite'

/** How many migrations there are: what `user_version` says when all of them are done. A test holds both together. */
export const schemaVersion = 13

/** Whether nothing is left to do. Throws when a newer program was here. */
export function isCurrent(raw: Database): boolean {
  const row = raw.query<{ user_version: number }, []>('PRAGMA user_version').get()
  const found = row?.user_version ?? 0
  if (found > schemaVersion) {
    throw new Error(`it was written by a newer Sallyport (${found} against ${schemaVersion}); start that one`)
  }
  return found === schemaVersion
}
