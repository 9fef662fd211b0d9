// A PostgreSQL server for tests: a real one, started when it is first asked for, once in a process of tests. Where
// SALLYPORT_TEST_POSTGRES names one, that is used. Where there is none, tests that need it are skipped.
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
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
/** Whether one can be started, to do with it what is done to none that others use. */
export const hasOwnPostgres = programs !== undefined

let running: Promise<PostgresServer> | undefined

export interface PostgresServer {
  readonly port: number
  /** Makes an empty database; its URL. */
  newDatabase(): Promise<string>
}

/** The server that all tests of this process have in common. */
export function postgresServer(): Promise<PostgresServer> {
  return (running ??= named === undefined ? startPostgres() : Promise.resolve(serverAt(named)))
}

/** The URL of a new and empty database on it. */
export async function newPostgresDatabase(): Promise<string> {
  return (await postgresServer()).newDatabase()
}

/** A server of one's own, to be hurt. It ends with this process; its folder goes with `remove`. */
export async function startPostgres(): Promise<OwnPostgres> {
  if (programs === undefined) throw new Error('there is no PostgreSQL on this machine')
  const place = await newPlace(programs)
  const url = `postgres://sallyport:p%40ss-of-tests@127.0.0.1:${place.port}/postgres`
  const start = async (): Promise<Running> => {
    const begun = await run(programs, place)
    await until(() => answers(url))
    return begun
  }
  let server = await start()
  return {
    ...serverAt(url),
    get pid() {
      return server.pid
    },
    stop: () => server.stop(),
    startAgain: async () => {
      server = await start()
    },
    certify: async (certificate) => {
      await server.stop()
      writeCertificate(place.folder, certificate)
      server = await start()
    },
    remove: async () => {
      await server.stop()
      rmSync(place.folder, { recursive: true, force: true })
    },
  }
}

interface Place {
  readonly folder: string
  readonly port: number
}

interface Running {
  readonly pid: number
  stop(): Promise<void>
}

/** The shell ends the server, and takes away what it leaves, when this process is gone, however it goes. */
const untilAlone = `"$0" "$@" </dev/null & server=$!; echo "$server"; cat >/dev/null
kill -CONT $server; kill -QUIT $server; wait $server; [ -e "/proc/$OWNER" ] || [ ! -e /proc ] || rm -rf "$FOLDER"`

const settings = ['unix_socket_directories=', 'fsync=off', 'full_page_writes=off', 'max_connections=200']

async function run(binaries: string, { folder, port }: Place): Promise<Running> {
  const words = [
    join(binaries, 'postgres'),
    '-D',
    join(folder, 'db'),
    ...`-p ${port} -h 127.0.0.1`.split(' '),
    ...[...settings, ...(existsSync(join(folder, 'db', 'server.crt')) ? ['ssl=on'] : [])].flatMap(
      (setting) => ['-c', setting],
    ),
  ]
  const child = Bun.spawn(unprivileged(['sh', '-c', untilAlone, ...words]), {
    env: { PATH: process.env['PATH'] ?? '', OWNER: String(process.pid), FOLDER: folder },
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: Bun.file(join(folder, 'log')),
  })
  const pid = Number(await firstLine(child.stdout))
  const stop = async (): Promise<void> => {
    void child.stdin.end()
    await child.exited
  }
  return { pid, stop }
}

export interface OwnPostgres extends PostgresServer {
  readonly pid: number
  stop(): Promise<void>
  /** With all that it held. */
  startAgain(): Promise<void>
  /** The same with TLS, under a certificate of test/fixtures/tls. */
  certify(certificate: string): Promise<void>
  /** Stops it for good. */
  remove(): Promise<void>
}

function serverAt(url: string): PostgresServer {
  return {
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

async function newPlace(binaries: string): Promise<Place> {
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

/** Where the server looks for them. It takes no key that others can read. */
function writeCertificate(folder: string, certificate: string): void {
  for (const ending of ['crt', 'key']) {
    const path = join(folder, 'db', `server.${ending}`)
    copyFileSync(join(import.meta.dir, '../fixtures/tls', `${certificate}.${ending}`), path)
    if (isRoot) chownSync(path, nobody, nobody)
    chmodSync(path, 0o600)
  }
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
