// Where can this be had? The model's name becomes an ordered list of deployments.
// Only this file can mint a Routed list, and `attempt` gets nothing else.
import type { Endpoint } from '../core/call.ts'
import { AmbiguousModel, EndpointNotSupported, ModelNotFound } from '../core/errors.ts'
import type { Deployment } from '../providers/deployment.ts'
import type { Admitted } from './admit.ts'

declare const routed: unique symbol
/** In the order in which they are tried. */
export type Routed = readonly [Deployment, ...Deployment[]] & { readonly [routed]: true }

/** What a model's name stands for. */
export type ModelLookup =
  | {
      readonly kind: 'found'
      readonly deployments: readonly [Deployment, ...Deployment[]]
      readonly sentence?: undefined
    }
  | { readonly kind: 'unknown' | 'ambiguous'; readonly sentence: string }

/** The names that can be called just now. */
export interface ModelDirectory {
  find(model: string): ModelLookup
  /** Every name that is known, sorted: logical models first, then each provider's own as `provider/model`. */
  list(): readonly { readonly name: string; readonly ownedBy: string }[]
}

/** Finds the deployments of a request. Throws ModelNotFound, AmbiguousModel or EndpointNotSupported. */
export function route(request: Admitted, endpoint: Endpoint, directory: ModelDirectory): Routed {
  const found = directory.find(request.model)
  if (found.kind === 'unknown') throw new ModelNotFound(found.sentence)
  if (found.kind !== 'found') throw new AmbiguousModel(found.sentence)
  return withEndpoint(found.deployments, endpoint) as Routed
}

function withEndpoint(
  all: readonly [Deployment, ...Deployment[]],
  endpoint: Endpoint,
): readonly [Deployment, ...Deployment[]] {
  let haveAll = true
  for (const deployment of all) haveAll &&= deployment.endpoints.has(endpoint)
  if (haveAll) return all
  return without(all, endpoint)
}

/** Those that have the endpoint, of deployments of which some do not. */
function without(
  all: readonly [Deployment, ...Deployment[]],
  endpoint: Endpoint,
): readonly [Deployment, ...Deployment[]] {
  const [first, ...rest] = all.filter((deployment) => deployment.endpoints.has(endpoint))
  if (first === undefined) throw new EndpointNotSupported(all[0].provider, endpoint)
  return [first, ...rest]
}
