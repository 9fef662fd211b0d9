// `sallyport audit`: shows what was done to the gateway, and whether somebody has changed what stands there.
import type { AuditEntry, AuditTrail } from '../audit/audit-trail.ts'
import { verifyChain } from '../audit/hash-chain.ts'
import { openKeys } from '../compose/open-store.ts'
import { sha256 } from '../platform/hmac.ts'
import { keptPlace } from './kept-place.ts'
import type { CommonOptions } from './options.ts'
import type { ProcessPort } from './process-port.ts'

export interface AuditListOptions extends CommonOptions {
  readonly limit: string
  readonly json?: boolean
}

/** Prints the newest entries, the newest first. */
export async function listAudit(port: ProcessPort, options: AuditListOptions): Promise<number> {
  if (!/^[1-9]\d{0,5}$/.test(options.limit)) {
    throw new Error(`--limit takes a number from 1 to 999999, not "${options.limit}".`)
  }
  return await withTrail(port, options, async (trail) => {
    const entries = await trail.list({ limit: Number(options.limit) })
    if (entries.length === 0) port.printError('Nothing has been done yet.\n')
    for (const entry of entries)
      port.print(options.json === true ? `${JSON.stringify(entry)}\n` : line(entry))
    return 0
  })
}

export interface AuditVerifyOptions extends CommonOptions {
  readonly holds?: string
}

/** Resolves with 0 when every entry is as it was written, and names the first that is not. */
export async function verifyAudit(port: ProcessPort, options: AuditVerifyOptions): Promise<number> {
  const known = options.holds === undefined ? undefined : readKnown(options.holds)
  return await withTrail(port, options, async (trail) => {
    const verdict = await verifyChain(trail.rows(), sha256, known)
    if (!verdict.isWhole) {
      port.printError(`The audit trail is broken at entry ${verdict.brokenNumber}: ${verdict.problem}.\n`)
      return 1
    }
    const { count, lastHash } = verdict
    const last = count === 0 ? '' : ` The last is ${count}:${lastHash}`
    port.print(`The audit trail is whole: ${count} ${count === 1 ? 'entry' : 'entries'}.${last}\n`)
    return 0
  })
}

function readKnown(text: string): { readonly number: number; readonly hash: string } {
  const [, number, hash] = /^([1-9]\d{0,14}):([0-9a-f]{64})$/.exec(text) ?? []
  if (number === undefined || hash === undefined) {
    throw new Error(
      `--holds takes a number and a hash as an earlier "audit verify" printed them, not "${text}".`,
    )
  }
  return { number: Number(number), hash }
}

async function withTrail(
  port: ProcessPort,
  options: CommonOptions,
  work: (trail: AuditTrail) => Promise<number>,
): Promise<number> {
  const keys = await openKeys(await keptPlace(port, options))
  try {
    return await work(keys.trail)
  } finally {
    await keys.close()
  }
}

function line({ number, atMs, actor, address, action, subject, outcome }: AuditEntry): string {
  const from = address === '' ? '' : ` from ${address}`
  const end = outcome === 'done' ? '' : `  (${outcome})`
  return `${number}  ${new Date(atMs).toISOString()}  ${actor}${from}  ${action}  ${subject}${end}\n`
}
