// The stores of a fleet for a run with canaries: a PostgreSQL with a user and password of its own, a Redis with the same and a
// line on which everything is heard that it is told, and a Vault. What is kept is encrypted. All of them are looked through.
import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { RedisClient } from 'bun'
import { onDatabase, newPostgresDatabase } from '../../servers/postgres.ts'
import { startRedis } from '../../servers/redis.ts'
import type { TestRedis } from '../../servers/redis.ts'
import { startVault } from '../../stand-ins/vault.ts'
import { until } from '../../until.ts'
import { bytesCanary, canaryOf, newCanary } from './canary.ts'
import type { Canary } from './canary.ts'
import { look } from './sinks.ts'
import type { Look } from './sinks.ts'

export interface FleetStores extends AsyncDisposable {
  readonly environment: Readonly<Record<string, string>>
  readonly canaries: readonly Canary[]
  /** Every table, and everything that Redis holds and was ever told. */
  looks(among: readonly Canary[]): Promise<readonly Look[]>
}

/** What a config says of them, line by line. */
export const fleetLines: readonly string[] = [
  'database: env:KEPT_IN',
  'redis: env:COUNTED_IN',
  'encryption: { key: env:MASTER_KEY }',
  'secrets: { vault: { token: env:VAULT_OPENS } }',
]

/** Opens them; a provider's key lies in the Vault, at `kv/ai#chat`. */
export async function openFleetStores(providerKey: string): Promise<FleetStores> {
  const [redis, vault, administered] = await Promise.all([startRedis(), startVault(), newPostgresDatabase()])
  const ofDatabase = newCanary('password of PostgreSQL', 'secret', 'pg-')
  const ofRedis = newCanary('password of Redis', 'secret', 'rd-')
  const ofVault = newCanary('token of Vault', 'secret', 'hvs.')
  const master = randomBytes(32)
  const role = `canary_${randomBytes(6).toString('hex')}`
  const { pathname } = new URL(administered)
  await onDatabase(administered, async (client) => {
    await client.query(`CREATE ROLE ${role} LOGIN PASSWORD '${ofDatabase.text}'`)
    await client.query(`GRANT CREATE ON DATABASE ${pathname.slice(1)} TO ${role}`)
  })
  await redis.command('ACL', 'SETUSER', 'gate', 'on', `>${ofRedis.text}`, '~*', '&*', '+@all')
  vault.tokens.set(ofVault.text, { ttlSeconds: 0, renewable: false, reads: ['*'], renewals: 0 })
  vault.write('kv/ai', { chat: providerKey })
  const heard = await listenTo(redis)
  return {
    environment: {
      KEPT_IN: Object.assign(new URL(administered), { username: role, password: ofDatabase.text }).href,
      COUNTED_IN: Object.assign(new URL(redis.url), { username: 'gate', password: ofRedis.text }).href,
      MASTER_KEY: master.toString('base64'),
      VAULT_ADDR: vault.url,
      VAULT_OPENS: ofVault.text,
    },
    canaries: [
      ofDatabase,
      ofRedis,
      ofVault,
      canaryOf('key of encryption', 'secret', master.toString('base64')),
      bytesCanary('key of encryption, raw', 'secret', master),
    ],
    looks: async (among) => [
      ...(await tablesOf(administered, among)),
      look('everything that Redis holds', await everythingIn(redis.url), { among }),
      look('everything that Redis was told', heard.text(), { among }),
    ],
    [Symbol.asyncDispose]: async () => {
      heard.stop()
      await onDatabase(administered, (client) => client.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`))
      await Promise.all([redis[Symbol.asyncDispose](), vault[Symbol.asyncDispose]()])
    },
  }
}

/** All rows as text. The peppers are kept there for all gateways. */
async function tablesOf(url: string, among: readonly Canary[]): Promise<readonly Look[]> {
  return await onDatabase(url, async (client) => {
    const { rows: tables } = await client.query<{ name: string }>(
      "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'sallyport'",
    )
    const looks: Look[] = []
    for (const { name } of tables) {
      const { rows } = await client.query<{ row: string }>(`SELECT t::text AS row FROM sallyport."${name}" t`)
      const text = rows.map(({ row }) => row).join('\n')
      const may = name === 'peppers' ? (['pepper'] as const) : []
      looks.push(look(`table ${name} in PostgreSQL`, text, { among, may }))
    }
    return looks
  })
}

/** All keys and what they hold, whatever its kind. */
async function everythingIn(url: string): Promise<string> {
  const client = new RedisClient(url)
  try {
    const keys = (await client.send('KEYS', ['*'])) as readonly string[]
    const told: unknown[] = []
    for (const key of keys) {
      const [command = 'TYPE', ...rest] = readingOf[String(await client.send('TYPE', [key]))] ?? []
      told.push(key, await client.send(command, [key, ...rest]))
    }
    return JSON.stringify(told)
  } finally {
    client.close()
  }
}

const readingOf: Readonly<Record<string, readonly string[]>> = {
  string: ['GET'],
  hash: ['HGETALL'],
  zset: ['ZRANGE', '0', '-1', 'WITHSCORES'],
  set: ['SMEMBERS'],
  list: ['LRANGE', '0', '-1'],
}

/** Everything that anybody asks of it, words on channels among them. */
async function listenTo({ port }: TestRedis): Promise<{ text(): string; stop(): void }> {
  const chunks: string[] = []
  const socket = connect(port, '127.0.0.1', () => socket.write('MONITOR\r\n'))
  socket.on('data', (chunk) => chunks.push(chunk.toString('latin1')))
  socket.on('error', () => {})
  await until(() => chunks.length > 0)
  return { text: () => chunks.join(''), stop: () => socket.destroy() }
}
