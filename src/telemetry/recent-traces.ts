// The traces of the last calls that have any, in memory: enough to answer "why did that call go there" a moment later.
import type { CallSummary } from '../core/call.ts'
import type { CallStep } from '../core/call-step.ts'
import type { Clock } from '../core/clock.ts'

const keptMax = 1_000

/** What is kept of a call, without what the ledger knows anyway. */
export interface CallTrace {
  readonly callId: string
  readonly keyId: string
  readonly endpoint: string
  readonly model: string
  readonly deployment: string
  readonly stream: boolean
  readonly status: number
  readonly code: string
  readonly outcome: string
  readonly attempts: number
  readonly totalMs: number
  /** Wall clock, milliseconds since the epoch. */
  readonly endedAtMs: number
  readonly steps: readonly CallStep[]
}

export class RecentTraces {
  readonly #clock: Pick<Clock, 'wallMs'>
  readonly #traces = new Map<string, CallTrace>()

  constructor(clock: Pick<Clock, 'wallMs'>) {
    this.#clock = clock
  }

  /** Keeps the steps of a call that is over; the oldest makes room. */
  keep(call: CallSummary, steps: readonly CallStep[]): void {
    if (this.#traces.size >= keptMax) {
      const [oldest] = this.#traces.keys()
      if (oldest !== undefined) this.#traces.delete(oldest)
    }
    const { callId, keyId, endpoint, model, provider, providerModel, stream, status } = call
    const { code, outcome, attempts, totalMs } = call
    this.#traces.set(callId, {
      callId,
      keyId,
      endpoint,
      stream,
      status,
      code,
      outcome,
      attempts,
      totalMs,
      steps,
      // The summary of a call is let go of; a model's name may be as long as a client made it.
      model: model.slice(0, 256),
      deployment: provider === '' ? '' : `${provider}/${providerModel}`,
      endedAtMs: this.#clock.wallMs(),
    })
  }

  find(callId: string): CallTrace | undefined {
    return this.#traces.get(callId)
  }

  get size(): number {
    return this.#traces.size
  }
}
