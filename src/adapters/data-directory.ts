// The folder in which everything is kept that must outlive the process: the database, the spool, and the pepper with
// which keys are hashed. Only its owner may look into it.
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { appearAs } from './appear-as.ts'

/** The data directory cannot be used. The message says why and what to do. */
export class DataDirectoryError extends Error {
  constructor(path: string, problem: string) {
    super(
      `The data directory ${path} cannot be used: ${problem}. Choose another with --data-dir, or mend this one.`,
    )
  }
}

export interface DataDirectory {
  readonly path: string
  readonly databasePath: string
  /** 32 random bytes, made once. */
  readonly pepper: Uint8Array
  /** Things that were not as they should be and have been put right. */
  readonly mended: readonly string[]
}

const pepperBytes = 32

/** Opens the data directory, and makes it when it is not there. Throws DataDirectoryError. */
export function openDataDirectory(path: string): DataDirectory {
  const full = resolve(path)
  const databasePath = join(full, 'sallyport.db')
  try {
    makeFolder(full)
    const mended: string[] = []
    const pepper = readPepper(join(full, 'pepper'), databasePath, mended)
    return { path: full, databasePath, pepper, mended }
  } catch (failure) {
    throw new DataDirectoryError(full, failure instanceof Error ? failure.message : String(failure))
  }
}

function makeFolder(path: string): void {
  if (existsSync(path) && !statSync(path).isDirectory()) throw new Error('it is not a folder')
  mkdirSync(path, { recursive: true, mode: 0o700 })
}

/** The pepper is made once and never replaced, because every key's hash rests on it. */
function readPepper(path: string, databasePath: string, mended: string[]): Uint8Array {
  // In this order: another process may be making both just now, and makes the pepper first.
  const hasDatabase = existsSync(databasePath)
  if (!existsSync(path)) {
    if (hasDatabase)
      throw new Error(`${path} is gone, and without it no key works; put it back from a backup`)
    appearAs(path, crypto.getRandomValues(new Uint8Array(pepperBytes)))
  }
  if ((statSync(path).mode & 0o077) !== 0) {
    chmodSync(path, 0o600)
    mended.push('the pepper could be read by others; its mode is 0600 again')
  }
  const pepper = readFileSync(path)
  if (pepper.length !== pepperBytes) throw new Error(`${path} does not hold ${pepperBytes} bytes`)
  return pepper
}
