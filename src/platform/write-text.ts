// A small text file, written whole. What is there already stays unless somebody says otherwise.
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'

/** `reason` completes "the file …". */
export type TextWritten = { readonly ok: true } | { readonly ok: false; readonly reason: string }

/** Writes a text file; one that exists only with `replace`. */
export function writeText(
  path: string,
  text: string,
  { replace }: { readonly replace: boolean },
): TextWritten {
  try {
    writeFileSync(path, text, { flag: replace ? 'w' : 'wx' })
    return { ok: true }
  } catch (failure) {
    const code = failure instanceof Error && 'code' in failure ? String(failure.code) : String(failure)
    return { ok: false, reason: code === 'EEXIST' ? 'exists already' : `cannot be written (${code})` }
  }
}

/** Writes a text file for its owner only, in the place of one that is there: at every moment one of both is whole. */
export function replaceText(path: string, text: string): TextWritten {
  const unfinished = `${path}.${crypto.randomUUID()}`
  try {
    const file = openSync(unfinished, 'wx', 0o600)
    try {
      writeFileSync(file, text)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(unfinished, path)
    return { ok: true }
  } catch (failure) {
    rmSync(unfinished, { force: true })
    const code = failure instanceof Error && 'code' in failure ? String(failure.code) : String(failure)
    return { ok: false, reason: `cannot be written (${code})` }
  }
}

/** Removes a file. One that is not there is no problem. */
export function removeFile(path: string): void {
  rmSync(path, { force: true })
}
