// `sallyport bodies`: what is kept of prompts and answers, for the operator to look at and to erase, also while a gateway runs
// on the same data.
import { sealerOf } from '../compose/encryption.ts'
import { openBodies } from '../compose/open-bodies.ts'
import type { BodyFilter, BodyStore, KeptBody } from '../bodies/ports.ts'
import { systemClock } from '../platform/system-clock.ts'
import { keptPlace } from './kept-place.ts'
import type { CommonOptions } from './options.ts'
import type { ProcessPort } from './process-port.ts'
import { readEncryptionKeys } from './read-encryption-keys.ts'

export interface BodyOptions extends CommonOptions {
  readonly user?: string
  readonly key?: string
  readonly call?: string
  readonly tenant?: string
}

export interface ListBodiesOptions extends BodyOptions {
  readonly limit: string
  readonly json?: boolean
}

export interface EraseBodiesOptions extends BodyOptions {
  readonly all?: boolean
}

const listMax = 10_000

/** Prints what is kept, the newest first: a line for each call, or all of it as JSON Lines. */
export async function listBodies(port: ProcessPort, options: ListBodiesOptions): Promise<number> {
  const max = /^[1-9]\d{0,4}$/.test(options.limit) ? Number(options.limit) : Number.NaN
  if (!(max <= listMax))
    throw new Error(`--limit takes a number from 1 to ${listMax}, not "${options.limit}".`)
  return await withBodies(port, options, async (store) => {
    const nowMs = systemClock.wallMs()
    const kept = await store.list(filterOf(options), max)
    // What has expired is as good as gone, even before it is swept away.
    const bodies = kept.filter(({ expiresAtMs }) => expiresAtMs > nowMs)
    for (const body of bodies) {
      port.print(options.json === true ? `${JSON.stringify(jsonOf(body))}\n` : `${lineOf(body)}\n`)
    }
    if (bodies.length === 0) port.printError('Nothing is kept.\n')
    return 0
  })
}

/** Prints what was said in a call. */
export async function showBody(port: ProcessPort, callId: string, options: CommonOptions): Promise<number> {
  return await withBodies(port, options, async (store) => {
    const [body] = await store.list({ callId }, 1)
    if (body === undefined || body.expiresAtMs <= systemClock.wallMs()) {
      port.printError(`Nothing is kept of the call "${callId}". "sallyport bodies list" shows what is.\n`)
      return 1
    }
    port.print(`${JSON.stringify(jsonOf(body), null, 2)}\n`)
    return 0
  })
}

/** Erases what is kept of somebody. */
export async function eraseBodies(port: ProcessPort, options: EraseBodiesOptions): Promise<number> {
  const filter = filterOf(options)
  const isNarrow = Object.values(filter).some((value) => value !== undefined)
  if (isNarrow === (options.all === true)) {
    throw new Error('Say whose bodies: --user, --key, --call or --tenant, or --all of them.')
  }
  return await withBodies(port, options, async (store) => {
    const erased = await store.erase(filter)
    port.print(`Erased what was kept of ${erased} ${erased === 1 ? 'call' : 'calls'}.\n`)
    return 0
  })
}

function filterOf({ user, key, call, tenant }: BodyOptions): BodyFilter {
  return { user, keyId: key, callId: call, tenant }
}

async function withBodies(
  port: ProcessPort,
  options: CommonOptions,
  work: (store: Pick<BodyStore, 'list' | 'erase'>) => Promise<number>,
): Promise<number> {
  const by = { actor: 'cli', address: '' }
  const sealer = sealerOf(readEncryptionKeys(port, options.config))
  const { directory, store, close } = await openBodies(await keptPlace(port, options), by, sealer)
  for (const what of directory.mended) port.printError(`Mended in ${directory.path}: ${what}.\n`)
  try {
    return await work(store)
  } finally {
    await close()
  }
}

const firstCharsMax = 60

function lineOf(body: KeptBody): string {
  const { callId, atMs, keyId, model, code, prompt } = body
  const said = prompt.findLast(({ role }) => role === 'user')?.text ?? ''
  // A prompt may hold what moves a terminal's cursor.
  const first = said.replace(/[\p{C}\p{Z}]+/gu, ' ').slice(0, firstCharsMax)
  const at = new Date(atMs).toISOString()
  const user = userOf(body)
  return `${at}  ${callId}  ${keyId}${user === '' ? '' : ` (${printable(user)})`}  ${printable(model)}${code === '' ? '' : `  ${code}`}  ${first}`
}

function userOf({ keyUser, requestUser }: KeptBody): string {
  return keyUser === '' ? requestUser : keyUser
}

function printable(text: string): string {
  return text.replace(/[\p{C}\p{Z}]+/gu, ' ').slice(0, firstCharsMax)
}

/** Names of members are a contract: they are added to and never changed. */
function jsonOf(body: KeptBody): object {
  return {
    object: 'body',
    call: body.callId,
    at: new Date(body.atMs).toISOString(),
    expires: new Date(body.expiresAtMs).toISOString(),
    tenant: body.tenant,
    key: body.keyId,
    key_user: body.keyUser === '' ? null : body.keyUser,
    request_user: body.requestUser === '' ? null : body.requestUser,
    endpoint: body.endpoint,
    model: body.model,
    deployment: body.deployment === '' ? null : body.deployment,
    region: body.region === '' ? null : body.region,
    code: body.code === '' ? null : body.code,
    cut: body.isCut,
    prompt: body.prompt,
    answer: body.answer,
  }
}
