// Secrets that lie in stores outside, and providers with several keys: read at the start, taken over while calls run, and
// gone by while a store is away.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { region, startAws } from '../stand-ins/aws.ts'
import type { AwsStandIn } from '../stand-ins/aws.ts'
import { startVault } from '../stand-ins/vault.ts'
import type { VaultStandIn } from '../stand-ins/vault.ts'
import { startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { until } from '../until.ts'
import { ask, failureOf } from './failover-world.ts'
import { startGateway, testKey } from './start-gateway.ts'
import type { GatewayOptions, RunningGateway } from './start-gateway.ts'

let vault: VaultStandIn
let aws: AwsStandIn
let provider: Simulator
/** Those that the provider takes just now. */
let keys: string[]

beforeEach(() => {
  vault.mood = 'well'
  aws.mood = 'well'
  provider.clearScript()
})

beforeAll(async () => {
  keys = ['sk-one', 'sk-two', 'sk-three']
  ;[vault, aws, provider] = await Promise.all([startVault(), startAws(), startSimulator({ keys })])
})

afterAll(async () => {
  await Promise.all([vault[Symbol.asyncDispose](), aws[Symbol.asyncDispose](), provider.stop()])
})

function configWith(credential: string, more = ''): string {
  return [
    'discover: off',
    'server: { drain_delay: 0s }',
    'keys: [{ name: tests, secret: env:TEST_KEY, scopes: [chat, models, admin, metrics] }]',
    `providers: { sim: { type: openai-compatible, base_url: "${provider.baseUrl}/v1", models: [], ${credential} } }`,
    'models: { m: { sticky: "header:x-session", deployments: [{ provider: sim, model: m }] } }',
    more,
    '',
  ].join('\n')
}

function start(config: string, more: GatewayOptions = {}): Promise<RunningGateway> {
  const environment = {
    VAULT_ADDR: vault.url,
    VAULT_TOKEN: 'root-token',
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: 'AKIDSTANDIN',
    AWS_SECRET_ACCESS_KEY: 'secret/of+standin',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: aws.url,
    KEY_ONE: 'sk-one',
    KEY_TWO: 'sk-two',
    KEY_THREE: 'sk-three',
    KEY_DEAD: 'sk-dead',
    ...more.environment,
  }
  return startGateway({ ...more, config, environment })
}

/** The key with which the latest call came. */
function lastKey(): string | undefined {
  return provider.bill.at(-1)?.key
}

async function admin(gateway: RunningGateway, path: string): Promise<string> {
  const answer = await fetch(gateway.url + path, { headers: { authorization: `Bearer ${testKey}` } })
  expect(answer.status).toBe(200)
  return await answer.text()
}

describe('a key in Vault', () => {
  test('is read at the start, and another one taken over while a call runs', async () => {
    vault.write('kv/ai', { sim: 'sk-one' })
    await using gateway = await start(configWith('api_key: "vault:kv/ai#sim"', 'secrets: { refresh: 1s }'))
    await ask(gateway, 'm')
    expect(lastKey()).toBe('sk-one')
    vault.write('kv/ai', { sim: 'sk-two' })
    gateway.process.kill('SIGHUP')
    await gateway.logged(({ event, secret }) => event === 'secret_changed' && secret === 'vault:kv/ai#sim')
    await gateway.logged(({ event }) => event === 'config_reloaded')
    await ask(gateway, 'm')
    expect(lastKey()).toBe('sk-two')
    vault.write('kv/ai', { sim: 'sk-three' })
    // Now nobody says so: it is looked for.
    await gateway.logged(({ event, generation }) => event === 'config_reloaded' && generation === 3)
    await ask(gateway, 'm')
    expect(lastKey()).toBe('sk-three')
  }, 15_000)

  test('is gone by while Vault is sealed, and said once to be so', async () => {
    vault.write('kv/sealed', { sim: 'sk-one' })
    await using gateway = await start(configWith('api_key: "vault:kv/sealed#sim"'))
    vault.mood = 'sealed'
    gateway.process.kill('SIGHUP')
    const line = await gateway.logged(({ event }) => event === 'secret_store_away')
    expect(line).toMatchObject({ store: 'vault', reason: expect.stringContaining('sealed') })
    await ask(gateway, 'm')
    gateway.process.kill('SIGHUP')
    await gateway.logged(({ event, generation }) => event === 'config_reloaded' && generation === 3)
    expect(gateway.log.filter(({ event }) => event === 'secret_store_away')).toHaveLength(1)
    expect(await admin(gateway, '/metrics')).toContain('sallyport_secret_store_away{store="vault"} 1')
    vault.mood = 'well'
    gateway.process.kill('SIGHUP')
    await gateway.logged(({ event }) => event === 'secret_store_back')
  })

  test.each([
    ['a token that is wrong', { VAULT_TOKEN: 'hvs.wrong' }, 'answers 403'],
    ['no address', { VAULT_ADDR: '' }, 'Vault has no address'],
    ['nobody there', { VAULT_ADDR: 'http://127.0.0.1:1' }, 'cannot be reached: '],
  ])('stops a start with %s, in words that hold no secret', async (_, environment, reason) => {
    vault.write('kv/ai', { sim: 'sk-one' })
    const failure = await start(configWith('api_key: "vault:kv/ai#sim"'), { environment }).catch(String)
    expect(failure).toContain('providers.sim.api_key')
    expect(failure).toContain(reason)
    expect(failure).not.toContain('hvs.wrong')
  })

  test('is refused at a reload that names one that is not there, and the gateway goes on', async () => {
    vault.write('kv/ai', { sim: 'sk-one' })
    await using gateway = await start(configWith('api_key: "vault:kv/ai#sim"'))
    gateway.writeConfig(configWith('api_key: "vault:kv/ai#other"'))
    const { problems } = await gateway.logged(({ event }) => event === 'config_refused')
    expect(problems).toContain('the store has no such field there')
    await ask(gateway, 'm')
    gateway.writeConfig(configWith('api_key: "vault:kv/ai#sim"', '# as before'))
    await gateway.logged(({ event }) => event === 'config_reloaded')
  })
})

test('a key in AWS Secrets Manager is read at the start, and taken over when it is rotated', async () => {
  aws.write('prod/ai', '{"sim":"sk-one"}')
  await using gateway = await start(configWith('api_key: "aws:prod/ai#sim"', 'secrets: { refresh: 1s }'))
  await ask(gateway, 'm')
  expect(lastKey()).toBe('sk-one')
  aws.write('prod/ai', '{"sim":"sk-two"}')
  await gateway.logged(({ event }) => event === 'secret_changed')
  await gateway.logged(({ event }) => event === 'config_reloaded')
  await ask(gateway, 'm')
  expect(lastKey()).toBe('sk-two')
}, 15_000)

test('a key in a file is taken over when the file changes, and calls under way end with the old one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-secret-'))
  const file = join(folder, 'key')
  writeFileSync(file, 'sk-one\n')
  await using gateway = await start(configWith(`api_key: "file:${file}"`))
  provider.next({ delays: { beforeHeadMs: 1_000 } })
  const before = provider.bill.length
  const running = ask(gateway, 'm')
  await until(() => provider.bill.length > before)
  writeFileSync(file, 'sk-two\n')
  await gateway.logged(({ event }) => event === 'config_reloaded')
  await ask(gateway, 'm')
  expect((await running).text).not.toBe('')
  expect(provider.bill.slice(before).map(({ key }) => key)).toEqual(['sk-one', 'sk-two'])
  rmSync(folder, { recursive: true })
})

describe('a provider with several keys', () => {
  const several = (...names: string[]): string =>
    `api_keys: [${names.map((name) => `{ secret: env:${name} }`).join(', ')}]`

  test('is called with each as often as its weight says', async () => {
    const weighted =
      'api_keys: [{ secret: env:KEY_ONE, weight: 3 }, { secret: env:KEY_TWO }, { secret: env:KEY_THREE, weight: 0 }]'
    await using gateway = await start(configWith(weighted))
    const before = provider.bill.length
    for (let count = 0; count < 60; count += 1) await ask(gateway, 'm')
    const used = provider.bill.slice(before).map(({ key }) => key)
    const share = used.filter((key) => key === 'sk-one').length / 60
    expect(used).not.toContain('sk-three')
    expect(share).toBeGreaterThan(0.5)
    expect(share).toBeLessThan(0.95)
  })

  test('goes on with the others when one is refused, and does not try that again', async () => {
    await using gateway = await start(configWith(several('KEY_DEAD', 'KEY_ONE')))
    const before = provider.bill.length
    for (let count = 0; count < 20; count += 1) await ask(gateway, 'm')
    const used = provider.bill.slice(before).map(({ key }) => key)
    expect(used.filter((key) => key === 'sk-dead').length).toBeLessThan(2)
    const { data } = JSON.parse(await admin(gateway, '/admin/v1/deployments'))
    const states = data.map((seen: Readonly<Record<string, string>>) => [
      seen['secret'],
      seen['state'],
      seen['reason'],
    ])
    expect(states.toSorted()).toEqual([
      ['env:KEY_DEAD', 'ejected', 'credential_refused'],
      ['env:KEY_ONE', 'closed', null],
    ])
    const seen = (await admin(gateway, '/admin/v1/deployments')) + (await admin(gateway, '/metrics'))
    for (const secret of ['sk-dead', 'sk-one']) expect(seen).not.toContain(secret)
  })

  test('is moved to another key when one is throttled', async () => {
    await using gateway = await start(configWith(several('KEY_ONE', 'KEY_TWO')))
    provider.next({
      fault: { kind: 'status', status: 429, body: { kind: 'envelope' }, retryAfter: { seconds: 60 } },
    })
    const before = provider.bill.length
    const answered = await ask(gateway, 'm')
    expect(answered.attempts).toBe('2')
    const used = provider.bill.slice(before).map(({ key }) => key)
    expect(new Set(used)).toEqual(new Set(['sk-one', 'sk-two']))
    for (let count = 0; count < 10; count += 1) await ask(gateway, 'm')
    expect(new Set(provider.bill.slice(before + 1).map(({ key }) => key)).size).toBe(1)
  })

  test('is asked for its models with another key when the first is refused', async () => {
    const config = configWith(several('KEY_DEAD', 'KEY_ONE')).replace('models: [], ', '')
    await using gateway = await start(config)
    await gateway.logged(({ event }) => event === 'models')
    const headers = { authorization: `Bearer ${testKey}` }
    const list = await (await fetch(`${gateway.url}/v1/models`, { headers })).text()
    expect(list).toContain('"sim/')
  })

  test('goes on with a conversation under the key that has it', async () => {
    const config = configWith(several('KEY_ONE', 'KEY_TWO', 'KEY_THREE')).replace(
      'openai-compatible',
      'openai',
    )
    await using gateway = await start(config)
    const turn = async (previous?: string): Promise<string> => {
      const answer = await fetch(`${gateway.url}/v1/responses`, {
        method: 'POST',
        headers: { authorization: `Bearer ${testKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'm', input: 'Hello', previous_response_id: previous }),
      })
      expect(answer.status).toBe(200)
      return String(((await answer.json()) as { readonly id?: string }).id)
    }
    const before = provider.bill.length
    let id = await turn()
    for (let count = 0; count < 6; count += 1) id = await turn(id)
    const used = provider.bill.slice(before).map(({ key }) => key)
    expect([used.length, new Set(used).size]).toEqual([7, 1])
  })

  test('is only given up when every key is refused', async () => {
    await using gateway = await start(
      configWith('api_keys: [{ secret: env:KEY_DEAD }, { secret: env:OTHER_DEAD }]'),
      { environment: { OTHER_DEAD: 'sk-dead-too' } },
    )
    const failure = await failureOf(ask(gateway, 'm'))
    expect(failure.status).toBeGreaterThanOrEqual(500)
    expect(JSON.stringify(failure)).not.toContain('sk-dead')
  })

  test('keeps calls that belong together on one key', async () => {
    await using gateway = await start(configWith(several('KEY_ONE', 'KEY_TWO', 'KEY_THREE')))
    const before = provider.bill.length
    for (let count = 0; count < 10; count += 1) await ask(gateway, 'm', { 'x-session': 'together' })
    const used = new Set(provider.bill.slice(before).map(({ key }) => key))
    expect(used.size).toBe(1)
  })
})

test('a credential that is too old is said to be due, in the log and as a number', async () => {
  vault.write('kv/old', { sim: 'sk-one' }, '2026-01-01T00:00:00Z')
  await using gateway = await start(configWith('api_key: "vault:kv/old#sim"', 'secrets: { max_age: 7d }'))
  const line = await gateway.logged(({ event }) => event === 'credential_due')
  expect(line).toMatchObject({ provider: 'sim', secret: 'vault:kv/old#sim' })
  const metrics = await admin(gateway, '/metrics')
  expect(metrics).toMatch(/sallyport_credential_due\{provider="sim",account="\w+"\} 1/)
  expect(metrics).not.toContain('sk-one')
})
