// What a config says of secrets outside: names of the right form, stores that can be opened, and what has to be asked for.
import { describe, expect, test } from 'bun:test'
import { facts, problemsOf } from '../../test/parsed-configs.ts'
import type { StoredReference } from '../core/secret.ts'
import { parseConfig } from './parse-config.ts'

function openai(reference: string): string {
  return `providers: { openai: { api_key: "${reference}" } }`
}

const known: ReadonlyMap<StoredReference, string> = new Map([
  ['vault:kv/ai#openai', 'sk-canary-vault'],
  ['aws:prod/ai', 'two words'],
])
const asked = {
  storedSecret: (reference: StoredReference) => {
    const text = known.get(reference)
    return text === undefined
      ? ({ ok: false, reason: 'the store answers 403' } as const)
      : ({ ok: true, text } as const)
  },
}

describe('a secret of a store', () => {
  test('is what its store says', () => {
    const outcome = parseConfig(openai('vault:kv/ai#openai'), { ...facts, ...asked })
    expect(outcome.ok && outcome.secrets.get('vault:kv/ai#openai')?.reveal()).toBe('sk-canary-vault')
  })

  test('is asked for beside whatever else is wrong', () => {
    const text = `${openai('vault:kv/ai#openai')}\nkeys: [{ name: a, secret: aws:ci }]\nserver: { port: x }`
    const { ok, needs } = parseConfig(text, facts)
    expect([ok, needs?.stored]).toEqual([false, ['vault:kv/ai#openai', 'aws:ci']])
  })

  test('needs nothing asked where none is named', () => {
    expect(parseConfig(openai('env:OPENAI_API_KEY'), facts).needs).toBeUndefined()
  })

  test.each([
    ['vault:kv/ai#other', 'the store answers 403'],
    ['aws:prod/ai', 'the secret holds a space, a line break or a character outside ASCII'],
    ['vault:kv#openai', 'after vault: come mount, path and field, such as vault:kv/ai#openai'],
    ['vault:kv/ai', 'after vault: come mount, path and field, such as vault:kv/ai#openai'],
    ['vault:kv/../sys/seal#x', 'after vault: come mount, path and field, such as vault:kv/ai#openai'],
    ['vault:kv/ai?version=1#x', 'after vault: come mount, path and field, such as vault:kv/ai#openai'],
  ])('is refused where it is none: %s', (reference, reason) => {
    expect(problemsOf(openai(reference), asked)).toEqual([`1:33 providers.openai.api_key: ${reason}`])
  })

  test('that is no name says what one is', () => {
    expect(problemsOf(openai('aws:a b'), asked).join()).toContain(
      'after aws: comes the name or ARN of a secret',
    )
  })
})

describe('the way into Vault', () => {
  const named = openai('vault:kv/ai#openai')

  test.each([
    ['{ auth: approle, role_id: env:ROLE }', 'secrets.vault.auth: approle needs secret_id beside it'],
    ['{ auth: kubernetes }', 'secrets.vault.auth: kubernetes needs role beside it'],
    ['{ token: env:T, role: r }', 'secrets.vault.role: says nothing when auth is token'],
    [
      '{ token: "vault:kv/a#b" }',
      'secrets.vault.token: what opens a store is itself named as env:NAME or file:PATH',
    ],
    ['{ token: hvs.canary }', 'secrets.vault.token: '],
  ])('is refused where it leads nowhere: %s', (vault, problem) => {
    const problems = problemsOf(`${named}\nsecrets: { vault: ${vault} }`, asked).join('\n')
    expect(problems).toContain(problem)
    expect(problems).not.toContain('canary')
  })
})

describe('several keys', () => {
  const keysAs = (written: string): string => `providers: { openai: { ${written} } }`

  test('stand in the place of one', () => {
    const text = keysAs('api_keys: [{ secret: env:OPENAI_API_KEY, weight: 2 }, { secret: env:CI_KEY }]')
    expect(problemsOf(text)).toEqual([])
    expect(
      problemsOf(keysAs('api_key: env:OPENAI_API_KEY, api_keys: [{ secret: env:CI_KEY }]')).join(),
    ).toContain('providers.openai.api_key: is one of the keys; write it in api_keys')
  })

  test('are several, each once, and are there', () => {
    expect(problemsOf(keysAs('api_keys: []')).join()).toContain('leave it out, or name a key')
    const twice = keysAs('api_keys: [{ secret: env:CI_KEY }, { secret: env:CI_KEY }]')
    expect(problemsOf(twice).join()).toContain('api_keys[1].secret: is the same key as api_keys[0]')
    const missing = keysAs('api_keys: [{ secret: env:CI_KEY }, { secret: env:AWAY }]')
    expect(problemsOf(missing).join()).toContain(
      'api_keys[1].secret: the variable AWAY is not set, or is empty',
    )
    expect(problemsOf(keysAs('api_keys: [{ secret: env:CI_KEY, weight: -1 }]')).join()).toContain('weight')
  })
})
