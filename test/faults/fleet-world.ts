// Two gateways on one PostgreSQL and one Redis, in front of one simulated provider, with ways to both stores that can be cut.
// A third, which knows its keys, waits to be started.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startGateway } from '../end-to-end/start-gateway.ts'
import type { RunningGateway } from '../end-to-end/start-gateway.ts'
import { makeKey } from '../fleet-gateway.ts'
import { startChaosProxy } from '../servers/chaos-proxy.ts'
import type { OwnPostgres } from '../servers/postgres.ts'
import { startRedis } from '../servers/redis.ts'
import { openSlowWire } from '../servers/slow-wire.ts'
import { startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { model, ordinary } from './gateway-world.ts'
import { hurtPostgres } from './hurt-postgres.ts'
import { hurtRedis } from './hurt-redis.ts'

/** A Redis that is stopped comes back empty, and one that was frozen with all that it held. */
export type StoresHurt = 'stopped' | 'frozen' | 'silent'
export type Store = 'redis' | 'postgres'

export interface FleetWorld extends AsyncDisposable {
  readonly provider: Simulator
  readonly gateways: readonly [RunningGateway, RunningGateway]
  /** Past all wires and proxies. */
  readonly databaseUrl: string
  /** Made before; everybody has seen it. */
  readonly knownKey: string
  startLate(): Promise<RunningGateway>
  /** Takes both stores away; resolves with what brings each back. */
  takeAway(hurt: StoresHurt): Promise<Readonly<Record<Store, () => Promise<void>>>>
}

export const totalMs = 10_000
/** `limited` may call so often a second. */
export const callsPerSecond = 20
/** `spender` has a dollar, and its model costs a cent. */
export const centModel = 'cent'
export const centsOfBudget = 100
const keyNames = ['limited', 'spender', 'owner'] as const

export function keyOf(name: (typeof keyNames)[number]): string {
  return `key-of-${name}-in-the-fault-scenarios`
}

export async function startFleetWorld(postgres: OwnPostgres): Promise<FleetWorld> {
  const databaseUrl = await postgres.newDatabase()
  const redis = await startRedis()
  const proxy = await startChaosProxy(postgres.port)
  const wire = await openSlowWire(redis.port)
  const provider = await startSimulator({ keys: 'any', default: ordinary, requestsMax: 10 })
  const lateFolder = mkdtempSync(join(tmpdir(), 'sallyport-late-'))
  const config = configWith(provider.baseUrl)
  const environment = {
    DATABASE_URL: Object.assign(new URL(databaseUrl), { port: String(proxy.port) }).href,
    REDIS_URL: `redis://127.0.0.1:${wire.port}`,
    ...Object.fromEntries(keyNames.map((name) => [`KEY_${name.toUpperCase()}`, keyOf(name)])),
  }
  const startLate = (): Promise<RunningGateway> =>
    startGateway({ config, environment, dataDirectory: lateFolder })
  const before = await startLate()
  const { secret: knownKey } = await makeKey(before, { owner: keyOf('owner'), name: 'known' })
  await before.stop()
  const gateways = await Promise.all([
    startGateway({ config, environment }),
    startGateway({ config, environment }),
  ])
  const redisTroubles = { stopped: 'killed', frozen: 'stopped', silent: 'silent' } as const
  return {
    provider,
    gateways,
    databaseUrl,
    knownKey,
    startLate,
    takeAway: async (hurt) => {
      const [bringPostgres, bringRedis] = await Promise.all([
        hurtPostgres(hurt, { postgres, proxy }),
        hurtRedis(redisTroubles[hurt], { redis, wire }),
      ])
      return { postgres: bringPostgres, redis: bringRedis }
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(gateways.map((gateway) => gateway.stop('SIGKILL')))
      rmSync(lateFolder, { recursive: true, force: true })
      wire.stop()
      await Promise.all([provider.stop(), proxy[Symbol.asyncDispose](), redis[Symbol.asyncDispose]()])
    },
  }
}

function configWith(baseUrl: string): string {
  return [
    'discover: off',
    'server: { drain_delay: 0s, drain_timeout: 20s }',
    `providers: { only: { type: openai-compatible, base_url: "${baseUrl}/v1", api_key: env:SIM_KEY } }`,
    'models:',
    `  ${model}: { deployments: [{ provider: only, model: m, price: { input: 0, output: 1 } }] }`,
    `  ${centModel}: { deployments: [{ provider: only, model: "tokens:100", price: { input: 0, output: 100 } }] }`,
    `timeouts: { total: ${totalMs}ms, first_token: 5s, stall: 5s, attempt: 8s }`,
    `limits: { keys: { limited: { requests: ${callsPerSecond}/s }, known: { requests: 1M/m, tokens: 1M/s } } }`,
    'budgets: { keys: { spender: [{ dollars: 1, per: month }], known: [{ tokens: 1000000000, per: day }] } }',
    'keys:',
    '  - { name: limited, secret: env:KEY_LIMITED }',
    '  - { name: spender, secret: env:KEY_SPENDER }',
    '  - { name: owner, secret: env:KEY_OWNER, scopes: [admin] }',
    '',
  ].join('\n')
}
