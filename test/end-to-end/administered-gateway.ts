// A gateway with an administrator of every kind, and the provider behind it: what those meet who look who may do what.
import { simulatorKey, startSimulator } from '../simulator/start-simulator.ts'
import { startGateway } from './start-gateway.ts'

export const keys = {
  plain: 'plain-key-0123456789',
  auditor: 'auditor-key-0123456789',
  admin: 'admin-key-0123456789',
  owner: 'owner-key-0123456789',
  /** An administrator of the tenant acme. */
  acme: 'acme-key-0123456789',
  /** Somebody who makes calls for the tenant beta, and one for acme. */
  beta: 'beta-key-0123456789',
  acmeUser: 'acme-user-key-0123456789',
} as const
export type Who = keyof typeof keys

interface Asked {
  readonly who?: Who
  readonly method?: string
  readonly body?: object
}

export interface AdministeredGateway extends AsyncDisposable {
  readonly url: string
  /** Where operators are. */
  readonly adminUrl: string
  /** Asks for a path of the admin API, as the owner unless it says otherwise. */
  admin(path: string, more?: Asked): Promise<Response>
}

export async function startAdministeredGateway(): Promise<AdministeredGateway> {
  const simulator = await startSimulator({ default: { answer: { tokens: 5 } } })
  const gateway = await startGateway({
    config: configFor(simulator.baseUrl),
    environment: {
      SIM_KEY: simulatorKey,
      HOOK: `whsec_${Buffer.alloc(24, 1).toString('base64')}`,
      ...Object.fromEntries(Object.entries(keys).map(([who, secret]) => [who.toUpperCase(), secret])),
    },
  })
  const adminUrl = String((await gateway.logged(({ event }) => event === 'listening'))['admin'])
  return {
    url: gateway.url,
    adminUrl,
    admin: (path, more = { who: 'owner' }) => ask(adminUrl, `/admin/v1${path}`, more),
    [Symbol.asyncDispose]: async () => {
      await gateway.stop()
      await simulator.stop()
    },
  }
}

function configFor(baseUrl: string): string {
  return [
    'discover: off',
    'server: { drain_delay: 0s, admin: { port: 0 } }',
    'failed_keys: off',
    `providers: { sim: { type: openai, base_url: "${baseUrl}/v1", api_key: env:SIM_KEY } }`,
    'models: { fast: { deployments: [{ provider: sim, model: m }] } }',
    'webhooks:',
    '  - { name: one, url: "https://hooks.invalid/one", secret: env:HOOK }',
    '  - { name: two, url: "https://hooks.invalid/two", secret: env:HOOK }',
    'teams:',
    '  acme-team: { tenant: acme }',
    '  beta-team: { tenant: beta }',
    '  shared-team: { models: [fast] }',
    'keys:',
    '  - { name: plain, secret: env:PLAIN }',
    '  - { name: auditor, secret: env:AUDITOR, scopes: ["admin:read"] }',
    '  - { name: admin, secret: env:ADMIN, scopes: ["admin:read", "admin:write"] }',
    '  - { name: owner, secret: env:OWNER, scopes: [admin] }',
    '  - { name: acme, secret: env:ACME, tenant: acme, scopes: [admin, chat, calls] }',
    '  - { name: beta, secret: env:BETA, tenant: beta }',
    '  - { name: acme-user, secret: env:ACMEUSER, tenant: acme }',
    '',
  ].join('\n')
}

/** As from another machine: a proxy that nobody declared has been in between. */
export function ask(url: string, path: string, { who, method = 'GET', body }: Asked = {}): Promise<Response> {
  const authorization: Record<string, string> =
    who === undefined ? {} : { authorization: `Bearer ${keys[who]}` }
  return fetch(url + path, {
    method,
    headers: { 'x-forwarded-for': '203.0.113.9', ...authorization },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
}

/** The status, and our code of the failure. */
export async function codeOf(answer: Response): Promise<unknown> {
  await answer.body?.cancel()
  return [answer.status, answer.headers.get('x-sallyport-error')]
}
