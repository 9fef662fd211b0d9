// The bearers of tokens: a token is verified once, and then known until it expires, by its whole hash. While the issuer is
// away its keys are gone by for a day; a token whose key is not known then is a token of which nobody can say.
import type { Clock } from '../../core/clock.ts'
import type { AnyLookup, KeyLookup } from '../ring-keys.ts'
import { callerOf } from '../teams.ts'
import type { Teams } from '../teams.ts'
import { holderOfClaims } from './holder-of-claims.ts'
import { IssuerKeys } from './issuer-keys.ts'
import type { Renewal } from './issuer-keys.ts'
import type { IssuerSettings } from './settings.ts'
import type * as TokenParts from './token-apart.ts'
import type { SigningKeys } from './token-apart.ts'

export interface TokenBearerParts {
  readonly clock: Clock
  /** A keyed hash of a text, from which nothing of it can be had. */
  hashOf(text: string): string
  /** Loads what checks signatures. */
  load(): Promise<typeof TokenParts>
  /** The text of an issuer's key set; undefined when there was no answer. Never rejects. */
  fetchKeys(issuer: IssuerSettings): Promise<string | undefined>
  /** A token was verified, or refused for this reason, or nobody could say. */
  onVerified(issuer: string, result: string): void
  onRenewal(issuer: string, renewal: Renewal): void
}

interface Issuer {
  readonly settings: IssuerSettings
  readonly keys: IssuerKeys<SigningKeys>
}

interface Bearer {
  readonly lookup: KeyLookup
  readonly issuer: Issuer
  readonly untilMs: number
}

const tokenForm = /^eyJ[\w-]*\.[\w-]+\.[\w-]*$/
const tokenCharsMax = 8_192
const bearersMax = 10_000
const idChars = 16

export class TokenBearers {
  readonly #parts: TokenBearerParts
  #issuers: ReadonlyMap<string, Issuer> = new Map()
  #teams: Teams = new Map()
  readonly #bearers = new Map<string, Bearer>()
  readonly #verifying = new Map<string, Promise<KeyLookup>>()
  #loaded: typeof TokenParts | undefined

  constructor(parts: TokenBearerParts) {
    this.#parts = parts
  }

  /** Goes by another config from now on. Keys of issuers that are in it still are kept; tokens are verified anew. */
  use(issuers: readonly IssuerSettings[], teams: Teams): void {
    const before = this.#issuers
    this.#teams = teams
    this.#bearers.clear()
    this.#verifying.clear()
    this.#issuers = new Map(
      issuers.map((settings) => {
        const known = before.get(settings.issuer)
        const isSame = known?.settings.jwks === settings.jwks && known?.settings.name === settings.name
        const keys = known !== undefined && isSame ? known.keys : this.#keysOf(settings)
        return [settings.issuer, { settings, keys }]
      }),
    )
  }

  /** Who bears this token? Undefined for what is no token, or one of nobody's whom we know. */
  find(token: string): AnyLookup | undefined {
    if (this.#issuers.size === 0 || !token.startsWith('eyJ')) return undefined
    if (token.length > tokenCharsMax) return { kind: 'unknown' }
    const hash = this.#parts.hashOf(token)
    const known = this.#bearers.get(hash)
    if (known !== undefined && known.untilMs > this.#parts.clock.wallMs()) {
      return known.issuer.keys.isBelieved() ? known.lookup : unverifiable(known.issuer)
    }
    this.#bearers.delete(hash)
    const issuer = tokenForm.test(token) ? this.#issuers.get(issuerIn(token)) : undefined
    if (issuer === undefined) return undefined
    return { kind: 'pending', verify: () => this.#once(hash, token, issuer) }
  }

  /** Whether it stands for the bearer of a token whose issuer is known still. */
  knows(keyId: string): boolean {
    const name = keyId.slice(0, keyId.lastIndexOf(':'))
    return [...this.#issuers.values()].some(({ settings }) => settings.name === name)
  }

  #keysOf(settings: IssuerSettings): IssuerKeys<SigningKeys> {
    const { clock, fetchKeys, onRenewal } = this.#parts
    const source = {
      fetch: async () => {
        this.#loaded ??= await this.#parts.load()
        return await fetchKeys(settings)
      },
      read: (text: string) => this.#loaded?.readSigningKeys(text),
    }
    return new IssuerKeys(source, clock, (renewal) => {
      // A key that is gone signs nothing any more, and what it signed is not believed.
      if (renewal === 'changed') this.#forget(settings.issuer)
      onRenewal(settings.name, renewal)
    })
  }

  #forget(issuer: string): void {
    for (const [hash, bearer] of this.#bearers) {
      if (bearer.issuer.settings.issuer === issuer) this.#bearers.delete(hash)
    }
  }

  /** A client that begins with many calls has its token verified once. */
  #once(hash: string, token: string, issuer: Issuer): Promise<KeyLookup> {
    const begun = this.#verifying.get(hash)
    if (begun !== undefined) return begun
    const verifying = this.#verify(hash, token, issuer)
      .catch((cause: unknown): KeyLookup => ({ kind: 'unverifiable', cause }))
      .finally(() => {
        if (this.#verifying.get(hash) === verifying) this.#verifying.delete(hash)
      })
    this.#verifying.set(hash, verifying)
    return verifying
  }

  async #verify(hash: string, token: string, issuer: Issuer): Promise<KeyLookup> {
    const { settings, keys } = issuer
    const { clock, onVerified } = this.#parts
    const told = (result: string, lookup: KeyLookup): KeyLookup => {
      onVerified(settings.name, result)
      return lookup
    }
    this.#loaded ??= await this.#parts.load()
    let verified = await this.#check(token, issuer)
    if (verified?.kind === 'no_key') {
      const renewal = await keys.renew()
      if (renewal === 'away') return told('issuer_away', unverifiable(issuer))
      verified = await this.#check(token, issuer)
    }
    if (verified === undefined) return told('issuer_away', unverifiable(issuer))
    if (verified.kind !== 'valid') {
      return told(verified.kind === 'refused' ? verified.reason : verified.kind, { kind: 'unknown' })
    }
    const read = holderOfClaims(verified.claims, settings, {
      teams: this.#teams,
      idOf: (user) => this.#parts.hashOf(`${settings.issuer}\n${user}`).slice(0, idChars),
    })
    if (!read.ok) return told(`claim_${read.claim}`, { kind: 'unknown' })
    const holder = callerOf(read.holder, this.#teams)
    if (holder === undefined) return told('team', { kind: 'unknown' })
    const lookup: KeyLookup = { kind: 'known', caller: { ...holder, endsAtMs: verified.expiresAtMs } }
    // A config that came in the meantime has issuers of its own.
    if (this.#issuers.get(settings.issuer) === issuer && verified.expiresAtMs > clock.wallMs()) {
      this.#remember(hash, { lookup, issuer, untilMs: verified.expiresAtMs })
    }
    return told('valid', lookup)
  }

  async #check(token: string, { settings, keys }: Issuer): Promise<TokenParts.Verified | undefined> {
    const signingKeys = await keys.keys()
    if (signingKeys === undefined) return undefined
    const wallMs = this.#parts.clock.wallMs()
    return await this.#loaded?.verifyToken(token, signingKeys, { rules: settings, wallMs })
  }

  #remember(hash: string, bearer: Bearer): void {
    // The oldest first: most of those have expired.
    if (this.#bearers.size >= bearersMax) {
      let left = bearersMax / 10
      for (const old of this.#bearers.keys()) {
        if (left === 0) break
        this.#bearers.delete(old)
        left -= 1
      }
    }
    this.#bearers.set(hash, bearer)
  }
}

function unverifiable({ settings }: Issuer): KeyLookup {
  return {
    kind: 'unverifiable',
    cause: new Error(`The keys of the issuer "${settings.name}" cannot be read.`),
  }
}

/** What a token says of its issuer, to find out whom to ask; nothing of it is believed. */
function issuerIn(token: string): string {
  try {
    const [, payload = ''] = token.split('.')
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
    return typeof claims === 'object' && claims !== null && 'iss' in claims ? String(claims.iss) : ''
  } catch {
    return ''
  }
}
