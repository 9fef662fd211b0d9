// The calls under way, in the order in which they came, and which of them last. What the runtime takes much for, such as
// a request's abort signal (12 µs), is asked for only when a call has lasted 10 ms; a client that
// left before that is noticed then.
import type { Clock } from '../core/clock.ts'
import { Line } from '../core/line.ts'
import type { LineLink } from '../core/line.ts'

const patienceMs = 10

/** A call under way. */
export interface OpenCall extends LineLink<OpenCall> {
  /** Monotonic. */
  readonly openedMs: number
  /** It is no short call: from now on somebody listens whether its client leaves. */
  lasts(): void
}

export class OpenCalls<Call extends OpenCall> {
  readonly #clock: Clock
  readonly #line = new Line<OpenCall>()
  /** The oldest whose client nobody listens for yet; all that are newer are the same. */
  #unheard: OpenCall | undefined
  #looking = false
  size = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** It is told that it lasts within 20 ms, unless it is removed before. */
  add(call: Call): void {
    this.#line.add(call)
    this.#unheard ??= call
    this.size += 1
    if (!this.#looking) this.#look()
  }

  remove(call: Call): void {
    if (this.#unheard === call) this.#unheard = call.newer
    this.#line.remove(call)
    this.size -= 1
  }

  /** Those that are under way now; what is done to them may end them. */
  all(): readonly Call[] {
    return [...this.#line] as Call[]
  }

  #look(): void {
    this.#looking = true
    this.#clock.after(patienceMs, () => {
      this.#looking = false
      this.#listenForLasting()
      if (this.#unheard !== undefined) this.#look()
    })
  }

  #listenForLasting(): void {
    const untilMs = this.#clock.nowMs() - patienceMs
    while (this.#unheard !== undefined && this.#unheard.openedMs <= untilMs) {
      const call = this.#unheard
      this.#unheard = call.newer
      call.lasts()
    }
  }
}
