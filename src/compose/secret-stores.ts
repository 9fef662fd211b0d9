// The stores of secrets that a config names, opened: each is loaded only where a secret is in it, and is asked over ways
// out of its own, so that neither a provider's trouble nor its pause keeps a key from being read.
import type * as AwsParts from '../adapters/secrets/aws/aws-apart.ts'
import type { LocalRead, StoreParts } from '../adapters/secrets/store-parts.ts'
import type * as VaultParts from '../adapters/secrets/vault/vault-apart.ts'
import type { Clock } from '../core/clock.ts'
import type { EgressClient } from '../core/egress.ts'
import type { LocalReference } from '../core/secret.ts'
import type { LoadParts } from '../config/load-config.ts'
import { loadApart } from '../platform/apart.ts'
import { Deadlines } from '../platform/deadlines.ts'
import { parseRange } from '../platform/egress/address-rules.ts'
import { createEgress } from '../platform/egress/egress.ts'
import { parseProxy } from '../platform/egress/proxy.ts'
import { systemResolver } from '../platform/egress/resolver.ts'
import type { EgressSettings } from '../providers/settings.ts'
import type { SecretStore, StoreName } from '../secrets/ports.ts'
import type { SecretsSettings } from '../secrets/settings.ts'
import { StoredSecrets } from '../secrets/stored-secrets.ts'

/** How stores are reached, as a config says it. */
export interface StorePlace {
  readonly settings: SecretsSettings
  readonly egress: EgressSettings
  /** The file of the config, which the paths in it are seen from. */
  readonly source: string
}

export type GatewaySecrets = StoredSecrets<StorePlace>

export interface SecretStoresParts {
  readonly clock: Clock
  readonly random: () => number
  readonly facts: Pick<LoadParts, 'environment' | 'readText' | 'fullPath'>
}

const secretBytesMax = 256 * 1024
/** Few questions, far apart. */
const keepAliveMs = 20_000
const idleConnectionsMax = 8
/** Where an operator's own stores may be, and where machines and containers are told who they are. */
const ownRanges = [
  '127.0.0.0/8',
  '::1',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  'fc00::/7',
  '169.254.169.254',
  '169.254.170.2',
  '169.254.170.23',
].flatMap((range) => parseRange(range) ?? [])

/** Nothing is opened before a config names a secret there. */
export function secretStores(parts: SecretStoresParts): GatewaySecrets {
  const { clock, random } = parts
  return new StoredSecrets({ clock, random, open: (store, place) => openStore(store, place, parts) })
}

async function openStore(
  store: StoreName,
  place: StorePlace,
  { clock, random, facts }: SecretStoresParts,
): Promise<SecretStore> {
  const readNamed = (path: string): LocalRead => {
    const read = facts.readText(facts.fullPath(path, place.source), secretBytesMax)
    return read.ok ? read : { ok: false, reason: `the file ${read.reason}` }
  }
  const { environment } = facts
  const egress = wayOut(place, {
    clock,
    authorities: authoritiesOf(store, place, { environment, readNamed }),
  })
  const storeParts: StoreParts = {
    egress,
    clock,
    random,
    environment,
    readLocal: (reference) => readLocal(reference, environment, readNamed),
    readFile: (path) => {
      const read = readNamed(path)
      return read.ok ? read.text : undefined
    },
  }
  return closing(await opened(store, place.settings, storeParts), egress)
}

async function opened(store: StoreName, settings: SecretsSettings, parts: StoreParts): Promise<SecretStore> {
  if (store === 'vault') {
    const file = '../adapters/secrets/vault/vault-apart.ts'
    const place = { file, from: import.meta.url }
    const { createVaultStore } = await loadApart<typeof VaultParts>(
      'adapters/secrets/vault/vault-apart',
      place,
    )
    return createVaultStore(settings.vault, parts)
  }
  const place = { file: '../adapters/secrets/aws/aws-apart.ts', from: import.meta.url }
  const { createAwsStore } = await loadApart<typeof AwsParts>('adapters/secrets/aws/aws-apart', place)
  return createAwsStore(settings.aws, parts)
}

function closing(store: SecretStore, egress: EgressClient): SecretStore {
  return {
    read: (references) => store.read(references),
    close: () => {
      store.close()
      egress.close()
    },
  }
}

function readLocal(
  reference: LocalReference,
  environment: Readonly<Record<string, string | undefined>>,
  readNamed: (path: string) => LocalRead,
): LocalRead {
  const name = reference.slice(reference.indexOf(':') + 1)
  if (reference.startsWith('file:')) return readNamed(name)
  const text = environment[name]
  return text === undefined || text === ''
    ? { ok: false, reason: `the variable ${name} is not set, or is empty` }
    : { ok: true, text }
}

interface Reading {
  readonly environment: Readonly<Record<string, string | undefined>>
  readNamed(path: string): LocalRead
}

/** Whom to trust besides the authorities that everybody trusts. Throws when a file cannot be read. */
function authoritiesOf(
  store: StoreName,
  { settings, egress }: StorePlace,
  { environment, readNamed }: Reading,
): string | undefined {
  const own = store === 'vault' ? (settings.vault.ca_file ?? environment['VAULT_CACERT']) : undefined
  const texts = [egress.ca_file, own].flatMap((file) => {
    if (file === undefined || file === '') return []
    const path = file.startsWith('file:') ? file.slice('file:'.length) : file
    const read = readNamed(path)
    if (!read.ok) throw new Error(`the certificate authorities in ${path}: ${read.reason}`)
    if (!read.text.includes('-----BEGIN ')) throw new Error(`${path} does not hold PEM (-----BEGIN …)`)
    return [read.text]
  })
  return texts.length === 0 ? undefined : texts.join('\n')
}

/** What lies at a private address is reached directly, and all else as providers are. */
function wayOut(
  { egress }: StorePlace,
  { clock, authorities }: { readonly clock: Clock; readonly authorities: string | undefined },
): EgressClient {
  const parts = { clock, deadlines: new Deadlines(clock), resolve: systemResolver }
  const settings = {
    connectTimeoutMs: egress.connect_timeout,
    writeTimeoutMs: egress.write_timeout,
    idleTimeoutMs: egress.idle_timeout,
    keepAliveMs,
    idleConnectionsMax,
    allow: [...ownRanges, ...egress.allow.flatMap((range) => parseRange(range) ?? [])],
    proxy: undefined,
    ca: authorities,
  }
  const direct = createEgress(settings, parts)
  if (egress.proxy === 'off') return direct
  const proxied = createEgress({ ...settings, proxy: parseProxy(egress.proxy) }, parts)
  return {
    send: (request, sink) => {
      const { operatorAddress, hostname } = request.place.destination
      const isNear = operatorAddress || hostname.startsWith('169.254.')
      return (isNear ? direct : proxied).send(request, sink)
    },
    connections: () => {
      const [near, far] = [direct.connections(), proxied.connections()]
      return { active: near.active + far.active, idle: near.idle + far.idle }
    },
    close: () => {
      direct.close()
      proxied.close()
    },
  }
}
