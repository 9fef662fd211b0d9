// What binds a key besides its own scopes and models: where its calls may go, where they may come from, how long answers are,
// what is kept of them, how much they matter, how long it is good, and what its team allows. Whoever administers one tenant
// takes nothing of it from a key, gets no secret of a key that is bound less than their own, and neither gives nor takes a name
// that the config has limits or budgets for.
import { NameNotAllowed, RestrictionNotLifted } from '../../core/admin-errors.ts'
import type { Caller } from '../../core/caller.ts'
import { ordinary } from '../../core/priority.ts'
import type { Residency } from '../../core/residency.ts'
import { grants, matchesPattern } from '../../core/scopes.ts'
import { callerOf } from '../../keys/teams.ts'
import type { KeyHolder, Teams } from '../../keys/teams.ts'
import { limitedIn } from '../../limits/limited.ts'
import type { Limited } from '../../limits/limited.ts'
import { isWithin, parseRange } from '../../platform/egress/address-rules.ts'

/** For whom the config has limits or budgets under a name: this tenant's, everybody's, or only each for whom `*` stands. */
export type Naming = (
  level: 'key' | 'user' | 'team',
  limited: Limited,
) => 'tenant' | 'everybody' | 'each' | undefined

/** A key that is kept, or is to be. */
export interface BoundKey extends Omit<KeyHolder, 'id'> {
  readonly expiresAtMs: number | null
}

export interface KeyEdit {
  /** Undefined for a new key. */
  readonly before: BoundKey | undefined
  readonly after: BoundKey
  readonly teams: Teams
  readonly naming: Naming
}

/** Throws RestrictionNotLifted or NameNotAllowed. */
export function checkKeepsRestrictions(caller: Caller, edit: KeyEdit): void {
  const { tenant } = caller
  if (tenant === undefined) return
  const { before, after, teams } = edit
  if (before === undefined) checkIsBoundAsMuch(caller, after, teams)
  else {
    const lifted = liftedBy(caller, { before: boundsOf(before, teams), after: boundsOf(after, teams) })
    if (lifted !== undefined) throw new RestrictionNotLifted(lifted)
    if (endOf(after) > endOf(before)) throw new RestrictionNotLifted('expires_at')
  }
  checkNames(tenant, edit)
}

/** Throws RestrictionNotLifted where a key's secret would give whoever administers one tenant more than their own does. */
export function checkIsBoundAsMuch(caller: Caller, key: BoundKey, teams: Teams): void {
  if (caller.tenant === undefined) return
  const lifted = liftedBy(caller, { before: undefined, after: boundsOf(key, teams) })
  if (lifted !== undefined) throw new RestrictionNotLifted(lifted)
}

function endOf({ expiresAtMs }: BoundKey): number {
  return expiresAtMs ?? Infinity
}

function boundsOf(written: BoundKey, teams: Teams): Caller | undefined {
  const key = { id: '', ...written }
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
  if (bound.keepBodies === false && after.keepBodies !== false) return 'keep_bodies'
  if (!keepsToTeam('models', after, bound)) return 'models'
  return keepsToTeam('scopes', after, bound) ? undefined : 'scopes'
}

/** A key's own models and scopes are its tenant's to change; what a team allows is the config's word. */
function keepsToTeam(list: 'models' | 'scopes', after: Caller, bound: Caller): boolean {
  const allowed = bound.teamAllows?.[list] ?? []
  if (allowed.length === 0) return true
  const isAllowed = (word: string): boolean =>
    list === 'scopes' ? grants(allowed, word) : allowed.some((pattern) => matchesPattern(pattern, word))
  return [after[list], after.teamAllows?.[list] ?? []].some(
    (words) => words.length > 0 && words.every(isAllowed),
  )
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
    ['team', 'team', before?.team, after.team],
  ] as const
  for (const [member, level, old, next] of members) {
    if (old === next) continue
    // Names of teams are the config's.
    const namingOf = (name: string) => naming(level, limitedIn(level === 'team' ? undefined : tenant, name))
    if (old !== undefined && isBound(namingOf(old), next)) throw new NameNotAllowed(member, old)
    if (next !== undefined && namingOf(next) === 'everybody') throw new NameNotAllowed(member, next)
  }
}

/** What `*` says holds for whoever has another name, too, and for nobody without one. */
function isBound(old: ReturnType<Naming>, next: string | undefined): boolean {
  return old === 'each' ? next === undefined : old !== undefined
}
