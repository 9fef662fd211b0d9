// Whoever tries wrong keys has to wait. Each address has so many tries a minute, and all addresses together have so many:
// what a guess costs is time, and nobody who sends a good key pays for it.
import type { Clock } from '../core/clock.ts'
import { networkOf } from '../core/network-of.ts'

export interface FailedTriesLimits {
  readonly perAddress: number
  readonly inAll: number
}

/** Tokens as of a moment; they come back by themselves. */
interface Bucket {
  left: number
  atMs: number
}

const minuteMs = 60_000
const addressesMax = 10_000
/** A shorter secret might be guessed, so that one waits its turn even when it is the right one. */
const guessableCharsMax = 31

export class FailedTries {
  readonly #clock: Clock
  #limits: FailedTriesLimits | undefined
  readonly #addresses = new Map<string, Bucket>()
  #all: Bucket

  constructor(clock: Clock, limits: FailedTriesLimits | undefined) {
    this.#clock = clock
    this.#limits = limits
    this.#all = { left: limits?.inAll ?? 0, atMs: clock.nowMs() }
  }

  /** Goes by other limits from now on; undefined for none. */
  use(limits: FailedTriesLimits | undefined): void {
    this.#limits = limits
    this.#addresses.clear()
    this.#all = { left: limits?.inAll ?? 0, atMs: this.#clock.nowMs() }
  }

  /**
   * Whether this good secret has to be looked at twice: it might have been guessed, and somebody is guessing. Costs a
   * comparison while nobody is.
   */
  mayBeGuessed(secret: string): boolean {
    return this.#addresses.size > 0 && secret.length <= guessableCharsMax
  }

  /** Seconds until the address may try again; 0 when it may now. Counts nothing. */
  waitOf(address: string): number {
    const limits = this.#limits
    if (limits === undefined) return 0
    const bucket = this.#addresses.get(networkOf(address))
    return bucket === undefined ? 0 : waitSeconds(this.#filled(bucket, limits.perAddress), limits.perAddress)
  }

  /** A try has failed. Seconds until the next may be made when this one was one too many; else 0. */
  failed(address: string): number {
    const limits = this.#limits
    if (limits === undefined) return 0
    const own = this.#bucketOf(networkOf(address), limits.perAddress)
    const wait = Math.max(
      waitSeconds(own, limits.perAddress),
      waitSeconds(this.#filled(this.#all, limits.inAll), limits.inAll),
    )
    if (wait > 0) return wait
    own.left -= 1
    this.#all.left -= 1
    return 0
  }

  #bucketOf(network: string, size: number): Bucket {
    const known = this.#addresses.get(network)
    if (known !== undefined) return this.#filled(known, size)
    if (this.#addresses.size >= addressesMax) this.#forgetOldest()
    const bucket = { left: size, atMs: this.#clock.nowMs() }
    this.#addresses.set(network, bucket)
    return bucket
  }

  #filled(bucket: Bucket, size: number): Bucket {
    const nowMs = this.#clock.nowMs()
    bucket.left = Math.min(size, bucket.left + ((nowMs - bucket.atMs) * size) / minuteMs)
    bucket.atMs = nowMs
    return bucket
  }

  /** Those who came first; whoever still tries comes again, and is bounded by the limit for all. */
  #forgetOldest(): void {
    let left = addressesMax / 10
    for (const network of this.#addresses.keys()) {
      if (left === 0) return
      this.#addresses.delete(network)
      left -= 1
    }
  }
}

function waitSeconds({ left }: Bucket, size: number): number {
  return left >= 1 ? 0 : Math.max(1, Math.ceil(((1 - left) * minuteMs) / size / 1000))
}
