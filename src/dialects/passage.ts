// How an answer gets from a provider's bytes to the client's: as it came where both speak the same dialect (a relay),
// or written anew (a translation). The attempt does not know which.
import type { Usage } from '../core/usage.ts'
import type { AnswerNeeds, StreamTap } from './stream-tap.ts'

export interface Passage {
  /** Opens the tap of one streamed answer. */
  openTap(needs: AnswerNeeds): StreamTap
  /** Reads a whole answer. Never throws. */
  readWhole(bytes: Uint8Array, needs: AnswerNeeds): WholeAnswer
  /** A guess at the output tokens of an answer that `readWhole` let pass, from what the model said. Never throws. */
  estimateOutput(bytes: Uint8Array): number
  /** Reads the provider's error body, or the `error` of a stream's fault as JSON text. Never throws. */
  readError(text: string): ProviderErrorText
}

/** A provider's error, as far as it tells. */
export interface ProviderErrorText {
  /** The provider's words for the kind, lower case; empty when absent. */
  readonly code: string
  readonly type: string
  /** The error object as JSON text, when it is small enough to hand on. */
  readonly json: string | null
}

export type WholeAnswer =
  | {
      readonly kind: 'answer'
      readonly usage: Usage | undefined
      readonly model: string
      /** What the client gets. */
      readonly bytes: Uint8Array
    }
  /** A 200 that carries an error, as some providers send. */
  | { readonly kind: 'error' }
  | { readonly kind: 'malformed'; readonly problem: string }
