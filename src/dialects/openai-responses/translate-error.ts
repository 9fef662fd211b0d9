// A provider's error of this dialect: in its envelope, in a failed response, or as an event of a stream, where it comes
// flat as documented or in the envelope as it is often sent.
import { given, isObject } from '../json-object.ts'
import type { ProviderError } from '../../core/answer-event.ts'

/** Reads an error body. Undefined when it is none. */
export function readError(body: unknown): ProviderError | undefined {
  if (!isObject(body)) return undefined
  const inner = body['error'] ?? undefined
  if (typeof inner === 'string') return { message: inner, type: 'error' }
  if (isObject(inner)) return readErrorObject(inner)
  const message = body['message'] ?? body['detail']
  if (typeof message !== 'string') return undefined
  return readErrorObject({ ...body, message })
}

const ownMembers: ReadonlySet<string> = new Set([
  'message',
  'detail',
  'type',
  'code',
  'sequence_number',
  'event_id',
])

/** Reads the error itself. */
export function readErrorObject(error: Readonly<Record<string, unknown>>): ProviderError {
  const code = wordOf(error['code'])
  const type = error['type'] === 'error' ? undefined : wordOf(error['type'])
  const others = Object.entries(error).filter(
    ([name, value]) => !ownMembers.has(name) && value !== null && value !== undefined,
  )
  return given<ProviderError>({
    message: typeof error['message'] === 'string' ? error['message'] : 'The provider reported an error.',
    type: type ?? code ?? 'error',
    code,
    details: others.length > 0 ? Object.fromEntries(others) : undefined,
  })
}

function wordOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}
