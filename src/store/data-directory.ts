// The folder in which everything is kept that must outlive the process: the database, the spool, and the pepper with
// which keys are hashed. Only its owner may look into it.
import { chmodSync, closeSync, mkdirSync, openSync, readFileSync, statSync, writeSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** The data directory cannot be used. The message says why and what to do. */
export class DataDirectoryError extends Error {
  constructor(path: string, problem: string) {
    super(`The data directory ${path} cannot be used: ${problem}. Choose another with --data-dir, or mend this one.`)
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
  try {
    mkdirSync(full, { recursive: true, mode: 0o700 })
    if (!statSync(full).isDirectory()) throw new Error('it is not a folder')
    const mended: string[] = []
    const pepper = readPepper(join(full, 'pepper'), mended)
    return { path: full, databasePath: join(full, 'sallyport.db'), pepper, mended }
  } catch (failure) {
    throw new DataDirectoryError(full, failure instanceof Error ? failure.message : String(failure))
  }
}

function readPepper(path: string, mended: string[]): Uint8Array {
  makePepper(path)
  if ((statSync(path).mode & 0o077) !== 0) {
    chmodSync(path, 0o600)
    mended.push('the pepper could be read by others; its mode is 0600 again')
  }
  const pepper = readFileSync(path)
  if (pepper.length !== pepperBytes) throw new Error(`${path} does not hold ${pepperBytes} bytes`)
  return pepper
}

/** Whoever is first makes it; it is never replaced, because every key's hash rests on it. */
function makePepper(path: string): void {
  let file: number
  try {
    file = openSync(path, 'wx', 0o600)
  } catch (failure) {
    if (failure instanceof Error && 'code' in failure && failure.code === 'EEXIST') return
    throw failure
  }
  writeSync(file, crypto.getRandomValues(new Uint8Array(pepperBytes)))
  closeSync(file)
}
