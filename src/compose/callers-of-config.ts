// The teams and keys that a config declares, in the words of their feature.
import type { Secrets } from '../config/check-secrets.ts'
import type { Config } from '../config/schema.ts'
import type { DeclaredKey } from '../keys/ring-keys.ts'
import type { AllowanceSettings, TeamSettings } from '../keys/settings.ts'
import type { Team, Teams } from '../keys/teams.ts'

/** By their names. */
export function teamsOf({ teams }: Config): Teams {
  return new Map([...teams].map(([name, team]) => [name, teamOf(team)]))
}

function teamOf({ tenant, ...settings }: TeamSettings): Team {
  return { ...(tenant !== undefined && { tenant }), ...allowanceOf(settings) }
}

/** The keys that a config declares. */
export function declaredKeysOf({ keys }: Config, secrets: Secrets): DeclaredKey[] {
  return keys.map(({ name, secret, team, user, tenant, priority, ...settings }) => ({
    name,
    priority,
    secret: secrets.get(secret)?.reveal() ?? '',
    ...(team !== undefined && { team }),
    ...(user !== undefined && { user }),
    ...(tenant !== undefined && { tenant }),
    ...allowanceOf(settings),
  }))
}

function allowanceOf(settings: AllowanceSettings): Team {
  const { models, scopes, addresses, tags, metadata, max_tokens: bound, residency } = settings
  return {
    models: models ?? [],
    scopes: scopes ?? [],
    ...(addresses !== undefined && { addresses }),
    ...(residency !== undefined && { residency }),
    ...(settings.keep_bodies === false && { keepBodies: false }),
    ...(tags !== undefined && { tags }),
    ...(metadata !== undefined && { metadata }),
    ...(bound !== undefined && {
      maxTokens: { unasked: bound.default, max: bound.max, lowers: bound.above === 'lower' },
    }),
  }
}
