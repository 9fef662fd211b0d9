// How an attempt fails: as an outcome for its record, and as the error that the client gets when nobody else answers. What a
// provider says of it is put to those who know its words; all other failures are told here.
import type { AttemptOutcome } from '../core/attempt.ts'
import type { EgressFailure, EgressHead } from '../core/egress.ts'
import type { Verdict } from '../core/health.ts'
import {
  ProviderFault,
  ProviderTimeout,
  ProviderUnreachable,
  StreamInterrupted,
} from '../core/provider-errors.ts'
import type { GatewayError } from '../core/errors.ts'
import type { Passage, ProviderErrorText } from '../dialects/passage.ts'
import type { StreamFault } from '../dialects/stream-tap.ts'
import { utf8Of } from '../dialects/text-of-bytes.ts'
import { classifyInnerError, classifyStatus } from '../providers/classify-failure.ts'
import type { Failure } from '../providers/classify-failure.ts'
import type { Deployment } from '../providers/deployment.ts'

/** What an attempt's end says of its deployment's health. */
export const verdictOf: Readonly<Record<AttemptOutcome, Verdict>> = {
  ok: 'success',
  client_fault: 'neutral',
  credential: 'credential',
  throttled: 'throttled',
  overloaded: 'overloaded',
  server_fault: 'failure',
  unreachable: 'failure',
  timeout: 'timeout',
  interrupted: 'failure',
  content: 'neutral',
  cancelled: 'neutral',
  hedge_loser: 'neutral',
  budget: 'neutral',
  shutdown: 'neutral',
  internal: 'neutral',
  crashed: 'neutral',
}

/** Codes of the way out for an answer that came and cannot be read. */
const unreadable: ReadonlySet<string> = new Set(['malformed', 'too_large', 'unsupported_encoding'])

/** The exchange failed. `hasHead`: the provider had begun to answer. */
export function exchangeFailure(provider: string, failure: EgressFailure, hasHead: boolean): Failure {
  const outcome = outcomeOf(failure.code, hasHead)
  return { outcome, error: errorOf(outcome, provider, failure.message), elsewhere: true }
}

function outcomeOf(code: string, hasHead: boolean): AttemptOutcome {
  if (code.endsWith('_timeout')) return 'timeout'
  if (hasHead) return 'interrupted'
  // What answers, if only with nonsense, has been reached.
  return unreadable.has(code) ? 'server_fault' : 'unreachable'
}

function errorOf(outcome: AttemptOutcome, provider: string, message: string): GatewayError {
  if (outcome === 'timeout') return new ProviderTimeout(provider, message)
  return outcome === 'unreachable'
    ? new ProviderUnreachable(provider, message)
    : new ProviderFault(provider, message)
}

/** Who was asked, and who reads what that says. */
export interface Asked {
  readonly deployment: Deployment
  readonly passage: Pick<Passage, 'readError'>
}

/** It answered with another status than 200. */
export function refusal(
  head: EgressHead,
  bytes: Uint8Array,
  { deployment, passage, wallMs }: Asked & { readonly wallMs: number },
): Failure {
  const body = utf8Of(bytes)
  const answer = {
    status: head.status,
    body,
    error: errorIn(body, { deployment, passage }),
    retryAfter: head.header('retry-after'),
  }
  return classifyStatus(deployment, answer, wallMs)
}

/** It answered with 200, and with an error in it. */
export function innerError(text: string, asked: Asked): Failure {
  return classifyInnerError(asked.deployment, errorIn(text, asked))
}

/** Providers repeat the key that they were sent: no word of theirs goes on with it. */
function errorIn(text: string, { deployment, passage }: Asked): ProviderErrorText {
  return passage.readError(deployment.redact(text))
}

/** Its stream cannot go on. */
export function faultOf({ kind, detail, error }: StreamFault, asked: Asked, contentSent: boolean): Failure {
  const { provider } = asked.deployment
  if (kind === 'unjoinable') return unjoinable(provider, detail)
  if (contentSent) return brokenOff(provider, detail, 'interrupted')
  return kind === 'provider-error' ? innerError(JSON.stringify(error), asked) : serverFault(provider, detail)
}

/** What it sent cannot be an answer. */
export function serverFault(provider: string, what: string): Failure {
  return { outcome: 'server_fault', error: new ProviderFault(provider, what), elsewhere: true }
}

/** Content has been sent: there is no other deployment for the rest. */
export function brokenOff(
  provider: string,
  what: string,
  outcome: Extract<AttemptOutcome, 'interrupted' | 'timeout'>,
): Failure {
  return { outcome, error: new StreamInterrupted(provider, what), elsewhere: false }
}

/** Its stream has stood still for so long. */
export function stoodStill(provider: string, stallMs: number): Failure {
  return brokenOff(provider, `nothing came for ${stallMs / 1000} s`, 'timeout')
}

/** Nothing usable came in time. */
export function tookTooLong(provider: string, what: 'answer' | 'first token', patienceMs: number): Failure {
  const error = new ProviderTimeout(provider, `no ${what} within ${patienceMs / 1000} s`)
  return { outcome: 'timeout', error, elsewhere: true }
}

/** It answered well, and not with the rest of the answer that it was to go on with. */
function unjoinable(provider: string, what: string): Failure {
  return { outcome: 'content', error: new StreamInterrupted(provider, what), elsewhere: true }
}
