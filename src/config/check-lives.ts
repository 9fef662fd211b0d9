// What the days of deployments have to do with each other, and whether what is to be used instead can be had.
import type { DeploymentSettings } from '../routing/settings.ts'
import { doubtModel } from './doubt-model.ts'
import type { Facts } from './facts.ts'
import type { Finding, SettingPath } from './problem.ts'
import type { Draft } from './read-shape.ts'

export function checkLives(draft: Draft, facts: Facts): Finding[] {
  return [...(draft.models ?? [])].flatMap(([name, model]) => {
    const path = ['models', name]
    const deployments = model.deployments.filter((deployment) => deployment !== null)
    const findings = model.deployments.flatMap((deployment, index) => {
      if (deployment === null) return []
      const own = [...path, 'deployments', index]
      return [...checkDays(deployment, own), ...checkReplacement(deployment, own, { name, draft, facts })]
    })
    const isReplaced = deployments.some(({ replaced_by: replacedBy }) => replacedBy !== undefined)
    // A deployment that could not be read may have one.
    if (model.on_retired !== 'replace' || isReplaced || deployments.length < model.deployments.length) {
      return findings
    }
    const message = 'needs `replaced_by` at one of the deployments'
    return [...findings, { path: [...path, 'on_retired'], at: 'value', message }]
  })
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
