// What a client must see through a gateway when a provider behaves in some way. The rules are those of the
// error classes and of mid-stream failure: before the first content another deployment may answer, afterwards
// the stream ends with one error event and never with `[DONE]`.
import type { ErrorCode } from '../../src/core/errors.ts'
import type { Behaviour } from './behaviour.ts'

export type Seen =
  /** The whole expected text; a stream ends with `[DONE]`, even where the provider left it out. */
  | { readonly kind: 'complete' }
  /** An error answer in the client's envelope. Any of the codes will do. */
  | {
      readonly kind: 'status'
      readonly status: number
      readonly codes: readonly ErrorCode[]
      readonly retryAfterSeconds?: number
    }
  /**
   * Status 200, a part of the text, one error event, no `[DONE]`. `tokens`: how much of the text must have
   * come; left out where the network may lose some.
   */
  | { readonly kind: 'error-event'; readonly codes: readonly ErrorCode[]; readonly tokens?: number }
  /** It goes on until the client leaves. */
  | { readonly kind: 'endless' }

export interface Expectation {
  /** With no other deployment to go to. */
  readonly alone: Seen
  /** With a healthy second deployment the client sees that one's complete answer and nothing of the first. */
  readonly failover: boolean
  /** Which of the gateway's own deadlines ends it: set that one short. */
  readonly deadline?: 'first-token' | 'stall' | 'attempt'
}

export interface BehaviourCase {
  /** Unique, kebab-case; also usable as a model's name. */
  readonly name: string
  readonly behaviour: Behaviour
  readonly stream: Expectation
  readonly whole: Expectation
}

export const complete: Expectation = { alone: { kind: 'complete' }, failover: false }

/** An error answer; `failover` unless the request itself is at fault. */
export function status(number: number, codes: readonly ErrorCode[], failover = true): Expectation {
  return { alone: { kind: 'status', status: number, codes }, failover }
}

export function throttledFor(retryAfterSeconds: number): Expectation {
  const alone = { kind: 'status', status: 429, codes: ['provider_rate_limited'], retryAfterSeconds } as const
  return { alone, failover: true }
}

/** The stream broke after content. */
export function interrupted(tokens?: number): Expectation {
  const seen = { kind: 'error-event', codes: ['stream_interrupted'] } as const
  return { alone: tokens === undefined ? seen : { ...seen, tokens }, failover: false }
}

/** The same expectation, brought about by a deadline of the gateway. */
export function after(deadline: NonNullable<Expectation['deadline']>, expectation: Expectation): Expectation {
  return { ...expectation, deadline }
}

export const brokenAnswer = status(502, ['provider_error'])
/** Nothing of an answer came, or nothing that is HTTP. */
export const noAnswer = status(502, ['provider_unreachable', 'provider_error'])
export const tooLate = status(504, ['provider_timeout'])
export const endless: Expectation = { alone: { kind: 'endless' }, failover: false }
