// One limit as a token bucket: it fills at a steady rate up to its burst, and may go into debt for what a call used
// beyond its estimate, by one burst at most. Time that runs backwards fills nothing.
import type { CallTokens, LimitKind, LimitRule } from './limits.ts'

/** Fractions that summing leaves behind: a caller who waited as long as it was told to is let in. */
const tolerance = 1e-6
/** The same for a wait: a millionth of a millionth is no millisecond more. */
const almostWhole = 1 - 1e-12

/** So many earlier bursts are remembered: a call that began before all of them counts by the oldest. */
const burstsMax = 16

/** How much of a limit one request takes, and how much each token of its input and of its output. */
interface Weights {
  readonly request: number
  readonly input: number
  readonly output: number
}

const weights: Readonly<Record<LimitKind, Weights>> = {
  requests: { request: 1, input: 0, output: 0 },
  input_tokens: { request: 0, input: 1, output: 0 },
  output_tokens: { request: 0, input: 0, output: 1 },
  tokens: { request: 0, input: 1, output: 1 },
  concurrency: { request: 0, input: 0, output: 0 },
}

export class Bucket {
  readonly kind: LimitKind
  /** It counts calls at a time, and nothing fills it but their ends. */
  readonly isOfPlaces: boolean
  readonly perMs: number
  /** The state of the rules that it came with: calls that began before know nothing of it. */
  readonly generation: number
  limit = 0
  burst = 0
  /** Calls at a time, for concurrency. */
  inFlight = 0
  #ratePerMs = 0
  #level = 0
  /** Those before this one, and with which state of the rules each ended. */
  #bursts: readonly { readonly burst: number; readonly until: number }[] = []
  #atMs: number
  // Weights instead of a question for the kind: every call passes several buckets of several kinds.
  readonly #perRequest: number
  readonly #perInput: number
  readonly #perOutput: number

  constructor(rule: LimitRule, generation: number, nowMs: number) {
    this.kind = rule.kind
    this.isOfPlaces = rule.kind === 'concurrency'
    const { request, input, output } = weights[rule.kind]
    this.#perRequest = request
    this.#perInput = input
    this.#perOutput = output
    this.perMs = rule.perMs
    this.generation = generation
    this.#atMs = nowMs
    this.change(rule)
    this.#level = this.burst
    this.#bursts = []
  }

  /** Another limit from now on. What was used stays used. */
  change({ amount, burst = amount }: LimitRule, generation = this.generation): void {
    if (burst !== this.burst) {
      this.#bursts = [...this.#bursts, { burst: this.burst, until: generation }].slice(-burstsMax)
    }
    this.#level = Math.max(burst - (this.burst - this.#level), -burst)
    this.limit = amount
    this.burst = burst
    this.#ratePerMs = amount / this.perMs
  }

  /** How much of it so many requests with these tokens are. */
  amountOf({ inputTokens, outputTokens }: CallTokens, requests: number): number {
    return requests * this.#perRequest + inputTokens * this.#perInput + outputTokens * this.#perOutput
  }

  /**
   * How much of it a call is reckoned to need. The output is only a guess, so that a call whose guess is larger than the
   * burst waits for a full bucket, and the rest becomes a debt when it is known; input that is larger never fits.
   */
  reckonedOf(tokens: CallTokens): number {
    const amount = this.amountOf(tokens, 1)
    return amount < this.burst ? amount : this.burst
  }

  /** How much was taken for a call when it began, under the rules of that time. */
  takenBy(lease: CallTokens & { readonly generation: number }): number {
    if (this.#bursts.length === 0) return this.reckonedOf(lease)
    const { burst = this.burst } = this.#bursts.find(({ until }) => lease.generation < until) ?? {}
    return Math.min(this.amountOf(lease, 1), burst)
  }

  isTooSmallFor({ inputTokens }: CallTokens): boolean {
    return inputTokens * this.#perInput > this.burst
  }

  hasRoomFor(tokens: CallTokens, nowMs: number): boolean {
    if (this.isOfPlaces) return this.inFlight < this.limit
    return !this.isTooSmallFor(tokens) && this.levelAt(nowMs) + tolerance >= this.reckonedOf(tokens)
  }

  /** Whole ones, never below zero. */
  remainingAt(nowMs: number): number {
    const remaining = this.isOfPlaces
      ? this.limit - this.inFlight
      : Math.floor(this.levelAt(nowMs) + tolerance)
    return remaining > 0 ? remaining : 0
  }

  /** Fills up to now, and says what there is. */
  levelAt(nowMs: number): number {
    if (nowMs > this.#atMs) {
      if (this.#level < this.burst) {
        const level = this.#level + (nowMs - this.#atMs) * this.#ratePerMs
        this.#level = level < this.burst ? level : this.burst
      }
      this.#atMs = nowMs
    }
    return this.#level
  }

  get ratePerMs(): number {
    return this.#ratePerMs
  }

  /** What all gateways together have used of it, as a store has just said. */
  mirror(used: number, nowMs: number): void {
    this.#level = this.burst - used
    this.#atMs = nowMs
  }

  take(amount: number): void {
    this.#level -= amount
  }

  /** Replaces what was taken by what was used. */
  correct(taken: number, used: number, nowMs: number): void {
    if (taken === used) return
    const level = this.levelAt(nowMs) + taken - used
    this.#level = level > this.burst ? this.burst : Math.max(level, -this.burst)
  }

  /** How long until there is so much, in whole milliseconds. */
  waitMs(amount: number, nowMs: number): number {
    return Math.max(0, Math.ceil(((amount - this.levelAt(nowMs)) / this.#ratePerMs) * almostWhole))
  }

  /** As if nobody had ever come. */
  isUntouched(nowMs: number): boolean {
    return this.inFlight === 0 && (this.isOfPlaces || this.levelAt(nowMs) >= this.burst)
  }
}
