// What declared keys refer to: every name on a key's list leads somewhere. A wildcard may also match what is added
// later, so only the provider in front of it is looked up.
import type { KeySettings } from '../keys/settings.ts'
import { checkProviderName } from './check-models.ts'
import type { Known } from './check-models.ts'
import type { Facts } from './facts.ts'
import { shown } from './problem.ts'
import type { Finding, SettingPath } from './problem.ts'
import type { Draft } from './read-shape.ts'
import { nearest } from './suggest.ts'

export function checkKeys(draft: Draft, facts: Facts): Finding[] {
  return [...checkDeclared(draft, facts), ...checkTeams(draft, facts), ...checkIssuers(draft)]
}

/** What a token names, and what it may do, is found by its issuer. */
function checkIssuers(draft: Draft): Finding[] {
  const names = new Map<string, number>()
  return draft.oidc.flatMap((issuer, index) => {
    if (issuer === null) return []
    const findings = checkTeam(issuer, ['oidc', index], draft)
    for (const member of ['name', 'issuer'] as const) {
      const known = `${member} ${issuer[member]}`
      const first = names.get(known)
      if (first === undefined) names.set(known, index)
      else {
        const message = `is that of oidc[${first}] too; each issuer stands here once`
        findings.push({ path: ['oidc', index, member], at: 'value', message })
      }
    }
    return findings
  })
}

interface Owned {
  readonly team?: string | undefined
  readonly tenant?: string | undefined
}

function checkTeam({ team, tenant }: Owned, path: SettingPath, { teams }: Draft): Finding[] {
  // A `teams` section that could not be read has its own finding; nothing is known about its names.
  if (team === undefined || teams === null) return []
  if (!teams.has(team)) {
    const message = `there is no team named "${shown(team)}" under teams`
    return [{ path: [...path, 'team'], at: 'value', message, suggestion: nearest(team, teams.keys()) }]
  }
  const own = teams.get(team)?.tenant
  if (tenant === undefined || own === undefined || own === tenant) return []
  return [{ path: [...path, 'tenant'], at: 'value', message: 'is another one than that of its team' }]
}

function checkTeams(draft: Draft, facts: Facts): Finding[] {
  return [...(draft.teams ?? [])].flatMap(([name, team]) =>
    (team?.models ?? []).flatMap((model, index) =>
      checkModelName(model, ['teams', name, 'models', index], { draft, facts }),
    ),
  )
}

function checkDeclared(draft: Draft, facts: Facts): Finding[] {
  const firstAt = new Map<string, number>()
  return draft.keys.flatMap((key, index) => {
    if (key === null) return []
    const findings = checkKeyModels(key, index, (model, path) =>
      checkModelName(model, path, { draft, facts }),
    )
    findings.push(...checkTeam(key, ['keys', index], draft))
    const first = firstAt.get(key.name)
    if (first === undefined) firstAt.set(key.name, index)
    else {
      const message = `keys[${first}] has this name too; a key's name is its own`
      findings.push({ path: ['keys', index, 'name'], at: 'value', message })
    }
    return findings
  })
}

type CheckName = (model: string, path: SettingPath) => Finding[]

function checkKeyModels(key: KeySettings, index: number, checkName: CheckName): Finding[] {
  return (key.models ?? []).flatMap((model, position) =>
    checkName(model, ['keys', index, 'models', position]),
  )
}

function checkModelName(model: string, path: SettingPath, known: Known): Finding[] {
  const { draft } = known
  const slash = model.indexOf('/')
  const provider = model.slice(0, Math.max(0, slash))
  if (slash === 0 || model === '' || slash === model.length - 1) {
    return [{ path, at: 'value', message: 'write provider/model or provider/*' }]
  }
  if (provider !== '') return provider.includes('*') ? [] : checkProviderName(provider, path, known)
  if (model.includes('*') || draft.models === null) return []
  if (draft.models.has(model) || listedModels(draft).has(model)) return []
  const message = `there is no model named "${shown(model)}"; write a name under models, provider/model, provider/* or *`
  return [{ path, at: 'value', message, suggestion: nearest(model, draft.models.keys()) }]
}

function listedModels(draft: Draft): ReadonlySet<string> {
  return new Set([...(draft.providers?.values() ?? [])].flatMap((provider) => provider?.models ?? []))
}
