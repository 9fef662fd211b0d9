// What was told about kept responses, for tests.
import type { ResponseEvent, ResponsesObserver } from '../src/responses/ports.ts'

export class RecordingObserver implements ResponsesObserver {
  /** Each event once, with its number: `stored 2`. */
  readonly counts = new Map<ResponseEvent, number>()
  readonly told: string[] = []

  counted(event: ResponseEvent, number: number): void {
    this.counts.set(event, (this.counts.get(event) ?? 0) + number)
  }

  writingTroubled(cause: unknown): void {
    this.told.push(String(cause))
  }

  writingWorks(): void {
    this.told.push('works')
  }
}
