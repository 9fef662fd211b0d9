import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { testClient, until } from '../../../../test/egress-client.ts'
import type { TestClient } from '../../../../test/egress-client.ts'
import { startVault } from '../../../../test/stand-ins/vault.ts'
import type { VaultStandIn } from '../../../../test/stand-ins/vault.ts'
import type { StoredReference } from '../../../core/secret.ts'
import type { SecretStore, StoreAnswer } from '../../../secrets/ports.ts'
import { vaultSettings } from '../../../secrets/settings.ts'
import type { StoreParts } from '../store-parts.ts'
import { createVaultStore } from './vault-apart.ts'

let vault: VaultStandIn
let client: TestClient
let local: Map<string, string>
let store: SecretStore | undefined

beforeEach(async () => {
  vault = await startVault()
  vault.write('kv/ai', { openai: 'sk-one', count: 3 }, '2026-01-02T03:04:05.678901234Z')
  client = testClient()
  local = new Map([['env:VAULT_TOKEN', 'root-token']])
})

afterEach(async () => {
  store?.close()
  store = undefined
  client[Symbol.dispose]()
  await vault[Symbol.asyncDispose]()
})

/** The store as these settings have it, with what the test has put on this machine. */
function storeWith(written: Readonly<Record<string, unknown>> = {}): SecretStore {
  const parts: StoreParts = {
    egress: client.egress,
    clock: client.clock,
    environment: {},
    random: () => 0.5,
    readLocal: (reference) => {
      const text = local.get(reference)
      return text === undefined ? { ok: false, reason: `${reference} is not there` } : { ok: true, text }
    },
    readFile: () => undefined,
  }
  store = createVaultStore(vaultSettings.parse({ address: vault.url, ...written }), parts)
  return store
}

async function readOne(
  from: SecretStore,
  reference: StoredReference = 'vault:kv/ai#openai',
): Promise<StoreAnswer | undefined> {
  return (await from.read([reference])).get(reference)
}

function reasonOf(answer: StoreAnswer | undefined): string {
  return answer === undefined || answer.kind === 'value' ? '' : `${answer.kind}: ${answer.reason}`
}

describe('a secret in Vault', () => {
  test('is read with the time of its version', async () => {
    const sinceMs = Date.UTC(2026, 0, 2, 3, 4, 5, 678)
    expect(await readOne(storeWith())).toEqual({ kind: 'value', text: 'sk-one', sinceMs })
  })

  test('is asked for once where several of its fields are named', async () => {
    vault.write('kv/ai', { openai: 'sk-one', other: 'two' })
    const references: StoredReference[] = ['vault:kv/ai#openai', 'vault:kv/ai#other']
    const answers = await storeWith().read(references)
    expect([...answers.values()].map((answer) => answer.kind === 'value' && answer.text)).toEqual([
      'sk-one',
      'two',
    ])
    expect(vault.asked.filter((asked) => asked.includes('/data/'))).toEqual(['GET kv/data/ai'])
  })

  test('may lie in a mount of several steps and in a namespace', async () => {
    vault.namespace = 'team/a'
    vault.write('team/kv/deep/ai', { key: 'text' })
    const deep = storeWith({ mounts: ['team/kv'], namespace: 'team/a' })
    expect(await readOne(deep, 'vault:team/kv/deep/ai#key')).toMatchObject({ text: 'text' })
    expect(vault.asked).toContain('GET team/kv/data/deep/ai')
    deep.close()
    expect(reasonOf(await readOne(storeWith({ namespace: 'team/b' })))).toContain('answers 403')
  })

  test.each([
    ['vault:kv/nothing#key', 'refused: answers 404: there is nothing at this path'],
    ['vault:kv/ai#nothing', 'refused: has no such field there'],
    ['vault:kv/ai#constructor', 'refused: has no such field there'],
    ['vault:kv/ai#count', 'refused: has no text in this field'],
    ['vault:old/ai#key', 'refused: holds nothing of version 2 there; is the mount KV version 2?'],
    ['vault:kv/deleted#key', 'refused: has only a version there that was deleted'],
    ['vault:kv/destroyed#key', 'refused: has only a version there that was destroyed'],
  ] satisfies [StoredReference, string][])('that is not there is refused: %s', async (reference, reason) => {
    for (const how of ['deleted', 'destroyed'] as const) {
      vault.write(`kv/${how}`, { key: 'text' })
      vault.remove(`kv/${how}`, how)
    }
    expect(reasonOf(await readOne(storeWith(), reference))).toBe(reason)
  })

  test.each([
    ['sealed', 'away: is sealed or in maintenance (503): Vault is sealed'],
    ['standby', 'away: redirects to another node (307); name the address of the active one'],
    ['malformed', 'away: answers with something that is no JSON'],
    ['failing', 'away: answers 500: internal error'],
    ['empty', 'refused: holds nothing of version 2 there; is the mount KV version 2?'],
  ] satisfies [VaultStandIn['mood'], string][])(
    'of a store that is %s is not guessed',
    async (mood, reason) => {
      const opened = storeWith()
      expect(await readOne(opened)).toMatchObject({ kind: 'value' })
      vault.mood = mood
      expect(reasonOf(await readOne(opened))).toBe(reason)
      vault.mood = 'well'
      expect(await readOne(opened)).toMatchObject({ text: 'sk-one' })
    },
  )

  test('of a store that says nothing is given up after the timeout', async () => {
    vault.mood = 'hangs'
    const answer = readOne(storeWith({ timeout: '2s' }))
    await until(() => vault.asked.length > 0)
    client.clock.advance(2_000)
    expect(reasonOf(await answer)).toBe('away: cannot be reached: no answer within 2 s')
  })

  test('of a store that is not there is away', async () => {
    const opened = storeWith()
    await vault[Symbol.asyncDispose]()
    expect(reasonOf(await readOne(opened))).toMatch(/^away: cannot be reached/)
  })
})

describe('a token', () => {
  test('that is wrong, or lacks the right, is refused with advice, and never told', async () => {
    local.set('env:VAULT_TOKEN', 'hvs.wrong')
    const wrong = reasonOf(await readOne(storeWith()))
    expect(wrong).toContain('refused: answers 403: 2 errors occurred: * permission denied * invalid token')
    expect(wrong).not.toContain('hvs.wrong')
    vault.tokens.set('hvs.poor', { ttlSeconds: 0, renewable: false, reads: [], renewals: 0 })
    local.set('env:VAULT_TOKEN', 'hvs.poor')
    expect(reasonOf(await readOne(storeWith()))).toContain('its policy has to allow "read" there')
  })

  test('that is not there, or would break a header, is told so', async () => {
    local.delete('env:VAULT_TOKEN')
    expect(reasonOf(await readOne(storeWith()))).toBe(
      'refused: has no token to be asked with: env:VAULT_TOKEN is not there',
    )
    local.set('env:VAULT_TOKEN', 'two\r\nx-vault-token: lines')
    expect(reasonOf(await readOne(storeWith()))).toBe('refused: is given a token that is none')
  })

  test('is read again from its file when the one before is not taken any more', async () => {
    local.set('file:token', 'hvs.one\n')
    vault.tokens.set('hvs.one', { ttlSeconds: 0, renewable: false, reads: ['*'], renewals: 0 })
    const opened = storeWith({ token: 'file:token' })
    expect(await readOne(opened)).toMatchObject({ text: 'sk-one' })
    vault.tokens.delete('hvs.one')
    vault.tokens.set('hvs.two', { ttlSeconds: 0, renewable: false, reads: ['*'], renewals: 0 })
    local.set('file:token', 'hvs.two\n')
    expect(await readOne(opened)).toMatchObject({ text: 'sk-one' })
  })

  test('that ends is renewed before it does', async () => {
    const token = { ttlSeconds: 600, renewable: true, reads: ['*'], renewals: 0 }
    vault.tokens.set('hvs.leased', token)
    local.set('env:VAULT_TOKEN', 'hvs.leased')
    const opened = storeWith()
    await readOne(opened)
    client.clock.advance(370_000)
    await until(() => token.renewals === 1)
    // The answer to the renewal is on its way; this one comes after it.
    await readOne(opened)
    client.clock.advance(370_000)
    await until(() => token.renewals === 2)
  })
})

describe('a login', () => {
  test('by AppRole gives a token that is used until it ends, and is made anew then', async () => {
    vault.appRoles.set('role-1', { secretId: 'secret-1', mount: 'approle' })
    vault.login = { ttlSeconds: 60, renewable: false }
    local.set('env:ROLE', 'role-1')
    local.set('file:secret-id', 'secret-1\n')
    const opened = storeWith({ auth: 'approle', role_id: 'env:ROLE', secret_id: 'file:secret-id' })
    for (const _ of [1, 2]) expect(await readOne(opened)).toMatchObject({ text: 'sk-one' })
    const logins = (): number => vault.asked.filter((asked) => asked === 'POST auth/approle/login').length
    expect(logins()).toBe(1)
    client.clock.advance(56_000)
    expect(await readOne(opened)).toMatchObject({ text: 'sk-one' })
    expect(logins()).toBe(2)
  })

  test('by Kubernetes is made again when the token was revoked', async () => {
    vault.serviceAccounts.set('gateway', 'jwt-of-pod')
    local.set('file:/var/run/secrets/kubernetes.io/serviceaccount/token', 'jwt-of-pod')
    const opened = storeWith({ auth: 'kubernetes', role: 'gateway' })
    expect(await readOne(opened)).toMatchObject({ text: 'sk-one' })
    vault.revokeAll()
    expect(await readOne(opened)).toMatchObject({ text: 'sk-one' })
  })

  test('of several readings at once is one', async () => {
    vault.appRoles.set('role-1', { secretId: 'secret-1', mount: 'team/approle' })
    local.set('env:ROLE', 'role-1')
    local.set('env:SECRET_ID', 'secret-1')
    const settings = {
      auth: 'approle',
      role_id: 'env:ROLE',
      secret_id: 'env:SECRET_ID',
      auth_mount: 'team/approle',
    }
    vault.write('kv/b', { key: 'b' })
    await storeWith(settings).read(['vault:kv/ai#openai', 'vault:kv/b#key'])
    expect(vault.asked.filter((asked) => asked.endsWith('/login'))).toEqual(['POST auth/team/approle/login'])
  })

  test('that is refused says which, and is tried again later', async () => {
    vault.appRoles.set('role-1', { secretId: 'secret-1', mount: 'approle' })
    local.set('env:ROLE', 'role-1')
    local.set('env:SECRET_ID', 'canary-of-a-secret-id')
    const opened = storeWith({ auth: 'approle', role_id: 'env:ROLE', secret_id: 'env:SECRET_ID' })
    expect(reasonOf(await readOne(opened))).toBe(
      'refused: does not take the login by approle: it answers 400: invalid role or secret ID',
    )
    local.set('env:SECRET_ID', 'secret-1')
    expect(await readOne(opened)).toMatchObject({ text: 'sk-one' })
  })
})

test('an address has to be known', () => {
  const parts = { environment: {} } as StoreParts
  expect(() => createVaultStore(vaultSettings.parse({}), parts)).toThrow('Vault has no address')
})
