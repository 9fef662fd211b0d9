// How an attempt fails that no answer of a provider explains: as an outcome for its record, and as the error that the
// client gets when nobody else answers.
import type { AttemptOutcome } from '../core/attempt.ts'
import type { EgressFailure } from '../core/egress.ts'
import type { Verdict } from '../core/health.ts'
import {
  ProviderFault,
  ProviderTimeout,
  ProviderUnreachable,
  StreamInterrupted,
} from '../core/provider-errors.ts'
import type { GatewayError } from '../core/errors.ts'
import type { Failure } from '../providers/classify-failure.ts'

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

/** Nothing usable came in time. */
export function tookTooLong(provider: string, what: string): Failure {
  return { outcome: 'timeout', error: new ProviderTimeout(provider, what), elsewhere: true }
}

/** It answered well, and not with the rest of the answer that it was to go on with. */
export function unjoinable(provider: string, what: string): Failure {
  return { outcome: 'content', error: new StreamInterrupted(provider, what), elsewhere: true }
}
