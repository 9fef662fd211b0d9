// Where can this be had? The model's name becomes an ordered list of deployments.
// Only this file can mint a Routed list, and `attempt` gets nothing else.
import { AmbiguousModel, EndpointNotSupported, ModelNotFound } from '../core/errors.ts'
import type { Life } from '../core/life.ts'
import { ModelRetired } from '../core/routing-errors.ts'
import type { Door } from '../dialects/doors.ts'
import type { Deployment } from '../providers/deployment.ts'
import type { ReportedModel } from '../routing/life/reported-models.ts'
import type { ModelPlan } from '../routing/model-plan.ts'
import type { Admitted } from './admit.ts'

declare const routed: unique symbol
/** In the order of the config: by priority, then as they are listed. */
export type Routed = readonly [Deployment, ...Deployment[]] & { readonly [routed]: true }

/** What a model's name stands for. */
export type ModelLookup =
  | {
      readonly kind: 'found'
      readonly deployments: readonly [Deployment, ...Deployment[]]
      readonly plan: ModelPlan
      /** Those that are not asked any more. */
      readonly retired: readonly Deployment[]
      /** Asked when none of these answers. */
      readonly lastResort?: Deployment | undefined
      readonly sentence?: undefined
    }
  | {
      readonly kind: 'retired'
      readonly retired: readonly [Deployment, ...Deployment[]]
      readonly sentence: string
    }
  | { readonly kind: 'unknown' | 'ambiguous'; readonly sentence: string }

/** The names that can be called just now. */
export interface ModelDirectory {
  find(model: string): ModelLookup
  /** Every name that is known, sorted: logical models first, then each provider's own as `provider/model`. */
  list(): readonly ListedName[]
  /** Of a model of the config, or of a deployment by its name; undefined while no end of it is known. */
  lifeOf(name: string): Life | undefined
  /** The model that a deployment's answers say they are from, by the deployment's name. */
  reported(deployment: string): ReportedModel | undefined
}

export interface ListedName {
  readonly name: string
  readonly ownedBy: string
  /** Undefined while no end of it is known. */
  readonly life: Life | undefined
}

/** Where a call can go, and by which plan. */
export interface Route {
  readonly deployments: Routed
  readonly plan: ModelPlan
  readonly lastResort: Deployment | undefined
}

/**
 * Finds the deployments of a request; undefined where there is none to ask and an estimate has to do. Throws
 * ModelNotFound, ModelRetired, AmbiguousModel or EndpointNotSupported.
 */
export function route(request: Admitted, door: Door, directory: ModelDirectory): Route | undefined {
  const found = directory.find(request.model)
  if (found.kind === 'unknown') throw new ModelNotFound(found.sentence)
  if (found.kind === 'retired') throw new ModelRetired(found.sentence)
  if (found.kind !== 'found') throw new AmbiguousModel(found.sentence)
  const { deployments, plan, lastResort } = found
  const able = door.otherwise === 'translate' ? deployments : speaking(door, deployments)
  return able === undefined ? undefined : { deployments: able as Routed, plan, lastResort }
}

function speaking(
  { endpoint, spoken, otherwise }: Door,
  all: readonly [Deployment, ...Deployment[]],
): readonly [Deployment, ...Deployment[]] | undefined {
  const [first, ...rest] = all.filter(({ speaks }) => speaks.has(spoken))
  if (first !== undefined) return [first, ...rest]
  if (otherwise === 'estimate') return undefined
  throw new EndpointNotSupported(all[0].provider, endpoint)
}
