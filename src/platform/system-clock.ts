// The clock of the machine.
import type { Clock, Timer } from '../core/clock.ts'

/** Wall time from the system, durations from its monotonic clock. Timers do not keep the process alive. */
export const systemClock: Clock = {
  wallMs: () => Date.now(),
  nowMs: () => performance.now(),
  after(delayMs: number, run: () => void): Timer {
    // What is late already is due now; the runtime would warn of a delay below zero.
    const timer = setTimeout(run, Math.max(0, delayMs))
    timer.unref()
    return { cancel: () => clearTimeout(timer) }
  },
}

/** Resolves after this long, by any clock. */
export function wait(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(delayMs, resolve)
  })
}
