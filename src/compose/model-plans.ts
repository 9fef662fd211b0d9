// What the settings of a model come to: a plan for its calls, and what the config says of each of its deployments.
import { noDemands } from '../core/residency.ts'
import type { Demand } from '../core/residency.ts'
import type { ModelSettings, DeploymentSettings } from '../routing/settings.ts'
import { stickyBy } from '../routing/model-plan.ts'
import type { ModelPlan } from '../routing/model-plan.ts'
import type { ModelMemory } from '../routing/model-memory.ts'
import { narrowingOf } from '../routing/narrowing/narrowing.ts'
import type { Narrowed } from '../routing/narrowing/narrowing.ts'
import type { PromptCacheMemory } from '../routing/prompt-cache-memory.ts'
import { overridesFrom } from '../providers/capabilities-settings.ts'
import { priceFrom } from './deployment-price.ts'
import type { DeploymentWishes } from './provider-set.ts'

/** What the plan of a model is made with, besides its settings. */
export interface PlanParts {
  readonly memory: ModelMemory
  readonly promptCaches: PromptCacheMemory
  readonly deployments: readonly Narrowed[]
}

/** Nobody else weighs what is cached where. */
const cacheAwarePolicies: ReadonlySet<ModelPlan['policy']> = new Set(['least_cost', 'least_latency'])

/** The plan of a model that the config names. */
export function planOf(settings: ModelSettings, { memory, promptCaches, deployments }: PlanParts): ModelPlan {
  const { policy, attempts, on_break: onBreak, hedge, sticky, deterministic } = settings
  const { last_resort: lastResort } = settings
  const isCacheAware = settings.cache_aware && deployments.length > 1 && cacheAwarePolicies.has(policy)
  return {
    policy,
    attemptsMax: attempts,
    concurrencyMax: settings.max_concurrency,
    onBreak,
    hedge: hedge === 'off' ? undefined : { afterMs: hedge.after, minMs: hedge.min },
    sticky: sticky === 'off' ? undefined : stickyBy(sticky),
    deterministic: deterministic === 'required',
    demands: demandsOf(settings),
    cannedMessage: lastResort === 'off' ? undefined : lastResort.message,
    narrowing: narrowingOf(settings, deployments),
    promptCaches: isCacheAware ? promptCaches : undefined,
    memory,
  }
}

/** Where the calls of a model have to stay. */
export function demandsOf({ residency }: Pick<ModelSettings, 'residency'>): readonly Demand[] {
  return residency === undefined ? noDemands : [{ by: 'the model', residency }]
}

/** What the config says of one deployment of a model. */
export function wishesFor(
  { timeout, priority, weight, tags, price, quality, prefill, capabilities }: DeploymentSettings,
  { on_unsupported: onUnsupported }: ModelSettings,
): DeploymentWishes {
  return {
    timeoutMs: timeout,
    onUnsupported,
    priority,
    weight,
    tags: new Set(tags),
    costPerMillion: price && { input: price.input, output: price.output, cachedInput: price.cached_input },
    ownPrice: price && priceFrom(price),
    quality,
    prefill,
    capabilities: overridesFrom(capabilities),
  }
}

/** Of a deployment that no config names. */
export const noWishes: DeploymentWishes = {
  timeoutMs: undefined,
  onUnsupported: 'drop',
  priority: 1,
  weight: 1,
  tags: new Set(),
  costPerMillion: undefined,
  ownPrice: undefined,
  quality: undefined,
  prefill: false,
  capabilities: {},
}
