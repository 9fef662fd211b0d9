// What may be tried with tokens beyond what is wrong with one: issuers that speak for others, keys that lie elsewhere, and
// two tokens that begin alike.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { SignJWT } from 'jose'
import { audience, startIssuer } from '../oidc-issuer.ts'
import type { Issuer } from '../oidc-issuer.ts'
import { startGateway } from '../start-gateway.ts'
import type { RunningGateway } from '../start-gateway.ts'

let corp: Issuer
let other: Issuer
let gateway: RunningGateway
/** Its description is another's, or leads elsewhere. */
let liar: ReturnType<typeof Bun.serve>
let description: object = {}
/** Whoever would be asked for keys by it. */
let stranger: ReturnType<typeof Bun.serve>
let strangerAsked = 0

const liarUrl = (): string => `http://127.0.0.1:${liar.port}`

beforeAll(async () => {
  ;[corp, other] = await Promise.all([startIssuer(), startIssuer()])
  liar = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: ({ url }) =>
      url.endsWith('/openid-configuration')
        ? Response.json(description)
        : Response.json({ keys: corp.published }),
  })
  stranger = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: () => {
      strangerAsked += 1
      return Response.json({ keys: corp.published })
    },
  })
})

afterAll(async () => {
  await Promise.all([
    corp[Symbol.asyncDispose](),
    other[Symbol.asyncDispose](),
    liar.stop(true),
    stranger.stop(true),
  ])
})

async function withGateway(issuers: readonly string[], work: () => Promise<void>): Promise<void> {
  await using own = await startGateway({
    config: [
      'discover: off',
      'failed_keys: off',
      'providers: { demo: {} }',
      'keys: [{ name: tests, secret: env:TEST_KEY }]',
      'oidc:',
      ...issuers.map((url, index) => `  - { name: i${index}, issuer: "${url}", audience: ${audience} }`),
      '',
    ].join('\n'),
  })
  gateway = own
  await work()
}

async function ask(token: string): Promise<number> {
  const answer = await fetch(`${gateway.url}/v1/models`, { headers: { authorization: `Bearer ${token}` } })
  await answer.text()
  return answer.status
}

test('an issuer speaks for nobody but itself, also under the other’s names of keys', async () => {
  await withGateway([corp.url, other.url], async () => {
    expect([await ask(await corp.sign()), await ask(await other.sign())]).toEqual([200, 200])
    // Both call their first key the same.
    expect(other.published[0]?.kid).toBe(corp.published[0]?.kid ?? '')
    expect(await ask(await other.sign({ iss: corp.url }))).toBe(401)
    expect(await ask(await corp.sign({ iss: other.url }))).toBe(401)
    expect(await ask(await corp.sign({ iss: `${corp.url}/` }))).toBe(401)
    expect(await ask(await corp.sign({ iss: corp.url.toUpperCase() }))).toBe(401)
  })
})

test('two tokens that begin alike are two', async () => {
  await withGateway([corp.url], async () => {
    const good = await corp.sign()
    expect(await ask(good)).toBe(200)
    // The same head and nearly the same claims: a cache that looked at the beginning would know it.
    const [head = '', claims = '', signature = ''] = good.split('.')
    const flipped = signature.startsWith('A') ? `B${signature.slice(1)}` : `A${signature.slice(1)}`
    const lastFlipped = `${signature.slice(0, -4)}${signature.endsWith('AAAA') ? 'BBBB' : 'AAAA'}`
    for (const changed of [flipped, lastFlipped, '', signature.slice(0, -1), `${signature}A`]) {
      expect(await ask(`${head}.${claims}.${changed}`)).toBe(401)
    }
    expect(await ask(good)).toBe(200)
  })
})

test('a secret that is published is no key, and a public key is no secret', async () => {
  const published = corp.published
  const secret = Buffer.from('a-secret-that-somebody-published-by-mistake')
  corp.published = [{ kty: 'oct', kid: 'oct', alg: 'HS256', k: secret.toString('base64url') }, ...published]
  await withGateway([corp.url], async () => {
    const claims = { iss: corp.url, aud: audience, sub: 'anna', exp: Math.floor(Date.now() / 1000) + 3600 }
    for (const kid of ['oct', published[0]?.kid ?? '']) {
      const forged = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid }).sign(secret)
      expect(await ask(forged)).toBe(401)
    }
    expect(await ask(await corp.sign())).toBe(200)
  })
  corp.published = published
})

test('a description that is another issuer’s is none', async () => {
  description = { issuer: corp.url, jwks_uri: `${liarUrl()}/keys` }
  await withGateway([liarUrl()], async () => {
    expect(await ask(await corp.sign({ iss: liarUrl() }))).toBe(503)
  })
})

test('keys that a description puts elsewhere are not fetched from inside of the network', async () => {
  description = { issuer: liarUrl(), jwks_uri: `http://127.0.0.1:${stranger.port}/keys` }
  await withGateway([liarUrl()], async () => {
    expect(await ask(await corp.sign({ iss: liarUrl() }))).toBe(503)
    expect(strangerAsked).toBe(0)
  })
  for (const odd of ['file:///etc/passwd', 'http://169.254.169.254/latest']) {
    description = { issuer: liarUrl(), jwks_uri: odd }
    await withGateway([liarUrl()], async () => {
      expect(await ask(await corp.sign({ iss: liarUrl() }))).toBe(503)
    })
  }
}, 30_000)
