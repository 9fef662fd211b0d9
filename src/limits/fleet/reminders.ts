// What this gateway remembers of limits that are not full, for a store that has lost everything: of all who remember, the one
// who remembers most is right.
import type { Bucket } from '../bucket.ts'
import type { RatePart } from './hold-lines.ts'
import type { HoldNote, RateLine } from './hold-store.ts'

interface Reminder {
  readonly line: RateLine
  readonly bucket: Bucket
}

/** So many are looked at in one go for whether they may be forgotten. */
const looksAtOnce = 1_000

export class Reminders {
  readonly #byKey = new Map<string, Reminder>()

  note(rates: readonly RatePart[]): void {
    for (const { line, bucket } of rates) {
      if (!this.#byKey.has(line.key)) this.#byKey.set(line.key, { line, bucket })
    }
  }

  notes(nowMs: number): readonly HoldNote[] {
    const notes: HoldNote[] = []
    for (const { line, bucket } of this.#byKey.values()) {
      const amount = bucket.burst - bucket.levelAt(nowMs)
      if (amount > 0) notes.push({ kind: 'used', ...line, amount })
    }
    return notes
  }

  /** The full ones. Those that are not go to the end of the line. */
  forget(nowMs: number): void {
    let looks = looksAtOnce
    for (const [key, reminder] of this.#byKey) {
      if (looks-- === 0) return
      this.#byKey.delete(key)
      if (!reminder.bucket.isUntouched(nowMs)) this.#byKey.set(key, reminder)
    }
  }
}
