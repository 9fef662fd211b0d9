// `sallyport encryption`: what is kept under which key, and all of it brought under the key in use, also while gateways run.
import { countByKey, reseal } from '../adapters/encryption/reseal.ts'
import type { AuditTrail } from '../audit/audit-trail.ts'
import { sealerOf } from '../compose/encryption.ts'
import { openDurable } from '../compose/open-durable.ts'
import { systemClock } from '../platform/system-clock.ts'
import type { SealableRows, SealKeyRegister } from '../store/sealing.ts'
import { keptPlace } from './kept-place.ts'
import type { CommonOptions } from './options.ts'
import type { ProcessPort } from './process-port.ts'
import { readEncryptionKeys } from './read-encryption-keys.ts'

/** Prints how much is kept under which key. */
export async function showEncryption(port: ProcessPort, options: CommonOptions): Promise<number> {
  const { current } = readEncryptionKeys(port, options.config)
  return await withKept(port, options, async ({ rows, register }) => {
    const byKey = await countByKey(rows)
    const ids = new Set([
      ...(await register.ids()),
      ...byKey.keys(),
      ...(current === undefined ? [] : [current.id]),
    ])
    port.print(
      current === undefined
        ? 'New texts are not encrypted.\n'
        : `New texts go under the key ${current.id}.\n`,
    )
    for (const id of [...ids].toSorted()) port.print(`${lineOf(id, byKey.get(id) ?? 0)}\n`)
    return 0
  })
}

/** Brings everything under the key in use. Resolves with 1 where something could not be opened. */
export async function rotateEncryption(port: ProcessPort, options: CommonOptions): Promise<number> {
  const keys = readEncryptionKeys(port, options.config)
  return await withKept(port, options, async ({ rows, register, trail, forgetPlainTexts }) => {
    const { current } = keys
    const act = { actor: 'cli', address: '', action: 'encryption.rotate', before: null, after: null } as const
    const subject = current?.id ?? 'none'
    await trail.append({ ...act, subject, outcome: 'done' }, systemClock.wallMs())
    if (current !== undefined) await register.add(current.id)
    const { changed, wasPlain, unreadable, byKey } = await reseal(rows, sealerOf(keys))
    if (wasPlain > 0) await forgetPlainTexts()
    port.print(`Changed ${counted(changed)}.\n`)
    for (const id of await register.ids()) {
      const left = byKey.get(id) ?? 0
      if (id === current?.id || left > 0) port.print(`${lineOf(id, left)}\n`)
      else {
        await register.remove(id)
        port.print(`Nothing is under the key ${id} any more: it can be taken out of the config.\n`)
      }
    }
    if (unreadable === 0) return 0
    port.printError(
      `${counted(unreadable)} could not be opened with the keys of the config, and stayed as they were.\n`,
    )
    return 1
  })
}

/** Lets gateways start without a key that is lost; what is under it stays unreadable until it expires. */
export async function forgetEncryptionKey(
  port: ProcessPort,
  id: string,
  options: CommonOptions,
): Promise<number> {
  return await withKept(port, options, async ({ register, trail }) => {
    if (!(await register.ids()).includes(id)) {
      port.printError(
        `No key with the id "${id}" is needed; "sallyport encryption status" shows which are.\n`,
      )
      return 1
    }
    const act = { actor: 'cli', address: '', action: 'encryption.forget', before: null, after: null } as const
    await trail.append({ ...act, subject: id, outcome: 'done' }, systemClock.wallMs())
    await register.remove(id)
    port.print(`Gateways start without the key ${id} from now on; what is under it cannot be read.\n`)
    return 0
  })
}

interface Kept {
  readonly rows: readonly SealableRows[]
  readonly register: SealKeyRegister
  readonly trail: AuditTrail
  /** What was replaced is gone from the files, too, wherever it once was in them. */
  forgetPlainTexts(): Promise<void>
}

async function withKept(
  port: ProcessPort,
  options: CommonOptions,
  work: (kept: Kept) => Promise<number>,
): Promise<number> {
  const durable = await openDurable(await keptPlace(port, options))
  const { sealKeys: register, trail, forgetReplaced } = durable
  try {
    return await work({ rows: durable.sealable(), register, trail, forgetPlainTexts: forgetReplaced })
  } finally {
    await durable.close()
  }
}

function lineOf(id: string, count: number): string {
  return id === '' ? `not encrypted: ${counted(count)}` : `under the key ${id}: ${counted(count)}`
}

function counted(count: number): string {
  return `${count} ${count === 1 ? 'record' : 'records'}`
}
