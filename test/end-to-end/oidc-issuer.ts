// An issuer of tokens as OpenID Connect describes it, on loopback: it has keys, changes them, and can be away.
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { CryptoKey, JWK, JWTPayload } from 'jose'

export interface Issuer extends AsyncDisposable {
  readonly url: string
  /** How often its keys were asked for. */
  asked(): number
  /** Whether it answers nothing but 503. */
  isAway: boolean
  /** Makes a key that signs from now on; the ones before are not published any more unless they are kept. */
  rotate(how?: { readonly algorithm?: string; readonly keep?: boolean }): Promise<void>
  /** What it publishes. */
  published: JWK[]
  sign(claims?: JWTPayload, header?: Readonly<Record<string, unknown>>): Promise<string>
}

interface Pair {
  readonly kid: string
  readonly algorithm: string
  readonly privateKey: CryptoKey
}

export const audience = 'sallyport'

/** Starts one. Its tokens say who `anna` is, until in an hour, unless they are told to say something else. */
export async function startIssuer(): Promise<Issuer> {
  let current: Pair | undefined
  let count = 0
  let asked = 0
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: ({ url }) => {
      if (issuer.isAway) return new Response('away', { status: 503 })
      if (url.endsWith('/.well-known/openid-configuration')) {
        return Response.json({ issuer: issuer.url, jwks_uri: `${issuer.url}/keys` })
      }
      asked += 1
      return Response.json({ keys: issuer.published })
    },
  })
  const issuer: Issuer = {
    url: `http://127.0.0.1:${server.port}`,
    asked: () => asked,
    isAway: false,
    published: [],
    async rotate({ algorithm = 'RS256', keep = false } = {}) {
      const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true })
      count += 1
      current = { kid: `key-${count}`, algorithm, privateKey }
      const published = { ...(await exportJWK(publicKey)), kid: current.kid, alg: algorithm, use: 'sig' }
      issuer.published = keep ? [...issuer.published, published] : [published]
    },
    async sign(claims = {}, header = {}) {
      if (current === undefined) throw new Error('It has no key yet.')
      const seconds = Math.floor(Date.now() / 1000)
      const usual = { iss: issuer.url, aud: audience, sub: 'anna', exp: seconds + 3600, iat: seconds }
      const { kid, algorithm, privateKey } = current
      return await new SignJWT({ ...usual, ...claims })
        .setProtectedHeader({ alg: algorithm, kid, ...header })
        .sign(privateKey)
    },
    [Symbol.asyncDispose]: () => server.stop(true),
  }
  await issuer.rotate()
  return issuer
}
