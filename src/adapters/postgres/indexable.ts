// Ids that clients and providers choose, as a database can look them up: an index takes no more than some 2700 bytes.
import { sha256 } from '../../platform/hmac.ts'

const idCharsMax = 600

/** The id itself, or its hash where it is too long; the same for the same id. */
export function indexable(id: string): string {
  return id.length > idCharsMax ? `sha256:${sha256(id)}` : id
}
