// Errors of Google's APIs: a code, a message, and the status' name.
import type { ErrorWriter } from '../dialect.ts'
import { modelBroke } from '../dialect.ts'
import type { ErrorFacts } from '../error-body.ts'

const nameOfStatus = new Map([
  [401, 'UNAUTHENTICATED'],
  [402, 'FAILED_PRECONDITION'],
  [403, 'PERMISSION_DENIED'],
  [404, 'NOT_FOUND'],
  [409, 'ABORTED'],
  [429, 'RESOURCE_EXHAUSTED'],
  [503, 'UNAVAILABLE'],
  [504, 'DEADLINE_EXCEEDED'],
  [529, 'UNAVAILABLE'],
])

export const geminiErrors: ErrorWriter = {
  body: (status, facts) => `${JSON.stringify(errorOf(status, facts), null, 2)}\n`,
  event: () => ({ kind: 'event', text: JSON.stringify(errorOf(500, { message: modelBroke })), tokens: 0 }),
  emptyStream: [],
  truncated: '{"candidates":[{"content":{"parts":[{"te',
}

function errorOf(status: number, facts: ErrorFacts): object {
  const natural = nameOfStatus.get(status) ?? (status < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL')
  const reason = {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason: facts.code,
    domain: 'googleapis.com',
  }
  return {
    error: {
      code: status,
      message: facts.message ?? `The simulator answers ${status}.`,
      status: facts.type ?? natural,
      ...(facts.code === undefined || facts.code === null ? {} : { details: [reason] }),
    },
  }
}
