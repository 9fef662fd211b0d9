// The health of all deployments of this process, by place and account. It outlives a config: a reload must not send calls
// back to what has just failed. Names that clients make up are forgotten again when nothing is going on there.
import { DeploymentHealth } from './deployment-health.ts'
import { defaultHealthSettings } from './health-settings.ts'
import type { HealthSettings } from './health-settings.ts'
import type { ChangeReason, Standing } from './standing.ts'

/** What a deployment's health is kept under. */
export interface HealthPlace {
  readonly provider: string
  readonly providerModel: string
  /** A fingerprint of the account. */
  readonly credential: string
}

/** Told once of each change of a deployment's standing. */
export type StandingObserver = (
  place: HealthPlace,
  change: { readonly from: Standing; readonly to: Standing; readonly reason: ChangeReason },
) => void

/** So many are remembered before those of which nothing is to be said are forgotten. */
const rememberedMax = 1_000

/**
 * Nobody is refused by a guess: a deployment takes what comes until it says that it is too much. What the process could
 * hold at all is about as much.
 */
const placesMax = 10_000

interface Kept {
  readonly place: HealthPlace
  readonly health: DeploymentHealth
  readonly settings: HealthSettings
}

export class HealthRegistry {
  readonly #random: () => number
  readonly #observe: StandingObserver
  readonly #kept = new Map<string, Kept>()

  constructor(random: () => number, observe: StandingObserver) {
    this.#random = random
    this.#observe = observe
  }

  /** The health of a deployment. With other settings than before it stands as it stood, and counts anew. */
  of(place: HealthPlace, settings: HealthSettings, nowMs: number): DeploymentHealth {
    const name = nameOf(place)
    const known = this.#kept.get(name)
    if (known !== undefined && isSame(known.settings, settings)) return known.health
    if (this.#kept.size >= rememberedMax) this.#forgetIdle(nowMs)
    const health = new DeploymentHealth(settings, this.#random)
    if (known !== undefined) health.takeOver(known.health, nowMs)
    health.onChange = (from, to, reason) => this.#observe(place, { from, to, reason })
    this.#kept.set(name, { place, health, settings })
    return health
  }

  /** The health that is kept of a place; undefined when nobody has asked for it. */
  find(place: HealthPlace): DeploymentHealth | undefined {
    return this.#kept.get(nameOf(place))?.health
  }

  /** All that are known, in the order in which they came. */
  all(): readonly { readonly place: HealthPlace; readonly health: DeploymentHealth }[] {
    return [...this.#kept.values()]
  }

  #forgetIdle(nowMs: number): void {
    for (const [name, { health }] of this.#kept) {
      if (health.inFlight === 0 && health.standing(nowMs) === 'closed') this.#kept.delete(name)
    }
  }
}

function nameOf({ provider, providerModel, credential }: HealthPlace): string {
  return `${provider}/${providerModel}\n${credential}`
}

function isSame(one: HealthSettings, other: HealthSettings): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other)
}

/** What a config says of health, in its own words. */
export interface HealthWishes {
  readonly failures_in_row: number
  readonly failure_rate: number
  readonly calls_min: number
  readonly window: number
  readonly ejection: number
  readonly ejection_max: number
  readonly slow_start: number
  readonly adaptive_concurrency: boolean
}

/** The settings of a deployment's health. `fixed`: the calls that it may have at a time, where the operator said so. */
export function healthSettings(wishes: HealthWishes, fixed?: number): HealthSettings {
  const { concurrency } = defaultHealthSettings
  return {
    ...defaultHealthSettings,
    failuresInRow: wishes.failures_in_row,
    failureRate: wishes.failure_rate,
    requestsMin: wishes.calls_min,
    windowMs: wishes.window,
    ejectionBaseMs: wishes.ejection,
    ejectionMaxMs: wishes.ejection_max,
    slowStartMs: wishes.slow_start,
    concurrency: {
      ...concurrency,
      atFirst: placesMax,
      max: placesMax,
      adaptive: wishes.adaptive_concurrency,
      ...(fixed === undefined ? {} : { fixed }),
    },
  }
}
