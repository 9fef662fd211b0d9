// Which names can be called just now, and what each stands for. Lists of models arrive while the process runs, so
// the directory changes; what a name was found to mean is kept until then.
import type { Clock } from '../core/clock.ts'
import { dayText, stageOf } from '../core/life.ts'
import type { Life } from '../core/life.ts'
import { demandsTogether } from '../core/residency.ts'
import { healthSettings } from '../routing/health/health-registry.ts'
import { isPinned } from '../routing/life/is-pinned.ts'
import { noticeOf, replacementNotice } from '../routing/life/notice.ts'
import type { ReportedModel, ReportedModels } from '../routing/life/reported-models.ts'
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
import type { ListedName, ModelDirectory, ModelLookup } from '../pipeline/route.ts'
import { findProvider } from '../providers/catalogue.ts'
import { demoName } from '../providers/demo.ts'
import type { Deployment } from '../providers/deployment.ts'
import { priceFrom } from './deployment-price.ts'
import { lifeOf, Lives } from './lives.ts'
import type { StageChange } from './lives.ts'
import { withHealth } from './keyed-deployments.ts'
import { demandsOf, noWishes, planOf, wishesFor } from './model-plans.ts'
import type { ReadyProvider } from './provider-set.ts'
import { Residences } from './residences.ts'

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
  /** Left out where nobody is called. */
  readonly reported?: Pick<ReportedModels, 'of'>
}

/** Names that clients made up must not fill the memory. */
const rememberedMax = 10_000

export class LiveDirectory implements ModelDirectory {
  readonly #parts: DirectoryParts
  readonly #models: ReadonlyMap<string, readonly ConfiguredRef[]>
  readonly #lives: Lives
  readonly #residences: Residences
  /** The calls that a place may have at a time, by its name: the same for all who ask it, or its health would be torn. */
  readonly #caps: ReadonlyMap<string, number>
  #providers: ReadonlyMap<string, ListedProvider> = new Map()
  readonly #found = new Map<string, ModelLookup>()

  constructor(parts: DirectoryParts) {
    this.#parts = parts
    this.#models = new Map([...parts.models].map(([name, model]) => [name, inOrder(model)]))
    this.#lives = new Lives(parts.models, parts.clock.wallMs())
    this.#residences = new Residences(parts.models)
    this.#caps = smallestCaps(parts.models)
  }

  /** The providers have changed, or their lists have. */
  update(providers: readonly ListedProvider[]): void {
    this.#providers = new Map(providers.map((entry) => [entry.provider.name, entry]))
    this.#found.clear()
  }

  /** For once a minute: what the calendar has changed since the last time is so from now on. */
  checkDays(): readonly StageChange[] {
    const changes = this.#lives.changesAt(this.#parts.clock.wallMs())
    if (changes.length > 0) this.#found.clear()
    return changes
  }

  find(model: string): ModelLookup {
    const known = this.#found.get(model)
    if (known !== undefined) return known
    const found = this.#resolve(model, [])
    if (this.#found.size >= rememberedMax) this.#found.clear()
    this.#found.set(model, found)
    return found
  }

  /** What has retired is not offered any more; who knows its name is told what became of it. */
  list(): readonly ListedName[] {
    const logical = [...this.#models.keys()].sort().map((name) => ({ name, ownedBy: 'sallyport' }))
    const physical = [...this.#providers.values()].flatMap(({ provider, listed }) =>
      [...listed].map((name) => ({ name: `${provider.name}/${name}`, ownedBy: provider.name })),
    )
    return [...logical, ...physical.sort((a, b) => (a.name < b.name ? -1 : 1))].flatMap((entry) => {
      const life = this.#lives.ofName(entry.name)
      return life !== undefined && this.find(entry.name).kind === 'retired' ? [] : [{ ...entry, life }]
    })
  }

  lifeOf(name: string): Life | undefined {
    return this.#lives.ofName(name)
  }

  reported(deployment: string): ReportedModel | undefined {
    return this.#parts.reported?.of(deployment)
  }

  /** `instead`: the models that it is asked instead of. */
  #resolve(model: string, instead: readonly string[]): ModelLookup {
    const result = resolveModel(model, {
      models: this.#models,
      providers: this.#providers,
      isCatalogueName: (name) => name !== demoName && findProvider(name) !== undefined,
    })
    if (result.kind !== 'found') return result
    const settings = result.logical ? this.#parts.models.get(model) : undefined
    const all = result.deployments.flatMap((ref) => this.#deployment(ref, settings))
    const retired = all.filter((deployment) => this.#hasRetired(deployment.life))
    const [first, ...rest] = all.filter((deployment) => !retired.includes(deployment))
    if (first === undefined) {
      const [gone, ...others] = retired
      if (gone !== undefined && retired.length === result.deployments.length) {
        return this.#replaced(model, [gone, ...others], instead)
      }
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
    return { kind: 'found', deployments, plan, retired, lastResort: this.#lastResort(settings) }
  }

  #hasRetired(life: Life | undefined): boolean {
    if (life === undefined || life.asksRetired) return false
    return stageOf(life, this.#parts.clock.wallMs()) === 'retired'
  }

  /** Nothing of a model is left: what the config wants to be asked instead, or a sentence about that. */
  #replaced(
    model: string,
    retired: readonly [Deployment, ...Deployment[]],
    instead: readonly string[],
  ): ModelLookup {
    const { models, clock } = this.#parts
    const told = retired.find(({ life }) => life?.replacedBy !== undefined) ?? retired[0]
    const { life } = told
    const name = life?.replacedBy
    if (life !== undefined && name !== undefined && models.get(model)?.on_retired === 'replace') {
      const seen = [...instead, model]
      const found = seen.includes(name) ? undefined : this.#resolve(name, seen)
      if (found?.kind === 'found') {
        const notice = replacementNotice(life, name, clock.wallMs())
        const [first, ...rest] = found.deployments
        const said = (deployment: Deployment): Deployment => ({ ...deployment, notice })
        // Who asks for the one is promised where it goes; its stand-in may promise more.
        const { plan } = found
        const demands = demandsTogether(demandsOf(models.get(model) ?? {}), plan.demands)
        return {
          ...found,
          plan: { ...plan, demands },
          deployments: [said(first), ...rest.map(said)],
          retired,
        }
      }
    }
    const advice =
      name === undefined ? 'GET /v1/models lists those that are there.' : `Ask for "${name}" instead.`
    const since = dayText(Math.max(...retired.map((deployment) => deployment.life?.retiresMs ?? 0)))
    return { kind: 'retired', retired, sentence: `The model "${model}" retired on ${since}. ${advice}` }
  }

  #lastResort(model: ModelSettings | undefined): Deployment | undefined {
    const deployment =
      model === undefined || model.last_resort === 'off' ? undefined : model.last_resort.deployment
    if (deployment === undefined) return undefined
    const ref = { provider: deployment.provider, providerModel: deployment.model, settings: deployment }
    const [last] = this.#deployment(ref, model)
    return last === undefined || this.#hasRetired(last.life) ? undefined : last
  }

  #deployment(
    { provider, providerModel, settings }: ConfiguredRef,
    model: ModelSettings | undefined,
  ): Deployment[] {
    const entry = this.#providers.get(provider)
    if (entry === undefined) return []
    const isConfigured = settings !== undefined && model !== undefined
    const { memory, clock, routing } = this.#parts
    const written = settings ?? this.#lives.written(`${provider}/${providerModel}`)
    const made = entry.provider.deployment(
      providerModel,
      // Whoever names it itself pays what it costs all the same.
      isConfigured
        ? wishesFor(settings, model)
        : { ...noWishes, ownPrice: written?.price && priceFrom(written.price) },
    )
    const wanted = healthSettings(routing, this.#caps.get(made.name))
    const life = written === undefined ? undefined : lifeOf(written)
    const placed = {
      ...this.#residences.of(made.name, entry.provider.residence),
      life,
      notice: life === undefined ? undefined : noticeOf(life, clock.wallMs()),
      pinned: written?.version === undefined ? isPinned(providerModel) : written.version === 'pinned',
    }
    return [withHealth(made, placed, { registry: memory.health, settings: wanted, nowMs: clock.nowMs() })]
  }
}

/** Two models may name one place with different caps. */
function smallestCaps(models: ModelsSettings): ReadonlyMap<string, number> {
  const caps = new Map<string, number>()
  for (const { deployments, last_resort: last } of models.values()) {
    const lastResort = last === 'off' ? undefined : last.deployment
    for (const named of [...deployments, ...(lastResort === undefined ? [] : [lastResort])]) {
      const { provider, model, max_concurrency: cap } = named
      if (cap === undefined) continue
      const name = `${provider}/${model}`
      caps.set(name, Math.min(cap, caps.get(name) ?? cap))
    }
  }
  return caps
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
