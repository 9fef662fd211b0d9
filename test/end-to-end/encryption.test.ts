// What is kept of calls, encrypted where it lies: nothing readable is left in any file, keys are changed while a gateway
// runs, and none starts without a key that it needs.
import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { simulatorKey, startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { startVault } from '../stand-ins/vault.ts'
import { until } from '../until.ts'
import { runCommand } from './run-command.ts'
import type { Ran } from './run-command.ts'
import { configFor, startGateway, testKey } from './start-gateway.ts'
import type { RunningGateway } from './start-gateway.ts'

const canary = 'blackbird-canary-9042'
const keys = {
  KEY_A: '7d1fTqWn8mXKQ0kkKf0m2bq1eJm0m3Zr6o3V0b8o3Hs=',
  KEY_B: 'c2a7b5f0d3918e6c4b2fa01877de93c5106fb49e3ad8527cc1be09f46d2e8a37',
}
const environment = { ...keys, SIM_KEY: simulatorKey }

let provider: Simulator
let directory: string

beforeAll(async () => {
  provider = await startSimulator()
  provider.setDefault({ answer: { text: `You said ${canary}.` } })
})

afterAll(() => provider.stop())

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sallyport-encryption-'))
  return () => rmSync(directory, { recursive: true, force: true })
})

/** What a start says that does not come to be. */
async function failureOf(started: Promise<RunningGateway>): Promise<string> {
  try {
    await (await started).stop()
    return ''
  } catch (failure) {
    return failure instanceof Error ? failure.message : ''
  }
}

function configWith(encryption: string): string {
  return configFor(`${provider.baseUrl}/v1`, `log: { bodies: {} }\nencryption: ${encryption}`)
}

function start(encryption: string): Promise<RunningGateway> {
  return startGateway({ config: configWith(encryption), dataDirectory: directory, environment })
}

interface Answered {
  readonly id: string
  readonly callId: string
}

/** One turn of a conversation that is kept. */
async function turn({ url }: RunningGateway, previous?: string): Promise<Answered> {
  const answer = await fetch(`${url}/v1/responses`, {
    method: 'POST',
    headers: { authorization: `Bearer ${testKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'sim/m', input: canary, previous_response_id: previous }),
  })
  const { id } = (await answer.json()) as { readonly id?: string }
  expect([answer.status, typeof id]).toEqual([200, 'string'])
  return { id: id ?? '', callId: answer.headers.get('x-request-id') ?? '' }
}

async function untilStored({ url }: RunningGateway, count: number): Promise<void> {
  await until(async () => {
    const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${testKey}` } })
    const text = await answer.text()
    return ['bodies', 'responses'].every(
      (name) =>
        Number(new RegExp(`sallyport_${name}_total\\{event="stored"\\} (\\d+)`).exec(text)?.[1]) >= count,
    )
  })
}

function files(): string {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1'))
    .join('\n')
}

async function command(encryption: string, ...words: string[]): Promise<Ran> {
  const path = join(directory, 'c.yaml')
  writeFileSync(path, configWith(encryption))
  return await runCommand(directory, [...words, '--data-dir', directory, '--config', path], environment)
}

test('what is kept is read by its owners and by nobody who has the files', async () => {
  await using gateway = await start('{ key: env:KEY_A }')
  const first = await turn(gateway)
  await untilStored(gateway, 1)
  await turn(gateway, first.id)
  expect(await gateway.stop()).toBe(0)
  expect(files().includes(canary)).toBe(false)
  for (const key of Object.values(keys)) expect(files().includes(key)).toBe(false)
  const shown = await command('{ key: env:KEY_A }', 'bodies', 'show', first.callId)
  expect(shown.out).toContain(canary)
  const other = await command('{ key: env:KEY_B }', 'bodies', 'show', first.callId)
  expect(other.out).not.toContain(canary)
  // Gone on with after a restart.
  await using next = await start('{ key: env:KEY_A }')
  await turn(next, first.id)
}, 20_000)

test('the key is changed while the gateway runs, and the one before is not needed any more afterwards', async () => {
  await using gateway = await start('{}')
  const plain = await turn(gateway)
  await untilStored(gateway, 1)
  gateway.writeConfig(configWith('{ key: env:KEY_A }'))
  await gateway.logged(({ event, generation }) => event === 'config_reloaded' && generation === 2)
  const underA = await turn(gateway)
  await untilStored(gateway, 2)
  const both = '{ key: env:KEY_B, previous: [env:KEY_A] }'
  gateway.writeConfig(configWith(both))
  await gateway.logged(({ event, generation }) => event === 'config_reloaded' && generation === 3)
  await turn(gateway, underA.id)
  await untilStored(gateway, 3)
  const status = await command(both, 'encryption', 'status')
  expect(status.out.match(/: 2 records/g)).toHaveLength(3)
  const [rotated] = await Promise.all([command(both, 'encryption', 'rotate'), turn(gateway, plain.id)])
  expect([rotated.code, rotated.error]).toEqual([0, ''])
  expect(rotated.out).toContain('can be taken out of the config')
  gateway.writeConfig(configWith('{ key: env:KEY_B }'))
  await gateway.logged(({ event, generation }) => event === 'config_reloaded' && generation === 4)
  await turn(gateway, underA.id)
  await turn(gateway, plain.id)
  expect(await gateway.stop()).toBe(0)
  expect(files().includes(canary)).toBe(false)
}, 30_000)

test('no gateway starts, or goes over, to a config without a key that is needed', async () => {
  await using gateway = await start('{ key: env:KEY_A }')
  await turn(gateway)
  gateway.writeConfig(configWith('{ key: env:KEY_B }'))
  const refused = await gateway.logged(({ event }) => event === 'config_refused')
  expect(refused['problems']).toContain('which the config does not name')
  await turn(gateway)
  await gateway.stop()
  const failure = await failureOf(start('{}'))
  const [, id = ''] = /the key with the id ([0-9a-f]{8})/.exec(failure) ?? []
  expect(failure).toContain('Write it as encryption.key')
  const forgotten = await command('{}', 'encryption', 'forget', id)
  expect(forgotten.code).toBe(0)
  await using without = await start('{}')
  await turn(without)
}, 20_000)

test('a key that is no random one is refused, and not repeated', async () => {
  const sample = 'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY='
  const config = configWith('{ key: env:SAMPLE }')
  const failure = await failureOf(startGateway({ config, environment: { ...environment, SAMPLE: sample } }))
  expect(failure).toContain('encryption.key: the key is')
  expect(failure).not.toContain(sample)
})

test('with a key, a start finds the last secrets of a store that is away, and without one it does not', async () => {
  await using vault = await startVault()
  vault.write('kv/ai', { sim: simulatorKey })
  const text = (encryption: string): string =>
    configWith(encryption).replace('api_key: env:SIM_KEY', 'api_key: "vault:kv/ai#sim"')
  const options = {
    dataDirectory: directory,
    environment: { ...keys, VAULT_ADDR: vault.url, VAULT_TOKEN: 'root-token' },
  }
  await using first = await startGateway({ ...options, config: text('{ key: env:KEY_A }') })
  await turn(first)
  await first.stop()
  expect(files().includes(simulatorKey)).toBe(false)
  vault.mood = 'sealed'
  await using second = await startGateway({ ...options, config: text('{ key: env:KEY_A }') })
  await turn(second)
  const used = await second.logged(({ event }) => event === 'secret_from_copy')
  expect(used).toMatchObject({ secret: 'vault:kv/ai#sim' })
  await second.stop()
  expect(await failureOf(startGateway({ ...options, config: text('{}') }))).toContain('is sealed')
  // One that refuses is another matter.
  vault.mood = 'well'
  vault.remove('kv/ai', 'deleted')
  const refused = startGateway({ ...options, config: text('{ key: env:KEY_A }') })
  expect(await failureOf(refused)).toContain('was deleted')
}, 20_000)
