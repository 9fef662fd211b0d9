// What has to be told to the store, in order and each thing once. One parcel is on its way at a time: only so can one that
// got lost be sent again before anything that comes after it.
import type { HoldNote } from './hold-store.ts'

/** How a question is answered; undefined where nobody waits. */
export type Answered = ((result: number) => void) | undefined

interface Entry {
  note: HoldNote
  readonly answered: Answered
}

interface Watcher {
  left: number
  arrived(): void
}

export interface Parcel {
  readonly sequence: number
  readonly notes: readonly HoldNote[]
}

/** So many go into one exchange: the store does nothing else meanwhile. */
const notesMax = 200
/** An exchange that tells nothing. */
export const nothing: Parcel = { sequence: 0, notes: [] }

export class Outbox {
  #waiting: Entry[] = []
  #sent: readonly Entry[] = []
  /** Where in the waiting line an amount of a key stands already. */
  readonly #sums = new Map<string, number>()
  #sequence = 0
  #isOnItsWay = false
  /** Who waits until so many more entries have arrived. */
  #watchers: Watcher[] = []

  /** Nothing waits that could be sent now. */
  get isIdle(): boolean {
    return this.#isOnItsWay || this.#waiting.length + this.#sent.length === 0
  }

  /** All that waits goes with the next exchange. */
  get goesWhole(): boolean {
    return !this.#isOnItsWay && this.#sent.length === 0 && this.#waiting.length <= notesMax
  }

  get size(): number {
    return this.#waiting.length + this.#sent.length
  }

  add(note: HoldNote, answered?: Answered): void {
    if (note.kind === 'use' || note.kind === 'spent') return this.#sum(note)
    if (note.kind === 'end' && this.#joins(note)) return
    this.#waiting.push({ note, answered })
  }

  /** Goes before everything else that waits. */
  addFirst(note: HoldNote): void {
    this.#waiting.unshift({ note, answered: undefined })
    this.#sums.clear()
  }

  /** By keys of budgets: what was spent, and will be told. */
  spentByKey(): ReadonlyMap<string, number> {
    const sums = new Map<string, number>()
    const add = (key: string, amount: number): void => void sums.set(key, (sums.get(key) ?? 0) + amount)
    for (const { note } of this.#waiting) {
      if (note.kind === 'spent') add(note.key, note.amount)
      if (note.kind === 'end') for (const { key, spent } of note.counters) add(key, spent)
    }
    return sums
  }

  /** What goes with the next exchange; without notes while others are on their way. */
  take(): Parcel {
    if (this.isIdle) return nothing
    if (this.#sent.length === 0) {
      this.#sent = this.#firstWaiting()
      this.#sequence += 1
      this.#sums.clear()
    }
    this.#isOnItsWay = true
    return { sequence: this.#sequence, notes: this.#sent.map(({ note }) => note) }
  }

  #firstWaiting(): readonly Entry[] {
    const waiting = this.#waiting
    if (waiting.length > notesMax) return waiting.splice(0, notesMax)
    this.#waiting = []
    return waiting
  }

  /** It has arrived. */
  arrived(results: readonly number[]): void {
    const sent = this.#sent
    this.#sent = []
    this.#isOnItsWay = false
    for (let index = 0; index < sent.length; index++) sent[index]?.answered?.(results[index] ?? 0)
    if (this.#watchers.length === 0) return
    for (const watcher of this.#watchers) watcher.left -= sent.length
    const over = this.#watchers.filter(({ left }) => left <= 0)
    if (over.length === 0) return
    this.#watchers = this.#watchers.filter(({ left }) => left > 0)
    for (const watcher of over) watcher.arrived()
  }

  /** Tells when so much has arrived that all that stands in it now goes with the next exchange. */
  whenWhole(arrived: () => void): void {
    this.#watchers.push({ left: Math.max(this.#sent.length, this.size - notesMax), arrived })
  }

  /** Nobody knows whether it has: it goes again, under the same number. */
  failed(): void {
    this.#isOnItsWay = false
  }

  /** A call's limits and its budgets end one after the other: that is one note. */
  #joins(end: HoldNote & { readonly kind: 'end' }): boolean {
    const last = this.#waiting.at(-1)
    if (last?.note.kind !== 'end' || last.note.id !== end.id || last.note.epoch !== end.epoch) return false
    const { id, epoch, places, counters } = last.note
    last.note = {
      kind: 'end',
      id,
      epoch,
      places: places.length === 0 ? end.places : [...places, ...end.places],
      counters: counters.length === 0 ? end.counters : [...counters, ...end.counters],
    }
    return true
  }

  /** Amounts of one key are one note: so the line does not grow with every call while nobody can be told. */
  #sum(note: HoldNote & { readonly kind: 'use' | 'spent' }): void {
    if (note.amount === 0) return
    const entry = this.#waiting[this.#sums.get(note.key) ?? -1]
    if (entry?.note.kind === note.kind) {
      entry.note = { ...note, amount: entry.note.amount + note.amount }
      return
    }
    this.#sums.set(note.key, this.#waiting.length)
    this.#waiting.push({ note, answered: undefined })
  }
}
