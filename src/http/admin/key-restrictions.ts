// What binds a key besides its scopes and models: where its calls may go, where they may come from, how long answers are,
// what is kept of them, and how much they matter. Whoever administers one tenant takes nothing of it from a key, makes no key
// that is bound less than their own, and neither gives nor takes a name that the config has limits or budgets for.
import { NameNotAllowed, RestrictionNotLifted } from '../../core/admin-errors.ts'
import type { Caller } from '../../core/caller.ts'
import { ordinary } from '../../core/priority.ts'
import type { Residency } from '../../core/residency.ts'
import { callerOf } from '../../keys/teams.ts'
import type { KeyHolder, Teams } from '../../keys/teams.ts'
import { limitedIn } from '../../limits/limited.ts'
import type { Limited } from '../../limits/limited.ts'
import { isWithin, parseRange } from '../../platform/egress/address-rules.ts'

/** For whom the config has limits or budgets under a name: for the one of this tenant, or for everybody's. */
export type Naming = (level: 'key' | 'user', limited: Limited) => 'tenant' | 'everybody' | undefined

export interface KeyEdit {
  /** Undefined for a new key. */
  readonly before: KeyHolder | undefined
  readonly after: Omit<KeyHolder, 'id'>
  readonly teams: Teams
  readonly naming: Naming
}

/** Throws RestrictionNotLifted or NameNotAllowed. */
export function checkKeepsRestrictions(caller: Caller, edit: KeyEdit): void {
  const { tenant } = caller
  if (tenant === undefined) return
  const { before, after, teams } = edit
  const lifted = liftedBy(caller, {
    before: before && boundsOf(before, teams),
    after: boundsOf({ id: '', ...after }, teams),
  })
  if (lifted !== undefined) throw new RestrictionNotLifted(lifted)
  checkNames(tenant, edit)
}

function boundsOf(key: KeyHolder, teams: Teams): Caller | undefined {
  // Of a team that the config does not have nobody knows what it demands: the key's own words are left.
  return callerOf(key, teams) ?? callerOf({ ...key, team: undefined, tenant: undefined }, teams)
}

interface Bounds {
  readonly before: Caller | undefined
  readonly after: Caller | undefined
}

/** The first restriction, as the API calls it, that would be less strict. */
function liftedBy(caller: Caller, { before, after }: Bounds): string | undefined {
  if (after === undefined) return undefined
  const teams = [caller.team, (before ?? caller).team]
  if (caller.team !== undefined && !teams.includes(after.team)) return 'team'
  const highest = Math.min(caller.priority ?? ordinary, before?.priority ?? caller.priority ?? ordinary)
  if ((after.priority ?? ordinary) < highest) return 'priority'
  const bound = before ?? caller
  if (!demandsAsMuch(after, bound)) return 'residency'
  if (!comesFromNowhereElse(after, bound)) return 'addresses'
  if ((after.maxTokens?.max ?? Infinity) > (bound.maxTokens?.max ?? Infinity)) return 'max_tokens'
  return bound.keepBodies === false && after.keepBodies !== false ? 'keep_bodies' : undefined
}

/** All demands hold together, so that each part may be met by another one. */
function demandsAsMuch({ demands = [] }: Caller, bound: Caller): boolean {
  const isMet = (words: readonly string[] | undefined, part: keyof Residency): boolean =>
    words === undefined ||
    demands.some(({ residency }) => residency[part]?.every((word) => words.includes(word)) === true)
  return (bound.demands ?? []).every(
    ({ residency: { regions, classes } }) => isMet(regions, 'regions') && isMet(classes, 'classes'),
  )
}

function comesFromNowhereElse(after: Caller, bound: Caller): boolean {
  const lists = listsOf(after)
  return listsOf(bound).every((allowed) => lists.some((list) => list.every((range) => isIn(range, allowed))))
}

/** A key's own and its team's: an address must be in both. */
function listsOf({ addresses, teamAllows }: Caller): readonly (readonly string[])[] {
  return [addresses, teamAllows?.addresses].filter((list) => list !== undefined)
}

function isIn(text: string, allowed: readonly string[]): boolean {
  const range = parseRange(text)
  return (
    range !== undefined &&
    allowed.some((other) => {
      const outer = parseRange(other)
      return outer !== undefined && isWithin(range, outer)
    })
  )
}

function checkNames(tenant: string, { before, after, naming }: KeyEdit): void {
  const members = [
    ['name', 'key', before?.name, after.name],
    ['user', 'user', before?.user, after.user],
  ] as const
  for (const [member, level, old, next] of members) {
    if (old === next) continue
    const isTaken = old !== undefined && naming(level, limitedIn(tenant, old)) !== undefined
    if (isTaken) throw new NameNotAllowed(member, old)
    const isGiven = next !== undefined && naming(level, limitedIn(tenant, next)) === 'everybody'
    if (isGiven) throw new NameNotAllowed(member, next)
  }
}
