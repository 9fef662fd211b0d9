// The seam between the two halves of a call. The back produces an answer once and appends to it; whoever wants the
// answer follows as a reader. With one reader and nothing to change there is nothing to keep, so the back appends
// straight to that reader and bytes are relayed: this interface is what an answer log offers, and the log's bypass.
import type { AttemptOutcome } from './attempt.ts'
import type { GatewayError } from './errors.ts'

/** What the provider said before its answer's first good event. */
export interface AnswerHead {
  /** A response header of the provider by its lower-case name. */
  header(name: string): string | undefined
}

/** Order of calls: `head`, any number of `append`, then exactly one of `end` and `fail`. `fail` may come first. */
export interface AnswerReader {
  /** The answer is being produced: this is how to slow it down, or to stop it. Told once. */
  follow(source: AnswerSource): void
  /** There will be no attempt; whatever was thrown says why. Instead of all else. */
  refuse(failure: unknown): void
  head(head: AnswerHead): void
  /** Whole events of a stream, or the whole body. Returns true when the reader is full: pause until it asks. */
  append(bytes: Uint8Array): boolean
  /** The same, told as the place `[from, to)` in the memory that it came in: for readers that need no view of it. */
  appendPart?(bytes: Uint8Array, from: number, to: number): boolean
  end(): void
  /** `lastWords`: who wrote the answer so far, and knows how an error is said after it. */
  fail(error: GatewayError, lastWords?: LastWords): void
}

/** Ends a stream that has begun with an error. */
export interface LastWords {
  /** The text of the last event; empty where the stream is over already. */
  fail(error: GatewayError, status: number, requestId: string): string
}

/** The reader has gone, or the process stops and waits no longer. */
export type AbandonReason = Extract<AttemptOutcome, 'cancelled' | 'shutdown'>

/** The reader's hold on the back. */
export interface AnswerSource {
  /** Who wrote the stream so far; undefined where any error event of the client's dialect will do. */
  readonly lastWords: LastWords | undefined
  pause(): void
  resume(): void
  /** Nobody wants the rest; production stops and is settled with what was seen. Harmless after the end. */
  abandon(why: AbandonReason): void
}
