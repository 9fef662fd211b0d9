// Teams: what is true of a team's keys together. A key never has more than its team allows, and says itself what its team
// leaves open.
import type { Allowance, CallDefaults, Caller } from '../core/caller.ts'
import type { Demand } from '../core/residency.ts'
import type { KeyOwner } from './key-store.ts'

export interface Team extends Allowance, CallDefaults {
  readonly tenant?: string | undefined
}

/** By their names in the config. */
export type Teams = ReadonlyMap<string, Team>

/** Who somebody is before it is known what their team allows. */
export interface KeyHolder extends KeyOwner, Allowance, CallDefaults {
  readonly id: string
  readonly name: string
}

/**
 * The caller that a key's holder is. Undefined when the team is not one of these, or belongs to another tenant: what
 * such a key may do is known to nobody, so it may do nothing.
 */
export function callerOf(holder: KeyHolder, teams: Teams): Caller | undefined {
  const { id: keyId, name: keyName, models, scopes, addresses, user, priority } = holder
  const team = holder.team === undefined ? undefined : teams.get(holder.team)
  if (holder.team !== undefined && team === undefined) return undefined
  const tenant = team?.tenant ?? holder.tenant
  if (holder.tenant !== undefined && holder.tenant !== tenant) return undefined
  const tags = holder.tags ?? team?.tags
  const metadata = mergedMetadata(holder, team)
  const maxTokens = holder.maxTokens ?? team?.maxTokens
  const demands = demandsOf(holder, team)
  return {
    keyId,
    keyName,
    models,
    scopes,
    ...(addresses !== undefined && { addresses }),
    ...(tenant !== undefined && { tenant }),
    ...(holder.team !== undefined && { team: holder.team }),
    ...(user !== undefined && { user }),
    ...(priority !== undefined && { priority }),
    ...(team !== undefined && isBounded(team) && { teamAllows: allowanceOf(team) }),
    ...(demands.length > 0 && { demands }),
    ...((holder.keepBodies === false || team?.keepBodies === false) && { keepBodies: false }),
    ...(tags !== undefined && { tags }),
    ...(metadata !== undefined && { metadata }),
    ...(maxTokens !== undefined && { maxTokens: withinTeam(maxTokens, team) }),
  }
}

function isBounded({ models, scopes, addresses }: Team): boolean {
  return models.length + scopes.length > 0 || addresses !== undefined
}

function allowanceOf({ models, scopes, addresses }: Team): Allowance {
  return { models, scopes, ...(addresses !== undefined && { addresses }) }
}

/** Both have to be obeyed. */
function demandsOf({ residency: own, team: name }: KeyHolder, team: Team | undefined): readonly Demand[] {
  return [
    ...(own === undefined ? [] : [{ by: 'the key', residency: own }]),
    ...(team?.residency === undefined ? [] : [{ by: `the team "${name}"`, residency: team.residency }]),
  ]
}

function mergedMetadata(holder: KeyHolder, team: Team | undefined): CallDefaults['metadata'] {
  if (holder.metadata === undefined || team?.metadata === undefined) return holder.metadata ?? team?.metadata
  return { ...team.metadata, ...holder.metadata }
}

/** A key may bound its answers further than its team does, and no less. */
function withinTeam(
  own: NonNullable<CallDefaults['maxTokens']>,
  team: Team | undefined,
): NonNullable<CallDefaults['maxTokens']> {
  const bounds = [own.max, team?.maxTokens?.max].filter((bound) => bound !== undefined)
  if (bounds.length === 0) return own
  const max = Math.min(...bounds)
  return { ...own, max, ...(own.unasked !== undefined && { unasked: Math.min(own.unasked, max) }) }
}
