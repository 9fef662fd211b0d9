// Who may do what: teams, addresses, bounds of answers, keys that get new secrets, and those who try wrong ones.
import { Database } from 'bun:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeSecret } from '../../src/keys/key-secret.ts'
import { bodyText, lastRequest } from '../simulator/last-request.ts'
import { simulatorKey, startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { until } from '../until.ts'
import { runCommand } from './run-command.ts'
import type { Ran } from './run-command.ts'
import { startGateway, testKey } from './start-gateway.ts'
import type { RunningGateway } from './start-gateway.ts'

let simulator: Simulator
let gateway: RunningGateway

beforeAll(async () => {
  simulator = await startSimulator()
  gateway = await startGateway({ environment: environment(), config: configWith('{ per_address: 100 }') })
})

afterAll(async () => {
  await gateway.stop()
  await simulator.stop()
})

const weakKey = 'a-weak-key-of-23-chars.'

function environment(): Record<string, string> {
  return {
    SIM_KEY: simulatorKey,
    FAR_KEY: 'far-key-0123456789-0123456789-0123456789',
    NEAR_KEY: 'near-key-0123456789-0123456789-0123456789',
    TEAM_KEY: 'team-key-0123456789-0123456789-0123456789',
    SHORT_KEY: 'short-key-0123456789-0123456789-0123456789',
    LOW_KEY: 'low-key-0123456789-0123456789-0123456789',
    WEAK_KEY: weakKey,
  }
}

function configWith(failedKeys: string): string {
  return [
    'discover: off',
    'server: { drain_delay: 0s, trusted_proxies: [127.0.0.1] }',
    'providers:',
    `  sim: { type: openai-compatible, base_url: "${simulator.baseUrl}/v1", api_key: env:SIM_KEY }`,
    'models:',
    '  fast: { deployments: [{ provider: sim, model: m }] }',
    '  slow: { deployments: [{ provider: sim, model: m }] }',
    'teams:',
    '  research: { tenant: acme, models: [fast], scopes: [chat, models] }',
    '  office: { addresses: [203.0.113.0/24], max_tokens: { max: 50 } }',
    'keys:',
    '  - { name: tests, secret: env:TEST_KEY }',
    '  - { name: far, secret: env:FAR_KEY, addresses: [198.51.100.0/24, "2001:db8::/32"] }',
    '  - { name: near, secret: env:NEAR_KEY, team: office, addresses: [203.0.113.7, 10.0.0.0/8] }',
    '  - { name: team, secret: env:TEAM_KEY, team: research, user: anna@example.com }',
    '  - { name: short, secret: env:SHORT_KEY, max_tokens: { default: 5, max: 20 } }',
    '  - { name: low, secret: env:LOW_KEY, max_tokens: { max: 20, above: lower } }',
    '  - { name: weak, secret: env:WEAK_KEY }',
    `failed_keys: ${failedKeys}`,
    '',
  ].join('\n')
}

async function codeOf(answer: Response): Promise<unknown> {
  const { error } = JSON.parse(await answer.text())
  return error === undefined ? answer.status : [answer.status, error.code]
}

function post(key: string, more: object = {}, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model: 'fast', messages: [{ role: 'user', content: 'Hi' }], ...more }),
  })
}

async function ask(key: string, more: object = {}, headers: Record<string, string> = {}): Promise<unknown> {
  return await codeOf(await post(key, more, headers))
}

function models(key: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${gateway.url}/v1/models`, { headers: { authorization: `Bearer ${key}`, ...headers } })
}

function keys(...words: string[]): Promise<Ran> {
  const folder = join(gateway.configPath, '..')
  return runCommand(folder, ['keys', ...words, '--data-dir', gateway.dataDirectory], environment())
}

async function madeKey(...words: string[]): Promise<{ readonly id: string; readonly secret: string }> {
  const { code, out, error } = await keys('create', '--name', 'made', ...words)
  if (code !== 0) throw new Error(error)
  return { id: out.slice(3, 11), secret: out.trim() }
}

describe('a team', () => {
  const key = environment()['TEAM_KEY'] ?? ''

  test('bounds what its keys may call and be used for', async () => {
    expect(await ask(key)).toBe(200)
    expect(await ask(key, { model: 'slow' })).toEqual([403, 'model_not_allowed'])
    const { data }: { data: readonly { id: string }[] } = JSON.parse(await (await models(key)).text())
    expect(data.map(({ id }) => id)).toEqual(['fast'])
    const embeddings = await fetch(`${gateway.url}/v1/embeddings`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: '{"model":"fast","input":"x"}',
    })
    expect(await codeOf(embeddings)).toEqual([403, 'scope_not_allowed'])
  })

  test('bounds made keys too, and one that the config does not have opens nothing', async () => {
    const { secret } = await madeKey('--team', 'research', '--user', 'ben', '--models', 'slow,fast')
    expect([await ask(secret), await ask(secret, { model: 'slow' })]).toEqual([
      200,
      [403, 'model_not_allowed'],
    ])
    const { error } = await keys('create', '--name', 'lost', '--team', 'nobody')
    expect(error).toContain('Mind that the config has no team "nobody"')
    const lost = await madeKey('--team', 'nobody')
    expect(await ask(lost.secret)).toEqual([401, 'invalid_api_key'])
    const foreign = await madeKey('--team', 'research', '--tenant', 'globex')
    expect(await ask(foreign.secret)).toEqual([401, 'invalid_api_key'])
    expect((await keys('list')).out).toContain('research/ben')
  })
})

describe('addresses', () => {
  const { FAR_KEY: far = '', NEAR_KEY: near = '' } = environment()

  test.each([
    ['198.51.100.9', 200],
    ['2001:db8::1', 200],
    ['::ffff:198.51.100.9', 200],
    ['192.0.2.1', [403, 'address_not_allowed']],
    ['198.51.100.9, 192.0.2.1', [403, 'address_not_allowed']],
    ['nonsense', [403, 'address_not_allowed']],
    ['', [403, 'address_not_allowed']],
  ])('are those that a trusted proxy tells: %p', async (forwarded, answer) => {
    expect(await ask(far, {}, { 'x-forwarded-for': forwarded })).toEqual(answer)
  })

  test('must be on the key’s list and on its team’s', async () => {
    const from = (address: string): Promise<unknown> => ask(near, {}, { 'x-forwarded-for': address })
    expect([await from('203.0.113.7'), await from('203.0.113.8'), await from('10.1.2.3')]).toEqual([
      200,
      [403, 'address_not_allowed'],
      [403, 'address_not_allowed'],
    ])
  })

  test('have limits of their own, whoever calls from there', async () => {
    const config = `${configWith('off')}limits: { addresses: { requests: 2/h }, teams: { research: { requests: 1/h } } }\n`
    await using own = await startGateway({ environment: environment(), config })
    const from = async (address: string, key: string): Promise<number> => {
      const answer = await fetch(`${own.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'x-forwarded-for': address },
        body: JSON.stringify({ model: 'fast', messages: [{ role: 'user', content: 'Hi' }] }),
      })
      await answer.text()
      return answer.status
    }
    expect([await from('198.51.100.7', far), await from('198.51.100.7', testKey)]).toEqual([200, 200])
    expect([await from('198.51.100.7', far), await from('198.51.100.8', far)]).toEqual([429, 200])
    const ofTeam = environment()['TEAM_KEY'] ?? ''
    expect([await from('192.0.2.1', ofTeam), await from('192.0.2.2', ofTeam)]).toEqual([200, 429])
  })

  test('are checked at every endpoint', async () => {
    expect(await codeOf(await models(far))).toEqual([403, 'address_not_allowed'])
    expect((await models(far, { 'x-forwarded-for': '198.51.100.1' })).status).toBe(200)
  })
})

describe('how long an answer may be', () => {
  const { SHORT_KEY: short = '', LOW_KEY: low = '', NEAR_KEY: near = '' } = environment()

  test('is said for a client that says nothing', async () => {
    expect(await ask(short)).toBe(200)
    expect(bodyText(lastRequest(simulator))).toEndWith(',"max_tokens":5}')
    expect(await ask(short, { max_tokens: 20 })).toBe(200)
    expect(bodyText(lastRequest(simulator))).toEndWith(',"max_tokens":20}')
  })

  test('is refused or lowered above the bound, as the key says', async () => {
    const refused = await post(short, { max_tokens: 21 })
    expect(await refused.text()).toContain('this API key may ask for 20 tokens at most')
    expect(refused.status).toBe(400)
    expect(await ask(low, { max_tokens: 21, seed: 1 })).toBe(200)
    expect(bodyText(lastRequest(simulator))).toEndWith(',"max_tokens":20,"seed":1}')
  })

  test('is the team’s where the key says nothing', async () => {
    expect(await ask(near, {}, { 'x-forwarded-for': '203.0.113.7' })).toBe(200)
    expect(bodyText(lastRequest(simulator))).toEndWith(',"max_tokens":50}')
  })
})

describe('a key', () => {
  test('that is revoked is refused within five seconds, while calls go on', async () => {
    const { id, secret } = await madeKey()
    expect(await ask(secret)).toBe(200)
    expect((await keys('revoke', id)).code).toBe(0)
    await until(async () => (await ask(secret)) !== 200, 5_000)
    expect(await ask(secret)).toEqual([401, 'invalid_api_key'])
  })

  test('gets a new secret, and the old one is good for as long as it was said', async () => {
    const { id, secret } = await madeKey()
    const rotated = await keys('rotate', id)
    expect(rotated.error).toContain(`The old secret of ${id} is good until `)
    const next = rotated.out.trim()
    expect([next.slice(0, 12), next === secret]).toEqual([secret.slice(0, 12), false])
    expect([await ask(secret), await ask(next)]).toEqual([200, 200])
    const again = await keys('rotate', id, '--overlap', '0')
    expect(again.error).toContain('the secret before that one has ended now')
    await until(async () => (await ask(secret)) !== 200 && (await ask(next)) !== 200, 5_000)
    expect(await ask(again.out.trim())).toBe(200)
    expect((await keys('rotate', 'nobody00')).error).toContain('There is no key with the id "nobody00"')
    await keys('revoke', id)
    expect((await keys('rotate', id)).error).toContain('Revoked is the key')
  })

  test('goes on working when the pepper is changed, and the next one does too', async () => {
    const [old, idle] = [await madeKey(), await madeKey()]
    expect(await ask(old.secret)).toBe(200)
    expect((await keys('pepper')).out).toContain('The pepper is changed.')
    const made = await madeKey()
    expect([await ask(made.secret), await ask(old.secret), await ask(testKey)]).toEqual([200, 200, 200])
    const isUnder = async (): Promise<boolean> => !(await keys('pepper')).error.includes(old.id)
    await until(isUnder)
    const unused = await keys('pepper')
    expect([unused.code, unused.error.includes(`${idle.id}. Use them`)]).toEqual([1, true])
    expect((await keys('pepper', '--force')).code).toBe(0)
    expect([await ask(old.secret), await ask(made.secret), await ask(testKey)]).toEqual([200, 200, 200])
  })

  test('is listed with the day on which it was used, after the gateway has ended at the latest', async () => {
    await using own = await startGateway({ config: 'discover: off\nproviders: { demo: {} }\n' })
    const folder = join(own.configPath, '..')
    const words = ['keys', 'create', '--name', 'used', '--data-dir', own.dataDirectory]
    const secret = (await runCommand(folder, words)).out.trim()
    const answer = await fetch(`${own.url}/v1/models`, { headers: { 'x-api-key': secret } })
    expect(answer.status).toBe(200)
    own.process.kill('SIGINT')
    await own.process.exited
    const database = new Database(join(own.dataDirectory, 'sallyport.db'), { readonly: true })
    const uses = database.query<{ id: string }, []>('SELECT id FROM key_uses').all()
    database.close()
    expect(uses).toEqual([{ id: secret.slice(3, 11) }])
  })

  test.each([
    `' OR '1'='1`,
    `x'; DROP TABLE keys; --`,
    'sp_aaaaaaaa_%',
    `sp_' UNION SELECT * FROM keys --`,
    '../../pepper',
    '__proto__',
    'constructor',
    'A'.repeat(7_000),
  ])('that is no key but a query is one that nobody made: %s', async (secret) => {
    expect(await ask(encodeURIComponent(secret))).toEqual([401, 'invalid_api_key'])
    expect((await models('', { 'x-api-key': secret })).status).toBe(400)
    const apart = await fetch(`${gateway.url}/v1/models`, { headers: { 'x-api-key': secret } })
    expect(apart.status).toBe(401)
    expect(await ask(testKey)).toBe(200)
  })
})

describe('whoever tries wrong keys', () => {
  test('has to wait, and nobody else has to', async () => {
    await using own = await startGateway({
      environment: environment(),
      config: configWith('{ per_address: 5, in_all: 12 }'),
    })
    const guess = async (key: string, address: string): Promise<unknown> => {
      const headers = { authorization: `Bearer ${key}`, 'x-forwarded-for': address }
      const answer = await fetch(`${own.url}/v1/models`, { headers })
      await answer.text()
      return answer.status === 429 ? [429, Number(answer.headers.get('retry-after')) > 0] : answer.status
    }
    const wrong = (): string => makeSecret((count) => crypto.getRandomValues(new Uint8Array(count))).secret
    const wait = [429, true]
    const tries: unknown[] = []
    for (let number = 0; number < 7; number += 1) tries.push(await guess(wrong(), '192.0.2.1'))
    expect(tries).toEqual([401, 401, 401, 401, 401, wait, wait])
    expect(await guess('wrong', '192.0.2.2')).toBe(401)
    // A key that nobody can guess is known from there, too; one that might have been guessed is not.
    expect([await guess(testKey, '192.0.2.1'), await guess(weakKey, '192.0.2.1')]).toEqual([200, wait])
    expect(await guess(weakKey, '192.0.2.2')).toBe(200)
    // Many addresses together: of an IPv6 network all are one.
    for (let number = 3; number < 9; number += 1) tries.push(await guess('wrong', `2001:db8::${number}`))
    expect(tries.slice(7)).toEqual([401, 401, 401, 401, 401, wait])
    expect([await guess('wrong', '192.0.2.3'), await guess('wrong', '192.0.2.4')]).toEqual([401, wait])
    expect(await guess(testKey, '192.0.2.4')).toBe(200)
    writeFileSync(own.configPath, configWith('off'))
    own.process.kill('SIGHUP')
    await until(async () => (await guess('wrong', '192.0.2.4')) === 401)
    expect(await guess('wrong', '192.0.2.1')).toBe(401)
  })
})
