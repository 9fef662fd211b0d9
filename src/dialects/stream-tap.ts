// What watches a streamed answer on its way to the client: it finds the ends of events, learns from them what the
// ledger must know, and says which bytes may go on. A relay's tap passes the provider's bytes, a translation's tap
// passes what it wrote from them.
import type { LastWords } from '../core/answer.ts'
import type { Usage } from '../core/usage.ts'
import type { ReadyBytes } from './ready-bytes.ts'

export interface StreamTap {
  /**
   * Feeds the next bytes of the body, split anywhere: `[from, to)` of the chunk, or all of it. Never throws; look at
   * the rest of the members afterwards.
   */
  push(chunk: Uint8Array, from?: number, to?: number): void
  /**
   * The body has ended. Returns bytes that complete the stream for the client, or undefined; sets `fault` where the
   * answer is not whole.
   */
  finish(): Uint8Array | undefined
  /** Whole events that may go on, in order; the caller hands them on after each `push`. */
  readonly ready: ReadyBytes
  /** The first content has been seen. */
  readonly content: boolean
  /** The provider has said that this is all. */
  readonly done: boolean
  readonly fault: StreamFault | undefined
  readonly usage: Usage | undefined
  /** As the provider reported it; empty when it did not. */
  readonly model: string
  /** Events with content seen so far: a lower bound of the tokens. */
  readonly contentChunks: number
  /** Who says that it broke off; undefined where any error event of the client's dialect will do. */
  readonly lastWords?: LastWords | undefined
}

/**
 * Why a stream cannot go on. `detail` is ours and safe to show. `unjoinable`: its provider is well, but what it says does
 * not go on with what another one said.
 */
export interface StreamFault {
  readonly kind: 'malformed' | 'provider-error' | 'cut' | 'unjoinable'
  readonly detail: string
  /** The provider's error object, for telling whose fault it was. */
  readonly error?: unknown
}

/** What must be known of the request whose answer is read. */
export interface AnswerNeeds {
  /** How many answers were asked for. */
  readonly choices: number
  /** The client asked for the token counts in the stream, so it must see them. */
  readonly wantsUsage: boolean
  /** Embeddings are wanted as base64 of little-endian floats, which not every provider knows. */
  readonly wantsBase64?: boolean
  /** Something goes by the length that was asked for: an event that says nothing must not be taken for a token. */
  readonly isHeldToLength?: boolean
}

/** What is left of a fault when the body is over: half an event is no event, and what came before it counts. */
export function exceptMalformed(fault: StreamFault | undefined): StreamFault | undefined {
  return fault?.kind === 'malformed' ? undefined : fault
}
