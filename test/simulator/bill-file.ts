// The bill as a file of JSON lines: `begin` when a request was received, `end` when its attempt is over.
// Lines are appended at the next turn of the event loop, so that a thousand streams cost few writes.
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import type { BillEntry } from './bill.ts'

export interface BillFile {
  write(step: 'begin' | 'end', entry: BillEntry): void
  close(): void
}

export function openBillFile(path: string): BillFile {
  const file = openSync(path, 'a')
  let lines: string[] = []
  let isClosed = false
  const flush = (): void => {
    if (lines.length > 0 && !isClosed) writeSync(file, lines.join(''))
    lines = []
  }
  return {
    write: (step, entry) => {
      if (lines.length === 0) setImmediate(flush)
      lines.push(`${JSON.stringify({ step, ...entry })}\n`)
    },
    close: () => {
      flush()
      isClosed = true
      closeSync(file)
    },
  }
}

/** The entries in a bill's file: for each attempt its `end`, or its `begin` while it is open. */
export function readBillFile(path: string): readonly BillEntry[] {
  const found = new Map<string, BillEntry>()
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    // A line without its end may be half written.
    if (!line.endsWith('}')) continue
    const entry = JSON.parse(line) as BillEntry
    found.set(`${entry.attemptId} ${entry.receivedAtMs}`, entry)
  }
  return [...found.values()]
}
