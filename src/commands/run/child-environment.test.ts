import { describe, expect, test } from 'bun:test'
import { parseConfig } from '../../config/parse-config.ts'
import { catalogue } from '../../providers/catalogue.ts'
import { childEnvironment, secretsOf } from './child-environment.ts'

const place = { url: 'http://127.0.0.1:1', secret: 'sp_x' }
/** In which something may be that opens a store. */
const openers = [
  'OPENER',
  'OTHER',
  'VAULT_TOKEN',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
]
const change = { words: [], set: {}, unset: [] }
const config = `providers:
  a: { type: openai-compatible, base_url: "http://h/v1", api_key: "file:keys/a" }
  b: { type: openai-compatible, base_url: "http://h/v2", api_key: env:B_KEY }
`

/** What the command has of these variables, when the config names a file and a variable with a key. */
function kept(environment: Environment, inFile: string): Environment {
  return keptBy(config, environment, inFile)
}

type Environment = Readonly<Record<string, string>>

function keptBy(text: string, environment: Environment, inFile = 'sk-in-a-file'): Environment {
  const parts = {
    knownProviders: catalogue,
    environment,
    readText: () => ({ ok: true, text: inFile }) as const,
    storedSecret: () => ({ ok: true, text: 'sk-in-a-store' }) as const,
  }
  const parsed = parseConfig(text, parts)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  const secrets = secretsOf({ ...parsed, source: undefined, text: '', files: [] }, environment)
  return childEnvironment({ environment, place, secrets, change })
}

describe('a command', () => {
  test('has no variable with a key of the config, under whatever name', () => {
    const environment = {
      B_KEY: 'sk-of-a-variable',
      COPY: 'sk-of-a-variable',
      FROM_FILE: 'sk-of-a-file',
      FROM_FILE_WITH_END: 'sk-of-a-file\n',
      WITHIN: 'x sk-of-a-file',
      PATH: '/bin',
      EMPTY: '',
    }
    const { PATH, EMPTY, WITHIN, ...rest } = kept(environment, 'sk-of-a-file\n')
    expect([PATH, EMPTY, WITHIN]).toEqual(['/bin', '', 'x sk-of-a-file'])
    for (const name of Object.keys(environment)) expect(Object.keys(rest)).not.toContain(name)
  })

  test.each([
    ['the token of Vault', 'vault:kv/ai#k', '{ vault: { token: env:OPENER } }', ['OPENER', 'VAULT_TOKEN']],
    ['the token of Vault by default', 'vault:kv/ai#k', '{}', ['VAULT_TOKEN']],
    [
      'the role of Vault',
      'vault:kv/ai#k',
      '{ vault: { auth: approle, role_id: env:OPENER, secret_id: env:OTHER } }',
      ['OPENER', 'OTHER', 'VAULT_TOKEN'],
    ],
    [
      'the credentials of AWS',
      'aws:prod/ai',
      '{ aws: { region: eu-central-1 } }',
      openers.filter((name) => name.startsWith('AWS_')),
    ],
  ])('has nothing that opens the store of the keys: %s', (_, key, secrets, opening) => {
    const environment = Object.fromEntries(openers.map((name) => [name, `value of ${name}`]))
    const text = `secrets: ${secrets}\nproviders: { openai: { api_key: "${key}" } }`
    const left = keptBy(text, { ...environment, COPY: `value of ${opening[0]}` })
    const mayHave = openers.filter((name) => !opening.includes(name))
    expect(Object.keys(left).filter((name) => openers.includes(name))).toEqual(mayHave)
    expect(left).not.toHaveProperty('COPY')
  })

  test('has an address of a database or a Redis only where it is not the gateway’s own', () => {
    const own = {
      DATABASE_URL: 'postgres://u:p@h/d',
      REDIS_URL: 'redis://:p@h:6379',
      PGPASSWORD: 'secret-of-it',
    }
    const left = keptBy('', own)
    for (const name of Object.keys(own)) expect(Object.keys(left)).not.toContain(name)
    expect(keptBy('database: postgres://u@h/d', own)).not.toHaveProperty('PGPASSWORD')
    expect(keptBy('{ database: sqlite, redis: off }', own)).toMatchObject(own)
    // The commonest password of a database at home is its user's name.
    const words = { PGUSER: 'postgres', POSTGRES_USER: 'postgres', PGDATABASE: 'postgres' }
    const atHome = keptBy('', { ...own, ...words, PGPASSWORD: 'postgres' })
    expect(atHome).toMatchObject(words)
    expect(atHome).not.toHaveProperty('PGPASSWORD')
    const others = { DATABASE_URL: 'mysql://u:p@h/d', REDIS_URL: 'h:6379' }
    expect(keptBy('', others)).toMatchObject(others)
  })

  test('has no variable that only the gateway’s own runtime may understand', () => {
    const name = 'BUN_JSC_heapGrowthFunctionThresholdInMB'
    expect(kept({ [name]: '1000000', B_KEY: 'sk-of-a-variable' }, 'sk-of-a-file')).not.toHaveProperty(name)
  })

  test('keeps a variable that holds the same word as a key of less than eight characters', () => {
    const environment = { B_KEY: 'no-key', MODE: 'seven77', WORD: 'no-key', EIGHT: 'eight888' }
    expect(kept(environment, 'seven77')).toMatchObject({ MODE: 'seven77', WORD: 'no-key' })
    expect(kept(environment, 'eight888')).not.toHaveProperty('EIGHT')
  })

  test.each([
    [{ NO_PROXY: 'intranet', no_proxy: 'other' }, 'intranet,127.0.0.1'],
    [{ NO_PROXY: '', no_proxy: 'intranet' }, 'intranet,127.0.0.1'],
    [{ no_proxy: 'intranet' }, 'intranet,127.0.0.1'],
    [{ NO_PROXY: '' }, '127.0.0.1'],
  ])('goes around the proxy to the gateway and to what was left out before: %j', (around, list) => {
    const environment = { B_KEY: 'sk-b', HTTPS_PROXY: 'http://proxy.example', ...around }
    expect(kept(environment, 'sk-a')).toMatchObject({ NO_PROXY: list, no_proxy: list })
  })
})
