// Deadlines by the thousand: one coarse timer looks at all of them, so that setting and cancelling one costs next to
// nothing. A deadline may fire up to two looks late, never early; while there is none, no timer runs. After a standstill
// of the whole process it fires one look later still: what came meanwhile has to be read before anybody is called late.
import type { Clock } from '../core/clock.ts'

/** How often they are looked at, in milliseconds. */
const lookEveryMs = 50
/** A look that comes so much later than it was to comes after a standstill. */
const standstillMs = 250

export interface Deadline {
  /** Forgets it. Harmless when it has already fired. */
  cancel(): void
  /** Moves it to this long from now, or up to 100 ms later. Does nothing once it has fired or was cancelled. */
  extend(delayMs: number): void
}

/** Who is told that a deadline has passed. */
export interface DeadlineOwner {
  due(): void
}

export class Deadlines {
  readonly #clock: Clock
  readonly #list = new DeadlineList()
  #looking = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /**
   * The time of the next look, on the clock's monotonic scale: never before now, and at most 50 ms ahead while any
   * deadline is set. It costs nothing, where the clock itself would be read for every piece of every stream.
   */
  get soonMs(): number {
    return this.#list.soonMs
  }

  /** Runs `run` once, `delayMs` from now or up to 100 ms later, unless it is cancelled or moved before. */
  set(delayMs: number, run: () => void): Deadline {
    return this.watch(this.#clock.nowMs() + delayMs, { due: run })
  }

  /** The same at a monotonic time, for deadlines of every call: nothing is made but the deadline itself. */
  watch(atMs: number, owner: DeadlineOwner): Deadline {
    if (!this.#looking) this.#list.soonMs = this.#clock.nowMs() + lookEveryMs
    const pending = new Pending(this.#list, owner, atMs)
    if (!this.#looking) this.#look()
    return pending
  }

  get size(): number {
    return this.#list.size
  }

  #look(): void {
    this.#looking = true
    const dueMs = this.#clock.nowMs() + lookEveryMs
    this.#clock.after(lookEveryMs, () => {
      this.#looking = false
      const nowMs = this.#clock.nowMs()
      this.#list.soonMs = nowMs + lookEveryMs
      try {
        if (nowMs - dueMs < standstillMs) this.#fireDue(nowMs)
      } finally {
        // A bug in what one of them runs must not stop the others.
        if (this.#list.size > 0 && !this.#looking) this.#look()
      }
    })
  }

  #fireDue(nowMs: number): void {
    for (const pending of this.#list.due(nowMs)) pending.fire()
  }
}

/** All that are set, each a link of the list itself: a set would make and forget an entry for each. */
class DeadlineList {
  #newest: Pending | undefined
  size = 0
  soonMs = 0

  add(pending: Pending): void {
    pending.older = this.#newest
    if (this.#newest !== undefined) this.#newest.newer = pending
    this.#newest = pending
    this.size += 1
  }

  remove(pending: Pending): void {
    const { older, newer } = pending
    if (newer === undefined) this.#newest = older
    else newer.older = older
    if (older !== undefined) older.newer = newer
    pending.older = pending.newer = undefined
    this.size -= 1
  }

  /** Those whose time has come, in the order in which they were set. */
  due(nowMs: number): readonly Pending[] {
    const due: Pending[] = []
    for (let pending = this.#newest; pending !== undefined; pending = pending.older) {
      if (pending.atMs <= nowMs) due.push(pending)
    }
    return due.toReversed()
  }
}

class Pending implements Deadline {
  readonly #list: DeadlineList
  readonly #owner: DeadlineOwner
  #isSet = true
  atMs: number
  older: Pending | undefined = undefined
  newer: Pending | undefined = undefined

  constructor(list: DeadlineList, owner: DeadlineOwner, atMs: number) {
    this.#list = list
    this.#owner = owner
    this.atMs = atMs
    list.add(this)
  }

  cancel(): void {
    if (!this.#isSet) return
    this.#isSet = false
    this.#list.remove(this)
  }

  extend(delayMs: number): void {
    this.atMs = this.#list.soonMs + delayMs
  }

  fire(): void {
    if (!this.#isSet) return
    this.cancel()
    this.#owner.due()
  }
}
