// A small text file, written whole. What is there already stays unless somebody says otherwise.
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

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

/**
 * Puts a text in the place of a file, for its owner only: whoever reads sees the old one or the new one, whole. Makes the
 * folder.
 */
export function replaceText(path: string, text: string): TextWritten {
  const unfinished = `${path}.${crypto.randomUUID()}`
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    writeFileSync(unfinished, text, { mode: 0o600, flush: true })
    renameSync(unfinished, path)
    return { ok: true }
  } catch (failure) {
    rmSync(unfinished, { force: true })
    const code = failure instanceof Error && 'code' in failure ? String(failure.code) : String(failure)
    return { ok: false, reason: `cannot be written (${code})` }
  }
}

/** Makes a folder for its owner only, where there is none. */
export function makeFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 })
}

/** Removes a file. One that is not there is no problem. */
export function removeFile(path: string): void {
  rmSync(path, { force: true })
}
