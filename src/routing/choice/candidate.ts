// What a chooser knows of one deployment, and what it answers. Health is read through a small interface, so that
// how it is measured and how it is used stay two thoughts.
import type { Availability, Percentiles } from '../../core/health.ts'

export interface CandidateHealth {
  /** May draw a random number, so it is asked once for each choice. */
  availability(nowMs: number): Availability
  /** How much of its weight it is given now, 0 to 1. */
  share(nowMs: number): number
  /** The part of its latest calls that succeeded, 0 to 1. */
  recentSuccess(nowMs: number): number
  readonly inFlight: number
  readonly limit: number
  firstTokenMs(nowMs: number): Percentiles | undefined
  tokensPerSecond(nowMs: number): Percentiles | undefined
  /** Whether it may be tried although it is open, because nothing else is left. */
  lastResort(nowMs: number): boolean
}

/** Dollars for a million tokens. They only rank, so a number is exact enough. */
export interface RankingPrice {
  readonly input: number
  readonly output: number
  /** Of input that the provider has in its cache; a tenth of `input` when it is not known. */
  readonly cachedInput?: number | undefined
}

export interface Candidate {
  readonly name: string
  readonly provider: string
  /** Its part of the calls of its group. 0 is taken only when all others that can be taken have 0 too. */
  readonly weight: number
  /** Its group; the lowest that can take a call does. */
  readonly priority: number
  readonly tags: ReadonlySet<string>
  readonly costPerMillion: RankingPrice | undefined
  /** A score; higher is better. */
  readonly quality: number | undefined
  readonly health: CandidateHealth
}

export type Policy =
  | 'priority'
  | 'weighted'
  | 'round_robin'
  | 'random'
  | 'least_latency'
  | 'least_cost'
  | 'least_busy'
  | 'best_quality'

export interface ChoiceContext {
  readonly nowMs: number
  /** 0 to 1, 1 excluded. */
  readonly random: () => number
  readonly estimatedInputTokens: number
  readonly expectedOutputTokens: number
  /** Calls with the same one go to the same deployment while they can; empty when nothing holds them. */
  readonly stickyTo: string
  /** Names of deployments, with the tokens of this prompt that each probably holds in its cache. */
  readonly cachedOn: ReadonlyMap<string, number> | undefined
  /** Names of deployments that have been tried or are not allowed. */
  readonly excluded: ReadonlySet<string>
  /** The number of this call among those of its model: what `round_robin` goes by. */
  readonly turn: number
  /** A failed trial could still be made good elsewhere: true for a call's first attempt. */
  readonly mayProbe: boolean
}

/** Why a candidate was taken: a word for the decision's trace. */
export type Reason =
  | 'only'
  | 'first'
  | 'weighted'
  | 'turn'
  | 'random'
  | 'fastest'
  | 'unmeasured'
  | 'cheapest'
  | 'least_busy'
  | 'best_quality'
  | 'sticky'
  | 'probe'
  | 'panic'
  | 'last_resort'

/** A candidate with the reason for it. */
export interface Picked<Kind extends Candidate = Candidate> {
  readonly candidate: Kind
  readonly because: Reason
}

/** Why nothing could be taken: of several reasons, the one that ends soonest. */
export type NoneReason = 'throttled' | 'cooling' | 'open' | 'ejected' | 'excluded' | 'no_candidates'

export type Choice<Kind extends Candidate = Candidate> =
  | { readonly kind: 'one'; readonly candidate: Kind; readonly because: Reason }
  /** All that could be taken are at their limit; a wait will end. */
  | { readonly kind: 'busy' }
  | { readonly kind: 'none'; readonly why: NoneReason }
