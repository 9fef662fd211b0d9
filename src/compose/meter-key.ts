// What a key uses from now on, whichever process serves its calls: all of them keep their spool and their table in the
// same data directory.
import { join } from 'node:path'
import type { Clock } from '../core/clock.ts'
import { begunAttempts } from '../adapters/spool/begun-attempts.ts'
import { sumUsage } from '../ledger/key-usage.ts'
import type { KeyUsage } from '../ledger/key-usage.ts'
import { wait } from '../platform/system-clock.ts'
import type { OpenKeys } from './open-store.ts'

export interface KeyMeter {
  /** What was used until now. Waits at most so long for attempts whose end has not been stored yet. */
  read(waitMs: number): Promise<MeterReading>
  close(): void
}

export interface MeterReading {
  readonly usage: KeyUsage
  /** Attempts that are not in it, because they have not ended or their end has not been stored. */
  readonly missing: number
}

const lookEveryMs = 100

/** Begins to count for a key. Rejects when the table cannot be read. */
export async function meterKey(
  { directory, followKey }: Pick<OpenKeys, 'directory' | 'followKey'>,
  keyId: string,
  clock: Clock,
): Promise<KeyMeter> {
  const table = await followKey(keyId)
  const look = async (): Promise<MeterReading> => {
    // In this order: what is shipped in between is in the table, and is counted once.
    const begun = begunAttempts(join(directory.path, 'spool'), keyId)
    const attempts = await table.stored()
    const stored = new Set(attempts.map(({ attemptId }) => attemptId))
    return { usage: sumUsage(attempts), missing: begun.filter((id) => !stored.has(id)).length }
  }
  return {
    read: async (waitMs) => {
      const endMs = clock.nowMs() + waitMs
      let reading = await look()
      while (reading.missing > 0 && clock.nowMs() < endMs) {
        await wait(clock, lookEveryMs)
        reading = await look()
      }
      return reading
    },
    close: () => table.close(),
  }
}
