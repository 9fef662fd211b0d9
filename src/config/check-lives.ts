// What the days of deployments have to do with each other, and whether what is to be used instead can be had.
import type { DeploymentSettings } from '../routing/settings.ts'
import { doubtModel } from './doubt-model.ts'
import type { Facts } from './facts.ts'
import type { Finding, SettingPath } from './problem.ts'
import type { Draft, DraftModel } from './read-shape.ts'

export function checkLives(draft: Draft, facts: Facts): Finding[] {
  return [...(draft.models ?? [])].flatMap(([name, model]) => {
    const path = ['models', name]
    const findings = deploymentsOf(model, path).flatMap(([own, deployment]) => [
      ...checkDays(deployment, own),
      ...checkReplacement(deployment, own, { name, draft, facts }),
    ])
    // A deployment that could not be read may name one.
    const mayBeReplaced = model.deployments.some((one) => one === null || one.replaced_by !== undefined)
    if (model.on_retired !== 'replace' || mayBeReplaced) return findings
    const message = 'needs `replaced_by` at one of the deployments'
    return [...findings, { path: [...path, 'on_retired'], at: 'value', message }]
  })
}

/** All that could be read, each with where it stands. */
export function deploymentsOf(
  { deployments, last_resort: last }: DraftModel,
  path: SettingPath,
): (readonly [SettingPath, DeploymentSettings])[] {
  const lastOne = last === null || last === undefined || last === 'off' ? undefined : last.deployment
  const listed = deployments.flatMap((one, index) =>
    one === null ? [] : [[[...path, 'deployments', index], one] as const],
  )
  return lastOne === undefined ? listed : [...listed, [[...path, 'last_resort', 'deployment'], lastOne]]
}

function checkDays({ deprecated, retires, retired }: DeploymentSettings, path: SettingPath): Finding[] {
  if (retires === undefined && retired === 'allow') {
    return [{ path: [...path, 'retired'], at: 'value', message: 'says nothing without `retires`' }]
  }
  if (deprecated === undefined || retires === undefined || retires >= deprecated) return []
  return [{ path: [...path, 'retires'], at: 'value', message: 'must not be before `deprecated`' }]
}

interface Around {
  /** Of the model that the deployment serves. */
  readonly name: string
  readonly draft: Draft
  readonly facts: Facts
}

function checkReplacement(deployment: DeploymentSettings, path: SettingPath, around: Around): Finding[] {
  const message = wrongReplacement(deployment, around)
  return message === undefined ? [] : [{ path: [...path, 'replaced_by'], at: 'value', message }]
}

function wrongReplacement(
  { provider, model, deprecated, retires, replaced_by: replacedBy }: DeploymentSettings,
  { name, draft, facts }: Around,
): string | undefined {
  if (replacedBy === undefined) return undefined
  if (replacedBy === name) return 'is the model itself'
  if (replacedBy === `${provider}/${model}`) return 'is the deployment itself'
  if (replacedBy.includes('*')) return 'names one model; it is no pattern'
  if (deprecated === undefined && retires === undefined) {
    return 'is told from `deprecated` or `retires` on; write one of them'
  }
  return doubtModel(replacedBy, draft, facts.knownProviders)?.replace(/\.$/, '')
}
