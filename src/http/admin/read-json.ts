// The body of a request to the admin API, read by its schema. What is wrong with it is said with the path of the member,
// in the envelope that every other failure has.
import { InvalidType, InvalidValue, MissingParameter } from '../../core/errors.ts'
import { readJsonBody } from '../../dialects/json-body.ts'
import { loadApart } from '../../platform/apart.ts'
import { readBody } from '../read-body.ts'
import type * as ReadParts from './read-as-apart.ts'
import type { BodyProblem, RequestBodies } from './read-as-apart.ts'

/** Far above what any of these bodies needs. */
const bodyBytesMax = 1024 * 1024
const place = { file: './read-as-apart.ts', from: import.meta.url }

/** Reads and checks a body; an empty one counts as `{}`. Rejects with the GatewayErrors of bad input. */
export async function readJson<Name extends keyof RequestBodies>(
  request: Request,
  name: Name,
): Promise<RequestBodies[Name]> {
  const bytes = await readBody(request, bodyBytesMax)
  const value = bytes.length === 0 ? {} : parsed(bytes)
  const { readAs } = await loadApart<typeof ReadParts>('http/admin/read-as-apart', place)
  const read = readAs(name, value)
  if (read.ok) return read.body
  throw asGatewayError(read.problem)
}

function parsed(bytes: Uint8Array): unknown {
  // Looks at form, depth and number of members before anything is built of them.
  readJsonBody(bytes)
  return JSON.parse(Buffer.from(bytes).toString('utf8'))
}

function asGatewayError({ kind, path, reason }: BodyProblem): Error {
  if (kind === 'missing') return new MissingParameter(path)
  if (kind === 'type') return new InvalidType(path, reason)
  return new InvalidValue(path === '' ? 'body' : path, reason)
}
