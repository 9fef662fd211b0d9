// Errors of the Messages API: one envelope for answers and for streams.
import type { ErrorWriter } from '../dialect.ts'
import { modelBroke } from '../dialect.ts'
import type { ErrorFacts } from '../error-body.ts'

const typeOfStatus = new Map([
  [400, 'invalid_request_error'],
  [401, 'authentication_error'],
  [402, 'billing_error'],
  [403, 'permission_error'],
  [404, 'not_found_error'],
  [409, 'conflict_error'],
  [413, 'request_too_large'],
  [429, 'rate_limit_error'],
  [504, 'timeout_error'],
  [529, 'overloaded_error'],
])

export const messagesErrors: ErrorWriter = {
  body: (status, facts, requestId) => envelope(status, facts, requestId),
  event: () => ({
    kind: 'event',
    name: 'error',
    text: envelope(500, { message: modelBroke }, 'req_simulated'),
    tokens: 0,
  }),
  emptyStream: [],
  truncated: '{"id":"msg_broken","type":"message","role":"assistant","content":[{"ty',
}

function envelope(status: number, facts: ErrorFacts, requestId: string): string {
  const natural = typeOfStatus.get(status) ?? (status < 500 ? 'invalid_request_error' : 'api_error')
  const error = {
    type: facts.type ?? natural,
    message: facts.message ?? `The simulator answers ${status}.`,
    ...(facts.code === undefined || facts.code === null ? {} : { details: { error_code: facts.code } }),
  }
  return JSON.stringify({ type: 'error', error, request_id: requestId })
}
