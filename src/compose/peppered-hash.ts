// How secrets are hashed: under the pepper of the data directory, and for a while also under the one before it.
import type { Peppers } from '../adapters/data-directory.ts'
import type { SecretHash } from '../keys/key-store.ts'
import { createSecretHash } from '../platform/hmac.ts'

const idChars = 8

/** The hash under the peppers that `read` gives; it is asked again when `renew` is. */
export function pepperedHash(read: () => Peppers): Required<SecretHash> {
  let peppers = hashesOf(read())
  return {
    of: (secret) => peppers.current.of(secret),
    equal: (one, other) => peppers.current.equal(one, other),
    ofPrevious: (secret) => peppers.previous?.of(secret),
    pepperId: () => peppers.id,
    renew() {
      const next = hashesOf(read())
      if (next.id === peppers.id) return false
      peppers = next
      return true
    },
  }
}

function hashesOf({ current, previous }: Peppers) {
  const hash = createSecretHash(current)
  return {
    current: hash,
    previous: previous === undefined ? undefined : createSecretHash(previous),
    // What names a pepper must not help to find it, so it is a hash under it.
    id: hash.of('pepper').slice(0, idChars),
  }
}
