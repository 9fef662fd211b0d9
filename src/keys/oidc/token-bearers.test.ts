import { beforeEach, describe, expect, test } from 'bun:test'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { CryptoKey, JWK, JWTPayload } from 'jose'
import { VirtualClock } from '../../../test/virtual-clock.ts'
import { createSecretHash } from '../../platform/hmac.ts'
import type { KeyLookup } from '../ring-keys.ts'
import { issuerSettings } from './settings.ts'
import { readSigningKeys } from './token-apart.ts'
import * as parts from './token-apart.ts'
import { TokenBearers } from './token-bearers.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const pairs = await Promise.all([1, 2].map(() => generateKeyPair('ES256', { extractable: true })))
const published: readonly JWK[] = await Promise.all(
  pairs.map(async ({ publicKey }, index) => ({
    ...(await exportJWK(publicKey)),
    kid: `k${index}`,
    alg: 'ES256',
  })),
)
const hash = createSecretHash(new Uint8Array(32).fill(7))
const settings = issuerSettings.parse({ name: 'corp', issuer: 'https://a.example', audience: 'us' })

let clock: VirtualClock
let keySet: readonly JWK[] | undefined
let asked: number
let results: string[]
let bearers: TokenBearers

beforeEach(() => {
  clock = new VirtualClock()
  keySet = published.slice(0, 1)
  asked = 0
  results = []
  bearers = new TokenBearers({
    clock,
    hashOf: (text) => hash.of(text),
    load: () => Promise.resolve(parts),
    fetchKeys: () => {
      asked += 1
      return Promise.resolve(keySet === undefined ? undefined : JSON.stringify({ keys: keySet }))
    },
    onVerified: (_, result) => results.push(result),
    onRenewal: () => {},
  })
  bearers.use([settings], new Map())
})

function sign(claims: JWTPayload = {}, key = 0, header: object = { kid: `k${key}` }): Promise<string> {
  const seconds = Math.floor(clock.wallMs() / 1000)
  const usual = { iss: 'https://a.example', aud: 'us', sub: 'anna', exp: seconds + 3600 }
  const { privateKey } = pairs[key] as { readonly privateKey: CryptoKey }
  return new SignJWT({ ...usual, ...claims }).setProtectedHeader({ alg: 'ES256', ...header }).sign(privateKey)
}

async function kindOf(token: string): Promise<string | undefined> {
  const found = bearers.find(token)
  const lookup: KeyLookup | undefined = found?.kind === 'pending' ? await found.verify() : found
  return lookup?.kind
}

describe('TokenBearers', () => {
  test('knows a token without a wait once it is verified, until it ends', async () => {
    const token = await sign()
    expect([bearers.find(token)?.kind, await kindOf(token), bearers.find(token)?.kind]).toEqual([
      'pending',
      'known',
      'known',
    ])
    clock.advance(hourMs + minuteMs - 1)
    expect(bearers.find(token)?.kind).toBe('known')
    clock.advance(1)
    expect([bearers.find(token)?.kind, await kindOf(token)]).toEqual(['pending', 'unknown'])
    expect(results).toEqual(['valid', 'exp'])
  })

  test('names its bearer so that a log may hold it', async () => {
    const token = await sign({ sub: 'anna@example.com' })
    await kindOf(token)
    const found = bearers.find(token)
    expect(found).toMatchObject({ kind: 'known', caller: { keyName: 'corp', user: 'anna@example.com' } })
    expect(found?.kind === 'known' && /^corp:[0-9a-f]{16}$/.test(found.caller.keyId)).toBe(true)
  })

  test('verifies a token once for many calls at once', async () => {
    const token = await sign()
    expect(await Promise.all([kindOf(token), kindOf(token), kindOf(token)])).toEqual([
      'known',
      'known',
      'known',
    ])
    expect(results).toEqual(['valid'])
  })

  test('asks for a key that it does not have at most once a minute', async () => {
    await kindOf(await sign())
    keySet = published
    const next = await sign({}, 1)
    expect([await kindOf(next), asked]).toEqual(['unknown', 1])
    clock.advance(minuteMs)
    expect([await kindOf(next), asked]).toEqual(['known', 2])
    for (let number = 0; number < 20; number += 1)
      await kindOf(await sign({}, 0, { kid: `made-up-${number}` }))
    expect(asked).toBe(2)
  })

  test('asks again also for a token that does not name its key', async () => {
    await kindOf(await sign())
    keySet = published.slice(1)
    clock.advance(minuteMs)
    expect([await kindOf(await sign({}, 1, {})), asked]).toEqual(['known', 2])
  })

  test('forgets what a key has signed that the issuer does not have any more', async () => {
    const token = await sign()
    await kindOf(token)
    keySet = published.slice(1)
    clock.advance(10 * minuteMs)
    expect(bearers.find(token)?.kind).toBe('known')
    await Bun.sleep(0)
    expect([bearers.find(token)?.kind, await kindOf(token)]).toEqual(['pending', 'unknown'])
  })

  test('goes by old keys for a day while the issuer is away; nobody can say of a key that it does not know', async () => {
    const token = await sign({ exp: Math.floor(clock.wallMs() / 1000) + 100 * 3600 })
    await kindOf(token)
    keySet = undefined
    clock.advance(23 * hourMs)
    expect([await kindOf(token), await kindOf(await sign())]).toEqual(['known', 'known'])
    clock.advance(minuteMs)
    expect(await kindOf(await sign({}, 1))).toBe('unverifiable')
    clock.advance(hourMs)
    expect([await kindOf(token), await kindOf(await sign())]).toEqual(['unverifiable', 'unverifiable'])
  })

  test('is asked about nothing that is no token of an issuer that it knows', async () => {
    const foreign = await sign({ iss: 'https://b.example' })
    for (const text of ['', 'sp_x', 'eyJ', 'eyJ.eyJ.x', 'eyJhbGciOiJub25lIn0..', foreign, `${foreign} x`]) {
      expect(bearers.find(text)).toBeUndefined()
    }
    expect(bearers.find(`eyJ${'x'.repeat(9_000)}`)).toEqual({ kind: 'unknown' })
    expect(asked).toBe(0)
  })

  test('verifies anew by another config, with the keys that it has', async () => {
    const token = await sign()
    await kindOf(token)
    bearers.use([{ ...settings, audience: ['others'] }], new Map())
    expect([await kindOf(token), asked, results]).toEqual(['unknown', 1, ['valid', 'aud']])
    bearers.use([], new Map())
    expect(bearers.find(token)).toBeUndefined()
  })
})

describe('a key set', () => {
  test('is none without a key that anybody may see', () => {
    const secret = { kty: 'oct', k: 'AAAA', kid: 'k0' }
    for (const text of ['', '[]', '{}', '{"keys":{}}', '{"keys":[]}', '{"keys":[null,1,"x"]}']) {
      expect(readSigningKeys(text)).toBeUndefined()
    }
    expect(readSigningKeys(JSON.stringify({ keys: [secret] }))).toBeUndefined()
    expect(readSigningKeys(JSON.stringify({ keys: Array(201).fill(published[0]) }))).toBeUndefined()
    expect(readSigningKeys(JSON.stringify({ keys: [secret, published[0], { kty: 'RSA' }] }))).toBeDefined()
  })
})
