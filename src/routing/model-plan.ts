// How the calls of one model are made: what its settings come to, worked out when the config is loaded. Names that
// clients write as provider/model have the plainest plan there is.
import type { Policy } from './choice/candidate.ts'
import type { ModelMemory } from './model-memory.ts'
import { attemptsMaxDefault } from './next-attempt.ts'

export interface ModelPlan {
  readonly policy: Policy
  /** Attempts of a call, over all deployments. */
  readonly attemptsMax: number
  /** What becomes of a stream that breaks after content. */
  readonly onBreak: 'error' | 'continue'
  /** Undefined for none. */
  readonly hedge: HedgePlan | undefined
  /** What holds calls to one deployment; undefined for nothing. */
  readonly sticky: StickyBy | undefined
  /** All its calls are held to the contract that others ask for in a header. */
  readonly deterministic: boolean
  /** What outlives a config. */
  readonly memory: ModelMemory
}

export interface HedgePlan {
  /** Asks a second deployment so long after the first; undefined for later than 95 of 100 first tokens come. */
  readonly afterMs: number | undefined
  readonly minMs: number
}

export type StickyBy = 'key' | 'user' | 'conversation' | { readonly header: string }

/** The plan of a model without settings. */
export function plainPlan(memory: ModelMemory): ModelPlan {
  return {
    policy: 'priority',
    attemptsMax: attemptsMaxDefault,
    onBreak: 'error',
    hedge: undefined,
    sticky: undefined,
    deterministic: false,
    memory,
  }
}
