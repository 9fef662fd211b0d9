// `sallyport keys`: makes, lists, changes and revokes the keys of clients, also while a gateway runs on the same data.
import { doubtModel } from '../config/doubt-model.ts'
import { loadDraft } from './read-config.ts'
import { openKeys } from '../compose/open-store.ts'
import type { OpenKeys } from '../compose/open-store.ts'
import { keyState } from '../keys/key-state.ts'
import type { StoredKey } from '../keys/key-store.ts'
import { makeKey, rotateKey } from '../keys/manage-keys.ts'
import type { NewKey } from '../keys/manage-keys.ts'
import { randomBytes } from '../platform/random.ts'
import { systemClock } from '../platform/system-clock.ts'
import { configFacts } from './config-facts.ts'
import { keptPlace } from './kept-place.ts'
import type { CommonOptions } from './options.ts'
import type { ProcessPort } from './process-port.ts'
import { readDurationMs, readKeyOptions } from './read-key-options.ts'
import type { CreateKeyOptions } from './read-key-options.ts'

export interface RotateOptions extends CommonOptions {
  readonly overlap?: string
}

export interface PepperOptions extends CommonOptions {
  readonly force?: boolean
}

/** Makes a key and prints it, this once. */
export async function createKey(port: ProcessPort, options: CreateKeyOptions): Promise<number> {
  const nowMs = systemClock.wallMs()
  const key = readKeyOptions(options, nowMs)
  for (const doubt of doubtsOf(key, port, options)) port.printError(`Mind that ${doubt}\n`)
  return await withKeys(port, options, async ({ store, hash }) => {
    const { id, secret } = await makeKey(key, { store, hash, nowMs, random: randomBytes })
    port.printError(`The key ${id} is made. It is shown once; keep it:\n`)
    port.print(`${secret}\n`)
    return 0
  })
}

/** What the key names and the config does not know. The key is made all the same: the config may change. */
function doubtsOf({ models, team }: NewKey, port: ProcessPort, { config }: CommonOptions): readonly string[] {
  if (models.length === 0 && team === undefined) return []
  const facts = configFacts(port)
  const draft = loadDraft(config, facts)
  if (draft === undefined) {
    const what = models.length === 0 ? 'this team' : 'these models'
    return [`the config cannot be read, so nobody looked whether it knows ${what}.`]
  }
  const ofModels = models.flatMap((model) => doubtModel(model, draft, facts.knownProviders) ?? [])
  if (team === undefined || draft.teams?.has(team) !== false) return ofModels
  return [...ofModels, `the config has no team "${team}", and until it has, this key opens nothing.`]
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

/** Gives a key a new secret and prints it, this once. The old one goes on for a while. */
export async function rotateKeySecret(
  port: ProcessPort,
  id: string,
  options: RotateOptions,
): Promise<number> {
  const overlapMs = options.overlap === '0' ? 0 : readDurationMs('--overlap', options.overlap ?? '24h')
  return await withKeys(port, options, async ({ store, hash }) => {
    const nowMs = systemClock.wallMs()
    const before = (await store.list()).find((key) => key.id === id)
    const rotated = await rotateKey(id, overlapMs, { store, hash, nowMs, random: randomBytes })
    if (before === undefined || rotated === undefined) {
      const reason = before === undefined ? 'There is no key with' : 'Revoked is the key with'
      port.printError(`${reason} the id "${id}". "sallyport keys list" shows them.\n`)
      return 1
    }
    if (before.previous !== undefined && before.previous.untilMs > nowMs) {
      port.printError('Mind that it had been changed before, and the secret before that one has ended now.\n')
    }
    const until = new Date(nowMs + overlapMs).toISOString()
    port.printError(`The old secret of ${id} is good until ${until}. The new one is shown once; keep it:\n`)
    port.print(`${rotated.secret}\n`)
    return 0
  })
}

/** Puts another pepper in the place of the one that keys are hashed with. */
export async function changePepper(port: ProcessPort, options: PepperOptions): Promise<number> {
  return await withKeys(port, options, async ({ store, hash, peppers, trail, changePepper: change }) => {
    const nowMs = systemClock.wallMs()
    const left = (await store.list()).filter(
      (key) => keyState(key, nowMs) === 'valid' && key.pepper !== hash.pepperId(),
    )
    if (peppers().previous !== undefined && left.length > 0 && options.force !== true) {
      port.printError(
        `These keys were not used since the pepper was changed the last time, and would end: ` +
          `${left.map(({ id }) => id).join(', ')}. Use them, revoke them, or say --force.\n`,
      )
      return 1
    }
    await trail.append({ ...byCommand, ...pepperChange }, nowMs)
    await change()
    await store.touch()
    port.print('The pepper is changed. Each key comes under it when it is used.\n')
    return 0
  })
}

const byCommand = { actor: 'cli', address: '' }

const pepperChange = {
  action: 'pepper.change',
  subject: 'pepper',
  outcome: 'done',
  before: null,
  after: null,
} as const

async function withKeys(
  port: ProcessPort,
  options: CommonOptions,
  work: (keys: OpenKeys) => Promise<number>,
): Promise<number> {
  const keys = await openKeys(await keptPlace(port, options), byCommand)
  for (const what of keys.directory.mended) port.printError(`Mended in ${keys.directory.path}: ${what}.\n`)
  try {
    return await work(keys)
  } finally {
    await keys.close()
  }
}

const heading = ['ID', 'NAME', 'ENDS IN', 'STATE', 'MADE', 'USED', 'OWNER', 'MODELS', 'SCOPES']

function row(key: StoredKey, nowMs: number): string[] {
  const day = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10)
  const state = keyState(key, nowMs)
  const owner = [key.tenant, key.team, key.user].filter((name) => name !== undefined)
  const until = key.expiresAtMs === null || state !== 'valid' ? '' : ` until ${day(key.expiresAtMs)}`
  return [
    key.id,
    key.name,
    key.last4,
    state + until,
    day(key.createdAtMs),
    key.lastUsedAtMs === undefined ? 'never' : day(key.lastUsedAtMs),
    owner.length === 0 ? '-' : owner.join('/'),
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
