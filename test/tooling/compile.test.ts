// The one-file executable: everything that the gateway loads apart (the thread that ships records, the database's
// migrations, the API's description, tokens) is in it, and it runs in a place where nothing of the checkout is.
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { Database } from 'bun:sqlite'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../until.ts'

const project = join(import.meta.dirname, '..', '..')
let folder = ''
let executable = ''

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-compile-'))
  executable = join(folder, 'bin', 'sallyport')
  const compiling = Bun.spawn(['node', 'scripts/compile.mjs', '--out', executable], { cwd: project })
  expect(await compiling.exited).toBe(0)
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('is one file', () => {
  expect(readdirSync(join(folder, 'bin'))).toEqual(['sallyport'])
})

test('knows its version', async () => {
  const { version } = await Bun.file(join(project, 'package.json')).json()
  const ran = Bun.spawn([executable, 'version'], { cwd: folder, env: {} })
  expect([await ran.exited, await ran.stdout.text()]).toEqual([0, `sallyport ${version}\n`])
})

test('makes a key, answers a call, records it, and leaves when it is asked to', async () => {
  const place = join(folder, 'elsewhere')
  mkdirSync(place)
  // A stranger's files beside it are not read.
  writeFileSync(join(place, '.env'), 'OPENAI_API_KEY=a-stranger-s\n')
  writeFileSync(join(place, 'bunfig.toml'), 'preload = ["./not-there.ts"]\n')
  const words = ['start', '--port', '0', '--data-dir', 'kept', '--log-format', 'text']
  const gateway = Bun.spawn([executable, ...words], { cwd: place, env: {}, stdout: 'pipe', stderr: 'pipe' })
  let printed = ''
  const reading = (async () => {
    for await (const piece of gateway.stdout) printed += Buffer.from(piece).toString()
  })()
  try {
    await until(() => / {2}sp_\w+\n/.test(printed))
    const secret = / {2}(sp_\w+)\n/.exec(printed)?.[1] ?? ''
    const url = /listens on (\S+)\/v1/.exec(printed)?.[1] ?? ''
    expect(printed).not.toContain('openai')
    const answer = await ask(`${url}/v1/chat/completions`, secret, {
      model: 'demo/echo',
      messages: [{ role: 'user', content: 'Hello' }],
    })
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({
      choices: [{ message: { content: expect.stringContaining('Hello') } }],
    })
    const described = await ask(`${url}/openapi.json`, secret)
    expect(await described.json()).toMatchObject({ openapi: '3.1.0' })
  } finally {
    gateway.kill('SIGINT')
  }
  expect(await gateway.exited).toBe(0)
  await reading
  expect(await gateway.stderr.text()).toBe('')
  using database = new Database(join(place, 'kept', 'sallyport.db'), { readonly: true })
  expect(database.query('SELECT model, outcome FROM attempts').all()).toEqual([
    { model: 'demo/echo', outcome: 'ok' },
  ])
})

test('starts workers of itself', async () => {
  const words = ['start', '--workers', '2', '--port', '0', '--data-dir', 'of-two', '--log-format', 'json']
  const gateway = Bun.spawn([executable, ...words], { cwd: folder, env: {}, stdout: 'pipe', stderr: 'pipe' })
  let printed = ''
  const reading = (async () => {
    for await (const piece of gateway.stdout) printed += Buffer.from(piece).toString()
  })()
  try {
    await until(() => printed.match(/"event":"listening"/g)?.length === 2)
    const url = /"url":"([^"]+)"/.exec(printed)?.[1] ?? ''
    expect((await ask(`${url}/ready`, '')).status).toBe(200)
    const metrics = await (await ask(`${url}/metrics`, '')).text()
    expect(metrics).toContain('sallyport_worker_up{worker="2"} 1')
  } finally {
    gateway.kill('SIGINT')
  }
  expect(await gateway.exited).toBe(0)
  await reading
  expect(await gateway.stderr.text()).toBe('')
})

function ask(url: string, secret: string, body?: object): Promise<Response> {
  const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' }
  return fetch(
    url,
    body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) },
  )
}
