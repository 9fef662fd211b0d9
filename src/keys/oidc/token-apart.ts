// The signatures of tokens (JWT, RFC 7519), checked by jose. Loaded when the first token comes; a gateway without issuers
// never loads it. What the token's own header says is believed only where the issuer's keys and the config say the same.
import { createLocalJWKSet, decodeProtectedHeader, errors, jwtVerify } from 'jose'
import type { JWK } from 'jose'

/** An issuer's keys, ready to be looked up by a token's header. */
export type SigningKeys = ReturnType<typeof createLocalJWKSet>

export interface TokenRules {
  readonly issuer: string
  readonly audience: readonly string[]
  readonly algorithms: readonly string[]
}

export type Verified =
  | {
      readonly kind: 'valid'
      readonly claims: Readonly<Record<string, unknown>>
      readonly expiresAtMs: number
    }
  /** The issuer has, or had when it was asked, no key for it. */
  | { readonly kind: 'no_key' }
  | { readonly kind: 'refused'; readonly reason: string }

/** Clocks of different machines differ. */
export const toleranceSeconds = 60
const keysMax = 200

/** Reads a JWK set (RFC 7517). Undefined where there is none in it that a signature can be checked with. */
export function readSigningKeys(text: string): SigningKeys | undefined {
  try {
    const { keys }: { readonly keys: unknown } = JSON.parse(text)
    if (!Array.isArray(keys) || keys.length > keysMax) return undefined
    const usable = keys.filter(isPublic).map(publicPart)
    return usable.length === 0 ? undefined : createLocalJWKSet({ keys: usable })
  } catch {
    return undefined
  }
}

/** A shared secret (`oct`) would let everybody sign who can read the set. */
function isPublic(key: unknown): key is JWK {
  return (
    typeof key === 'object' && key !== null && 'kty' in key && ['RSA', 'EC', 'OKP'].includes(String(key.kty))
  )
}

/** Only what a signature is checked with: no private numbers, no certificates, nowhere to load anything from. */
function publicPart(key: JWK): JWK {
  return Object.fromEntries(Object.entries(key).filter(([name]) => publicMembers.has(name)))
}

const publicMembers = new Set('kty kid alg use key_ops n e crv x y'.split(' '))

/** Checks a token against an issuer's keys. Never rejects. */
export async function verifyToken(
  token: string,
  keys: SigningKeys,
  { rules, wallMs }: { readonly rules: TokenRules; readonly wallMs: number },
): Promise<Verified> {
  let kid: unknown
  try {
    const header = decodeProtectedHeader(token)
    kid = header.kid
    if (header.crit !== undefined) return { kind: 'refused', reason: 'crit' }
    if (!isTokenType(header.typ)) return { kind: 'refused', reason: 'typ' }
    const { payload } = await jwtVerify(token, keys, {
      issuer: rules.issuer,
      audience: [...rules.audience],
      algorithms: [...rules.algorithms],
      clockTolerance: toleranceSeconds,
      currentDate: new Date(wallMs),
      requiredClaims: ['exp', 'iss', 'aud'],
    })
    return { kind: 'valid', claims: payload, expiresAtMs: (Number(payload.exp) + toleranceSeconds) * 1000 }
  } catch (failure) {
    return refusalOf(failure, kid)
  }
}

/** There are tokens of other kinds that the same issuer signs, for logging out or for events. */
function isTokenType(typ: unknown): boolean {
  return typ === undefined || (typeof typ === 'string' && /^(?:application\/)?(?:jwt|at\+jwt)$/i.test(typ))
}

function refusalOf(failure: unknown, kid: unknown): Verified {
  if (failure instanceof errors.JWKSNoMatchingKey) return { kind: 'no_key' }
  // Without a name for its key, a token of the next key looks like a bad one of this key.
  if (failure instanceof errors.JWSSignatureVerificationFailed && kid === undefined) return { kind: 'no_key' }
  if (failure instanceof errors.JWTClaimValidationFailed) return { kind: 'refused', reason: failure.claim }
  if (failure instanceof errors.JWTExpired) return { kind: 'refused', reason: 'exp' }
  if (failure instanceof errors.JOSEError) return { kind: 'refused', reason: failure.code.toLowerCase() }
  return { kind: 'refused', reason: 'malformed' }
}
