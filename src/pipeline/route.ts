// Where can this be had? The model's name becomes an ordered list of deployments.
// Only this file can mint a Routed list, and `attempt` gets nothing else: what must not leave a region is kept there here,
// and no later stage ever sees the other deployments.
import { AmbiguousModel, EndpointNotSupported, ModelNotFound } from '../core/errors.ts'
import type { Caller } from '../core/caller.ts'
import type { Life } from '../core/life.ts'
import { demandsTogether, meets, noDemands, residenceText } from '../core/residency.ts'
import type { Demand } from '../core/residency.ts'
import { ModelRetired, ResidencyUnsatisfiable } from '../core/routing-errors.ts'
import type { Door } from '../dialects/doors.ts'
import type { Deployment } from '../providers/deployment.ts'
import type { ReportedModel } from '../routing/life/reported-models.ts'
import type { ModelPlan } from '../routing/model-plan.ts'
import type { Admitted } from './admit.ts'
import type { ClientWishes } from './client-wishes.ts'

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
  /** Where the call has to stay, whoever wants it; what is asked on its behalf has to stay there, too. */
  readonly demands: readonly Demand[]
}

/** What is asked for, and where it has to stay. */
export interface Wanted {
  readonly request: Admitted
  readonly door: Door
  readonly demands: readonly Demand[]
}

/** Where a call has to stay, whatever its model is. The client can only demand more than its key. */
export function demandsOf(
  { demands: ofCaller = noDemands }: Pick<Caller, 'demands'>,
  { residency }: Pick<ClientWishes, 'residency'>,
): readonly Demand[] {
  return residency === undefined ? ofCaller : demandsTogether(ofCaller, [{ by: 'the request', residency }])
}

/**
 * Finds the deployments of a request; undefined where there is none to ask and an estimate has to do. Throws
 * ModelNotFound, ModelRetired, AmbiguousModel, ResidencyUnsatisfiable or EndpointNotSupported.
 */
export function route({ request, door, demands }: Wanted, directory: ModelDirectory): Route | undefined {
  const found = directory.find(request.model)
  if (found.kind === 'unknown') throw new ModelNotFound(found.sentence)
  if (found.kind === 'retired') throw new ModelRetired(found.sentence)
  if (found.kind !== 'found') throw new AmbiguousModel(found.sentence)
  const all = demandsTogether(demands, found.plan.demands)
  const { deployments, plan, lastResort } = all.length === 0 ? found : staying(found, request.model, all)
  const able = door.otherwise === 'translate' ? deployments : speaking(door, deployments)
  return able === undefined ? undefined : { deployments: minted(able), plan, lastResort, demands: all }
}

/**
 * What is left of routed deployments, in an order of its own; undefined when nothing is. Who is changed for a call goes by
 * the name. Throws when one is not of the route: it may be where the call must not go.
 */
export function leftOf(of: Routed, left: readonly Deployment[]): Routed | undefined {
  if (left === of) return of
  const [first, ...rest] = left
  if (first === undefined) return undefined
  const stranger = left.find(({ name }) => of.every((deployment) => deployment.name !== name))
  if (stranger !== undefined) throw new Error(`${stranger.name} is not of the route`)
  return minted([first, ...rest])
}

function minted(deployments: readonly [Deployment, ...Deployment[]]): Routed {
  return deployments as Routed
}

type Found = Extract<ModelLookup, { readonly kind: 'found' }>

/** Those that are where the call has to stay. A last resort stands in for them, and not for their being elsewhere. */
function staying(found: Found, model: string, demands: readonly Demand[]): Found {
  const { deployments, lastResort } = found
  const [first, ...rest] = deployments.filter((deployment) => meets(deployment, demands))
  if (first === undefined) {
    const there = [...new Set(deployments.map(residenceText))].toSorted().join(', ')
    throw new ResidencyUnsatisfiable(model, demands, `it is to be had in: ${there}`)
  }
  return {
    ...found,
    deployments: [first, ...rest],
    lastResort: lastResort !== undefined && meets(lastResort, demands) ? lastResort : undefined,
  }
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
