// Against real servers: who is let in, who is not and in whose words, and how it comes back.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { hasOwnRedis, startRedis } from '../../../test/servers/redis.ts'
import type { TestRedis } from '../../../test/servers/redis.ts'
import { until } from '../../../test/until.ts'
import { VirtualClock } from '../../../test/virtual-clock.ts'
import { RedisConnection } from './redis-connection.ts'

const folder = join(import.meta.dir, '../../../test/fixtures/tls')
const ca = readFileSync(join(folder, 'ca.crt'), 'utf8')

interface Tried {
  readonly isConnected: boolean
  readonly refusals: readonly string[]
  readonly lost: readonly string[]
}

/** Tries once. */
async function tried(url: string, authority?: string): Promise<Tried> {
  const [refusals, lost]: [string[], string[]] = [[], []]
  const connection = new RedisConnection({
    url,
    ca: authority,
    clock: new VirtualClock(),
    random: () => 0.5,
    onConnected: () => {},
    onLost: (reason) => void lost.push(reason),
    onRefused: (reason) => void refusals.push(reason),
  })
  await connection.start()
  const { isConnected } = connection
  if (isConnected) expect(await connection.send('PING', [])).toBe('PONG')
  connection.close()
  return { isConnected, refusals, lost }
}

describe.skipIf(!hasOwnRedis)('a connection to a Redis with a password', () => {
  let redis: TestRedis
  const withSecret = (userInfo: string, path = ''): string =>
    `redis://${userInfo}127.0.0.1:${redis.port}${path}`

  beforeAll(async () => {
    redis = await startRedis()
    await redis.command('ACL', 'SETUSER', 'gateway', 'on', '>p%20w', '~*', '&*', '+@all')
    await redis.command('ACL', 'SETUSER', 'bare', 'on', '>100%pure %', '~*', '&*', '+@all')
    await redis.command('CONFIG', 'SET', 'requirepass', 'the-password')
  })
  afterAll(async () => {
    await redis[Symbol.asyncDispose]()
  })

  test('is let in with it, or with a name of its own', async () => {
    for (const userInfo of [':the-password@', 'default:the-password@', 'gateway:p%2520w@']) {
      expect(await tried(withSecret(userInfo))).toEqual({ isConnected: true, refusals: [], lost: [] })
    }
  })

  test('says what the server says when it is not', async () => {
    const wrong = 'WRONGPASS invalid username-password pair or user is disabled.'
    expect(await tried(withSecret(':wrong-password@'))).toMatchObject({
      isConnected: false,
      refusals: [wrong],
    })
    const none = await tried(withSecret(''))
    expect(none).toMatchObject({ isConnected: false, refusals: ['NOAUTH Authentication required.'] })
    expect(none.lost).toHaveLength(1)
    expect(await tried(withSecret(':the-password@', '/99'))).toMatchObject({
      refusals: ['ERR DB index is out of range'],
    })
  })

  test('is let in with a bare percent sign in it, and can still say why it is not', async () => {
    expect(await tried(withSecret('bare:100%pure%20%@'))).toMatchObject({ isConnected: true })
    // The password is right, and so another thing is told.
    expect(await tried(withSecret('bare:100%pure%20%@', '/99'))).toMatchObject({
      isConnected: false,
      refusals: ['ERR DB index is out of range'],
    })
    expect(await tried(withSecret('bare:%ff%zz@'))).toMatchObject({ isConnected: false })
  })

  test('looks into it again now and then, not each time', async () => {
    const clock = new VirtualClock()
    let refusals = 0
    let pauses = 0
    const connection = new RedisConnection({
      url: withSecret(':wrong@'),
      ca: undefined,
      clock,
      random: () => {
        pauses++
        return 0.5
      },
      onConnected: () => {},
      onLost: () => {},
      onRefused: () => {
        refusals++
      },
    })
    await connection.start()
    for (let again = 1; again <= 16; again++) {
      expect([pauses, refusals]).toEqual([again, 1])
      clock.advance(2_000)
      await until(() => pauses > again)
    }
    expect(refusals).toBe(2)
    connection.close()
  })
})

describe.skipIf(!hasOwnRedis)('a connection to a Redis with TLS', () => {
  /** What is said of a server with this certificate, with and without the authority. */
  async function certified(certificate: string): Promise<readonly [Tried, Tried]> {
    const port = freePort()
    const words = ['--tls-port', String(port), '--tls-auth-clients', 'no']
    words.push('--tls-cert-file', join(folder, `${certificate}.crt`))
    words.push('--tls-key-file', join(folder, `${certificate}.key`))
    words.push('--tls-ca-cert-file', join(folder, 'ca.crt'))
    await using _ = await startRedis(words)
    const url = `rediss://127.0.0.1:${port}`
    return [await tried(url, ca), await tried(url)]
  }

  test('trusts the authority that it is given, and no other', async () => {
    const [known, unknown] = await certified('provider')
    expect(known).toEqual({ isConnected: true, refusals: [], lost: [] })
    expect(unknown).toMatchObject({
      isConnected: false,
      refusals: ['self signed certificate in certificate chain'],
    })
  })

  test.each([
    ['other', 'does not match certificate'],
    ['expired', 'certificate has expired'],
    ['self-signed', 'self signed certificate'],
  ])('does not speak to a server whose certificate is %s', async (certificate, words) => {
    const [known] = await certified(certificate)
    expect(known.isConnected).toBe(false)
    expect(known.refusals.join()).toContain(words)
  })
})

describe('somebody else in the place of Redis', () => {
  test('is lost without a word when nobody is there', async () => {
    const said = await tried(`redis://127.0.0.1:${freePort()}`)
    expect(said).toMatchObject({ isConnected: false, refusals: [] })
    expect(said.lost).toHaveLength(1)
  })

  test('is told in its own words', async () => {
    const listener = Bun.listen({
      hostname: '127.0.0.1',
      port: 0,
      socket: { data: (socket) => void socket.write('HTTP/1.1 400 Bad Request\r\n\r\n') },
    })
    const said = await tried(`redis://127.0.0.1:${listener.port}`)
    expect(said).toMatchObject({ isConnected: false, refusals: ['HTTP/1.1 400 Bad Request'] })
    listener.stop(true)
  })
})

function freePort(): number {
  const listener = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  const { port } = listener
  listener.stop(true)
  return port
}
