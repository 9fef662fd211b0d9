// A file that comes into being whole: written under another name, synchronised, then given its own. Whoever is first
// wins, and who comes second takes what is there.
import { closeSync, fsyncSync, linkSync, openSync, rmSync, writeSync } from 'node:fs'

/** Makes a file with these bytes, readable by its owner only. One that is there already stays as it is. */
export function appearAs(path: string, bytes: Uint8Array): void {
  const unfinished = `${path}.${crypto.randomUUID()}`
  try {
    writeWhole(unfinished, bytes)
    linkSync(unfinished, path)
  } catch (failure) {
    if (!isThereAlready(failure)) throw failure
  } finally {
    rmSync(unfinished, { force: true })
  }
}

function writeWhole(path: string, bytes: Uint8Array): void {
  const file = openSync(path, 'wx', 0o600)
  try {
    for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function isThereAlready(failure: unknown): boolean {
  return failure instanceof Error && 'code' in failure && failure.code === 'EEXIST'
}
