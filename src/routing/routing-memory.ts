// What routing remembers, over all models and deployments, for as long as the process lives.
import { HealthRegistry } from './health/health-registry.ts'
import type { StandingObserver } from './health/health-registry.ts'
import { RetryBudget } from './health/retry-budget.ts'
import { ModelMemory } from './model-memory.ts'
import { OpenLines } from './open-lines.ts'
import { PromptCacheMemory } from './prompt-cache-memory.ts'

/** Names that clients make up must not fill the memory. */
const modelsMax = 10_000

export class RoutingMemory {
  readonly health: HealthRegistry
  readonly lines = new OpenLines()
  readonly promptCaches = new PromptCacheMemory()
  readonly #retries = new RetryBudget()
  #models = new Map<string, ModelMemory>()

  /** `random`: 0 to 1, 1 excluded. */
  constructor(random: () => number, observe: StandingObserver) {
    this.health = new HealthRegistry(random, observe)
  }

  /** Of a model, by the name that clients use. */
  ofModel(name: string): ModelMemory {
    const known = this.#models.get(name)
    if (known !== undefined) return known
    // What is forgotten is only how much may be retried just now.
    if (this.#models.size >= modelsMax) this.#models = new Map()
    const memory = new ModelMemory(this.#retries)
    this.#models.set(name, memory)
    return memory
  }
}
