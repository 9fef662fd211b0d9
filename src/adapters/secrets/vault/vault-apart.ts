// HashiCorp Vault's key-value store, version 2: https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2 (seen
// 2026-11-21). Two requests are all that is needed, so no client library stands between; loaded only where a secret is
// named `vault:`.
import type { StoredReference } from '../../../core/secret.ts'
import { parseDestination } from '../../../platform/egress/destination.ts'
import type { SecretStore, StoreAnswer } from '../../../secrets/ports.ts'
import type { VaultSettings } from '../../../secrets/settings.ts'
import { memberAt, textAt } from '../json-member.ts'
import type { StoreParts } from '../store-parts.ts'
import { askVault } from './vault-client.ts'
import type { VaultAnswer, VaultPlace } from './vault-client.ts'
import { encodePath, VaultSession } from './vault-session.ts'

/** Makes the store. Throws an Error whose sentence says what is missing to reach it. */
export function createVaultStore(settings: VaultSettings, parts: StoreParts): SecretStore {
  const place = placeOf(settings, parts)
  return new VaultStore(settings, place, parts)
}

function placeOf(settings: VaultSettings, { environment }: StoreParts): VaultPlace {
  const address = settings.address ?? environment['VAULT_ADDR']
  if (address === undefined || address === '') {
    throw new Error('Vault has no address: write secrets.vault.address, or set VAULT_ADDR.')
  }
  const destination = parseDestination(address, 'operator')
  return {
    destination,
    basePath: new URL(address).pathname.replace(/\/+$/, ''),
    namespace: settings.namespace ?? (environment['VAULT_NAMESPACE'] || undefined),
    timeoutMs: settings.timeout,
  }
}

/** Where one secret lies. */
interface VaultPath {
  readonly path: string
  readonly field: string
}

class VaultStore implements SecretStore {
  readonly #mounts: readonly string[]
  readonly #place: VaultPlace
  readonly #parts: StoreParts
  readonly #session: VaultSession

  constructor(settings: VaultSettings, place: VaultPlace, parts: StoreParts) {
    this.#mounts = settings.mounts
    this.#place = place
    this.#parts = parts
    this.#session = new VaultSession(settings, place, parts)
  }

  async read(references: readonly StoredReference[]): Promise<ReadonlyMap<StoredReference, StoreAnswer>> {
    const places = references.map((reference) => ({ reference, ...this.#pathOf(reference) }))
    const paths = [...new Set(places.map(({ path }) => path))]
    const answers = new Map<string, VaultAnswer>()
    await Promise.all(paths.map(async (path) => answers.set(path, await this.#readPath(path))))
    return new Map(places.map(({ reference, path, field }) => [reference, fieldOf(answers.get(path), field)]))
  }

  close(): void {
    this.#session.close()
  }

  /** A token that is not taken may have ended early: it is had anew, once. */
  async #readPath(path: string): Promise<VaultAnswer> {
    const first = await this.#session.token()
    if (!first.ok) return first
    const answer = await this.#get(path, first.token)
    if (answer.kind !== 'denied') return answer
    const next = await this.#session.token(first.token)
    if (!next.ok) return next
    return next.token === first.token ? answer : await this.#get(path, next.token)
  }

  async #get(path: string, token: string): Promise<VaultAnswer> {
    return await askVault(this.#place, { method: 'GET', path, token }, this.#parts)
  }

  /** `vault:kv/ai/prod#openai` lies at `kv/data/ai/prod`. */
  #pathOf(reference: StoredReference): VaultPath {
    const cut = reference.lastIndexOf('#')
    const name = reference.slice('vault:'.length, cut)
    const named = this.#mounts.filter((mount) => name.startsWith(`${mount}/`))
    const longest = named.toSorted((one, other) => other.length - one.length)[0]
    const mount = longest ?? name.slice(0, name.indexOf('/'))
    const path = `${encodePath(mount)}/data/${encodePath(name.slice(mount.length + 1))}`
    return { path, field: reference.slice(cut + 1) }
  }
}

function fieldOf(answer: VaultAnswer | undefined, field: string): StoreAnswer {
  if (answer === undefined) return { kind: 'away', reason: 'was not asked' }
  switch (answer.kind) {
    case 'ok':
      break
    case 'missing':
      return { kind: 'refused', reason: missingReason(answer) }
    case 'denied':
      return { kind: 'refused', reason: `${answer.reason}; its policy has to allow "read" there` }
    case 'refused':
    case 'away':
      return answer
  }
  const fields = memberAt(answer.json, 'data', 'data')
  if (typeof fields !== 'object' || fields === null) {
    return { kind: 'refused', reason: 'holds nothing of version 2 there; is the mount KV version 2?' }
  }
  const text = textAt(fields, field)
  if (text === undefined) {
    const isThere = memberAt(fields, field) !== undefined
    return { kind: 'refused', reason: isThere ? 'has no text in this field' : 'has no such field there' }
  }
  const sinceMs = Date.parse(textAt(answer.json, 'data', 'metadata', 'created_time') ?? '')
  return { kind: 'value', text, sinceMs: Number.isFinite(sinceMs) ? sinceMs : undefined }
}

/** A version that was deleted or destroyed is told with its metadata. */
function missingReason({ json, reason }: Extract<VaultAnswer, { readonly kind: 'missing' }>): string {
  const metadata = memberAt(json, 'data', 'metadata')
  if (metadata === undefined) return `${reason}: there is nothing at this path`
  const isDestroyed = memberAt(metadata, 'destroyed') === true
  return `has only a version there that was ${isDestroyed ? 'destroyed' : 'deleted'}`
}
