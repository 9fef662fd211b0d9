// The health of a deployment that is called with one of several keys, as whoever chooses among deployments sees it: as
// good as the best of its keys. Nothing is kept here; each key has a health of its own, and attempts are told to that.
import type { Availability, DeploymentHealth, Percentiles, SeenFailure, Trial } from '../../core/health.ts'

/** The best first. */
const ranked: readonly Availability[] = ['free', 'probe', 'busy', 'throttled', 'cooling', 'open', 'ejected']

export class JointHealth implements DeploymentHealth {
  readonly #parts: readonly DeploymentHealth[]
  readonly #cap: number

  /** `cap`: the calls that the deployment may have at a time over all its keys; Infinity where nobody said so. */
  constructor(parts: readonly DeploymentHealth[], cap: number) {
    this.#parts = parts
    this.#cap = cap
  }

  availability(nowMs: number): Availability {
    if (this.inFlight >= this.#cap) return 'busy'
    let best = ranked.length - 1
    for (const part of this.#parts) {
      best = Math.min(best, ranked.indexOf(part.availability(nowMs)))
      if (best === 0) break
    }
    return ranked[best] ?? 'ejected'
  }

  lastResort(nowMs: number): boolean {
    return this.inFlight < this.#cap && this.#parts.some((part) => part.lastResort(nowMs))
  }

  share(nowMs: number): number {
    return this.#most((part) => (part.availability(nowMs) === 'free' ? part.share(nowMs) : 0))
  }

  recentSuccess(nowMs: number): number {
    return this.#most((part) => part.recentSuccess(nowMs))
  }

  isHealthyDestination(nowMs: number): boolean {
    return this.#parts.some((part) => part.isHealthyDestination(nowMs))
  }

  get inFlight(): number {
    return this.#parts.reduce((sum, { inFlight }) => sum + inFlight, 0)
  }

  get limit(): number {
    const sum = this.#parts.reduce((places, { limit }) => places + limit, 0)
    return Math.min(sum, this.#cap)
  }

  firstTokenMs(nowMs: number): Percentiles | undefined {
    return bestKnown(this.#parts.map((part) => part.firstTokenMs(nowMs)))
  }

  tokensPerSecond(nowMs: number): Percentiles | undefined {
    return bestKnown(this.#parts.map((part) => part.tokensPerSecond(nowMs)))
  }

  waitMs(nowMs: number): number {
    const waits = this.#parts.map((part) => part.waitMs(nowMs)).filter((waitMs) => waitMs > 0)
    return waits.length === 0 ? 0 : Math.min(...waits)
  }

  begin(): Trial {
    throw new Error('An attempt is made with one key, and its health is that key’s.')
  }

  /** The provider as a whole wants a pause. */
  coolDownUntil(untilMs: number): void {
    for (const part of this.#parts) part.coolDownUntil(untilMs)
  }

  failed(failure: SeenFailure): void {
    for (const part of this.#parts) part.failed(failure)
  }

  #most(of: (part: DeploymentHealth) => number): number {
    return Math.max(...this.#parts.map(of))
  }
}

/** What is known by most samples. */
function bestKnown(all: readonly (Percentiles | undefined)[]): Percentiles | undefined {
  return all.reduce((best, one) => ((one?.count ?? 0) > (best?.count ?? 0) ? one : best), undefined)
}
