// A PostgreSQL server for tests: a real one, started when it is first asked for, once in a process of tests. Where
// SALLYPORT_TEST_POSTGRES names one, that is used. Where there is none, tests that need it are skipped.
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { Client } from 'pg'
import { until } from '../until.ts'

/** Where the programs of PostgreSQL are; undefined where they are not, and no server is named either. */
const programs = findPrograms()
const named = process.env['SALLYPORT_TEST_POSTGRES']

/** Whether there is a server to test with. */
export const hasPostgres = named !== undefined || programs !== undefined

let running: Promise<PostgresServer> | undefined

export interface PostgresServer {
  /** The process to stop or to freeze; undefined where the server is somebody else's. */
  readonly pid: number | undefined
  readonly port: number
  /** Makes an empty database; its URL. */
  newDatabase(): Promise<string>
}

/** The server that all tests of this process have in common. */
export function postgresServer(): Promise<PostgresServer> {
  return (running ??=
    named === undefined ? startPostgres(undefined, true) : Promise.resolve(serverAt(named, undefined)))
}

/** The URL of a new and empty database on it. */
export async function newPostgresDatabase(): Promise<string> {
  return (await postgresServer()).newDatabase()
}

/** A server of one's own, to be hurt. It ends with this process, or with `stop`, and its folder with it unless it is kept. */
export async function startPostgres(place?: PostgresPlace, isOnlyHere = false): Promise<OwnPostgres> {
  if (programs === undefined) throw new Error('there is no PostgreSQL on this machine')
  const { folder, port } = place ?? (await newPlace(programs))
  // The shell ends the server when this process is gone, however it goes.
  const script = `"$0" "$@" </dev/null & server=$!; echo "$server"; cat >/dev/null; kill -QUIT $server; wait $server; [ -z "$GONE" ] || rm -rf "$GONE"`
  const words = [
    join(programs, 'postgres'),
    ...['-D', join(folder, 'db'), '-p', String(port), '-k', '', '-h', '127.0.0.1'],
    ...['fsync=off', 'full_page_writes=off', 'max_connections=200'].flatMap((setting) => ['-c', setting]),
  ]
  const child = Bun.spawn(unprivileged(['sh', '-c', script, ...words]), {
    env: { PATH: process.env['PATH'] ?? '', GONE: isOnlyHere ? folder : '' },
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: Bun.file(join(folder, 'log')),
  })
  const pid = Number(await firstLine(child.stdout))
  const url = `postgres://sallyport:p%40ss-of-tests@127.0.0.1:${port}/postgres`
  await until(() => answers(url))
  const stop = async (): Promise<void> => {
    void child.stdin.end()
    await child.exited
  }
  return { ...serverAt(url, pid), pid, place: { folder, port }, stop }
}

export interface PostgresPlace {
  readonly folder: string
  readonly port: number
}

export interface OwnPostgres extends PostgresServer {
  readonly pid: number
  /** To start it again with all that it holds. */
  readonly place: PostgresPlace
  stop(): Promise<void>
}

function serverAt(url: string, pid: number | undefined): PostgresServer {
  return {
    pid,
    port: Number(new URL(url).port || '5432'),
    newDatabase: async () => {
      const name = `test_${crypto.randomUUID().replaceAll('-', '')}`
      await onDatabase(url, (client) => client.query(`CREATE DATABASE ${name}`))
      return Object.assign(new URL(url), { pathname: `/${name}` }).href
    },
  }
}

/** Does something with a connection of its own. */
export async function onDatabase<Answer>(
  url: string,
  work: (client: Client) => Promise<Answer>,
): Promise<Answer> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    await onDatabase(url, (client) => client.query('SELECT 1'))
    return true
  } catch {
    return false
  }
}

async function newPlace(binaries: string): Promise<PostgresPlace> {
  const folder = mkdtempSync(join(tmpdir(), 'postgres-'))
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, 'p@ss-of-tests\n')
  if (isRoot) for (const path of [folder, passwordFile]) chownSync(path, nobody, nobody)
  chmodSync(folder, 0o700)
  const words = ['-D', join(folder, 'db'), '-U', 'sallyport', '-N', '-E', 'UTF8', '--no-locale']
  const made = Bun.spawnSync(
    unprivileged([join(binaries, 'initdb'), ...words, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`]),
  )
  if (!made.success) throw new Error(`initdb failed: ${made.stderr.toString()}`)
  return { folder, port: await freePort() }
}

const nobody = 65_534
const isRoot = process.getuid?.() === 0

/** PostgreSQL refuses to run as root. */
function unprivileged(words: readonly string[]): string[] {
  if (!isRoot) return [...words]
  return ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', ...words]
}

function findPrograms(): string | undefined {
  const packaged = '/usr/lib/postgresql'
  const versions = existsSync(packaged) ? readdirSync(packaged).toSorted().toReversed() : []
  const folders = [
    ...versions.map((version) => join(packaged, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(delimiter),
  ]
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')))
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  const reader = stream.getReader()
  const { value } = await reader.read()
  reader.releaseLock()
  return Buffer.from(value ?? []).toString()
}
