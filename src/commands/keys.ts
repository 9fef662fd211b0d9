// `sallyport keys`: makes, lists and revokes the keys of clients, also while a gateway runs on the same data.
import { doubtModel } from '../config/doubt-model.ts'
import { loadDraft } from '../config/load-config.ts'
import { auditedKeys } from '../compose/audited-keys.ts'
import { openKeys } from '../compose/open-store.ts'
import type { OpenKeys } from '../compose/open-store.ts'
import type { StoredKey } from '../keys/key-store.ts'
import { makeKey } from '../keys/manage-keys.ts'
import { randomBytes } from '../platform/random.ts'
import { systemClock } from '../platform/system-clock.ts'
import { configFacts } from './config-facts.ts'
import type { CommonOptions } from './options.ts'
import type { ProcessPort } from './process-port.ts'
import { readKeyOptions } from './read-key-options.ts'
import type { CreateKeyOptions } from './read-key-options.ts'

/** Makes a key and prints it, this once. */
export async function createKey(port: ProcessPort, options: CreateKeyOptions): Promise<number> {
  const nowMs = systemClock.wallMs()
  const key = readKeyOptions(options, nowMs)
  for (const doubt of doubtsOf(key.models, port, options)) port.printError(`Mind that ${doubt}\n`)
  return await withKeys(port, options, async ({ store, hash }) => {
    const { id, secret } = await makeKey(key, { store, hash, nowMs, random: randomBytes })
    port.printError(`The key ${id} is made. It is shown once; keep it:\n`)
    port.print(`${secret}\n`)
    return 0
  })
}

/** What the key may call and the config does not know. The key is made all the same: the config may change. */
function doubtsOf(
  models: readonly string[],
  port: ProcessPort,
  { config }: CommonOptions,
): readonly string[] {
  if (models.length === 0) return []
  const facts = configFacts(port)
  const draft = loadDraft(config, facts)
  if (draft === undefined) {
    return ['the config cannot be read, so nobody looked whether it knows these models.']
  }
  return models.flatMap((model) => doubtModel(model, draft, facts.knownProviders) ?? [])
}

/** Prints a line for each key. */
export async function listKeys(port: ProcessPort, options: CommonOptions): Promise<number> {
  return await withKeys(port, options, async ({ store }) => {
    const keys = await store.list()
    if (keys.length === 0)
      port.printError('There are no keys yet. Make one with "sallyport keys create --name …".\n')
    else port.print(table([heading, ...keys.map((key) => row(key, systemClock.wallMs()))]))
    return 0
  })
}

/** Makes a key useless. */
export async function revokeKey(port: ProcessPort, id: string, options: CommonOptions): Promise<number> {
  return await withKeys(port, options, async ({ store }) => {
    if (await store.revoke(id, systemClock.wallMs())) {
      port.print(`The key ${id} is revoked.\n`)
      return 0
    }
    port.printError(`There is no key with the id "${id}". "sallyport keys list" shows them.\n`)
    return 1
  })
}

async function withKeys(
  port: ProcessPort,
  options: CommonOptions,
  work: (keys: OpenKeys) => Promise<number>,
): Promise<number> {
  const keys = await openKeys(options.dataDir ?? '.sallyport')
  for (const what of keys.directory.mended) port.printError(`Mended in ${keys.directory.path}: ${what}.\n`)
  const by = { actor: 'cli', address: '' }
  const store = auditedKeys(keys.store, { trail: keys.trail, clock: systemClock, by })
  try {
    return await work({ ...keys, store })
  } finally {
    keys.close()
  }
}

const heading = ['ID', 'NAME', 'ENDS IN', 'STATE', 'MADE', 'MODELS', 'SCOPES']

function row(key: StoredKey, nowMs: number): string[] {
  const day = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10)
  const isExpired = key.expiresAtMs !== null && key.expiresAtMs <= nowMs
  const state = key.revokedAtMs !== null ? 'revoked' : isExpired ? 'expired' : 'valid'
  const until = key.expiresAtMs === null || state !== 'valid' ? '' : ` until ${day(key.expiresAtMs)}`
  return [
    key.id,
    key.name,
    key.last4,
    state + until,
    day(key.createdAtMs),
    key.models.length === 0 ? 'all' : key.models.join(','),
    key.scopes.length === 0 ? 'all' : key.scopes.join(','),
  ]
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = heading.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)))
  return rows
    .map(
      (cells) =>
        `${cells
          .map((cell, at) => cell.padEnd(widths[at] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}
