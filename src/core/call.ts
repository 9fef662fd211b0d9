// What is known of a call when it is over: the one thing that those who only watch (log, metrics) are told.
import type { AttemptOutcome } from './attempt.ts'
import type { InnerOf } from './call-owner.ts'
import type { CallStep } from './call-step.ts'
import type { ErrorCode } from './errors.ts'
import type { EndNotice } from './life.ts'
import type { DialectName } from './model-request.ts'
import type { Usage, UsageSource } from './usage.ts'

/**
 * The endpoints that do a model's work: OpenAI's chat completions and responses, Anthropic's messages, Gemini's
 * generateContent, embeddings, and the counting of tokens in two of these dialects.
 */
export type Endpoint =
  | 'chat'
  | 'responses'
  | 'messages'
  | 'generate'
  | 'embeddings'
  | 'messages_count'
  | 'generate_count'

export interface CallSummary {
  readonly callId: string
  readonly endpoint: Endpoint
  /** Empty when the call was refused before it was known who calls. */
  readonly keyId: string
  /** As the client wrote it; empty when the body was never understood. */
  readonly model: string
  readonly provider: string
  readonly providerModel: string
  /** Where its deployment is, in the operator's words; empty where nobody has said so. */
  readonly region: string
  readonly dataClass: string
  readonly reportedModel: string
  readonly demo: boolean
  /** What its deployment's answers say of its end; undefined while there is nothing to say. */
  readonly notice: EndNotice | undefined
  /** The dialect that the request was translated into; empty for a relay. */
  readonly translatedTo: DialectName | ''
  /** Settings of the request that could not be carried, as the client spells them, for a header. */
  readonly dropped: string
  /** How its deployment was chosen, where there was something to decide; else empty. */
  readonly route: string
  readonly stream: boolean
  /** The HTTP status that the client got; 499 when it left before one. */
  readonly status: number
  /** The error that the client got, also inside a stream; empty for a good answer. */
  readonly code: ErrorCode | ''
  readonly outcome: AttemptOutcome | 'refused'
  readonly attempts: number
  readonly usage: Usage
  readonly usageSource: UsageSource
  /** Of all attempts together; null where the price of one is not known. */
  readonly costNanoDollars: number | null
  readonly chargedNanoDollars: number | null
  /** Of the attempt that answered, or of the last one, in milliseconds from its start; -1 when it did not get there. */
  readonly connectMs: number
  readonly firstTokenMs: number
  /** From the request to the last byte. */
  readonly totalMs: number
  readonly generation: number
  /** Undefined for a client's own call. */
  readonly inner?: InnerOf | undefined
  /** What was decided on the way, where that was noted. */
  readonly steps?: readonly CallStep[] | undefined
}

/** Watches calls. It may drop what it is told, and must never block or throw. */
export interface CallObserver {
  callEnded(summary: CallSummary): void
  attemptEnded(provider: string, outcome: AttemptOutcome, costNanoDollars: number | null): void
  /** Something failed that is no GatewayError: a bug of ours, for the log. */
  bugSeen(failure: unknown): void
}
