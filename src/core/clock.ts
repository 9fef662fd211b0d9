// Time as a value. Durations use the monotonic clock; the wall clock is only for stamps that people read,
// because it may step backwards.

export interface Clock {
  /** Milliseconds since the Unix epoch. May step. */
  wallMs(): number
  /** Milliseconds on a monotonic clock with an arbitrary zero. Fractions of a millisecond are kept. */
  nowMs(): number
  /** Runs `run` once, no earlier than `delayMs` from now. A pending timer does not keep the process alive. */
  after(delayMs: number, run: () => void): Timer
}

export interface Timer {
  /** Forgets the timer. Harmless when it has already run. */
  cancel(): void
}
