// Gateways that are one in a database and a Redis of their own, in front of a simulated provider: what a test of replicas
// starts and asks.
import { at } from '../json-at.ts'
import { newPostgresDatabase } from '../servers/postgres.ts'
import { startRedis } from '../servers/redis.ts'
import type { TestRedis } from '../servers/redis.ts'
import { startSimulator } from '../simulator/start-simulator.ts'
import type { Simulator } from '../simulator/start-simulator.ts'
import { startReceiver } from '../webhooks/receiver.ts'
import type { Receiver } from '../webhooks/receiver.ts'
import { startGateway } from './start-gateway.ts'
import type { GatewayOptions, RunningGateway } from './start-gateway.ts'

const names = ['requests', 'tokens', 'money', 'told', 'owner'] as const
export type Name = (typeof names)[number]
export const webhookSecret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
/** A hundredth of a cent for each token of an answer, and nothing for the request. */
const price = 'price: { input: 0, output: 100 }'

export function keyOfReplicas(name: Name): string {
  return `test-key-of-replicas-${name}`
}

export interface ReplicaWorld extends AsyncDisposable {
  readonly simulator: Simulator
  readonly receiver: Receiver
  readonly redis: TestRedis
  readonly databaseUrl: string
  /** Another gateway, on the same database and Redis unless its environment says otherwise. */
  start(options?: Pick<GatewayOptions, 'environment' | 'dataDirectory'>): Promise<RunningGateway>
}

export async function openReplicaWorld(): Promise<ReplicaWorld> {
  const simulator = await startSimulator({ keys: 'any', requestsMax: 10 })
  const receiver = await startReceiver()
  const redis = await startRedis()
  const databaseUrl = await newPostgresDatabase()
  const config = configWith(simulator.baseUrl, receiver.url)
  const keys = names.map((name) => [`KEY_${name.toUpperCase()}`, keyOfReplicas(name)])
  const common = {
    ...Object.fromEntries(keys),
    HOOK: webhookSecret,
    DATABASE_URL: databaseUrl,
    REDIS_URL: redis.url,
  }
  return {
    simulator,
    receiver,
    redis,
    databaseUrl,
    start: ({ environment, ...more } = {}) =>
      startGateway({ config, environment: { ...common, ...environment }, ...more }),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([simulator.stop(), receiver[Symbol.asyncDispose](), redis[Symbol.asyncDispose]()])
    },
  }
}

function configWith(baseUrl: string, hookUrl: string): string {
  const others = names.filter((name) => name !== 'owner')
  return `
discover: off
server: { drain_delay: 0s }
egress: { allow: [127.0.0.0/8] }
keys:
  - { name: owner, secret: env:KEY_OWNER, scopes: [admin, chat, calls] }
${others.map((name) => `  - { name: ${name}, secret: env:KEY_${name.toUpperCase()} }`).join('\n')}
providers: { sim: { type: openai, base_url: "${baseUrl}/v1", api_key: env:SIM_KEY } }
models:
  hundred: { deployments: [{ provider: sim, model: "tokens:100", ${price} }] }
  counted: { deployments: [{ provider: sim, model: "tokens:101", ${price} }] }
  spent: { deployments: [{ provider: sim, model: "tokens:102+gap:2", ${price} }] }
  summed: { deployments: [{ provider: sim, model: "tokens:10", ${price} }] }
limits:
  keys:
    requests: { requests: 100/m }
    tokens: { tokens: 10k/m }
budgets:
  keys:
    money: [{ dollars: 1, per: month }]
    told: [{ dollars: 0.01, per: month, alerts: [50] }]
webhooks: [{ name: ops, url: "${hookUrl}", insecure: on, secret: env:HOOK }]
`
}

export interface Answered {
  readonly status: number
  readonly tokens: number
}

/** Makes a call for one of the keys, to its end. */
export async function ask(
  gateway: RunningGateway,
  name: Name,
  model: string,
  more: object = {},
): Promise<Answered> {
  const answer = await post(gateway, keyOfReplicas(name), '/v1/chat/completions', {
    model,
    max_tokens: 110,
    messages: [{ role: 'user', content: 'Hi' }],
    ...more,
  })
  const text = await answer.text().catch(() => '')
  if (answer.status !== 200 || !text.startsWith('{')) return { status: answer.status, tokens: 0 }
  return { status: 200, tokens: Number(at(JSON.parse(text), 'usage', 'total_tokens')) }
}

export function post(gateway: RunningGateway, key: string, path: string, body: object): Promise<Response> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  return fetch(gateway.url + path, { method: 'POST', headers, body: JSON.stringify(body) })
}

/** What the owner is shown. */
export async function get(gateway: RunningGateway, path: string): Promise<unknown> {
  const answer = await fetch(gateway.url + path, {
    headers: { authorization: `Bearer ${keyOfReplicas('owner')}` },
  })
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return await answer.json()
}
