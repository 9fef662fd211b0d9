// Backups as an operator makes them: beside a running gateway, restored into another place, and never under one.
import { Database } from 'bun:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSecretHash } from '../../src/platform/hmac.ts'
import { simulatorKey, startSimulator } from '../simulator/start-simulator.ts'
import { runCommand } from './run-command.ts'
import type { Ran } from './run-command.ts'
import { startGateway } from './start-gateway.ts'

let folder: string
let from: string
let to: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'backup-'))
  from = join(folder, 'from')
  to = join(folder, 'to')
  file = join(folder, 'copy.backup')
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

function sallyport(...words: readonly string[]): Promise<Ran> {
  return runCommand(folder, words)
}

async function newKey(directory: string, name: string): Promise<string> {
  return (await sallyport('keys', 'create', '--name', name, '--data-dir', directory)).out.trim()
}

async function statusOf(url: string, key: string, path = '/v1/models'): Promise<number> {
  const answer = await fetch(url + path, { headers: { authorization: `Bearer ${key}` } })
  await answer.body?.cancel()
  return answer.status
}

const config = 'discover: off\nserver: { drain_delay: 0s }\nkeys: [{ name: tests, secret: env:TEST_KEY }]\n'

describe('a backup', () => {
  test('is made while a gateway runs, and another place goes on with it', async () => {
    const simulator = await startSimulator({ default: { answer: { tokens: 5 } } })
    const providers = `providers: { sim: { type: openai, base_url: "${simulator.baseUrl}/v1", api_key: env:SIM_KEY } }\n`
    const environment = { SIM_KEY: simulatorKey }
    const key = await newKey(from, 'ci')
    let callId = ''
    {
      await using gateway = await startGateway({
        config: config + providers,
        dataDirectory: from,
        environment,
      })
      const body = JSON.stringify({ model: 'sim/m', input: 'Hi' })
      const headers = { authorization: `Bearer ${key}` }
      const answer = await fetch(`${gateway.url}/v1/responses`, { method: 'POST', headers, body })
      callId = answer.headers.get('x-request-id') ?? ''
      await answer.text()
      while ((await statusOf(gateway.url, key, `/v1/calls/${callId}`)) !== 200) await Bun.sleep(20)
      expect(await sallyport('backup', file, '--data-dir', from)).toMatchObject({ code: 0, error: '' })
      expect(statSync(file).mode & 0o777).toBe(0o600)
      await gateway.stop()
    }
    const restored = await sallyport('restore', file, '--data-dir', to)
    expect(restored).toMatchObject({ code: 0, error: '' })
    expect(restored.out).toContain('Restored what was backed up on 20')
    expect(readdirSync(to).toSorted()).toEqual(['pepper', 'sallyport.db'])
    await using gateway = await startGateway({ config: config + providers, dataDirectory: to, environment })
    expect(await statusOf(gateway.url, key)).toBe(200)
    expect(await statusOf(gateway.url, key, `/v1/calls/${callId}`)).toBe(200)
    await simulator.stop()
    const list = await sallyport('audit', 'list', '--data-dir', to)
    expect(list.out.split('\n').map((line) => line.split('  ')[3])).toEqual([
      'database.restore',
      'database.backup',
      'key.create',
      undefined,
    ])
    expect((await sallyport('audit', 'verify', '--data-dir', to)).out).toContain('is whole: 3 entries')
  })

  test('takes the place of what is there, which is kept, and says which trail went away', async () => {
    const early = await newKey(from, 'early')
    await sallyport('backup', file, '--data-dir', from)
    const late = await newKey(from, 'late')
    const before = (await sallyport('audit', 'verify', '--data-dir', from)).out
    const restored = await sallyport('restore', file, '--data-dir', from)
    expect(restored.out).toContain('sallyport.db.replaced-')
    const kept = readdirSync(from).find((name) => name.startsWith('sallyport.db.replaced-')) ?? ''
    const names = new Database(join(from, kept)).query('SELECT name FROM keys ORDER BY name').all()
    expect(names).toEqual([{ name: 'early' }, { name: 'late' }])
    const newest: unknown = JSON.parse(
      (await sallyport('audit', 'list', '--limit', '1', '--json', '--data-dir', from)).out,
    )
    const [, number, hash] = /(\d+):([0-9a-f]{64})/.exec(before) ?? []
    expect(newest).toMatchObject({ action: 'database.restore', before: { number: Number(number), hash } })
    await using gateway = await startGateway({ config, dataDirectory: from })
    expect([await statusOf(gateway.url, early), await statusOf(gateway.url, late)]).toEqual([200, 401])
  })

  test('carries all peppers, and puts away those that are not its own', async () => {
    const key = await newKey(from, 'ci')
    await sallyport('keys', 'pepper', '--data-dir', from)
    expect(existsSync(join(from, 'pepper.previous'))).toBe(true)
    expect((await sallyport('backup', file, '--data-dir', from)).code).toBe(0)
    await newKey(to, 'other')
    expect((await sallyport('restore', file, '--data-dir', to)).code).toBe(0)
    for (const name of ['pepper', 'pepper.previous', 'pepper.first']) {
      expect(readFileSync(join(to, name))).toEqual(readFileSync(join(from, name)))
    }
    await using gateway = await startGateway({ config, dataDirectory: to })
    expect(await statusOf(gateway.url, key)).toBe(200)
  })

  test('replaces no file, and is not restored under a running gateway', async () => {
    const key = await newKey(from, 'ci')
    await sallyport('backup', file, '--data-dir', from)
    const again = await sallyport('backup', file, '--data-dir', from)
    expect([again.code, again.error]).toEqual([1, expect.stringContaining('a file of this name already')])
    expect((await sallyport('backup', join(folder, 'no', 'x'), '--data-dir', from)).error).toContain(
      'no such folder',
    )
    {
      await using gateway = await startGateway({ config, dataDirectory: from })
      const beside = await sallyport('restore', file, '--data-dir', from)
      expect([beside.code, beside.error]).toEqual([1, expect.stringContaining('A gateway runs on')])
      // Without its mark, the lock says the same.
      rmSync(join(from, 'running.json'))
      expect((await sallyport('restore', file, '--data-dir', from)).error).toContain('Stop it first')
      expect(await statusOf(gateway.url, key)).toBe(200)
    }
  })
})

test('changes of the config stand in the trail, and a row that somebody changed is named', async () => {
  {
    await using gateway = await startGateway({ config, dataDirectory: from })
    gateway.writeConfig(`${config}# another\n`)
    await gateway.logged(({ event }) => event === 'config_reloaded')
    gateway.writeConfig('nothing: like this\n')
    await gateway.logged(({ event }) => event === 'config_refused')
    // The log has what the trail has.
    const logged = gateway.log
      .filter(({ event }) => event === 'audit')
      .map(({ action, outcome }) => [action, outcome])
    expect(logged).toEqual([
      ['config.reload', 'done'],
      ['config.reload', 'refused'],
    ])
    await gateway.stop()
  }
  const whole = await sallyport('audit', 'verify', '--data-dir', from)
  const end = /\d+:[0-9a-f]{64}/.exec(whole.out)?.[0] ?? ''
  expect((await sallyport('audit', 'verify', '--holds', end, '--data-dir', from)).code).toBe(0)
  const database = new Database(join(from, 'sallyport.db'))
  database.run('DROP TRIGGER audit_update')
  database.run("UPDATE audit SET outcome = 'done' WHERE number = 2")
  const broken = await sallyport('audit', 'verify', '--data-dir', from)
  expect([broken.code, broken.error]).toEqual([1, expect.stringContaining('broken at entry 2: what it says')])
  database.run('DROP TRIGGER audit_delete')
  database.run('DELETE FROM audit WHERE number = 2')
  database.close()
  expect((await sallyport('audit', 'verify', '--data-dir', from)).code).toBe(0)
  const cut = await sallyport('audit', 'verify', '--holds', end, '--data-dir', from)
  expect([cut.code, cut.error]).toEqual([1, expect.stringContaining('entry 2: it was noted and is gone')])
})

test('a database of the first release goes on with this program: its keys open, its records are found', async () => {
  mkdirSync(from, { recursive: true })
  const pepper = new Uint8Array(32).fill(7)
  writeFileSync(join(from, 'pepper'), pepper, { mode: 0o600 })
  const secret = 'sp_firstkey_0000000000000000000000000000000000000000000000000'
  const first = new Database(join(from, 'sallyport.db'))
  first.run(readFileSync(new URL('../fixtures/database-1.sql', import.meta.url), 'utf8'))
  first.run('UPDATE keys SET hash = ?', [createSecretHash(pepper).of(secret)])
  const { id, models, scopes } = first.query<Record<string, string>, []>('SELECT * FROM keys').get() ?? {}
  first.run("UPDATE keys SET models = '[]', scopes = '[]', revoked_at_ms = NULL, expires_at_ms = NULL")
  first.run("UPDATE attempts SET call_id = 'call_of_the_first_release', key_id = ?", [id ?? ''])
  first.close()
  expect([typeof models, typeof scopes]).toEqual(['string', 'string'])
  {
    await using gateway = await startGateway({ config, dataDirectory: from })
    expect(await statusOf(gateway.url, secret)).toBe(200)
    expect(await statusOf(gateway.url, secret, '/v1/calls/call_of_the_first_release')).toBe(200)
    await gateway.stop()
  }
  // And whatever came since works on it.
  expect((await sallyport('keys', 'revoke', id ?? '', '--data-dir', from)).code).toBe(0)
  expect((await sallyport('audit', 'verify', '--data-dir', from)).out).toContain('is whole: 1 entry')
  expect((await sallyport('backup', file, '--data-dir', from)).code).toBe(0)
})
