// Copies of what stores outside have said, for a start while a store is away: sealed, in the data directory. Without a key
// to seal them with there are none. What cannot be read or opened counts as not there.
import { join } from 'node:path'
import type { StoredReference } from '../../core/secret.ts'
import { readText } from '../../platform/read-text.ts'
import { removeFile, replaceText } from '../../platform/write-text.ts'
import type { ReadSecret, SecretCopies } from '../../secrets/ports.ts'
import { CannotOpen } from '../../store/sealing.ts'
import type { Sealer, SealPlace } from '../../store/sealing.ts'

const place: SealPlace = { table: 'secrets', row: 'all', tenant: '' }
const bytesMax = 16 * 1024 * 1024

export function secretCopiesFile(directory: string, sealer: Sealer): SecretCopies {
  const path = join(directory, 'secrets.sealed')
  return {
    read: () => {
      const read = readText(path, bytesMax)
      return read.ok ? secretsIn(read.text.trim(), sealer) : new Map()
    },
    write: (secrets) => {
      // A failure costs a start without the store some day, and nothing now.
      if (sealer.keyId === undefined) removeFile(path)
      else replaceText(path, `${sealer.seal(JSON.stringify([...secrets]), place)}\n`)
    },
  }
}

function secretsIn(sealed: string, sealer: Sealer): ReadonlyMap<StoredReference, ReadSecret> {
  try {
    return new Map(JSON.parse(sealer.open(sealed, place)) as [StoredReference, ReadSecret][])
  } catch (failure) {
    if (failure instanceof CannotOpen || failure instanceof SyntaxError) return new Map()
    throw failure
  }
}
