// The copy of a fleet's keys in the data directory, so that a gateway can start while the database is away. It holds hashes
// and the peppers under which they are, as the folder always did, and is believed only for the database that it was taken of.
import { readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { failureText } from '../core/failure-text.ts'
import type { KeptKeys, KeySnapshot, StoredKey } from '../keys/key-store.ts'
import { sha256 } from '../platform/hmac.ts'
import type { Peppers } from './data-directory.ts'

export interface KeptKeysFile extends KeptKeys {
  /** Those under which the keys of the copy are. */
  peppers(): Peppers | undefined
}

export interface KeptKeysParts {
  /** The data directory. */
  readonly directory: string
  /** What the database is known by, without a password. */
  readonly database: string
  /** Those in use just now. */
  peppers(): Peppers
  onProblem(problem: string): void
}

interface Written {
  readonly database: string
  readonly version: number
  readonly keys: readonly StoredKey[]
  readonly peppers: Readonly<Record<keyof Peppers, string | null>>
}

/** The file, which need not be there. */
export function keptKeysFile({ directory, database, peppers, onProblem }: KeptKeysParts): KeptKeysFile {
  const path = join(directory, 'keys-of-fleet.json')
  const name = sha256(database)
  let writtenKeys: readonly StoredKey[] | undefined
  let writtenPeppers = ''
  const read = (): (Written & { readonly confirmedMs: number }) | undefined => {
    try {
      const written: Written = JSON.parse(readFileSync(path, 'utf8'))
      return written.database === name ? { ...written, confirmedMs: statSync(path).mtimeMs } : undefined
    } catch (failure) {
      if (!isMissing(failure)) onProblem(`${path} cannot be read: ${failureText(failure)}`)
      return undefined
    }
  }
  return {
    read: () => read(),
    peppers: () => {
      const found = read()?.peppers
      return found && peppersOf(found)
    },
    write: (snapshot) => {
      const texts = textsOf(peppers())
      const isSame = writtenKeys === snapshot.keys && writtenPeppers === JSON.stringify(texts)
      try {
        // That it still holds is said by the file's own time, which takes no writing of all of it.
        if (isSame) confirm(path, snapshot)
        else replace(path, { database: name, peppers: texts }, snapshot)
        writtenKeys = snapshot.keys
        writtenPeppers = JSON.stringify(texts)
      } catch (failure) {
        writtenKeys = undefined
        onProblem(`${path} cannot be written: ${failureText(failure)}`)
      }
    },
  }
}

function confirm(path: string, { confirmedMs }: KeySnapshot): void {
  const seconds = confirmedMs / 1_000
  utimesSync(path, seconds, seconds)
}

function replace(
  path: string,
  { database, peppers }: Pick<Written, 'database' | 'peppers'>,
  snapshot: KeySnapshot,
): void {
  const unfinished = `${path}.${crypto.randomUUID()}`
  const { version, keys } = snapshot
  const written: Written = { database, version, keys, peppers }
  try {
    writeFileSync(unfinished, JSON.stringify(written), { mode: 0o600 })
    confirm(unfinished, snapshot)
    renameSync(unfinished, path)
  } finally {
    rmSync(unfinished, { force: true })
  }
}

function textsOf({ current, previous, first }: Peppers): Written['peppers'] {
  return {
    current: hexOf(current),
    previous: previous === undefined ? null : hexOf(previous),
    first: hexOf(first),
  }
}

function peppersOf({ current, previous, first }: Written['peppers']): Peppers | undefined {
  if (current === null || first === null) return undefined
  return {
    current: bytesOf(current),
    previous: previous === null ? undefined : bytesOf(previous),
    first: bytesOf(first),
  }
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'))
}

function isMissing(failure: unknown): boolean {
  return failure instanceof Error && 'code' in failure && failure.code === 'ENOENT'
}
