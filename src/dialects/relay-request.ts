// A request that is passed on in the client's own bytes: what the stages must know of it, and how it looks to a
// deployment that speaks the same dialect.
import type { RequestBody } from '../core/egress.ts'
import type { RequestLabels } from './request-labels.ts'
import type { AnswerNeeds } from './stream-tap.ts'

/** What one deployment wants of a request. */
export interface RelayWishes {
  /** The provider's name of the model, as ASCII JSON. */
  readonly modelJson: string
  /** A stream's tokens are counted only when the request asks for it. */
  readonly asksForUsage: boolean
  /** Top-level members that the provider answers with an error. */
  readonly drops: readonly string[]
  /** How it wants the bound of an answer spelled, where it is not heeded otherwise. */
  readonly wishes?: { readonly maxTokensName?: 'max_tokens' | 'max_completion_tokens' }
}

export interface RelayRequest extends AnswerNeeds {
  /** As the client wrote it. */
  readonly model: string
  readonly stream: boolean
  /** It names something that it does not hold: an earlier response, a thread, a cached prompt. */
  readonly refers?: boolean
  /** The answer is to be kept, so that it can be gone on with. */
  readonly keeps?: boolean
  /** A guess from the size of the body, without the media in it, for the case that no count ever comes. */
  readonly estimatedInputTokens: number
  /**
   * Tokens that one answer may have, as its client asks; undefined where it does not say. Whoever asks relies on it: from then
   * on each provider is told in the word that it heeds. Before `release` only.
   */
  askedTokens(): number | undefined
  /** The service tier that its client asks for; undefined where it does not say. Before `release` only. */
  askedTier(): string | undefined
  /** Whom and what the client names for its bills; undefined where it does not. Before `release` only. */
  labels(): RequestLabels | undefined
  /** The client's body, parsed; `model` and `stream` are in it also where the URL said them. For a translation. */
  parsed(): Readonly<Record<string, unknown>>
  /** The client's bytes with only what must change spliced. */
  bodyFor(wishes: RelayWishes): RequestBody
  /**
   * Lets go of the bytes, and there is no `bodyFor` and no `parsed` any more: a long prompt must not lie in memory for as long as its
   * answer streams.
   */
  release(): void
}
