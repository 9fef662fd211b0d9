// What keeping responses leaves behind for those who look: one counter, and a line when writing fails and when it works
// again. No id of a response and nothing of its content is part of either.
import { failureText } from '../core/failure-text.ts'
import type { Log } from './log.ts'
import type { Counter, Registry } from './metrics.ts'

export class ResponseTelemetry {
  readonly #log: Log
  readonly #counter: Counter

  constructor(log: Log, registry: Registry) {
    this.#log = log
    this.#counter = registry.counter(
      'sallyport_responses_total',
      'Kept responses by what became of them: stored, found, missed, removed, forgotten, too_large, write_failed, lost.',
      ['event'],
    )
  }

  counted(event: string, number: number): void {
    this.#counter.add(number, event)
    if (event === 'lost') this.#log.error('responses_lost', { count: number })
  }

  writingTroubled(cause: unknown): void {
    this.#log.warn('responses_not_written', { error: failureText(cause) })
  }

  writingWorks(): void {
    this.#log.info('responses_written_again')
  }
}
