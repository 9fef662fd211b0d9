// What keeping bodies leaves behind for those who look: one counter, and a line when writing fails and when it works again.
// Nothing of what was said is part of either.
import { failureText } from '../core/failure-text.ts'
import type { Log } from './log.ts'
import type { Counter, Registry } from './metrics.ts'

export class BodyTelemetry {
  readonly #log: Log
  readonly #counter: Counter

  constructor(log: Log, registry: Registry) {
    this.#log = log
    this.#counter = registry.counter(
      'sallyport_bodies_total',
      'Kept bodies of calls by what became of them: stored, forgotten, write_failed, lost.',
      ['event'],
    )
  }

  counted(event: string, number: number): void {
    this.#counter.add(number, event)
    if (event === 'lost') this.#log.error('bodies_lost', { count: number })
  }

  writingTroubled(cause: unknown): void {
    this.#log.warn('bodies_not_written', { error: failureText(cause) })
  }

  writingWorks(): void {
    this.#log.info('bodies_written_again')
  }
}
