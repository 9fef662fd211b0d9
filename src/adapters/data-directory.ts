// The folder in which everything is kept that must outlive the process: the database, the spool, and the pepper with
// which keys are hashed. Only its owner may look into it.
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { failureText } from '../core/failure-text.ts'
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
  /** As they are just now. Throws DataDirectoryError when they cannot be read. */
  peppers(): Peppers
  /** Puts a new pepper in the place of the one that is there, which becomes the previous one. */
  changePepper(): void
  /** Things that were not as they should be and have been put right. */
  readonly mended: readonly string[]
}

/** Each of 32 random bytes. */
export interface Peppers {
  readonly current: Uint8Array
  /** The one before, under which keys are that were not used since. */
  readonly previous: Uint8Array | undefined
  /** The very first, under which accounts and people have their names: those must not change. */
  readonly first: Uint8Array
}

/** What they are called in the folder. */
export const pepperFiles = {
  current: 'pepper',
  previous: 'pepper.previous',
  first: 'pepper.first',
} as const satisfies Readonly<Record<keyof Peppers, string>>

const pepperBytes = 32

/** Whether anything is kept there yet. Makes nothing. */
export function isInUse(folder: string): boolean {
  return existsSync(databaseIn(resolve(folder)))
}

/** Opens the data directory, and makes it when it is not there. Throws DataDirectoryError. */
export function openDataDirectory(folder: string): DataDirectory {
  const full = resolve(folder)
  const databasePath = databaseIn(full)
  try {
    makeFolder(full)
    const mended: string[] = []
    const path = join(full, pepperFiles.current)
    preparePepper(path, databasePath, mended)
    readPeppers(path)
    const told = <Answer>(work: () => Answer): Answer => orTold(full, work)
    return {
      path: full,
      databasePath,
      peppers: () => told(() => readPeppers(path)),
      changePepper: () => told(() => changePepper(path)),
      mended,
    }
  } catch (failure) {
    throw new DataDirectoryError(full, failureText(failure))
  }
}

function orTold<Answer>(path: string, work: () => Answer): Answer {
  try {
    return work()
  } catch (failure) {
    throw new DataDirectoryError(path, failureText(failure))
  }
}

function makeFolder(path: string): void {
  if (existsSync(path) && !statSync(path).isDirectory()) throw new Error('it is not a folder')
  mkdirSync(path, { recursive: true, mode: 0o700 })
}

/** The pepper is made once, and never replaced without a word, because every key's hash rests on it. */
function preparePepper(path: string, databasePath: string, mended: string[]): void {
  // In this order: another process may be making both just now, and makes the pepper first.
  const hasDatabase = existsSync(databasePath)
  if (!existsSync(path)) {
    if (hasDatabase)
      throw new Error(`${path} is gone, and without it no key works; put it back from a backup`)
    appearAs(path, newPepper())
  }
  if ((statSync(path).mode & 0o077) !== 0) {
    chmodSync(path, 0o600)
    mended.push('the pepper could be read by others; its mode is 0600 again')
  }
}

function readPeppers(path: string): Peppers {
  const current = readPepper(path)
  const previous = existsSync(previousOf(path)) ? readPepper(previousOf(path)) : undefined
  return { current, previous, first: existsSync(firstOf(path)) ? readPepper(firstOf(path)) : current }
}

function readPepper(path: string): Uint8Array {
  const pepper = readFileSync(path)
  if (pepper.length !== pepperBytes) throw new Error(`${path} does not hold ${pepperBytes} bytes`)
  return pepper
}

/** In an order in which nothing is lost wherever it ends: at worst the previous pepper is the current one. */
function changePepper(path: string): void {
  const current = readPepper(path)
  if (!existsSync(firstOf(path))) appearAs(firstOf(path), current)
  replace(previousOf(path), current)
  replace(path, newPepper())
}

function replace(path: string, bytes: Uint8Array): void {
  const next = `${path}.next`
  rmSync(next, { force: true })
  appearAs(next, bytes)
  renameSync(next, path)
}

const databaseIn = (path: string): string => join(path, 'sallyport.db')
const previousOf = (path: string): string => `${path}.previous`
const firstOf = (path: string): string => `${path}.first`

function newPepper(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(pepperBytes))
}
