import { describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BadPostgresAddress, readAddress } from './address.ts'

describe('the address of a PostgreSQL database', () => {
  test('is read with what stands in it, and named without its password', () => {
    expect(readAddress('postgres://an%40n:p%40ss%2F@db.internal:6543/keys%20of?sslmode=disable')).toEqual({
      host: 'db.internal',
      port: 6543,
      database: 'keys of',
      user: 'an@n',
      password: 'p@ss/',
      ssl: false,
      label: 'db.internal:6543/keys of',
    })
  })

  test.each([
    ['postgresql://db', 'db', 5432, 'postgres', 'db:5432/postgres'],
    ['postgres://ann@db', 'db', 5432, 'ann', 'db:5432/ann'],
    ['postgres://[::1]:7/x', '::1', 7, 'x', '[::1]:7/x'],
    ['postgres:///x?host=/run/postgresql', '/run/postgresql', 5432, 'x', '/run/postgresql:5432/x'],
  ])('may leave out what has a default: %s', (url, host, port, database, label) => {
    expect(readAddress(url)).toMatchObject({ host, port, database, label })
  })

  test('says that a server may be anybody only by sslmode=require; tls.test.ts tries all of them', () => {
    expect(readAddress('postgres://db/x?sslmode=require').ssl).toEqual({ rejectUnauthorized: false })
  })

  test('names a file of certificates, with which even sslmode=require looks at them', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ca-'))
    const file = join(folder, 'ca.pem')
    const text = '-----BEGIN CERTIFICATE-----\nMIIB\n'
    writeFileSync(file, text)
    for (const mode of ['require', 'verify-ca', 'verify-full']) {
      expect(readAddress(`postgres://db/x?sslmode=${mode}&sslrootcert=${file}`).ssl).toMatchObject({
        ca: text,
      })
    }
    expect(readAddress('postgres://db/x?sslmode=verify-full&sslrootcert=system').ssl).not.toHaveProperty('ca')
    writeFileSync(file, 'no certificate')
    expect(() => readAddress(`postgres://db/x?sslmode=require&sslrootcert=${file}`)).toThrow(
      'holds no certificate',
    )
    rmSync(folder, { recursive: true })
  })

  test.each([
    'mysql://ann:secret@db/x',
    'postgres://ann:se%cret@db/x',
    'postgres://ann:secret@db/x?sslmode=prefer',
    'postgres://ann:secret@db/x?sslmode=verify-ca&sslrootcert=/no/such/file',
    'postgres://ann:secret@db:99999/x',
  ])('that is wrong is refused without a word of its password: %s', (url) => {
    let message = ''
    try {
      readAddress(url)
    } catch (failure) {
      expect(failure).toBeInstanceOf(BadPostgresAddress)
      message = String(failure)
    }
    expect(message).toContain('The address of the database')
    expect(message).not.toMatch(/secret|se%/)
  })
})
