// Whose failure was it? An answer that is no success, as an error class (docs/reference/errors.md) and as the error
// that the client gets when nobody else answers. The table is that of the design: client, credential, throttle,
// overload, server, content.
import type { AttemptOutcome } from '../core/attempt.ts'
import {
  ContentBlocked,
  ProviderAuth,
  ProviderFault,
  ProviderOverloaded,
  ProviderQuota,
  ProviderRateLimited,
  ProviderRefusedRequest,
} from '../core/provider-errors.ts'
import type { GatewayError } from '../core/errors.ts'
import type { ProviderErrorText } from '../dialects/passage.ts'
import type { Deployment } from './deployment.ts'

export interface Failure {
  readonly outcome: AttemptOutcome
  readonly error: GatewayError
  /** Another deployment may well succeed. */
  readonly elsewhere: boolean
}

/** Classifies an HTTP answer with a status other than 200. `error` is what the body tells, `retryAfter` the header as it came. */
export function classifyStatus(
  deployment: Deployment,
  answer: {
    readonly status: number
    readonly body: string
    readonly error: ProviderErrorText
    readonly retryAfter: string | undefined
  },
  wallMs: number,
): Failure {
  const { status, body } = answer
  const { provider } = deployment
  const retryAfterSeconds = readRetryAfter(answer.retryAfter, wallMs)
  if (deployment.quotaIsGone({ status, body, retryLater: answer.retryAfter !== undefined })) {
    return { outcome: 'credential', error: new ProviderQuota(provider), elsewhere: true }
  }
  if (status === 401 || status === 402 || status === 403 || deployment.keyIsRefused({ status, body })) {
    return { outcome: 'credential', error: new ProviderAuth(provider, status), elsewhere: true }
  }
  if (status === 429) {
    return {
      outcome: 'throttled',
      error: new ProviderRateLimited(provider, retryAfterSeconds),
      elsewhere: true,
    }
  }
  if (status === 503 || status === 529) {
    return {
      outcome: 'overloaded',
      error: new ProviderOverloaded(provider, retryAfterSeconds),
      elsewhere: true,
    }
  }
  if (status >= 400 && status < 500 && status !== 408) return refusal(provider, status, answer.error)
  const what =
    status >= 300 && status < 400 ? `it redirects (${status}), which is not followed` : `status ${status}`
  return { outcome: 'server_fault', error: new ProviderFault(provider, what), elsewhere: true }
}

function refusal(provider: string, status: number, { code, type, json }: ProviderErrorText): Failure {
  if (contentCodes.has(code) || contentCodes.has(type)) {
    return { outcome: 'content', error: new ContentBlocked(provider, json), elsewhere: false }
  }
  const error = new ProviderRefusedRequest(provider, status, json)
  // A model that one deployment does not have, another may.
  return { outcome: 'client_fault', error, elsewhere: status === 404 }
}

/** https://learn.microsoft.com/azure/ai-services/openai/concepts/content-filter, 2026-11 */
const contentCodes = new Set(['content_filter', 'content_policy_violation', 'responsibleaipolicyviolation'])

/** What the dialects call these two where no status says it: OpenAI, Anthropic, Google. */
const throttledNames = new Set(['rate_limit_exceeded', 'rate_limit_error', 'resource_exhausted', '429'])
const overloadedNames = new Set(['overloaded_error', 'unavailable', '503', '529'])

/** An error that came inside an answer with status 200, before its content or in place of it. */
export function classifyInnerError(deployment: Deployment, error: ProviderErrorText): Failure {
  const { provider } = deployment
  const names = [error.code, error.type]
  if (names.some((name) => contentCodes.has(name))) {
    return { outcome: 'content', error: new ContentBlocked(provider, error.json), elsewhere: false }
  }
  if (deployment.quotaIsGone({ status: 429, body: error.json ?? '', retryLater: false })) {
    return { outcome: 'credential', error: new ProviderQuota(provider), elsewhere: true }
  }
  if (names.some((name) => throttledNames.has(name))) {
    return { outcome: 'throttled', error: new ProviderRateLimited(provider, null), elsewhere: true }
  }
  if (names.some((name) => overloadedNames.has(name))) {
    return { outcome: 'overloaded', error: new ProviderOverloaded(provider, null), elsewhere: true }
  }
  return {
    outcome: 'server_fault',
    error: new ProviderFault(provider, 'it answered with an error'),
    elsewhere: true,
  }
}

/** Seconds from a `retry-after` header (seconds or an HTTP date), clamped to an hour; null when absent or odd. */
export function readRetryAfter(header: string | undefined, wallMs: number): number | null {
  if (header === undefined) return null
  const seconds = /^\d+(\.\d+)?$/.test(header) ? Number(header) : (Date.parse(header) - wallMs) / 1000
  return Number.isFinite(seconds) ? Math.min(3600, Math.max(0, Math.ceil(seconds))) : null
}
