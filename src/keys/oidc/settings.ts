// The settings of issuers whose tokens are taken in the place of keys. Only signatures that nobody but the issuer can make:
// the algorithms with a shared secret, and `none`, cannot be written here.
import * as z from 'zod'
import { scopes } from '../../core/scopes.ts'
import { list, section } from '../../platform/setting-values.ts'

const wordAdvice = 'write up to 64 letters, digits, ".", "_" and "-", the first one a letter or digit'
const word = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, { error: wordAdvice })

export const algorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const

const addressAdvice =
  'write an address with https://, or with http:// and an address of this machine or network'

/** Kept as it is written: a token must name its issuer to the letter, with or without a slash at its end. */
const address = z.string().refine(isSafeAddress, { error: addressAdvice })

function isSafeAddress(text: string): boolean {
  const url = URL.parse(text)
  if (url === null || text.length > 2_048 || /[\s#]/.test(text)) return false
  if (url.username !== '' || url.password !== '') return false
  return url.protocol === 'https:' || (url.protocol === 'http:' && ownPlace.test(url.hostname))
}

/** Keys that come from elsewhere without TLS are anybody's keys. */
const ownPlace =
  /^(?:localhost|127(?:\.\d+){3}|10(?:\.\d+){3}|192\.168(?:\.\d+){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d+){2}|\[::1\]|\[f[cd][0-9a-f:]+\])$/

const audienceAdvice = 'write what its tokens say in aud, such as sallyport, or a list of that'
const audience = z.string().min(1).max(512)
const claim = z.string().min(1).max(256)

const claimNames = section({
  user: claim
    .prefault('sub')
    .describe('Who somebody is: a claim, by its name or by its path such as `realm_access.user`.'),
  team: claim
    .optional()
    .describe('Their team, a name under `teams`. Of a list the first that is one of them.'),
  tenant: claim.optional().describe('The organisation that they are part of.'),
  scopes: claim.optional().describe('What they may do: a list, or words with spaces between them.'),
  models: claim.optional().describe('Models that they may call, a list or words with spaces between them.'),
})

export const issuerSettings = section({
  name: word.describe('What the issuer is called in logs and records.'),
  issuer: address.describe('What its tokens say in `iss`, to the letter.'),
  audience: z
    .union([audience, list(audience, 20).refine((all) => all.length > 0, { error: 'name at least one' })], {
      error: audienceAdvice,
    })
    .transform((said): readonly string[] => (typeof said === 'string' ? [said] : said))
    .describe('What its tokens must say in `aud`: one of these.'),
  jwks: address
    .optional()
    .describe('Where its keys are. Left out: where `<issuer>/.well-known/openid-configuration` says.'),
  algorithms: list(z.enum(algorithms), algorithms.length)
    .refine((all) => all.length > 0, { error: 'name at least one' })
    .prefault(['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'])
    .describe('How its tokens may be signed.'),
  claims: claimNames
    .prefault({})
    .describe(
      'Which claims say what. A claim that is named here must be in each token, or it opens nothing.',
    ),
  team: word.optional().describe('The team of all its tokens, where no claim says it.'),
  tenant: word
    .optional()
    .describe('The organisation of all its tokens, where neither a claim nor the team says it.'),
  scopes: list(z.enum(scopes), scopes.length)
    .refine((granted) => granted.length > 0, {
      error: 'leave it out to allow every scope but admin and metrics',
    })
    .optional()
    .describe(
      'What its tokens may be used for, where no claim says it. Left out: everything but `admin` and `metrics`.',
    ),
})

export const oidcSettings = list(issuerSettings, 20)
  .prefault([])
  .meta({
    description: 'Issuers (OpenID Connect) whose tokens are taken in the place of keys.',
    examples: [
      [
        {
          name: 'corp',
          issuer: 'https://login.example.com/realms/corp',
          audience: 'sallyport',
          claims: { team: 'groups', scopes: 'scope' },
        },
      ],
    ],
  })

export type IssuerSettings = z.output<typeof issuerSettings>
