// Since when this gateway knows each credential, by fingerprint, in a small file of the data directory. What cannot be read
// counts as not there: credentials then look younger than they are, and nothing else is lost.
import type { FirstSeenStore } from '../secrets/credential-ages.ts'
import { join } from 'node:path'
import { readText } from '../platform/read-text.ts'
import { replaceText } from '../platform/write-text.ts'

const bytesMax = 1024 * 1024

/** `onProblem` is told what went wrong, in words. */
export function firstSeenFile(directory: string, onProblem: (problem: string) => void): FirstSeenStore {
  const path = join(directory, 'credentials-seen.json')
  return {
    read: () => {
      const read = readText(path, bytesMax)
      if (!read.ok && !read.missing) onProblem(`${path} ${read.reason}, and is begun anew`)
      return read.ok ? timesIn(read.text) : {}
    },
    write: (seen) => {
      const written = replaceText(path, `${JSON.stringify(seen, undefined, 1)}\n`)
      if (!written.ok) onProblem(`${path} ${written.reason}`)
    },
  }
}

function timesIn(text: string): Readonly<Record<string, number>> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return {}
    return Object.fromEntries(
      Object.entries(value).filter((entry): entry is [string, number] => Number.isFinite(entry[1])),
    )
  } catch {
    return {}
  }
}
