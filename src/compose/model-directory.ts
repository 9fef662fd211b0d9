// Which names can be called just now, and what each stands for. Lists of models arrive while the process runs, so
// the directory changes; what a name was found to mean is kept until then.
import type { Clock } from '../core/clock.ts'
import { healthSettings } from '../routing/health/health-registry.ts'
import { plainPlan } from '../routing/model-plan.ts'
import type { RoutingMemory } from '../routing/routing-memory.ts'
import type {
  DeploymentSettings,
  ModelSettings,
  ModelsSettings,
  RoutingSettings,
} from '../routing/settings.ts'
import { resolveModel } from '../routing/resolve-model.ts'
import type { DeploymentRef } from '../routing/resolve-model.ts'
import type { ModelDirectory, ModelLookup } from '../pipeline/route.ts'
import { findProvider } from '../providers/catalogue.ts'
import { demoName } from '../providers/demo.ts'
import type { Deployment } from '../providers/deployment.ts'
import { noWishes, planOf, wishesFor } from './model-plans.ts'
import type { ReadyProvider } from './provider-set.ts'

/** A provider and the names it is known to have. */
export interface ListedProvider {
  readonly provider: ReadyProvider
  readonly listed: ReadonlySet<string>
}

/** What a directory is made with. */
export interface DirectoryParts {
  readonly models: ModelsSettings
  readonly routing: RoutingSettings
  readonly memory: RoutingMemory
  readonly clock: Clock
}

/** Names that clients made up must not fill the memory. */
const rememberedMax = 10_000

export class LiveDirectory implements ModelDirectory {
  readonly #parts: DirectoryParts
  readonly #models: ReadonlyMap<string, readonly ConfiguredRef[]>
  #providers: ReadonlyMap<string, ListedProvider> = new Map()
  readonly #found = new Map<string, ModelLookup>()

  constructor(parts: DirectoryParts) {
    this.#parts = parts
    this.#models = new Map([...parts.models].map(([name, model]) => [name, inOrder(model)]))
  }

  /** The providers have changed, or their lists have. */
  update(providers: readonly ListedProvider[]): void {
    this.#providers = new Map(providers.map((entry) => [entry.provider.name, entry]))
    this.#found.clear()
  }

  find(model: string): ModelLookup {
    const known = this.#found.get(model)
    if (known !== undefined) return known
    const found = this.#resolve(model)
    if (this.#found.size >= rememberedMax) this.#found.clear()
    this.#found.set(model, found)
    return found
  }

  list(): readonly { readonly name: string; readonly ownedBy: string }[] {
    const logical = [...this.#models.keys()].sort().map((name) => ({ name, ownedBy: 'sallyport' }))
    const physical = [...this.#providers.values()].flatMap(({ provider, listed }) =>
      [...listed].map((name) => ({ name: `${provider.name}/${name}`, ownedBy: provider.name })),
    )
    return [...logical, ...physical.sort((a, b) => (a.name < b.name ? -1 : 1))]
  }

  #resolve(model: string): ModelLookup {
    const result = resolveModel(model, {
      models: this.#models,
      providers: this.#providers,
      isCatalogueName: (name) => name !== demoName && findProvider(name) !== undefined,
    })
    if (result.kind !== 'found') return result
    const settings = result.logical ? this.#parts.models.get(model) : undefined
    const [first, ...rest] = result.deployments.flatMap((ref) => this.#deployment(ref, settings))
    if (first === undefined) {
      // The config was checked, so this is a provider that was found once and has gone since.
      return {
        kind: 'unknown',
        sentence: `No provider of the model "${model}" is there just now. Try again later.`,
      }
    }
    const deployments = [first, ...rest] as const
    const { promptCaches } = this.#parts.memory
    const memory = this.#parts.memory.ofModel(model)
    const plan =
      settings === undefined ? plainPlan(memory) : planOf(settings, { memory, promptCaches, deployments })
    return { kind: 'found', deployments, plan, lastResort: this.#lastResort(settings) }
  }

  #lastResort(model: ModelSettings | undefined): Deployment | undefined {
    const deployment =
      model === undefined || model.last_resort === 'off' ? undefined : model.last_resort.deployment
    if (deployment === undefined) return undefined
    const ref = { provider: deployment.provider, providerModel: deployment.model, settings: deployment }
    return this.#deployment(ref, model)[0]
  }

  #deployment(
    { provider, providerModel, settings }: ConfiguredRef,
    model: ModelSettings | undefined,
  ): Deployment[] {
    const entry = this.#providers.get(provider)
    if (entry === undefined) return []
    const isConfigured = settings !== undefined && model !== undefined
    const made = entry.provider.deployment(
      providerModel,
      isConfigured ? wishesFor(settings, model) : noWishes,
    )
    const { memory, clock, routing } = this.#parts
    const wanted = healthSettings(routing, settings?.max_concurrency)
    return [{ ...made, health: memory.health.of(made, wanted, clock.nowMs()) }]
  }
}

interface ConfiguredRef extends DeploymentRef {
  /** Undefined where a client named the deployment itself. */
  readonly settings?: DeploymentSettings
}

/** By priority; equals stay in the order of the file. */
function inOrder({ deployments }: ModelSettings): ConfiguredRef[] {
  return deployments
    .toSorted((left, right) => left.priority - right.priority)
    .map((settings) => ({ provider: settings.provider, providerModel: settings.model, settings }))
}
