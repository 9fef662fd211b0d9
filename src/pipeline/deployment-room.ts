// Which deployments of a call have been asked for as much as they may be, and what its client is told when that is all of
// them. It is nobody's failure: no breaker hears of it.
import { LimitTooSmall, ModelRateLimited } from '../core/limit-errors.ts'
import type { GatewayError } from '../core/errors.ts'
import type { DeploymentLimits } from '../limits/deployment-limits.ts'
import type { LimitDenial } from '../limits/limits.ts'
import type { Deployment } from '../providers/deployment.ts'
import type { Production } from './production.ts'
import { reckonedTokens } from './reckoned-tokens.ts'

type Roomy = Pick<Production, 'deployments' | 'request' | 'requests'>

/** A deployment that has no room for a call, and why. */
interface Full {
  readonly deployment: Deployment
  readonly denial: LimitDenial
}

/** Those of a call's deployments that cannot be asked for so much just now. */
export function withoutRoom(call: Roomy, limits: DeploymentLimits, nowMs: number): readonly Full[] {
  let full: Full[] | undefined
  for (const deployment of call.deployments) {
    const denial = denialFor(deployment, call, { limits, nowMs })
    if (denial !== undefined) (full ??= []).push({ deployment, denial })
  }
  return full ?? none
}

const none: readonly Full[] = []

/** Whether one deployment can be asked for what a call needs. */
export function hasRoom(
  deployment: Deployment,
  call: Pick<Roomy, 'request' | 'requests'>,
  at: { readonly limits: DeploymentLimits; readonly nowMs: number },
): boolean {
  return at.limits.isEmpty || denialFor(deployment, call, at) === undefined
}

function denialFor(
  { name }: Deployment,
  { request, requests }: Pick<Roomy, 'request' | 'requests'>,
  { limits, nowMs }: { readonly limits: DeploymentLimits; readonly nowMs: number },
): LimitDenial | undefined {
  const limited = limits.of(name)
  return limited && limits.denial(limited, reckonedTokens(requests?.get(name) ?? request), nowMs)
}

/** What a client is told of these; undefined where none of them gets room by waiting, and others are to be told of. */
export function noRoom(
  call: Roomy & Pick<Production, 'record'>,
  full: readonly Full[],
  nowMs: number,
): GatewayError | undefined {
  const { model } = call.record
  const [first] = full
  if (first === undefined) return undefined
  const passing = full.filter(({ denial }) => !denial.isTooLarge)
  if (passing.length === 0) {
    const isAll = full.length === call.deployments.length
    return isAll ? new LimitTooSmall({ ...first.denial, level: 'model', name: model }) : undefined
  }
  const names = new Set(full.map(({ deployment }) => deployment.name))
  // Another may be well again sooner than one of these has room.
  const others = call.deployments
    .filter(({ name }) => !names.has(name))
    .map(({ health }) => health.waitMs(nowMs))
    .filter((waitMs) => waitMs > 0)
  const waits = passing.map(({ denial }) => denial.retryAfterMs ?? 0)
  return new ModelRateLimited(model, Math.min(...waits, ...others))
}

/** Why it was passed over, for a call's trace: `500 requests in 60 s, room in 1.2 s`. */
export function fullText({ kind, limit, perMs, retryAfterMs, isTooLarge }: LimitDenial): string {
  const of = `${limit} ${kind} in ${perMs / 1_000} s`
  return isTooLarge
    ? `${of}, which is too few for this call`
    : `${of}, room in ${(retryAfterMs ?? 0) / 1_000} s`
}
