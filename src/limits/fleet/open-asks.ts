// The calls that wait for the store. Nobody waits longer than a moment, and one timer looks after all of them: one of its own
// for each would cost more than what it waits for.
import type { Clock } from '../../core/clock.ts'
import type { HoldAnswer } from './hold-store.ts'

/** Nobody answered in time. */
export class LateAnswer {
  /** What came after all; undefined where nothing will. */
  readonly answer: Promise<HoldAnswer | undefined>

  constructor(answer: Promise<HoldAnswer | undefined>) {
    this.answer = answer
  }
}

export interface OpenAsksParts {
  readonly clock: Clock
  /** So long they wait. */
  readonly answerMs: number
  /** Told for each that has waited in vain. */
  wasSlow(): void
}

/** A timer that runs so much too late says more of this process than of the store. */
const busyMs = 10

export class OpenAsks {
  readonly #parts: OpenAsksParts
  #open: Ask[] = []
  /** When the timer runs; undefined where none does. */
  #atMs: number | undefined

  constructor(parts: OpenAsksParts) {
    this.#parts = parts
  }

  /** `tell` is told the answer, or that it is late. */
  open(tell: Ask['tell'], nowMs: number): Ask {
    const ask = new Ask(tell, nowMs + this.#parts.answerMs)
    this.#open.push(ask)
    if (this.#atMs === undefined) this.#lookAt(ask.dueMs)
    return ask
  }

  #lookAt(atMs: number): void {
    const { clock } = this.#parts
    this.#atMs = atMs
    clock.after(atMs - clock.nowMs(), () => this.#look(atMs))
  }

  #look(atMs: number): void {
    const nowMs = this.#parts.clock.nowMs()
    const isBusy = nowMs - atMs >= busyMs
    this.#atMs = undefined
    this.#open = this.#open.filter(({ isOpen }) => isOpen)
    const due = this.#open.filter(({ dueMs }) => dueMs <= Math.max(nowMs, atMs))
    for (const ask of due) {
      // Whoever was busy has not read what lies there.
      if (isBusy && !ask.isPutOff) ask.putOff(nowMs + busyMs)
      else {
        this.#parts.wasSlow()
        ask.giveUp()
      }
    }
    const nextMs = Math.min(...this.#open.map(({ dueMs, isOpen }) => (isOpen ? dueMs : Infinity)))
    if (nextMs !== Infinity && this.#atMs === undefined) this.#lookAt(nextMs)
  }
}

class Ask {
  readonly tell: (answer: HoldAnswer | LateAnswer) => void
  dueMs: number
  isOpen = true
  isPutOff = false
  #late: ((answer: HoldAnswer | undefined) => void) | undefined

  constructor(tell: Ask['tell'], dueMs: number) {
    this.tell = tell
    this.dueMs = dueMs
  }

  putOff(dueMs: number): void {
    this.isPutOff = true
    this.dueMs = dueMs
  }

  giveUp(): void {
    const { promise, resolve } = Promise.withResolvers<HoldAnswer | undefined>()
    this.isOpen = false
    this.#late = resolve
    this.tell(new LateAnswer(promise))
  }

  /** Undefined where nobody will answer. */
  end(answer: HoldAnswer | undefined): void {
    if (this.isOpen) this.tell(answer ?? new LateAnswer(Promise.resolve(undefined)))
    else this.#late?.(answer)
    this.isOpen = false
  }
}
