// How fast a deployment has been over the last ten minutes: the time to its first token, and tokens per second. Kept
// as histograms whose buckets grow by a tenth, so that a sample costs a logarithm and a percentile is at most 5 % off.
import type { Percentiles } from '../../core/health.ts'

const slots = 10
const slotMs = 60_000
const buckets = 160
const growth = 1.1
const perLogarithm = 1 / Math.log(growth)
const keptMs = 1_000
/** Nothing that is older counts. */
export const speedWindowMs = slots * slotMs
const firstTokenLowest = 1
const tokensPerSecondLowest = 0.1

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

  /** Adds the samples of each bucket to these sums. */
  addTo(sums: Uint32Array, nowMs: number): void {
    if (nowMs >= this.#slotEndMs) this.#moveTo(nowMs)
    for (let bucket = 0; bucket < buckets; bucket += 1) {
      sums[bucket] = (sums[bucket] ?? 0) + (this.#sums[bucket] ?? 0)
    }
  }

  #measure(nowMs: number): void {
    if (nowMs >= this.#slotEndMs) this.#moveTo(nowMs)
    this.#keptUntilMs = nowMs + keptMs
    this.#kept = percentilesOf(this.#sums, this.#count, this.#lowest)
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

function percentilesOf(sums: Uint32Array, count: number, lowest: number): Percentiles | undefined {
  if (count === 0) return undefined
  // The middle of the bucket that holds the sample of this rank.
  const at = (share: number): number => {
    let left = Math.ceil(share * count)
    let bucket = 0
    for (; bucket < buckets - 1; bucket += 1) {
      left -= sums[bucket] ?? 0
      if (left <= 0) break
    }
    return lowest * growth ** (bucket + 0.5)
  }
  return { count, p50: at(0.5), p95: at(0.95), p99: at(0.99) }
}

/** When the call of an answer was sent, and when its first content came. */
export interface AnswerTimes {
  readonly isStreamed: boolean
  readonly begunAtMs: number
  readonly firstAtMs: number | undefined
}

export class Speed {
  readonly #firstTokenMs = new RecentSamples(firstTokenLowest)
  readonly #tokensPerSecond = new RecentSamples(tokensPerSecondLowest)

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

  /** Adds what was measured to these. */
  addTo(joined: JoinedSums, nowMs: number): void {
    this.#firstTokenMs.addTo(joined.firstTokenMs, nowMs)
    this.#tokensPerSecond.addTo(joined.tokensPerSecond, nowMs)
  }
}

interface JoinedSums {
  readonly firstTokenMs: Uint32Array
  readonly tokensPerSecond: Uint32Array
}

export interface JointSpeed {
  readonly firstTokenMs: Percentiles | undefined
  readonly tokensPerSecond: Percentiles | undefined
}

/** The speed of several deployments as if they were one: each sample counts once, whoever it is of. */
export function jointSpeed(speeds: readonly Speed[], nowMs: number): JointSpeed {
  const sums = { firstTokenMs: new Uint32Array(buckets), tokensPerSecond: new Uint32Array(buckets) }
  for (const speed of speeds) speed.addTo(sums, nowMs)
  return {
    firstTokenMs: percentilesOf(sums.firstTokenMs, total(sums.firstTokenMs), firstTokenLowest),
    tokensPerSecond: percentilesOf(sums.tokensPerSecond, total(sums.tokensPerSecond), tokensPerSecondLowest),
  }
}

function total(sums: Uint32Array): number {
  return sums.reduce((sum, count) => sum + count, 0)
}
