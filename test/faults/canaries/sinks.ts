// Everywhere where something of a call may be left: the files of a folder, the tables of a database, the pages that a gateway
// shows, and what its commands print.
import { Database } from 'bun:sqlite'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { runCommand } from '../../end-to-end/run-command.ts'
import { canariesIn } from './canary.ts'
import type { Canary, CanaryKind } from './canary.ts'

/** A place that was looked at, and what is in it that does not belong there. */
export interface Look {
  readonly sink: string
  readonly found: readonly Canary[]
  /** What is in it and does belong there. */
  readonly rightly: readonly Canary[]
}

/** Looks into these bytes, where such canaries may be. */
export function look(sink: string, bytes: Buffer | string, { among, may = [] }: Looking): Look {
  const all = canariesIn(bytes, among)
  return {
    sink,
    found: all.filter(({ kind }) => !may.includes(kind)),
    rightly: all.filter(({ kind }) => may.includes(kind)),
  }
}

export interface Looking {
  readonly among: readonly Canary[]
  readonly may?: readonly CanaryKind[]
}

/** Every file below a folder, but those of which `may` says `skip`. */
export function filesIn(
  folder: string,
  among: readonly Canary[],
  may: (name: string) => readonly CanaryKind[] | 'skip',
): readonly Look[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  return files.flatMap(({ parentPath, name }) => {
    const path = relative(folder, join(parentPath, name))
    const allowed = may(path)
    return allowed === 'skip' ? [] : [look(path, readFileSync(join(folder, path)), { among, may: allowed })]
  })
}

/** Every table of a database. What is deleted but not overwritten is found by looking into the file. */
export function tablesIn(
  path: string,
  among: readonly Canary[],
  may: (table: string) => readonly CanaryKind[],
): readonly Look[] {
  const database = new Database(path, { readonly: true })
  const tables = database
    .query<{ name: string }, []>("SELECT name FROM sqlite_master WHERE type = 'table'")
    .all()
  const looks = tables.map(({ name }) => {
    const rows = database.query(`SELECT * FROM "${name}"`).values()
    const bytes = rows
      .flat()
      .map((value) => (value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(String(value))))
    return look(`table ${name}`, Buffer.concat(bytes), { among, may: may(name) })
  })
  database.close()
  return looks
}

/** What is shown at these paths, heads included. */
export async function pagesAt(
  paths: readonly string[],
  key: string,
  among: readonly Canary[],
): Promise<readonly Look[]> {
  return await Promise.all(
    paths.map(async (url) => {
      const answer = await fetch(url, { headers: { authorization: `Bearer ${key}` } })
      const text = `${JSON.stringify([...answer.headers])}\n${await answer.text()}`
      // A call that was refused before its first attempt has no record.
      const isThere = answer.status === 200 || (answer.status === 404 && url.includes('/calls/'))
      if (!isThere) throw new Error(`${url} answers ${answer.status}: ${text}`)
      return look(`page ${URL.parse(url)?.pathname}`, text, { among })
    }),
  )
}

/** What these commands print, all of them in this folder. */
export async function commandsIn(
  folder: string,
  commands: readonly (readonly string[])[],
  {
    environment,
    among,
  }: { readonly environment: Readonly<Record<string, string>>; readonly among: readonly Canary[] },
): Promise<readonly Look[]> {
  return await Promise.all(
    commands.map(async (words) => {
      const { out, error } = await runCommand(folder, words, environment)
      // It is there to show what was said, to whoever may read the file.
      const may: readonly CanaryKind[] = words[0] === 'bodies' ? ['said', 'kept'] : []
      return look(`command ${words.slice(0, 2).join(' ')}`, out + error, { among, may })
    }),
  )
}
