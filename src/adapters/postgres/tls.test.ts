// Against a real server with TLS: whom each sslmode believes, as docs/guides/postgresql.md says it.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { failureOf } from '../../../test/failure-of.ts'
import { hasOwnPostgres, startPostgres } from '../../../test/servers/postgres.ts'
import type { OwnPostgres } from '../../../test/servers/postgres.ts'
import { readAddress } from './address.ts'
import { connectPostgres } from './connection.ts'

const fixtures = join(import.meta.dir, '../../../test/fixtures/tls')
const encrypted = 'SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()'

let server: OwnPostgres

/** What comes of a connection: over TLS or plain, or what was said against it. */
async function tried(query: string, host = '127.0.0.1'): Promise<string> {
  const url = `postgres://sallyport:p%40ss-of-tests@${host}:${server.port}/postgres?${query}`
  const connection = connectPostgres(readAddress(url), 1)
  try {
    const [row] = await connection.rows<{ ssl: boolean; version: string | null }>(encrypted)
    return row?.ssl === true ? (row.version ?? '') : 'plain'
  } catch (failure) {
    expect(String(failure)).not.toContain('ss-of-tests')
    return String(failure)
  } finally {
    await connection.close()
  }
}

const full = (ca: string): string => `sslmode=verify-full&sslrootcert=${join(fixtures, ca)}`
const anyName = (ca: string): string => `sslmode=verify-ca&sslrootcert=${join(fixtures, ca)}`
const requireWith = (ca: string): string => `sslmode=require&sslrootcert=${join(fixtures, ca)}`

describe.skipIf(!hasOwnPostgres)('a connection to a PostgreSQL', () => {
  beforeAll(async () => {
    server = await startPostgres()
  }, 20_000)
  afterAll(() => server.remove())

  test('without TLS is only for those who do not ask for it', async () => {
    expect([await tried('sslmode=disable'), await tried('')]).toEqual(['plain', 'plain'])
    for (const query of ['sslmode=require', full('ca.crt')]) {
      expect(await tried(query)).toContain('does not support SSL')
    }
  })

  test('with a good certificate is believed by all who know its authority, and by no one else', async () => {
    await server.certify('provider')
    for (const query of ['sslmode=require', requireWith('ca.crt'), anyName('ca.crt'), full('ca.crt')]) {
      expect([query, await tried(query)]).toEqual([query, 'TLSv1.3'])
    }
    expect(await tried(full('ca.crt'), 'localhost')).toBe('TLSv1.3')
    expect(await tried('sslmode=disable')).toBe('plain')
    const unknown = /self.signed certificate|unable to (get|verify)/
    for (const query of [
      'sslmode=verify-full',
      'sslmode=verify-ca',
      full('self-signed.crt'),
      anyName('self-signed.crt'),
      requireWith('self-signed.crt'),
    ]) {
      expect([query, await tried(query)]).toEqual([query, expect.stringMatching(unknown)])
    }
  })

  test('with the certificate of another host is refused by verify-full alone', async () => {
    await server.certify('other')
    expect(await tried(full('ca.crt'))).toMatch(/does not match|altnames/)
    expect(await tried(full('ca.crt'), 'localhost')).toMatch(/does not match|altnames/)
    expect([await tried(anyName('ca.crt')), await tried(requireWith('ca.crt'))]).toEqual([
      'TLSv1.3',
      'TLSv1.3',
    ])
  })

  test('with a certificate that has expired is refused by all who look at it', async () => {
    await server.certify('expired')
    for (const query of [full('ca.crt'), anyName('ca.crt'), requireWith('ca.crt')]) {
      expect([query, await tried(query)]).toEqual([query, expect.stringContaining('expired')])
    }
    expect(await tried('sslmode=require')).toBe('TLSv1.3')
  })

  test('with a certificate of its own is believed by whoever names it', async () => {
    await server.certify('self-signed')
    expect(await tried(full('self-signed.crt'))).toBe('TLSv1.3')
    expect(await tried(full('ca.crt'))).toMatch(/self.signed certificate/)
  })

  test('is not made with a file of certificates that holds none', async () => {
    const failure = await failureOf(() => tried(full('README.md')))
    expect(String(failure)).toContain('holds no certificate')
  })
})
