// Notices clients that leave before their answer begins. Asking the runtime for a request's abort signal costs a third
// of a short call (12 µs), so it is asked for only when a call has lasted 10 ms; a client that left before that is
// noticed then.
import type { Clock } from '../core/clock.ts'

const patienceMs = 10

export class Departures {
  readonly #clock: Clock
  /** Calls that came since the last look, and those from before it. */
  #fresh = new Map<Request, () => void>()
  #older = new Map<Request, () => void>()
  #looking = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Calls `left` once when the client of this request goes, within 20 ms, unless `forget` comes first. */
  watch(request: Request, left: () => void): void {
    this.#fresh.set(request, left)
    if (!this.#looking) this.#look()
  }

  /** The call is over, or its answer has begun and tells by itself. */
  forget(request: Request): void {
    if (!this.#fresh.delete(request)) this.#older.delete(request)
  }

  #look(): void {
    this.#looking = true
    this.#clock.after(patienceMs, () => {
      this.#looking = false
      const waiting = this.#older
      this.#older = this.#fresh
      this.#fresh = new Map()
      for (const [request, left] of waiting) listen(request.signal, left)
      if (this.#older.size > 0) this.#look()
    })
  }
}

function listen(signal: AbortSignal, left: () => void): void {
  if (signal.aborted) left()
  else signal.addEventListener('abort', left, { once: true })
}
