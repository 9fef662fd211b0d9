// Small text files, read whole and with a limit: configs, secrets, certificates. Also reads pipes, so that a shell's
// `<(…)` works as a file.
import { closeSync, openSync, readSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** `reason` completes "the file …". */
export type TextRead =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly missing: boolean; readonly reason: string }

/** Reads UTF-8 text of at most `bytesMax` bytes. A byte-order mark is not part of it. */
export function readText(path: string, bytesMax: number): TextRead {
  let bytes: Uint8Array
  try {
    bytes = readUpTo(path, bytesMax + 1)
  } catch (failure) {
    return notRead(failure)
  }
  if (bytes.length > bytesMax)
    return { ok: false, missing: false, reason: `is larger than ${bytesMax} bytes` }
  try {
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch {
    return { ok: false, missing: false, reason: 'is not UTF-8 text' }
  }
}

/** `path` in full: as seen from the folder of the file `beside`, or else from the working folder. */
export function fullPath(path: string, beside = 'here'): string {
  return resolve(dirname(beside), path)
}

function readUpTo(path: string, bytesMax: number): Uint8Array {
  const file = openSync(path, 'r')
  try {
    const pieces: Uint8Array[] = []
    let total = 0
    while (total < bytesMax) {
      const piece = new Uint8Array(Math.min(65_536, bytesMax - total))
      const length = readSync(file, piece)
      if (length === 0) break
      pieces.push(piece.subarray(0, length))
      total += length
    }
    return Buffer.concat(pieces)
  } finally {
    closeSync(file)
  }
}

const reasons = new Map([
  ['ENOENT', 'does not exist'],
  ['ENOTDIR', 'does not exist'],
  ['EACCES', 'may not be read by this user'],
  ['EPERM', 'may not be read by this user'],
  ['EISDIR', 'is a folder'],
  ['ELOOP', 'is a link to itself'],
])

function notRead(failure: unknown): TextRead {
  const code = failure instanceof Error && 'code' in failure ? String(failure.code) : ''
  const reason = reasons.get(code) ?? `cannot be read (${code || 'unknown failure'})`
  return { ok: false, missing: reason === reasons.get('ENOENT'), reason }
}
