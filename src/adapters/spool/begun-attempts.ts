// Which attempts of a key are in the spool of any process. Segments go away while they are read: whatever stood in them
// is in the table by then.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readBegin, SpoolReader } from '../../ledger/read-spool-record.ts'
import { readLines } from './read-lines.ts'
import { segmentsOf } from './segment-name.ts'
import { foldersIn } from './spool-bytes.ts'
import { unlessGone } from './unless-gone.ts'

/** The ids of the attempts of this key that have begun, whether they have ended or not. */
export function begunAttempts(root: string, keyId: string): readonly string[] {
  const reader = new SpoolReader()
  const found = new Set<string>()
  for (const folder of foldersIn(root)) {
    for (const segment of unlessGone(() => segmentsOf(readdirSync(folder))) ?? []) {
      unlessGone(() => {
        for (const { text } of readLines(join(folder, segment), { from: 0, to: Infinity })) {
          const record = text?.includes(keyId) === true ? reader.read(text) : undefined
          if (record?.kind !== 'begin') continue
          const begin = readBegin(record.row)
          if (begin?.keyId === keyId) found.add(begin.attemptId)
        }
      })
    }
  }
  return [...found]
}
