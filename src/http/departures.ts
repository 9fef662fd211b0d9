// Notices clients that leave before their answer begins. Asking the runtime for a request's abort signal costs a third
// of a short call (12 µs), so it is asked for only when a call has lasted 10 ms; a client that left before that is
// noticed then.
import type { Clock } from '../core/clock.ts'

const patienceMs = 10

/** Who wants to know that its client has gone. */
export interface Waiting {
  left(): void
}

export class Departures {
  readonly #clock: Clock
  /** Calls that came since the last look, and those from before it. */
  #fresh = new Map<Waiting, Request>()
  #older = new Map<Waiting, Request>()
  #looking = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Tells `waiting` once when the client of this request goes, within 20 ms, unless `forget` comes first. */
  watch(waiting: Waiting, request: Request): void {
    this.#fresh.set(waiting, request)
    if (!this.#looking) this.#look()
  }

  /** The call is over, or its answer has begun and tells by itself. */
  forget(waiting: Waiting): void {
    if (!this.#fresh.delete(waiting)) this.#older.delete(waiting)
  }

  #look(): void {
    this.#looking = true
    this.#clock.after(patienceMs, () => {
      this.#looking = false
      const lasting = this.#older
      this.#older = this.#fresh
      this.#fresh = new Map()
      for (const [waiting, request] of lasting) listen(request.signal, waiting)
      if (this.#older.size > 0) this.#look()
    })
  }
}

function listen(signal: AbortSignal, waiting: Waiting): void {
  if (signal.aborted) waiting.left()
  else signal.addEventListener('abort', () => waiting.left(), { once: true })
}
