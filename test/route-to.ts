// The route of a request to a model with these deployments, minted where routes of calls are.
import { noDemands } from '../src/core/residency.ts'
import type { Door } from '../src/dialects/doors.ts'
import type { Admitted } from '../src/pipeline/admit.ts'
import { route } from '../src/pipeline/route.ts'
import type { Route } from '../src/pipeline/route.ts'
import type { Deployment } from '../src/providers/deployment.ts'
import type { ModelPlan } from '../src/routing/model-plan.ts'

export interface RoutedModel {
  readonly deployments: readonly Deployment[]
  readonly plan: ModelPlan
  readonly lastResort?: Deployment
}

/** Throws where none of them can be asked. */
export function routeTo(
  { deployments: [first, ...rest], ...model }: RoutedModel,
  asked: { readonly request: Admitted; readonly door: Door },
): Route {
  if (first === undefined) throw new Error('a model has a deployment')
  const directory = {
    find: () => ({ kind: 'found', deployments: [first, ...rest], retired: [], ...model }) as const,
    list: () => [],
    lifeOf: () => undefined,
    reported: () => undefined,
  }
  const found = route({ ...asked, demands: noDemands }, directory)
  if (found === undefined) throw new Error('there is nobody to ask')
  return found
}
