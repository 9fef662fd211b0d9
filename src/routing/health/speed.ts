// How fast a deployment has been over the last ten minutes: the time to its first token, and tokens per second. Kept
// as histograms whose buckets grow by a tenth, so that a sample costs a logarithm and a percentile is at most 5 % off.
import type { Percentiles } from '../../core/health.ts'

const slots = 10
const slotMs = 60_000
const buckets = 160
const growth = 1.1
const perLogarithm = 1 / Math.log(growth)
const keptMs = 1_000

/** A shorter answer has no speed worth measuring. */
const outputTokensMin = 8
/** What came in less time came at once, from a provider that kept it back; its speed is that of the whole call. */
const generationMinMs = 100

/** Samples of one kind; see the top of the file. */
export class RecentSamples {
  readonly #lowest: number
  readonly #slots = new Uint32Array(slots * buckets)
  readonly #sums = new Uint32Array(buckets)
  #count = 0
  #slot = 0
  #slotEndMs = 0
  #kept: Percentiles | undefined
  #keptUntilMs = Number.NEGATIVE_INFINITY

  /** Samples below `lowest` count as `lowest`. */
  constructor(lowest: number) {
    this.#lowest = lowest
  }

  add(nowMs: number, sample: number): void {
    if (nowMs >= this.#slotEndMs) this.#moveTo(nowMs)
    const rank = Math.floor(Math.log(sample / this.#lowest) * perLogarithm)
    // A sample of 0 has the rank of minus infinity, and one that is no number has none.
    const bucket = rank > 0 ? Math.min(rank, buckets - 1) : 0
    const at = (this.#slot % slots) * buckets + bucket
    this.#slots[at] = (this.#slots[at] ?? 0) + 1
    this.#sums[bucket] = (this.#sums[bucket] ?? 0) + 1
    this.#count += 1
  }

  /** As of at most a second ago; undefined without samples. */
  percentiles(nowMs: number): Percentiles | undefined {
    if (nowMs >= this.#keptUntilMs) this.#measure(nowMs)
    return this.#kept
  }

  #measure(nowMs: number): void {
    if (nowMs >= this.#slotEndMs) this.#moveTo(nowMs)
    this.#keptUntilMs = nowMs + keptMs
    this.#kept =
      this.#count === 0
        ? undefined
        : { count: this.#count, p50: this.#at(0.5), p95: this.#at(0.95), p99: this.#at(0.99) }
  }

  /** The middle of the bucket that holds the sample of this rank. */
  #at(share: number): number {
    let left = Math.ceil(share * this.#count)
    let bucket = 0
    for (; bucket < buckets - 1; bucket += 1) {
      left -= this.#sums[bucket] ?? 0
      if (left <= 0) break
    }
    return this.#lowest * growth ** (bucket + 0.5)
  }

  #moveTo(nowMs: number): void {
    const slot = Math.floor(nowMs / slotMs)
    const first = Math.max(this.#slot + 1, slot - slots + 1)
    for (let left = first; left <= slot; left += 1) this.#clear(left % slots)
    this.#slot = slot
    this.#slotEndMs = (slot + 1) * slotMs
  }

  #clear(place: number): void {
    for (let bucket = 0; bucket < buckets; bucket += 1) {
      const at = place * buckets + bucket
      const gone = this.#slots[at] ?? 0
      this.#sums[bucket] = (this.#sums[bucket] ?? 0) - gone
      this.#count -= gone
      this.#slots[at] = 0
    }
  }
}

/** When the call of an answer was sent, and when its first content came. */
export interface AnswerTimes {
  readonly isStreamed: boolean
  readonly begunAtMs: number
  readonly firstAtMs: number | undefined
}

export class Speed {
  readonly #firstTokenMs = new RecentSamples(1)
  readonly #tokensPerSecond = new RecentSamples(0.1)

  firstContent(nowMs: number, begunAtMs: number): void {
    this.#firstTokenMs.add(nowMs, nowMs - begunAtMs)
  }

  /** An answer is complete. */
  answer(nowMs: number, times: AnswerTimes, outputTokens: number): void {
    if (outputTokens < outputTokensMin) return
    const { isStreamed, begunAtMs, firstAtMs = begunAtMs } = times
    const cameInPieces = isStreamed && nowMs - firstAtMs >= generationMinMs
    const tookMs = nowMs - (cameInPieces ? firstAtMs : begunAtMs)
    if (tookMs > 0) this.#tokensPerSecond.add(nowMs, (outputTokens * 1_000) / tookMs)
  }

  /** Milliseconds from sending a call to the first content of its stream. */
  firstTokenMs(nowMs: number): Percentiles | undefined {
    return this.#firstTokenMs.percentiles(nowMs)
  }

  tokensPerSecond(nowMs: number): Percentiles | undefined {
    return this.#tokensPerSecond.percentiles(nowMs)
  }
}
