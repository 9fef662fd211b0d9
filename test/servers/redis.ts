// A real Redis for tests: a server of one's own, with a password-less loopback port and nothing on disk. Where none is
// installed, tests that need one are skipped, and the run says how many.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RedisClient } from 'bun'
import { until } from '../until.ts'

export interface TestRedis extends AsyncDisposable {
  readonly url: string
  readonly port: number
  /** Undefined for one that was running before. */
  readonly process: Bun.Subprocess | undefined
  command(name: string, ...words: readonly string[]): Promise<unknown>
  /** The same server again, empty, on the same port. */
  restart(): Promise<void>
}

const given = process.env['SALLYPORT_TEST_REDIS']
const program = Bun.which('redis-server') ?? Bun.which('valkey-server')

/** Tests that need Redis run where this is true. */
export const hasRedis = given !== undefined || program !== null

/** Tests that need one of their own, with settings of their own. */
export const hasOwnRedis = given === undefined && program !== null

/** Starts one; everything in the one that is given by SALLYPORT_TEST_REDIS is deleted. */
export async function startRedis(words: readonly string[] = []): Promise<TestRedis> {
  if (given !== undefined) return await emptied(given)
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-redis-'))
  const port = freePort()
  const url = `redis://127.0.0.1:${port}`
  let server = await run(port, folder, words)
  return {
    url,
    port,
    get process() {
      return server
    },
    command: (name, ...rest) => command(url, name, rest),
    restart: async () => {
      server.kill('SIGKILL')
      await server.exited
      server = await run(port, folder, words)
    },
    [Symbol.asyncDispose]: async () => {
      server.kill('SIGKILL')
      await server.exited
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function emptied(url: string): Promise<TestRedis> {
  await command(url, 'FLUSHALL', [])
  return {
    url,
    port: Number(new URL(url).port),
    process: undefined,
    command: (name, ...rest) => command(url, name, rest),
    restart: async () => void (await command(url, 'FLUSHALL', [])),
    [Symbol.asyncDispose]: async () => {},
  }
}

async function run(port: number, folder: string, words: readonly string[]): Promise<Bun.Subprocess> {
  const server = Bun.spawn(
    [
      program ?? '',
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
      '--dir',
      folder,
      ...words,
    ],
    { stdout: 'ignore', stderr: 'ignore' },
  )
  await until(async () => {
    if (server.exitCode !== null) throw new Error('redis-server has ended')
    return await command(`redis://127.0.0.1:${port}`, 'PING', []).then(
      () => true,
      () => false,
    )
  })
  return server
}

async function command(url: string, name: string, words: readonly string[]): Promise<unknown> {
  const client = new RedisClient(url, { autoReconnect: false, enableOfflineQueue: false })
  try {
    await client.connect()
    return await client.send(name, [...words])
  } finally {
    client.close()
  }
}

function freePort(): number {
  const listener = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  const { port } = listener
  listener.stop(true)
  return port
}
