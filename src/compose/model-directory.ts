// Which names can be called just now, and what each stands for. Lists of models arrive while the process runs, so
// the directory changes; what a name was found to mean is kept until then.
import { overridesFrom } from '../providers/capabilities-settings.ts'
import type { CapabilityOverrides } from '../providers/capabilities.ts'
import type { ModelSettings, ModelsSettings } from '../routing/settings.ts'
import { resolveModel } from '../routing/resolve-model.ts'
import type { DeploymentRef } from '../routing/resolve-model.ts'
import type { ModelDirectory, ModelLookup } from '../pipeline/route.ts'
import { findProvider } from '../providers/catalogue.ts'
import { demoName } from '../providers/demo.ts'
import type { Deployment } from '../providers/deployment.ts'
import type { ReadyProvider } from './provider-set.ts'

/** A provider and the names it is known to have. */
export interface ListedProvider {
  readonly provider: ReadyProvider
  readonly listed: ReadonlySet<string>
}

/** Names that clients made up must not fill the memory. */
const rememberedMax = 10_000

export class LiveDirectory implements ModelDirectory {
  readonly #models: ReadonlyMap<string, readonly TimedRef[]>
  #providers: ReadonlyMap<string, ListedProvider> = new Map()
  readonly #found = new Map<string, ModelLookup>()

  constructor(models: ModelsSettings) {
    this.#models = new Map([...models].map(([name, model]) => [name, inOrder(model)]))
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
    const [first, ...rest] = result.deployments.flatMap((ref) => this.#deployment(ref))
    if (first === undefined) {
      // The config was checked, so this is a provider that was found once and has gone since.
      return {
        kind: 'unknown',
        sentence: `No provider of the model "${model}" is there just now. Try again later.`,
      }
    }
    return { kind: 'found', deployments: [first, ...rest] }
  }

  #deployment(ref: TimedRef): Deployment[] {
    const entry = this.#providers.get(ref.provider)
    return entry === undefined
      ? []
      : [
          entry.provider.deployment(ref.providerModel, {
            timeoutMs: ref.timeoutMs,
            onUnsupported: ref.onUnsupported ?? 'drop',
            capabilities: ref.capabilities ?? {},
          }),
        ]
  }
}

interface TimedRef extends DeploymentRef {
  readonly timeoutMs?: number | undefined
  readonly onUnsupported?: 'drop' | 'error'
  readonly capabilities?: CapabilityOverrides
}

/** By priority; equals stay in the order of the file. */
function inOrder({ deployments, on_unsupported: onUnsupported }: ModelSettings): TimedRef[] {
  return deployments
    .toSorted((left, right) => left.priority - right.priority)
    .map(({ provider, model, timeout, capabilities }) => ({
      provider,
      providerModel: model,
      timeoutMs: timeout,
      onUnsupported,
      capabilities: overridesFrom(capabilities),
    }))
}
