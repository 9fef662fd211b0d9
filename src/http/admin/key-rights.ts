// Which keys an administrator has a say in, and what may be given away: nobody gives or changes rights that they have
// not themselves, and whoever belongs to a tenant sees and makes keys of that tenant alone.
import { hasScope } from '../../core/caller.ts'
import type { Caller } from '../../core/caller.ts'
import { GrantNotAllowed, KeyNotFound, TenantNotAllowed } from '../../core/admin-errors.ts'
import { ModelNotAllowed } from '../../core/errors.ts'
import { InvalidValue } from '../../core/errors.ts'
import { grants, matchesPattern } from '../../core/scopes.ts'
import type { KeyOwner } from '../../keys/key-store.ts'
import type { Teams } from '../../keys/teams.ts'

/** What of a key this is about. */
export interface RightsOfKey extends KeyOwner {
  readonly scopes: readonly string[]
  readonly models: readonly string[]
}

/** Grants that give power over others, and so are given only by those who have them. */
const guarded = ['admin', 'admin:read', 'admin:write', 'metrics'] as const

/** Whether this administrator may know of a key. */
export function sees(caller: Caller, key: KeyOwner, teams: Teams): boolean {
  return caller.tenant === undefined || tenantOfKey(key, teams) === caller.tenant
}

/** Throws when the administrator may not change such a key, because it may do more than they. */
export function checkMayChange(caller: Caller, key: RightsOfKey): void {
  for (const scope of guarded) {
    if (key.scopes.length > 0 && grants(key.scopes, scope) && !hasGuarded(caller, scope)) {
      throw new GrantNotAllowed(scope)
    }
  }
}

/** Throws when the administrator may not make such a key. */
export function checkMayGive(caller: Caller, key: RightsOfKey, teams: Teams): void {
  checkMayChange(caller, key)
  checkMayGiveModels(caller, key)
  if (key.team !== undefined && !teams.has(key.team)) {
    throw new InvalidValue('team', 'the config has no team of this name')
  }
  const team = key.team === undefined ? undefined : teams.get(key.team)
  if (team?.tenant !== undefined && key.tenant !== undefined && key.tenant !== team.tenant) {
    throw new InvalidValue('tenant', 'the team belongs to another one')
  }
  if (caller.tenant === undefined) return
  // A team without a tenant is everybody's, with the limits that its keys share.
  const isShared = team !== undefined && team.tenant === undefined
  if (isShared || tenantOfKey(key, teams) !== caller.tenant) throw new TenantNotAllowed(caller.tenant)
}

/** Throws when the key may call a model that the administrator may not. */
export function checkMayGiveModels(caller: Caller, { models, team }: RightsOfKey): void {
  checkModels(models, caller.models)
  // What their own team does not allow, it does not allow its other keys either.
  if (caller.teamAllows !== undefined && team !== caller.team) checkModels(models, caller.teamAllows.models)
}

/** As `sees`, for a key that was named. Throws KeyNotFound. */
export function checkSees(caller: Caller, key: KeyOwner & { readonly id: string }, teams: Teams): void {
  if (!sees(caller, key, teams)) throw new KeyNotFound(key.id)
}

function tenantOfKey({ tenant, team }: KeyOwner, teams: Teams): string | undefined {
  const ofTeam = team === undefined ? undefined : teams.get(team)?.tenant
  if (ofTeam !== undefined && tenant !== undefined && ofTeam !== tenant) return undefined
  return ofTeam ?? tenant
}

function hasGuarded(caller: Caller, scope: (typeof guarded)[number]): boolean {
  // The metrics are everybody's.
  if (scope === 'metrics') return caller.tenant === undefined && hasScope(caller, 'admin:write')
  return caller.scopes.length > 0 && hasScope(caller, scope)
}

/** An empty list stands for every model, which only those may give who have it. */
function checkModels(wanted: readonly string[], own: readonly string[]): void {
  if (own.length === 0) return
  if (wanted.length === 0) throw new ModelNotAllowed('*')
  for (const model of wanted) {
    if (!own.some((pattern) => matchesPattern(pattern, model))) throw new ModelNotAllowed(model)
  }
}
