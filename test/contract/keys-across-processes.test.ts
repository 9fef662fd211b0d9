// Keys as a person makes and revokes them while a gateway runs: the commands are processes of their own, and share
// with the gateway nothing but its data directory.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { chmodSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '../until.ts'
import { startGateway } from '../end-to-end/start-gateway.ts'
import type { RunningGateway } from '../end-to-end/start-gateway.ts'

const main = new URL('../../src/main.ts', import.meta.url).pathname

let gateway: RunningGateway

beforeAll(async () => {
  gateway = await startGateway({ config: 'discover: off\nproviders: { demo: { type: demo } }\n' })
})

afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
})

interface Ran {
  readonly code: number
  readonly out: string
  readonly error: string
}

async function keys(...words: string[]): Promise<Ran> {
  const command = [
    process.execPath,
    '--no-env-file',
    main,
    'keys',
    ...words,
    '--data-dir',
    gateway.dataDirectory,
  ]
  const child = Bun.spawn(command, { stdout: 'pipe', stderr: 'pipe', env: {} })
  const [out, error] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ])
  return { code: await child.exited, out, error }
}

async function statusWith(secret: string, path = '/v1/models'): Promise<number> {
  const answer = await fetch(gateway.url + path, { headers: { authorization: `Bearer ${secret}` } })
  await answer.arrayBuffer()
  return answer.status
}

async function chatStatus(secret: string, model: string): Promise<number> {
  const answer = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hello' }] }),
  })
  await answer.arrayBuffer()
  return answer.status
}

/** Everything in the data directory, as bytes. */
function everythingKept(): string {
  const files = readdirSync(gateway.dataDirectory, { recursive: true, withFileTypes: true })
  return files
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n')
}

describe('a key', () => {
  test('works from the moment at which it is made until it is revoked, and is kept nowhere', async () => {
    const made = await keys('create', '--name', 'ci')
    const secret = made.out.trim()
    expect([made.code, await statusWith(secret)]).toEqual([0, 200])
    const [, id = ''] = secret.split('_')
    expect((await keys('list')).out).toMatch(new RegExp(`^${id} +ci +${secret.slice(-4)} +valid `, 'm'))
    expect(everythingKept()).toContain(id)
    expect(everythingKept()).not.toContain(secret.slice(12))
    expect((await keys('revoke', id)).code).toBe(0)
    const revokedAtMs = performance.now()
    await until(async () => (await statusWith(secret)) === 401)
    expect(performance.now() - revokedAtMs).toBeLessThan(5_000)
    expect((await keys('list')).out).toMatch(new RegExp(`^${id} +ci .*revoked`, 'm'))
  }, 15_000)

  test('does what it may, and nothing else', async () => {
    const { out } = await keys('create', '--name', 'narrow', '--models', 'fast,demo/*', '--scopes', 'chat')
    const secret = out.trim()
    expect(await chatStatus(secret, 'demo/echo')).toBe(200)
    expect(await chatStatus(secret, 'other/echo')).toBe(403)
    expect(await statusWith(secret)).toBe(403)
  })

  test('of a mistyped or unknown secret is refused alike', async () => {
    const { out } = await keys('create', '--name', 'typed')
    const secret = out.trim()
    const typed = secret.replace(/.$/, (last) => (last === 'a' ? 'b' : 'a'))
    const unknown = 'sp_33333333_yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp148P8PV'
    expect([await statusWith(typed), await statusWith(unknown), await statusWith('sp_')]).toEqual([
      401, 401, 401,
    ])
    expect(await statusWith(secret)).toBe(200)
  })

  test('expires', async () => {
    const { out } = await keys('create', '--name', 'short', '--expires', '1m')
    expect(await statusWith(out.trim())).toBe(200)
    expect((await keys('list')).out).toMatch(/^\w+ +short .* until \d{4}-\d\d-\d\d/m)
  })
})

describe('a pepper that others can read', () => {
  test('is taken away from them by any of the commands, which say so', async () => {
    const pepper = join(gateway.dataDirectory, 'pepper')
    chmodSync(pepper, 0o644)
    const { code, error } = await keys('list')
    expect([code, statSync(pepper).mode & 0o777]).toEqual([0, 0o600])
    expect(error).toContain('the pepper could be read by others; its mode is 0600 again.')
    expect((await keys('list')).error).toBe('')
  })
})

describe('a mistake', () => {
  test.each([
    [['revoke', 'nobody00'], 'There is no key with the id "nobody00"'],
    [['create', '--name', ''], '--name takes'],
    [['create', '--name', 'a b'], '--name takes'],
    [['create', '--name', 'a', '--scopes', 'chat,all'], 'There is no scope "all"'],
    [['create', '--name', 'a', '--expires', 'soon'], '--expires takes a time such as 12h or 90d, not "soon"'],
    [['create', '--name', 'a', '--models', ''], '--models is empty. Leave it out to allow every model.'],
    [['create'], "required option '--name <name>' not specified"],
  ])('is answered with what is wrong: %p', async (words, message) => {
    const { code, out, error } = await keys(...words)
    expect([code, out]).toEqual([1, ''])
    expect(error).toContain(message)
  })
})
