// What takes up space in the spool. Files may go away while they are counted: other processes ship too.
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { segmentsOf } from './segment-name.ts'

/** The folders of all processes, living and dead. */
export function foldersIn(root: string): readonly string[] {
  if (!existsSync(root)) return []
  const entries = readdirSync(root, { withFileTypes: true })
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(root, name))
}

/** Bytes of the segments in a process's folder. */
export function spoolBytesIn(folder: string): number {
  const sizes = segmentsOf(readdirSync(folder)).map((segment) => {
    return statSync(join(folder, segment), { throwIfNoEntry: false })?.size ?? 0
  })
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** Bytes of the segments of all processes. Zero when that cannot be seen: the first attempt will say what is wrong. */
export function spoolBytesUnder(root: string): number {
  try {
    return foldersIn(root).reduce((sum, folder) => sum + spoolBytesIn(folder), 0)
  } catch {
    return 0
  }
}
