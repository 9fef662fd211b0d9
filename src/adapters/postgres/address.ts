// The address of a PostgreSQL database, read from a URL as every tool spells it. What is printed of it has no password.
import { readFileSync } from 'node:fs'
import { checkServerIdentity } from 'node:tls'
import type { ConnectionOptions } from 'node:tls'

export interface PostgresAddress {
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string | undefined
  readonly password: string | undefined
  readonly ssl: ConnectionOptions | false
  /** `db.internal:5432/sallyport`: for people. */
  readonly label: string
}

/** The address cannot be used. The message repeats nothing of it but names of parameters. */
export class BadPostgresAddress extends Error {}

const advice = 'write postgres://user:password@host:5432/database'

/** Reads the URL, and the file of certificates that it may name. Throws BadPostgresAddress. */
export function readAddress(url: string): PostgresAddress {
  // A database on this machine may be named without a host, which URLs of this kind allow.
  const parsed = URL.parse(url.replace(/^postgres(ql)?:\/\/(?=\/|\?)/, 'postgres://localhost'))
  if (parsed === null || !/^postgres(ql)?:$/.test(parsed.protocol)) {
    throw new BadPostgresAddress(`The address of the database is none of PostgreSQL: ${advice}.`)
  }
  const { searchParams: parameters } = parsed
  const host = parameters.get('host') ?? (decoded(parsed.hostname).replaceAll(/^\[|\]$/g, '') || 'localhost')
  const port = Number(parameters.get('port') ?? (parsed.port || '5432'))
  const user = decoded(parsed.username) || parameters.get('user') || undefined
  const database = decoded(parsed.pathname.slice(1)) || parameters.get('dbname') || user || 'postgres'
  return {
    host,
    port,
    database,
    user,
    password: decoded(parsed.password) || parameters.get('password') || undefined,
    ssl: sslOf(parameters.get('sslmode') ?? 'disable', parameters.get('sslrootcert'), host),
    label: `${host.includes(':') ? `[${host}]` : host}:${port}/${database}`,
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw new BadPostgresAddress(
      'The address of the database has a % that begins no character: write %25 for it.',
    )
  }
}

/** As libpq has them: https://www.postgresql.org/docs/current/libpq-ssl.html */
function sslOf(mode: string, rootFile: string | null, host: string): ConnectionOptions | false {
  const ca = rootFile === null || rootFile === 'system' ? {} : { ca: certificatesIn(rootFile) }
  switch (mode) {
    case 'disable':
      return false
    case 'require':
      // With a root certificate it is what verify-ca is, in libpq too.
      return rootFile === null ? { rejectUnauthorized: false } : { ...ca, checkServerIdentity: anyName }
    case 'verify-ca':
      return { ...ca, checkServerIdentity: anyName }
    case 'verify-full':
      // Said outright: of a host that is an address, TLS itself knows nothing.
      return { ...ca, checkServerIdentity: (_, certificate) => checkServerIdentity(host, certificate) }
    default:
      throw new BadPostgresAddress(
        'The address of the database has an sslmode that cannot be kept to: ' +
          'write sslmode=disable, require, verify-ca or verify-full.',
      )
  }
}

function anyName(): undefined {
  return undefined
}

function certificatesIn(path: string): string {
  const text = textOf(path)
  // TLS would go by those of the system then, without a word.
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text
  throw new BadPostgresAddress(
    'The address of the database names a file as sslrootcert that holds no certificate.',
  )
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    throw new BadPostgresAddress(
      'The address of the database names a file as sslrootcert that cannot be read.',
    )
  }
}
