// How calls are let end before a gateway goes away: first only readiness says so, then nobody new is let in, then the calls
// under way get what is left of the time, and whoever is still there a typed error.
import type { Clock } from '../core/clock.ts'
import type { Edge } from '../http/edge.ts'
import { wait } from '../platform/system-clock.ts'

export interface Draining {
  readonly clock: Clock
  readonly edge: Pick<Edge, 'beginDrain' | 'idle' | 'stopAll' | 'callsInFlight'>
  /** Lets nobody new in. */
  stopListening(): void
  /** Answers that have not reached their sockets yet. */
  answersUnderWay(): number
}

/** Streams that are still open this long before the end of the drain get their error event. */
const lastWordsMs = 5_000
/** How often is looked whether everything has been sent. */
const sentLookMs = 50

/** Resolves when every call is over, and what was said last has been sent, or `timeoutMs` from now at the latest. */
export async function drain(draining: Draining, delayMs: number, timeoutMs: number): Promise<void> {
  const { clock, edge } = draining
  const endMs = clock.nowMs() + timeoutMs
  edge.beginDrain()
  if (delayMs > 0) await wait(clock, delayMs)
  draining.stopListening()
  const graceMs = Math.max(0, endMs - clock.nowMs() - Math.min(lastWordsMs, timeoutMs / 6))
  await Promise.race([edge.idle(), wait(clock, graceMs)])
  edge.stopAll()
  await untilSent(draining, endMs)
  edge.stopAll()
}

/** What was said last has still to reach the sockets, and whole answers their clients. */
async function untilSent({ clock, edge, answersUnderWay }: Draining, endMs: number): Promise<void> {
  const isSending = (): boolean => edge.callsInFlight > 0 || answersUnderWay() > 0
  do await wait(clock, sentLookMs)
  while (clock.nowMs() < endMs && isSending())
}
