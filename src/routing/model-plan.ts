// How the calls of one model are made: what its settings come to, worked out when the config is loaded. Names that
// clients write as provider/model have the plainest plan there is.
import { noDemands } from '../core/residency.ts'
import type { Demand } from '../core/residency.ts'
import type { Policy } from './choice/candidate.ts'
import type { ModelMemory } from './model-memory.ts'
import type { Narrowing } from './narrowing/narrowing.ts'
import { attemptsMaxDefault } from './next-attempt.ts'
import type { PromptCacheMemory } from './prompt-cache-memory.ts'

export interface ModelPlan {
  readonly policy: Policy
  /** Attempts of a call, over all deployments. */
  readonly attemptsMax: number
  /** Calls of the model that are served at a time, over all deployments; undefined for as many as they take. */
  readonly concurrencyMax: number | undefined
  /** What becomes of a stream that breaks after content. */
  readonly onBreak: 'error' | 'continue'
  /** Undefined for none. */
  readonly hedge: HedgePlan | undefined
  /** What holds calls to one deployment; undefined for nothing. */
  readonly sticky: StickyBy | undefined
  /** All its calls are held to the contract that others ask for in a header. */
  readonly deterministic: boolean
  /** Where its calls have to stay. */
  readonly demands: readonly Demand[]
  /** Words that answer when nobody else does; undefined for none. */
  readonly cannedMessage: string | undefined
  /** What narrows the deployments before the policy chooses; undefined for nothing. */
  readonly narrowing: Narrowing | undefined
  /** Who has seen which prompt; undefined where the policy does not ask. */
  readonly promptCaches: PromptCacheMemory | undefined
  /** What outlives a config. */
  readonly memory: ModelMemory
}

export interface HedgePlan {
  /** Asks a second deployment so long after the first; undefined for later than 95 of 100 first tokens come. */
  readonly afterMs: number | undefined
  readonly minMs: number
}

export type StickyBy = 'key' | 'user' | 'conversation' | { readonly header: string }

/** As the config writes it: `user`, or `header:X-Tenant`. */
export function stickyBy(written: string): StickyBy {
  if (written.startsWith('header:')) return { header: written.slice('header:'.length).toLowerCase() }
  return written === 'user' || written === 'conversation' ? written : 'key'
}

/** The plan of a model without settings. */
export function plainPlan(memory: ModelMemory): ModelPlan {
  return {
    policy: 'priority',
    attemptsMax: attemptsMaxDefault,
    concurrencyMax: undefined,
    onBreak: 'error',
    hedge: undefined,
    sticky: undefined,
    deterministic: false,
    demands: noDemands,
    cannedMessage: undefined,
    narrowing: undefined,
    promptCaches: undefined,
    memory,
  }
}
