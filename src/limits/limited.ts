// Who is meant by the names of limits and budgets. Tenants name their keys, users and tags themselves, so that a name is
// one for each tenant: nobody uses or sees what another tenant's of the same name has.
import { tenantOf } from '../core/caller.ts'
import type { Caller } from '../core/caller.ts'

/** Rules by name; `*` holds for everybody who has none of their own, each for themselves. */
export type ByName<Rule> = ReadonlyMap<string, readonly Rule[]>

export const everybody = '*'

/** One who may have limits and budgets. */
export interface Limited {
  /** What their config writes. */
  readonly name: string
  readonly tenant?: string | undefined
  /** The same with the tenant before it: `acme ci`. No name of a key, user or tag has a space in it. */
  readonly id: string
  /** What they are known as where `*` stands for them, and a new name must not be a new beginning. */
  readonly lastingId?: string | undefined
}

export const callerLevels = ['key', 'user', 'team', 'tenant'] as const
export type CallerLevel = (typeof callerLevels)[number]

/** Who of a level makes a caller's calls; undefined where it has none. */
export function limitedOf(level: CallerLevel, caller: Caller): Limited | undefined {
  const { tenant, user, team } = caller
  switch (level) {
    case 'key':
      return limitedKey(caller.keyName, caller)
    case 'user':
      return user === undefined ? undefined : limitedIn(tenant, user)
    case 'team':
      return team === undefined ? undefined : { name: team, id: team }
    case 'tenant':
      return limitedTenant(caller)
  }
}

/** Whoever names no tenant is of the one that every installation has. */
export function limitedTenant(owner: Pick<Caller, 'tenant'>): Limited {
  const name = tenantOf(owner)
  return { name, id: name }
}

/** Somebody whose name their tenant gave, if they have one. */
export function limitedIn(tenant: string | undefined, name: string): Limited {
  return tenant === undefined ? { name, id: name } : { name, tenant, id: `${tenant} ${name}` }
}

/** A key that was made goes by its id: its tenant may change its name. The others' names and issuers are the config's. */
export function limitedKey(
  name: string,
  { tenant, keyId }: { readonly tenant?: string | undefined; readonly keyId: string },
): Limited {
  const key = limitedIn(tenant, name)
  if (tenant === undefined || keyId.includes(':')) return key
  return { ...key, lastingId: `${tenant} ${keyId}` }
}

/** What is written for just them: `acme ci` before `ci`. */
export function ownRules<Rule>(
  rules: ByName<Rule> | undefined,
  { id, name }: Pick<Limited, 'id' | 'name'>,
): readonly Rule[] | undefined {
  if (rules === undefined || name === everybody) return undefined
  return rules.get(id) ?? rules.get(name)
}
