// Which attempts have ended, in whatever process, and lie in the spool: what of them is not in the table is missing in an
// answer from it. Segments go away while they are read: whatever stood in them is in the table by then.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { SpoolReader } from '../../ledger/read-spool-record.ts'
import { readLines } from './read-lines.ts'
import { segmentsOf } from './segment-name.ts'
import { foldersIn } from './spool-bytes.ts'
import { unlessGone } from './unless-gone.ts'

export interface AttemptName {
  readonly callId: string
  readonly attemptId: string
}

/** Each once. */
export function endedInSpool(root: string): readonly AttemptName[] {
  const reader = new SpoolReader()
  const ended = new Map<string, AttemptName>()
  for (const folder of foldersIn(root)) {
    for (const segment of unlessGone(() => segmentsOf(readdirSync(folder))) ?? []) {
      unlessGone(() => {
        for (const { text } of readLines(join(folder, segment), { from: 0, to: Infinity })) {
          const record = text?.startsWith('e') === true ? reader.read(text) : undefined
          if (record?.kind !== 'end') continue
          const { callId, attemptId } = record.attempt
          ended.set(attemptId, { callId, attemptId })
        }
      })
    }
  }
  return [...ended.values()]
}
