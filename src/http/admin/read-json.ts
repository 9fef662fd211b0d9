// The body of a request to the admin API, read by its schema. What is wrong with it is said with the path of the member,
// in the envelope that every other failure has.
import type * as z from 'zod'
import { InvalidType, InvalidValue, MissingParameter } from '../../core/errors.ts'
import { readJsonBody } from '../../dialects/json-body.ts'
import { readBody } from '../read-body.ts'

/** Far above what any of these bodies needs. */
const bodyBytesMax = 1024 * 1024

/** Reads and checks a body; an empty one counts as `{}`. Rejects with the GatewayErrors of bad input. */
export async function readJson<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
): Promise<z.output<Schema>> {
  const bytes = await readBody(request, bodyBytesMax)
  const read = schema.safeParse(bytes.length === 0 ? {} : parsed(bytes))
  if (read.success) return read.data
  throw asGatewayError(read.error)
}

function parsed(bytes: Uint8Array): unknown {
  // Looks at form, depth and number of members before anything is built of them.
  readJsonBody(bytes)
  return JSON.parse(Buffer.from(bytes).toString('utf8'))
}

function asGatewayError({ issues }: z.ZodError): Error {
  const [issue] = issues
  const path = issue?.path.join('.') ?? ''
  switch (issue?.code) {
    case 'unrecognized_keys':
      return new InvalidValue([...issue.path, issue.keys[0] ?? ''].join('.'), 'there is no such member')
    case 'invalid_type':
      if (issue.input === undefined && issue.message.endsWith('received undefined'))
        return new MissingParameter(path)
      return new InvalidType(path, issue.expected)
    default:
      return new InvalidValue(path === '' ? 'body' : path, issue?.message ?? 'it is not what was expected')
  }
}
