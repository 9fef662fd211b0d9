// What the settings of a model come to: a plan for its calls, and what the config says of each of its deployments.
import type { ModelSettings, DeploymentSettings } from '../routing/settings.ts'
import type { ModelPlan, StickyBy } from '../routing/model-plan.ts'
import type { ModelMemory } from '../routing/model-memory.ts'
import { overridesFrom } from '../providers/capabilities-settings.ts'
import type { DeploymentWishes } from './provider-set.ts'

/** The plan of a model that the config names. */
export function planOf(settings: ModelSettings, memory: ModelMemory): ModelPlan {
  const { policy, attempts, on_break: onBreak, hedge, sticky } = settings
  return {
    policy,
    attemptsMax: attempts,
    onBreak,
    hedge: hedge === 'off' ? undefined : { afterMs: hedge.after, minMs: hedge.min },
    sticky: sticky === 'off' ? undefined : stickyBy(sticky),
    memory,
  }
}

function stickyBy(written: string): StickyBy {
  if (written.startsWith('header:')) return { header: written.slice('header:'.length).toLowerCase() }
  return written === 'user' || written === 'conversation' ? written : 'key'
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
  quality: undefined,
  prefill: false,
  capabilities: {},
}
