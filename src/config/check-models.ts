// What models refer to: every deployment names a provider that is declared or can be found by itself, once, and the
// demo stands alone, because an invented answer must never replace a real one.
import type { DeploymentSettings } from '../routing/settings.ts'
import { demoType, variable } from './facts.ts'
import type { Facts, KnownProvider } from './facts.ts'
import { shown } from './problem.ts'
import type { Finding, SettingPath } from './problem.ts'
import type { Draft, DraftModel } from './read-shape.ts'
import { nearest } from './suggest.ts'

export function checkModels(draft: Draft, facts: Facts): Finding[] {
  const checkName: CheckName = (provider, path) => checkProviderName(provider, path, { draft, facts })
  return [...(draft.models ?? [])].flatMap(([name, model]) => {
    const path = ['models', name, 'deployments']
    return [
      ...checkEach(path, model, checkName),
      ...checkDemoAlone(path, model, draft),
      ...checkLastResort(['models', name, 'last_resort'], model, checkName),
    ]
  })
}

function checkLastResort(
  path: SettingPath,
  { last_resort: last }: DraftModel,
  checkName: CheckName,
): Finding[] {
  if (last === null || last === undefined || last === 'off') return []
  const { deployment, message } = last
  if (deployment === undefined && message === undefined) {
    return [{ path, at: 'value', message: 'needs a deployment, a message, or both' }]
  }
  return deployment === undefined ? [] : checkName(deployment.provider, [...path, 'deployment', 'provider'])
}

type CheckName = (provider: string, path: SettingPath) => Finding[]

function checkEach(path: SettingPath, model: DraftModel, checkName: CheckName): Finding[] {
  const firstAt = new Map<string, number>()
  return model.deployments.flatMap((deployment, index) => {
    if (deployment === null) return []
    const findings = checkName(deployment.provider, [...path, index, 'provider'])
    const place = `${deployment.provider}/${deployment.model}`
    const first = firstAt.get(place)
    if (first === undefined) firstAt.set(place, index)
    else {
      const message = `is the same as deployments[${first}]; a deployment is tried once, so list it once`
      findings.push({ path: [...path, index], at: 'value', message })
    }
    return findings
  })
}

function checkDemoAlone(path: SettingPath, model: DraftModel, draft: Draft): Finding[] {
  if (model.deployments.length < 2) return []
  return model.deployments.flatMap((deployment, index) => {
    if (deployment === null || !isDemo(deployment, draft)) return []
    const message = 'the demo is never a fallback; give it a model of its own'
    return [{ path: [...path, index, 'provider'], at: 'value', message }]
  })
}

function isDemo(deployment: DeploymentSettings, draft: Draft): boolean {
  if (deployment.provider === demoType) return true
  return draft.providers?.get(deployment.provider)?.type === demoType
}

/** What a name is looked up in. */
export interface Known {
  readonly draft: Draft
  readonly facts: Facts
}

/** Whether `provider` names one that is declared, or one that is found by itself. */
export function checkProviderName(provider: string, path: SettingPath, { draft, facts }: Known): Finding[] {
  // A `providers` section that could not be read has its own finding; nothing is known about its names.
  if (draft.providers === null || draft.providers.has(provider)) return []
  if (provider === demoType) {
    return [
      {
        path,
        at: 'value',
        message: 'the demo is used only where it is declared; write demo: {} under providers',
      },
    ]
  }
  const known = facts.knownProviders.find((candidate) => candidate.name === provider)
  if (known === undefined) {
    const names = new Set([
      ...draft.providers.keys(),
      ...facts.knownProviders.map((candidate) => candidate.name),
    ])
    const message = `there is no provider named "${shown(provider)}"`
    return [{ path, at: 'value', message, suggestion: nearest(provider, names) }]
  }
  if (known.baseUrl === '') {
    const message = `"${known.name}" is a type; declare a provider of this type and write its name`
    return [{ path, at: 'value', message }]
  }
  const absence = draft.discover ? absenceOf(known, facts) : 'discover is off'
  if (absence === undefined) return []
  return [{ path, at: 'value', message: `"${known.name}" is not declared under providers, and ${absence}` }]
}

/** Why a provider of the catalogue will not be found by itself; local servers may be at any time. */
function absenceOf(known: KnownProvider, facts: Facts): string | undefined {
  if (known.keyVariable === undefined || variable(facts, known.keyVariable) !== undefined) return undefined
  return `the variable ${known.keyVariable} is not set`
}
