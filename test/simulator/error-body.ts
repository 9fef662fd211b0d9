// Error answers in OpenAI's envelope and in the shapes that proxies in front of a provider send.
import type { ErrorBody } from './behaviour.ts'
import type { ErrorWriter } from './dialect.ts'

export interface ErrorFacts {
  readonly message?: string
  readonly type?: string
  readonly code?: string | null
  readonly param?: string | null
  /** A dialect's own further members. */
  readonly details?: unknown
}

export interface PrintedBody {
  readonly contentType: string | undefined
  readonly text: string
}

const typeOfStatus = new Map([
  [401, 'invalid_request_error'],
  [403, 'permission_error'],
  [429, 'requests'],
])

const codeOfStatus = new Map([
  [401, 'invalid_api_key'],
  [404, 'model_not_found'],
  [429, 'rate_limit_exceeded'],
])

export function errorObject(status: number, facts: ErrorFacts): { readonly error: ErrorFacts } {
  const type = typeOfStatus.get(status) ?? (status < 500 ? 'invalid_request_error' : 'server_error')
  return {
    error: {
      message: facts.message ?? `The simulator answers ${status}.`,
      type: facts.type ?? type,
      param: facts.param ?? null,
      code: facts.code === undefined ? (codeOfStatus.get(status) ?? null) : facts.code,
    },
  }
}

export function printedError(
  status: number,
  body: ErrorBody,
  style: { readonly errors: Pick<ErrorWriter, 'body'>; readonly requestId: string },
): PrintedBody {
  if (body.kind === 'raw') return { contentType: body.contentType, text: body.text }
  if (body.kind === 'empty') return { contentType: undefined, text: '' }
  if (body.kind === 'text') return { contentType: 'text/plain', text: `simulated failure ${status}` }
  if (body.kind === 'html') {
    const text = `<html><head><title>${status}</title></head><body><center><h1>${status}</h1></center></body></html>`
    return { contentType: 'text/html', text }
  }
  return { contentType: 'application/json', text: style.errors.body(status, body, style.requestId) }
}
