// Tokens in the place of keys, from an issuer that changes its keys and goes away: who is let in, who is not, and of whom
// nobody can say.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { SignJWT } from 'jose'
import { simulatorKey, startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { audience, startIssuer } from './oidc-issuer.ts'
import type { Issuer } from './oidc-issuer.ts'
import { startGateway, testKey } from './start-gateway.ts'
import type { RunningGateway } from './start-gateway.ts'

let simulator: Simulator
let issuer: Issuer
let mapped: Issuer
let gateway: RunningGateway

beforeAll(async () => {
  ;[simulator, issuer, mapped] = await Promise.all([startSimulator(), startIssuer(), startIssuer()])
  gateway = await startGateway({
    environment: { SIM_KEY: simulatorKey },
    config: [
      'discover: off',
      'server: { drain_delay: 0s }',
      'failed_keys: off',
      'providers:',
      `  sim: { type: openai-compatible, base_url: "${simulator.baseUrl}/v1", api_key: env:SIM_KEY }`,
      'models:',
      '  fast: { deployments: [{ provider: sim, model: m }] }',
      '  slow: { deployments: [{ provider: sim, model: m }] }',
      'teams: { research: { tenant: acme, models: [fast] } }',
      'keys: [{ name: tests, secret: env:TEST_KEY }]',
      'oidc:',
      `  - { name: corp, issuer: "${issuer.url}", audience: [other, ${audience}], algorithms: [RS256, ES256, EdDSA] }`,
      `  - name: groups`,
      `    issuer: "${mapped.url}"`,
      `    audience: ${audience}`,
      `    jwks: "${mapped.url}/keys"`,
      '    claims: { user: email, team: realm.groups, tenant: "https://example.com/tenant", scopes: scope, models: models }',
      '',
    ].join('\n'),
  })
})

afterAll(async () => {
  await gateway.stop()
  await Promise.all([simulator.stop(), issuer[Symbol.asyncDispose](), mapped[Symbol.asyncDispose]()])
})

async function ask(token: string, model = 'fast'): Promise<unknown> {
  const answer = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hi' }] }),
  })
  const { error } = JSON.parse(await answer.text())
  return error === undefined ? answer.status : [answer.status, error.code]
}

const refused = [401, 'invalid_api_key']
const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const seconds = (): number => Math.floor(Date.now() / 1000)

describe('a token of an issuer', () => {
  test('is as good as a key, and its keys are asked for once', async () => {
    const token = await issuer.sign()
    expect(await Promise.all(Array.from({ length: 10 }, () => ask(token)))).toEqual(Array(10).fill(200))
    expect(await ask(await issuer.sign({ sub: 'ben' }))).toBe(200)
    expect(issuer.asked()).toBe(1)
    const models = await fetch(`${gateway.url}/v1/models`, { headers: { authorization: `Bearer ${token}` } })
    expect(models.status).toBe(200)
    expect(await ask(testKey)).toBe(200)
  })

  test('is good for a minute after it ends and before it begins, because clocks differ', async () => {
    expect(await ask(await issuer.sign({ exp: seconds() - 30, nbf: seconds() + 30 }))).toBe(200)
  })

  const wrong: readonly (readonly [what: string, claims: Readonly<Record<string, unknown>>])[] = [
    ['for somebody else', { aud: 'somebody-else' }],
    ['for nobody', { aud: undefined }],
    ['that has ended', { exp: seconds() - 120 }],
    ['that never ends', { exp: undefined }],
    ['that has not begun', { nbf: seconds() + 120 }],
    ['that says nobody’s name', { sub: undefined }],
    ['with a name that is none', { sub: 'a b\n' }],
    ['of an issuer that is nearly this one', { iss: 'http://127.0.0.1' }],
    ['with a list of issuers', { iss: ['x'] }],
  ]
  test.each(wrong)('%s is refused', async (_, claims) => {
    expect(await ask(await issuer.sign(claims))).toEqual(refused)
  })

  const headers: readonly (readonly [what: string, header: Readonly<Record<string, unknown>>])[] = [
    ['of another kind', { typ: 'logout+jwt' }],
    ['with a key of its own', { kid: 'x', jwk: { kty: 'oct', k: 'AAAA' } }],
    ['whose key lies elsewhere', { kid: 'y', jku: 'http://127.0.0.1:1/keys' }],
    ['whose key is a path', { kid: '../../../../etc/passwd' }],
    ['whose key is a query', { kid: "x' UNION SELECT 'secret'; --" }],
    ['whose key is a pollution', { kid: '__proto__' }],
  ]
  test.each(headers)('%s is refused', async (_, header) => {
    expect(await ask(await issuer.sign({}, header))).toEqual(refused)
  })

  test('that asks for something critical is refused', async () => {
    const [, payload = '', signature = ''] = (await issuer.sign()).split('.')
    const header = encoded({ alg: 'RS256', kid: 'key-1', crit: ['exp'], exp: 1 })
    expect(await ask(`${header}.${payload}.${signature}`)).toEqual(refused)
  })

  test('without a signature, or with one of the public key as a secret, is refused', async () => {
    const [, payload = ''] = (await issuer.sign()).split('.')
    for (const alg of ['none', 'None', 'NONE', '']) {
      expect(await ask(`${encoded({ alg, typ: 'JWT' })}.${payload}.`)).toEqual(refused)
    }
    const [key] = issuer.published
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
    for (const secret of [JSON.stringify(key), key?.n ?? '', Buffer.from(key?.n ?? '', 'base64url')]) {
      const confused = await new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256', kid: key?.kid ?? '' })
        .sign(Buffer.from(secret))
      expect(await ask(confused)).toEqual(refused)
    }
  })

  test('that was changed in any part is refused', async () => {
    const token = await issuer.sign({ pad: 'x'.repeat(40) })
    const [header = '', , signature = ''] = token.split('.')
    const other = encoded({ iss: issuer.url, aud: audience, sub: 'root', exp: seconds() + 3600 })
    expect(await ask(`${header}.${other}.${signature}`)).toEqual(refused)
    expect(await ask(`${token.slice(0, -8)}AAAAAAAA`)).toEqual(refused)
    expect(await ask(`${token}.${token}`)).toEqual(refused)
  })

  test('of any size is answered, and a huge one is refused', async () => {
    expect(await ask(await issuer.sign({ pad: 'x'.repeat(4_000) }))).toBe(200)
    expect(await ask(await issuer.sign({ pad: 'x'.repeat(7_000) }))).toEqual(refused)
  })

  test('beside another credential is refused', async () => {
    const answer = await fetch(`${gateway.url}/v1/models`, {
      headers: { authorization: `Bearer ${await issuer.sign()}`, 'x-api-key': testKey },
    })
    expect(answer.status).toBe(400)
    const twice = await fetch(`${gateway.url}/v1/models`, {
      headers: [
        ['authorization', `Bearer ${await issuer.sign()}`],
        ['authorization', `Bearer ${testKey}`],
      ],
    })
    expect(twice.status).toBe(400)
  })
})

describe('claims', () => {
  const claims = {
    email: 'anna@example.com',
    realm: { groups: ['/staff', 'research'] },
    'https://example.com/tenant': 'acme',
    scope: 'openid chat profile',
    models: ['fast', 'slow'],
  }

  test('say the team, what may be used and which models; the team bounds them', async () => {
    const token = await mapped.sign(claims)
    expect(await ask(token)).toBe(200)
    expect(await ask(token, 'slow')).toEqual([403, 'model_not_allowed'])
    const models = await fetch(`${gateway.url}/v1/models`, { headers: { 'x-api-key': token } })
    expect(models.status).toBe(403)
  })

  test.each([
    ['email', undefined, refused],
    ['realm', { groups: ['nobody'] }, refused],
    ['realm', undefined, refused],
    ['https://example.com/tenant', undefined, refused],
    ['https://example.com/tenant', 'globex', refused],
    ['scope', undefined, [403, 'scope_not_allowed']],
    ['scope', 'openid', [403, 'scope_not_allowed']],
    ['scope', ['embeddings'], [403, 'scope_not_allowed']],
    ['models', [], [403, 'model_not_allowed']],
    ['models', undefined, [403, 'model_not_allowed']],
  ])('that are missing or say something else open nothing: %s %p', async (name, value, answer) => {
    expect(await ask(await mapped.sign({ ...claims, [name]: value }))).toEqual(answer)
  })
})

describe('an issuer that changes its keys', () => {
  test('is asked again for a key that it did not have, and not again within a minute', async () => {
    await using other = await startIssuer()
    await using own = await gatewayFor(other)
    const first = await other.sign()
    expect(await own.ask(first)).toBe(200)
    await other.rotate({ algorithm: 'ES256' })
    // It was asked a moment ago, and it answered: a name that it did not have is one that it does not have.
    expect(await own.ask(await other.sign())).toEqual(refused)
    expect(await own.ask(first)).toBe(200)
    expect(other.asked()).toBe(1)
  })
})

describe('an issuer that is away', () => {
  test('leaves known tokens and known keys as they are; of others nobody can say', async () => {
    await using other = await startIssuer()
    await using own = await gatewayFor(other)
    other.isAway = true
    expect(await own.ask(await other.sign())).toEqual([503, 'auth_unavailable'])
    expect(await own.ask('sp_not-a-token')).toEqual(refused)
    expect(await own.ask(testKey)).toBe(200)
    expect(await own.gateway.logged(({ event }) => event === 'issuer_away')).toMatchObject({ issuer: 'corp' })
  })
})

interface Asking extends AsyncDisposable {
  readonly gateway: RunningGateway
  ask(token: string): Promise<unknown>
}

async function gatewayFor({ url }: Issuer): Promise<Asking> {
  const own = await startGateway({
    config: [
      'discover: off',
      'providers: { demo: {} }',
      'keys: [{ name: tests, secret: env:TEST_KEY }]',
      `oidc: [{ name: corp, issuer: "${url}", audience: ${audience} }]`,
      '',
    ].join('\n'),
  })
  return {
    gateway: own,
    async ask(token) {
      const answer = await fetch(`${own.url}/v1/models`, { headers: { authorization: `Bearer ${token}` } })
      const { error } = JSON.parse(await answer.text())
      return error === undefined ? answer.status : [answer.status, error.code]
    },
    [Symbol.asyncDispose]: () => own[Symbol.asyncDispose](),
  }
}
