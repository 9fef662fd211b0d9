// How many attempts have ended, in whatever process, and are not in the table yet: what an answer from the table lacks.
// Segments go away while they are read: whatever stood in them is in the table by then.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readRecord } from '../../ledger/spool-record.ts'
import { readLines } from './read-lines.ts'
import { segmentsOf } from './segment-name.ts'
import { foldersIn } from './spool-bytes.ts'
import { unlessGone } from './unless-gone.ts'

export interface AttemptName {
  readonly callId: string
  readonly attemptId: string
}

/** `isStored` says whether one is in the table. */
export function countUnstored(root: string, isStored: (attempt: AttemptName) => boolean): number {
  let count = 0
  for (const folder of foldersIn(root)) {
    for (const segment of unlessGone(() => segmentsOf(readdirSync(folder))) ?? []) {
      unlessGone(() =>
        readLines(join(folder, segment), { from: 0, to: Infinity }, (text) => {
          const record = text?.startsWith('e') === true ? readRecord(text) : undefined
          if (record?.kind === 'end' && !isStored(record.attempt)) count += 1
        }),
      )
    }
  }
  return count
}
