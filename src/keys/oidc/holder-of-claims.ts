// Who a token's claims are about. A claim that the config names and a token does not have opens nothing: a token without its
// organisation must not end up among everybody's.
import { nothing, scopes } from '../../core/scopes.ts'
import type { KeyHolder, Teams } from '../teams.ts'
import { userForm } from '../user-form.ts'
import type { IssuerSettings } from './settings.ts'

type Claims = Readonly<Record<string, unknown>>

export type ReadHolder =
  | { readonly ok: true; readonly holder: KeyHolder }
  /** A claim that is not there, or says nothing that can be gone by. */
  | { readonly ok: false; readonly claim: string }

const nameForm = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
const wordsMax = 1_000

/** Reads a verified token's claims. `idOf` makes a name that can be logged of a person's. */
export function holderOfClaims(
  claims: Claims,
  settings: IssuerSettings,
  { teams, idOf }: { readonly teams: Teams; idOf(user: string): string },
): ReadHolder {
  const { claims: names } = settings
  const user = textAt(claims, names.user)
  if (user === undefined || !userForm.test(user)) return { ok: false, claim: names.user }
  const team = names.team === undefined ? settings.team : knownTeam(wordsAt(claims, names.team), teams)
  if (names.team !== undefined && team === undefined) return { ok: false, claim: names.team }
  const tenant = names.tenant === undefined ? settings.tenant : textAt(claims, names.tenant)
  if (names.tenant !== undefined && !nameForm.test(tenant ?? '')) return { ok: false, claim: names.tenant }
  return {
    ok: true,
    holder: {
      id: `${settings.name}:${idOf(user)}`,
      name: settings.name,
      user,
      ...(team !== undefined && { team }),
      ...(tenant !== undefined && { tenant }),
      scopes: names.scopes === undefined ? (settings.scopes ?? []) : granted(wordsAt(claims, names.scopes)),
      models: names.models === undefined ? [] : orNothing(wordsAt(claims, names.models)),
    },
  }
}

function knownTeam(words: readonly string[], teams: Teams): string | undefined {
  return words.find((name) => teams.has(name))
}

const known: ReadonlySet<string> = new Set(scopes)

/** The issuer has scopes for other services, too. */
function granted(words: readonly string[]): readonly string[] {
  return orNothing(words.filter((word) => known.has(word)))
}

function orNothing(words: readonly string[]): readonly string[] {
  return words.length === 0 ? nothing : words
}

function textAt(claims: Claims, name: string): string | undefined {
  const value = valueAt(claims, name)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A list, or words with spaces between them as in `scope` (RFC 8693, section 4.2). */
function wordsAt(claims: Claims, name: string): readonly string[] {
  const value = valueAt(claims, name)
  const words: readonly unknown[] =
    typeof value === 'string' ? value.split(' ') : Array.isArray(value) ? value : []
  return words.filter((word): word is string => typeof word === 'string' && word !== '').slice(0, wordsMax)
}

/** By the whole name first: names such as `https://example.com/team` have dots of their own. */
function valueAt(claims: unknown, name: string): unknown {
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) return undefined
  if (Object.hasOwn(claims, name)) return (claims as Claims)[name]
  const dot = name.indexOf('.')
  const front = name.slice(0, Math.max(0, dot))
  if (front === '' || !Object.hasOwn(claims, front)) return undefined
  return valueAt((claims as Claims)[front], name.slice(dot + 1))
}
