// Envelope encryption: each text under a key of its own (AES-256-GCM), and that key under the operator's. To change the
// operator's, only the small keys are wrapped anew. Both are bound to the place of the text, so that nobody who can write
// to the store can put one text in the place of another.
import { createCipheriv, createDecipheriv, hkdfSync, randomFillSync } from 'node:crypto'
import { bytesOfMasterKey } from '../../core/master-key.ts'
import { CannotOpen, sealedParts, sealedText } from '../../store/sealing.ts'
import type { SealedParts, Sealer, SealPlace } from '../../store/sealing.ts'

const cipher = 'aes-256-gcm'
const ivBytes = 12
const tagBytes = 16
const keyBytes = 32

/** An operator's key, ready for use. */
export interface MasterKey {
  /** Nothing of the key can be had from it. */
  readonly id: string
  readonly wrapping: Uint8Array
}

/** Of a text that `masterKeyProblem` has nothing against. */
export function masterKeyOf(text: string): MasterKey {
  const secret = bytesOfMasterKey(text) ?? new Uint8Array(0)
  const derived = (purpose: string, length: number): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, '', `sallyport ${purpose}`, length))
  return { id: derived('key id', 4).toString('hex'), wrapping: derived('key wrapping', keyBytes) }
}

/** Seals under `current`, where there is one; opens what is under it or one of the `previous`. */
export function createEnvelope(current: MasterKey | undefined, previous: readonly MasterKey[]): Sealer {
  const known = new Map(
    [...previous, ...(current === undefined ? [] : [current])].map((key) => [key.id, key]),
  )
  const ownKeyOf = (parts: SealedParts, place: SealPlace): Buffer => {
    const master = known.get(parts.keyId)
    if (master === undefined) throw new CannotOpen(`It is under the key ${parts.keyId}, which is not known.`)
    return decrypted(parts.wrapped, master.wrapping, keyPlace(master.id, place))
  }
  return {
    keyId: current?.id,
    seal: (text, place) => {
      if (current === undefined) throw new Error('There is no key to seal with.')
      const own = randomFillSync(Buffer.alloc(keyBytes))
      const content = encrypted(Buffer.from(text), own, textPlace(place))
      const wrapped = encrypted(own, current.wrapping, keyPlace(current.id, place))
      own.fill(0)
      return sealedText({ keyId: current.id, wrapped, content })
    },
    open: (sealed, place) => {
      const parts = sealedParts(sealed)
      const own = ownKeyOf(parts, place)
      const text = decrypted(parts.content, own, textPlace(place)).toString()
      own.fill(0)
      return text
    },
    rewrap: (sealed, place) => {
      const parts = sealedParts(sealed)
      if (current === undefined) throw new Error('There is no key to seal with.')
      if (parts.keyId === current.id) return undefined
      const own = ownKeyOf(parts, place)
      const wrapped = encrypted(own, current.wrapping, keyPlace(current.id, place))
      own.fill(0)
      return sealedText({ keyId: current.id, wrapped, content: parts.content })
    },
  }
}

/** Lists as JSON: no name can look like the end of another. */
function textPlace({ table, row, tenant }: SealPlace): string {
  return JSON.stringify([table, row, 1, tenant])
}

function keyPlace(id: string, { table, row, tenant }: SealPlace): string {
  return JSON.stringify(['key', id, table, row, 1, tenant])
}

function encrypted(bytes: Uint8Array, key: Uint8Array, place: string): string {
  const iv = randomFillSync(Buffer.alloc(ivBytes))
  const work = createCipheriv(cipher, key, iv, { authTagLength: tagBytes }).setAAD(Buffer.from(place))
  const done = Buffer.concat([iv, work.update(bytes), work.final(), work.getAuthTag()])
  return done.toString('base64url')
}

function decrypted(text: string, key: Uint8Array, place: string): Buffer {
  const bytes = Buffer.from(text, 'base64url')
  if (bytes.length < ivBytes + tagBytes) throw new CannotOpen('It has been cut.')
  const [iv, tag] = [bytes.subarray(0, ivBytes), bytes.subarray(-tagBytes)]
  const work = createDecipheriv(cipher, key, iv, { authTagLength: tagBytes }).setAAD(Buffer.from(place))
  work.setAuthTag(tag)
  try {
    return Buffer.concat([work.update(bytes.subarray(ivBytes, -tagBytes)), work.final()])
  } catch {
    throw new CannotOpen('It has been changed, or belongs elsewhere.')
  }
}
