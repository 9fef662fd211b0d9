// What a client is told when no deployment of a model can be asked just now.
import { ModelBusy, ModelUnavailable } from '../core/routing-errors.ts'
import type { GatewayError } from '../core/errors.ts'
import type { NoneReason } from '../routing/choice/candidate.ts'
import { noRoom, withoutRoom } from './deployment-room.ts'
import type { AttemptParts, Production } from './production.ts'

const words: Readonly<Record<NoneReason, string>> = {
  throttled: 'too many of its last calls failed, so most are held back',
  cooling: 'its providers have asked for a pause',
  open: 'its deployments keep failing and are left alone for a while',
  ejected: "the providers refuse the gateway's own credentials; the operator must check them",
  excluded: 'every deployment has been tried',
  no_candidates: 'it has no deployment',
}

/**
 * Nobody may be asked. Tells when that changes, where it does so by itself. `nowMs`: when nobody was found; a moment later
 * there may be room again, and the reason would be another one.
 */
export function nobodyThere(
  production: Production,
  why: NoneReason,
  { deploymentLimits, nowMs }: Pick<AttemptParts, 'deploymentLimits'> & { readonly nowMs: number },
): GatewayError {
  const { record, deployments } = production
  const full = deploymentLimits.isEmpty ? [] : withoutRoom(production, deploymentLimits, nowMs)
  const limited = noRoom(production, full, nowMs)
  if (limited !== undefined) return limited
  const waits = deployments.map(({ health }) => health.waitMs(nowMs)).filter((waitMs) => waitMs > 0)
  const seconds = waits.length === 0 ? 1 : Math.ceil(Math.min(...waits) / 1_000)
  return new ModelUnavailable(record.model, words[why], why === 'ejected' ? null : seconds)
}

/** There is a place for nobody, and no use in waiting for one. */
export function refusedByLine(model: string, why: 'full' | 'too_long' | 'displaced'): GatewayError {
  const what =
    why === 'too_long' ? 'and those who wait already would take too long' : 'and as many wait as may wait'
  return new ModelBusy(model, what)
}
