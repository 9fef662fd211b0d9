// A small text file, written whole. What is there already stays unless somebody says otherwise.
import { writeFileSync } from 'node:fs'

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
