// What is said of where deployments are: one place is in one region, whoever names it, and a model that has to stay somewhere
// has a deployment there.
import { demandsText, meets, residenceText } from '../core/residency.ts'
import type { Residence } from '../core/residency.ts'
import type { DeploymentSettings } from '../routing/settings.ts'
import { deploymentsOf } from './check-lives.ts'
import type { Finding } from './problem.ts'
import type { Draft, DraftModel } from './read-shape.ts'

/** What deployments say of themselves, by `provider/model`. */
type Written = Map<string, { region?: string | undefined; class?: string | undefined }>

export function checkResidency(draft: Draft): Finding[] {
  const models = [...(draft.models ?? [])]
  const written: Written = new Map()
  const torn = models.flatMap(([name, model]) =>
    deploymentsOf(model, ['models', name]).flatMap(([path, deployment]) =>
      (['region', 'class'] as const).flatMap((member) => {
        const before = placeOf(deployment, written)[member]
        if (deployment[member] !== undefined) placeOf(deployment, written)[member] = deployment[member]
        if (before === undefined || (deployment[member] ?? before) === before) return []
        const message = `another deployment of the same model at this provider says ${before}; a place has one ${member}`
        return [{ path: [...path, member], at: 'value' as const, message }]
      }),
    ),
  )
  return [...torn, ...models.flatMap(([name, model]) => checkReachable(name, model, { draft, written }))]
}

function placeOf({ provider, model }: DeploymentSettings, written: Written) {
  const name = `${provider}/${model}`
  const known = written.get(name) ?? {}
  written.set(name, known)
  return known
}

function checkReachable(
  name: string,
  { residency, deployments }: DraftModel,
  { draft, written }: { readonly draft: Draft; readonly written: Written },
): Finding[] {
  // Parts that could not be read have findings of their own.
  if (residency === undefined || residency === null || draft.providers === null) return []
  const providers = draft.providers
  const isUnread = deployments.some((one) => one === null || providers.get(one.provider) === null)
  const read = deployments.filter((deployment) => deployment !== null)
  if (isUnread || read.length === 0) return []
  const residences = read.map((deployment): Residence => {
    const provider = providers.get(deployment.provider)
    const own = placeOf(deployment, written)
    return { region: own.region ?? provider?.region, dataClass: own.class ?? provider?.class }
  })
  const demands = [{ by: 'it', residency }]
  if (residences.some((residence) => meets(residence, demands))) return []
  const there = [...new Set(residences.map(residenceText))].join(', ')
  const message = `none of its deployments is there: ${demandsText(demands)}, and they are in: ${there}. A deployment or its provider says where it is by \`region\` and \`class\``
  return [{ path: ['models', name, 'residency'], at: 'value', message }]
}
