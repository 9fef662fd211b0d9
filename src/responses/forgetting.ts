// Forgets what has expired, a little at a time: each step holds up everything else in the process, so a large heap is
// taken away in many small ones.
import type { Clock, Timer } from '../core/clock.ts'
import type { HeldIdStore, ResponsesObserver, ResponseStore } from './ports.ts'

export interface ForgettingParts {
  readonly responses: Pick<ResponseStore, 'forgetBefore'>
  readonly heldIds: Pick<HeldIdStore, 'forgetBefore' | 'forgetBeyond'>
  readonly clock: Clock
  readonly observer: ResponsesObserver
}

/** At a start there is other work. */
export const firstLookMs = 60_000
export const nextLookMs = 10 * 60_000
/** Between two steps while there is more. */
export const nextStepMs = 200
/** Responses may be large, ids are small. */
export const responsesEachStep = 50
export const idsEachStep = 1_000
/** Ids that are remembered at most; beyond that those go that would expire first. */
export const idsMax = 250_000

export class Forgetting {
  readonly #parts: ForgettingParts
  #timer: Timer | undefined
  #isStopped = false

  constructor(parts: ForgettingParts) {
    this.#parts = parts
  }

  start(): void {
    this.#lookAfter(firstLookMs)
  }

  stop(): void {
    this.#isStopped = true
    this.#timer?.cancel()
  }

  #lookAfter(delayMs: number): void {
    if (this.#isStopped) return
    this.#timer = this.#parts.clock.after(delayMs, () => {
      void this.#step().then(
        (isMore) => this.#lookAfter(isMore ? nextStepMs : nextLookMs),
        // The store is busy or away; those who write say so, and what has expired is not found anyway.
        () => this.#lookAfter(nextLookMs),
      )
    })
  }

  /** Whether there is more to forget. */
  async #step(): Promise<boolean> {
    const { responses, heldIds, clock, observer } = this.#parts
    const nowMs = clock.wallMs()
    const forgotten = await responses.forgetBefore(nowMs, responsesEachStep)
    if (forgotten > 0) observer.counted('forgotten', forgotten)
    const expired = await heldIds.forgetBefore(nowMs, idsEachStep)
    const beyond = await heldIds.forgetBeyond(idsMax, idsEachStep)
    return forgotten === responsesEachStep || expired === idsEachStep || beyond === idsEachStep
  }
}
