// The lines in which anybody waits, over all models. A place that gets free may be one that several models share, so all of
// them are asked; as a rule there is none, and nothing is done.
import type { WaitingLine } from './waiting/waiting-line.ts'

/** A call that waits for a place. */
export interface Waiter {
  /** A place could be had for it now. */
  canGo(nowMs: number): boolean
  /** It is its turn, and it is in the line no more. */
  go(): void
  /** It has left the line without its turn. */
  drop(why: 'expired' | 'displaced'): void
}

export class OpenLines {
  readonly #lines = new Set<WaitingLine<Waiter>>()

  /** Somebody waits in this line. */
  add(line: WaitingLine<Waiter>): void {
    this.#lines.add(line)
  }

  /** A place may have got free: whoever can use one and whose turn it is goes. */
  freed(nowMs: number): void {
    if (this.#lines.size === 0) return
    for (const line of this.#lines) {
      for (let waiter = nextOf(line, nowMs); waiter !== undefined; waiter = nextOf(line, nowMs)) waiter.go()
      if (line.depth === 0) this.#lines.delete(line)
    }
  }
}

function nextOf(line: WaitingLine<Waiter>, nowMs: number): Waiter | undefined {
  return line.next(nowMs, (waiter) => waiter.canGo(nowMs))
}
