// `sallyport explain` as a person types it: what would become of a request, in words and for programs. Nobody is called,
// so the providers of its config are nowhere.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { at } from '../json-at.ts'
import { runCommand } from './run-command.ts'
import type { Ran } from './run-command.ts'

let folder = ''

const messages = [{ role: 'user', content: 'Tell me of gates' }]

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-explain-'))
  write('sallyport.yaml', [
    'discover: off',
    'providers:',
    '  near: { type: openai-compatible, base_url: "http://127.0.0.1:9/v1", api_key: env:SOME_KEY }',
    '  claude: { type: anthropic, base_url: "http://127.0.0.1:9/v1", api_key: env:SOME_KEY }',
    'models:',
    '  fast:',
    '    on_break: continue',
    '    sticky: user',
    '    deployments:',
    '      - { provider: near, model: m, tags: [cheap], capabilities: { context: 2000 } }',
    '      - { provider: claude, model: claude-haiku-4-5, priority: 2, timeout: 7s }',
    '  ruled:',
    '    rules:',
    '      - { when: \'"private" in tags\', use: [near/m] }',
    '    splits: [{ name: canary, percent: 100, use: [near/m], by: user }]',
    '    last_resort: { message: "Nobody is there." }',
    '    deployments:',
    '      - { provider: claude, model: claude-haiku-4-5 }',
    '      - { provider: near, model: m }',
    '  tight: { deployments: [{ provider: near, model: m, capabilities: { context: 2000 } }] }',
    '  strict:',
    '    on_unsupported: error',
    '    deployments: [{ provider: claude, model: claude-haiku-4-5 }]',
    '  placed:',
    '    deployments:',
    '      - { provider: near, model: q, region: us }',
    '      - { provider: near, model: r, region: eu }',
    '  costly: { deployments: [{ provider: near, model: s, region: eu, price: { input: 1000, output: 1000 } }] }',
    'teams:',
    '  lab: { tenant: acme, models: [placed, costly, fast], max_tokens: { max: 50 }, residency: { regions: [eu] } }',
    'limits: { teams: { lab: { requests: 5/m, tokens: 900/m burst 600 } }, keys: { "*": { concurrency: 2 } } }',
    'budgets: { users: { ann: [{ dollars: 0.01, per: day }] }, tags: { night: [{ tokens: 10000, per: total, stops: off }] } }',
    'keys:',
    '  - { name: tests, secret: env:TEST_KEY }',
    '  - { name: lab, secret: env:LAB_KEY, team: lab, user: ann, models: [placed, costly], tags: [night] }',
    '  - { name: narrow, secret: env:NARROW_KEY, scopes: [models] }',
  ])
  write('plain.json', [JSON.stringify({ model: 'fast', messages, stream: true, seed: 7, user: 'u-1' })])
  write('long.json', [
    JSON.stringify({ model: 'fast', messages: [{ role: 'user', content: 'gate '.repeat(4_000) }] }),
  ])
  write('gemini.json', [JSON.stringify({ contents: [{ role: 'user', parts: [{ text: 'hi' }] }] })])
  write('wrong.json', [JSON.stringify({ model: 'fast', messages: [{ role: 'user', content: 5 }] })])
  write('broken.json', ['{"model": '])
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

function write(name: string, lines: readonly string[]): void {
  writeFileSync(join(folder, name), `${lines.join('\n')}\n`)
}

function explain(...words: string[]): Promise<Ran> {
  return run(['explain', ...words])
}

function run(words: readonly string[]): Promise<Ran> {
  return runCommand(folder, words, {
    SOME_KEY: 'sk-of-the-provider',
    TEST_KEY: 'test-key-0123456789',
    LAB_KEY: 'lab-key-0123456789',
    NARROW_KEY: 'narrow-key-0123456789',
  })
}

async function explained(...words: string[]): Promise<unknown> {
  return JSON.parse((await explain(...words, '--json')).out)
}

describe('explain', () => {
  test('tells people in order what each stage would do', async () => {
    const { code, out, error } = await explain('plain.json')
    expect([code, error]).toEqual([0, ''])
    const lines = out.split('\n').map((line) => line.trim())
    const wanted = [
      'came in   chat: openai-chat, guessed from the body (--door says otherwise)',
      'routed    "fast" is 2 deployments, chosen by priority',
      'stays with its user: u-1',
      'could go  near/m: priority 1, weight 1, tag cheap; free',
      "is sent the client's own bytes",
      'could go  claude/claude-haiku-4-5: priority 2, weight 1; free',
      'is sent a translation into anthropic-messages; without seed',
      'given 7 s for its first token',
      'goes to   near/m: calls like this one stay there',
      'if that fails before content: claude/claude-haiku-4-5: calls like this one stay there',
    ]
    expect(lines.filter((line) => wanted.includes(line))).toEqual(wanted)
  })

  test('tells programs the same', async () => {
    const seen = await explained('plain.json')
    expect([at(seen, 'endpoint'), at(seen, 'refused'), at(seen, 'request', 'stream')]).toEqual([
      'chat',
      null,
      true,
    ])
    expect(at(seen, 'plan')).toMatchObject({ policy: 'priority', on_break: 'continue', sticky_to: 'u-1' })
    expect(at(seen, 'deployments', 1, 'sent')).toEqual({
      as: 'translation',
      format: 'anthropic-messages',
      dropped: ['seed'],
    })
    expect(at(seen, 'attempts', 0)).toEqual({ deployment: 'near/m', because: 'sticky', drawn: false })
  })

  test('takes another model, and a deployment that only its provider knows', async () => {
    const seen = await explained('plain.json', '--model', 'near/whatever')
    expect([at(seen, 'request', 'model'), at(seen, 'deployments', 0, 'name')]).toEqual([
      'near/whatever',
      'near/whatever',
    ])
  })

  test('tells what narrows the deployments down, and what is put first', async () => {
    const ruled = await explained('plain.json', '--model', 'ruled', '--header', 'x-sallyport-tags: private')
    expect(at(ruled, 'plan')).toMatchObject({
      narrowed_by: 'rule 1; split canary',
      left_out: ['claude/claude-haiku-4-5'],
      canned_message: true,
    })
    const { out } = await explain('plain.json', '--model', 'ruled')
    expect(out).toContain('narrowed by split canary\n')
    expect(out).toContain('goes to   near/m: no other stands beside it\n')
    expect(out).toContain('if that fails before content: claude/claude-haiku-4-5')
    expect(out).toContain("last of all, the config's own message")
    const wrong = await explained('plain.json', '--model', 'ruled', '--header', 'x-sallyport-task: ö ö')
    expect(at(wrong, 'refused')).toMatchObject({ stage: 'narrow', code: 'invalid_value' })
  })

  test('says what does not fit', async () => {
    expect(at(await explained('long.json'), 'plan')).toMatchObject({
      narrowed_by: 'needs context',
      left_out: ['near/m'],
    })
    const { out } = await explain('long.json', '--model', 'tight')
    expect(out).toMatch(/about \d+ tokens do not fit into its 2000/)
  })

  test('ends with 1 for a request that would be refused, and says by whom', async () => {
    const unknown = await explain('plain.json', '--model', 'nothing', '--json')
    expect([unknown.code, at(JSON.parse(unknown.out), 'refused', 'stage')]).toEqual([1, 'route'])
    const unsupported = await explain('plain.json', '--model', 'strict', '--json')
    expect(unsupported.code).toBe(1)
    expect(at(JSON.parse(unsupported.out), 'refused')).toMatchObject({
      stage: 'choose',
      code: 'unsupported_parameter',
    })
    const broken = await explain('broken.json')
    expect([broken.code, broken.out.includes('error invalid_json')]).toEqual([1, true])
    const wish = await explain('plain.json', '--header', 'x-sallyport-timeout-ms: soon', '--json')
    expect([wish.code, at(JSON.parse(wish.out), 'refused', 'code')]).toEqual([1, 'invalid_value'])
  })

  test('reads each dialect, and asks for the model where the URL names it', async () => {
    const without = await explain('gemini.json')
    expect([without.code, without.error]).toEqual([
      1,
      'A request for generate names its model in the URL: say it with --model.\n',
    ])
    const seen = await explained('gemini.json', '--model', 'fast', '--stream')
    expect([at(seen, 'endpoint'), at(seen, 'deployments', 0, 'sent', 'as')]).toEqual([
      'generate',
      'translation',
    ])
    const wrong = await explained('wrong.json', '--door', 'messages')
    expect(at(wrong, 'refused')).toMatchObject({ stage: 'choose', code: 'invalid_type' })
  })

  test('says what is wrong with a config, or with a file that is not there', async () => {
    const absent = await explain('absent.json')
    expect([absent.code, absent.error]).toEqual([1, 'The file absent.json does not exist.\n'])
    const noConfig = await explain('plain.json', '--config', 'none.yaml')
    expect([noConfig.code, noConfig.out]).toEqual([1, ''])
    expect(noConfig.error).toContain('none.yaml')
  })
})

describe('explain for a key', () => {
  const refusalOf = async (...words: string[]): Promise<unknown> => {
    const refused = at(await explained(...words), 'refused')
    return [at(refused, 'stage'), at(refused, 'code')]
  }

  test('tells what it may do, what is over its calls, and where they have to stay', async () => {
    const { code, out } = await explain('plain.json', '--model', 'placed', '--key', 'lab')
    const lines = out.split('\n').map((line) => line.trim())
    const wanted = [
      'asks      the key "lab" (config:lab): valid',
      'belongs to the tenant acme, the team lab, the user ann',
      'may call placed, costly',
      'its team may call placed, costly, fast',
      'may ask for 50 tokens at most; more is refused',
      'limited: the key "lab": 2 calls at a time',
      'limited: the team "lab": 5 requests in a minute',
      'limited: the team "lab": 900 tokens in a minute, 600 at once',
      'budget: the user "ann": $0.01 in each day',
      'budget: the tag "night": 10000 tokens in total, which only alerts',
      'has to stay: the team "lab" demands the region eu',
      'never goes to: near/q (us)',
    ]
    expect(lines.filter((line) => wanted.includes(line))).toEqual(wanted)
    // A budget in money, and nobody knows what this model costs.
    expect([code, lines.at(-2)]).toEqual([1, 'error price_unknown'])
    const seen = await explained('plain.json', '--model', 'placed', '--key', 'config:lab')
    expect(at(seen, 'key')).toMatchObject({ id: 'config:lab', tenant: 'acme', state: 'valid' })
    expect(at(seen, 'key', 'limits', 1)).toEqual({
      level: 'team',
      name: 'lab',
      kind: 'requests',
      amount: 5,
      per_ms: 60_000,
      burst: 5,
    })
    expect(at(seen, 'key', 'budgets', 0)).toEqual({
      level: 'user',
      name: 'ann',
      dollars: 0.01,
      per: 'day',
      stops: true,
    })
  })

  test('says which stage would refuse its call', async () => {
    expect(await refusalOf('plain.json', '--key', 'narrow')).toEqual(['authenticate', 'scope_not_allowed'])
    expect(await refusalOf('plain.json', '--key', 'lab')).toEqual(['admit', 'model_not_allowed'])
    expect(await refusalOf('long.json', '--model', 'costly', '--key', 'lab')).toEqual([
      'reserve',
      'limit_too_small',
    ])
    expect(await refusalOf('plain.json', '--model', 'costly', '--key', 'lab')).toEqual([
      'reserve',
      'budget_exhausted',
    ])
    const elsewhere = ['--model', 'placed', '--header', 'x-sallyport-residency: us']
    expect(await refusalOf('plain.json', ...elsewhere, '--key', 'lab')).toEqual([
      'route',
      'residency_unsatisfiable',
    ])
    expect(await refusalOf('plain.json', '--key', 'tests')).toEqual([undefined, undefined])
  }, 30_000)

  test('knows those that were made, by their ids and their names', async () => {
    const none = await explain('plain.json', '--key', 'ci')
    expect([none.code, none.error]).toEqual([
      1,
      'There is no key "ci". "sallyport keys list" shows those that were made, the config the others.\n',
    ])
    expect(existsSync(join(folder, '.sallyport'))).toBe(false)
    const make = async (...words: string[]): Promise<string> =>
      (await run(['keys', 'create', '--name', 'ci', ...words])).out.slice(3, 11)
    const first = await make('--models', 'placed')
    expect(await refusalOf('plain.json', '--key', 'ci')).toEqual(['admit', 'model_not_allowed'])
    const second = await make()
    const several = await explain('plain.json', '--key', 'ci')
    expect(several.error).toBe(
      `Several keys are called "ci". Say which one by its id: ${first}, ${second}.\n`,
    )
    expect((await explain('plain.json', '--key', second)).code).toBe(0)
    await run(['keys', 'revoke', first])
    expect((await explain('plain.json', '--key', 'ci')).out).toContain(
      `asks      the key "ci" (${second}): valid`,
    )
    expect(await refusalOf('plain.json', '--key', first)).toEqual(['authenticate', 'invalid_api_key'])
  }, 30_000)
})
