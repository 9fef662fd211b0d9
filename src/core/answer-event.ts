// The steps of an answer in our own words, in the order in which they happen. Whole answers are the same events, read
// in one go. Text of one part comes as deltas; a part ends when an event of another kind, call or choice follows, or
// with `part-end`.
import type { DialectName } from './model-request.ts'
import type { Usage } from './usage.ts'

export type AnswerEvent =
  /** First, once. What the provider did not say is undefined. */
  | {
      readonly kind: 'start'
      readonly id: string | undefined
      readonly model: string | undefined
      /** Seconds since the epoch. */
      readonly createdSeconds?: number
      readonly serviceTier?: string
      readonly fingerprint?: string
    }
  | { readonly kind: 'text-delta'; readonly choice: number; readonly text: string }
  | { readonly kind: 'refusal-delta'; readonly choice: number; readonly text: string }
  | { readonly kind: 'reasoning-delta'; readonly choice: number; readonly text: string }
  /** Closes the reasoning before it. */
  | {
      readonly kind: 'reasoning-seal'
      readonly choice: number
      readonly seal: string
      readonly redacted: boolean
      readonly id?: string
      readonly from: DialectName
    }
  /** A tool call begins. `call` counts the calls of a choice from 0. */
  | {
      readonly kind: 'tool-call'
      readonly choice: number
      readonly call: number
      readonly id: string
      readonly name: string
      readonly custom?: boolean
      readonly seal?: string
    }
  /** More of its arguments. Calls that run in parallel may take turns. */
  | {
      readonly kind: 'tool-call-delta'
      readonly choice: number
      readonly call: number
      readonly text: string
    }
  | { readonly kind: 'citation'; readonly choice: number; readonly citation: Citation }
  | { readonly kind: 'logprobs'; readonly choice: number; readonly logprobs: readonly TokenLogprob[] }
  /** Sound, or a picture: base64 of one piece. */
  | {
      readonly kind: 'media-delta'
      readonly choice: number
      readonly media: 'audio' | 'image'
      readonly mediaType?: string
      readonly id?: string
      readonly base64: string
      readonly transcript?: string
    }
  /** The part before it is over, although one of the same kind may follow. */
  | { readonly kind: 'part-end'; readonly choice: number }
  /** The latest counts of all choices together; a later one replaces an earlier one. */
  | { readonly kind: 'usage'; readonly usage: Usage; readonly serviceTier?: string }
  | {
      readonly kind: 'finish'
      readonly choice: number
      readonly reason: FinishReason
      /** The stop text that ended it. */
      readonly stopText?: string
      /** The provider's own word. */
      readonly native: string
    }
  /** The provider says in the middle of its answer that it failed. Nothing follows. */
  | { readonly kind: 'error'; readonly error: ProviderError }
  /** Something that one dialect alone knows. Others pass it over. */
  | { readonly kind: 'foreign'; readonly from: DialectName; readonly value: unknown }
  /** The provider has said that this is all. An answer without it is cut off. */
  | { readonly kind: 'end' }

export type FinishReason =
  | 'stop'
  | 'stop-text'
  | 'length'
  | 'tool-calls'
  | 'content-filter'
  | 'refusal'
  /** The provider wants to be asked again with what it said so far. */
  | 'pause'
  | 'context-full'
  | 'error'
  | 'other'

export interface Citation {
  readonly url?: string
  readonly title?: string
  readonly text?: string
  /** Characters of the answer's text that it supports, `[start, end)`. */
  readonly start?: number
  readonly end?: number
  /** As the provider wrote it. */
  readonly native: unknown
}

export interface TokenLogprob {
  readonly token: string
  readonly logprob: number
  readonly bytes: readonly number[] | null
  readonly top: readonly Omit<TokenLogprob, 'top'>[]
}

/** A provider's error, as far as it tells. */
export interface ProviderError {
  readonly message: string
  /** `overloaded_error`, `RESOURCE_EXHAUSTED`, …: the provider's word for the kind. */
  readonly type: string
  readonly code?: string
  /** What the SDKs of its dialect act on; must survive. */
  readonly details?: unknown
}
