// Behaviours that answer with a status other than 200. What a client sees depends on whose fault it is: the
// request's own goes back as it is, ours and the provider's are tried elsewhere and are never shown as the
// client's.
import type { Behaviour, ErrorBody, Fault } from './behaviour.ts'
import { brokenAnswer, status, throttledFor } from './expectation.ts'
import type { BehaviourCase, Expectation } from './expectation.ts'

const envelope: ErrorBody = { kind: 'envelope' }
const refused = ['provider_refused_request'] as const
const auth = status(502, ['provider_auth'])
const quota = status(502, ['provider_quota'])
const overloaded = status(503, ['provider_overloaded'])
const throttled = status(429, ['provider_rate_limited'])
const blocked = status(400, ['content_blocked'], false)

export const statusCases: readonly BehaviourCase[] = [
  // The request is at fault: no other deployment is asked, the provider's own words survive.
  row(
    'bad-request',
    answers(400, { ...envelope, message: 'max_tokens is too large' }),
    status(400, refused, false),
  ),
  row('bad-request-in-plain-text', answers(400, { kind: 'text' }), status(400, refused, false)),
  row('payload-too-large', answers(413, envelope), status(413, refused, false)),
  row('unprocessable', answers(422, envelope), status(422, refused, false)),
  row('model-not-found', answers(404, envelope), status(404, refused)),
  row('content-filter', answers(400, { ...envelope, code: 'content_filter' }), blocked),
  row('content-policy', answers(400, { ...envelope, code: 'content_policy_violation' }), blocked),
  // The gateway's credential or account is at fault.
  row('key-refused', answers(401, envelope), auth),
  row('key-forbidden', answers(403, envelope), auth),
  row('payment-required', answers(402, envelope), quota),
  row(
    'quota-exhausted',
    answers(429, { ...envelope, type: 'insufficient_quota', code: 'insufficient_quota' }),
    quota,
  ),
  row('credit-exhausted', answers(429, { ...envelope, code: 'credit_balance_exhausted' }), quota),
  // The provider has too much to do.
  row('throttled', answers(429, envelope), throttled),
  row('throttled-for-seconds', answers(429, envelope, { retryAfter: { seconds: 7 } }), throttledFor(7)),
  row('throttled-until-date', answers(429, envelope, { retryAfter: { dateInSeconds: 30 } }), throttled),
  row(
    'throttled-for-milliseconds',
    answers(429, envelope, { retryAfter: { milliseconds: 2_000 } }),
    throttled,
  ),
  row('throttled-for-nonsense', answers(429, envelope, { retryAfter: { raw: 'soon, -1' } }), throttled),
  row('throttled-in-plain-text', answers(429, { kind: 'text' }), throttled),
  row('throttled-with-empty-body', answers(429, { kind: 'empty' }), throttled),
  row('unavailable', answers(503, envelope, { retryAfter: { seconds: 3 } }), overloaded),
  row('unavailable-in-html', answers(503, { kind: 'html' }), overloaded),
  row('overloaded-529', answers(529, envelope), overloaded),
  // The provider is broken.
  row('server-error', answers(500, envelope), brokenAnswer),
  row('server-error-in-plain-text', answers(500, { kind: 'text' }), brokenAnswer),
  row('server-error-with-empty-body', answers(500, { kind: 'empty' }), brokenAnswer),
  row('bad-gateway-in-html', answers(502, { kind: 'html' }), brokenAnswer),
  row('gateway-timeout', answers(504, { kind: 'empty' }), brokenAnswer),
  row(
    'unknown-5xx',
    answers(599, { kind: 'raw', contentType: 'application/json', text: '{"oops' }),
    brokenAnswer,
  ),
  row('redirect-elsewhere', { kind: 'redirect', status: 307 }, brokenAnswer),
  row('redirect-permanently', { kind: 'redirect', status: 301 }, brokenAnswer),
  row('error-in-200', { kind: 'error-in-200' }, brokenAnswer),
]

function row(name: string, fault: Fault, seen: Expectation): BehaviourCase {
  const behaviour: Behaviour = { fault }
  return { name, behaviour, stream: seen, whole: seen }
}

function answers(number: number, body: ErrorBody, more: Pick<StatusFault, 'retryAfter'> = {}): Fault {
  return { kind: 'status', status: number, body, ...more }
}

type StatusFault = Extract<Fault, { readonly kind: 'status' }>
