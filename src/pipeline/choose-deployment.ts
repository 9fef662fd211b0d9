// Which deployment is asked next: health and policy decide (routing/choice/); what a call brings to that is put together
// here, and not at all where there is only one to choose from.
import { choose, chooseOnly } from '../routing/choice/choose.ts'
import type { Choice, Reason } from '../routing/choice/candidate.ts'
import type { Deployment } from '../providers/deployment.ts'
import { note } from './call-trace.ts'
import { chooseKey } from './choose-key.ts'
import { fullText, withoutRoom } from './deployment-room.ts'
import type { AttemptParts, CallUnderWay, Production } from './production.ts'

/** What a choice is made with. */
export interface Choosing {
  readonly parts: Pick<AttemptParts, 'random' | 'deploymentLimits'>
  readonly nowMs: number
  /** The number of the call among those of its model. */
  readonly turn: number
  /** Names of deployments that have been tried, or cannot carry the request. */
  readonly excluded: ReadonlySet<string>
  /** One that is coming back may be tried by this call: it could still be made good elsewhere. */
  readonly mayProbe: boolean
}

/** What of a call a choice depends on. */
export type Choosable = Pick<
  Production,
  'record' | 'deployments' | 'plan' | 'request' | 'stickyTo' | 'preferred' | 'preferredAccount'
>

/** So many tokens an answer is taken to have where its client did not say. */
const expectedOutputTokens = 512

/** Chooses among the deployments of a call. One that has been asked for as much as it may be is passed over. */
export function chooseDeployment(production: Choosable, choosing: Choosing): Choice<Deployment> {
  const { deploymentLimits } = choosing.parts
  if (deploymentLimits.isEmpty) return chosen(production, choosing)
  const full = withoutRoom(production, deploymentLimits, choosing.nowMs)
  if (full.length === 0) return chosen(production, choosing)
  const names = full.map(({ deployment }) => deployment.name)
  return chosen(production, { ...choosing, excluded: new Set([...choosing.excluded, ...names]) })
}

/** The same for a call that is being produced: where somebody asks for its trace, it tells who was passed over. */
export function chooseFor(
  call: Pick<CallUnderWay, 'production' | 'parts'>,
  choosing: Choosing,
): Choice<Deployment> {
  if (call.production.record.steps !== undefined) notePassedOver(call, choosing)
  return chooseDeployment(call.production, choosing)
}

function notePassedOver(
  { production, parts: { clock, deploymentLimits } }: Pick<CallUnderWay, 'production' | 'parts'>,
  { nowMs, excluded }: Choosing,
): void {
  if (deploymentLimits.isEmpty) return
  for (const { deployment, denial } of withoutRoom(production, deploymentLimits, nowMs)) {
    if (excluded.has(deployment.name)) continue
    const step = { what: 'no_room', deployment: deployment.name, why: fullText(denial) }
    note(production.record, step, clock.nowMs())
  }
}

/** Tells why the first deployment was chosen, where that is more than the order of a list. */
export function tellChoice({ record, plan, deployments }: Choosable, because: Reason): void {
  if (record.attempts > 0 || plan.policy === 'priority' || deployments.length < 2) return
  record.route = record.route === '' ? because : `${record.route}; ${because}`
}

function chosen(production: Choosable, choosing: Choosing): Choice<Deployment> {
  const choice = chooseAmong(production, choosing)
  if (choice.kind !== 'one' || choice.candidate.keys === undefined) return choice
  const key = keyFor(choice.candidate, production, choosing)
  if (key !== undefined) return { ...choice, candidate: key }
  // Its keys that are left cannot be used: it is as good as tried.
  const excluded = new Set([...choosing.excluded, choice.candidate.name])
  return chosen(production, { ...choosing, excluded })
}

/** The deployment with the key that an attempt is to be made with; undefined when none of its keys can be used. */
export function keyFor(
  deployment: Pick<Deployment, 'keys' | 'siblings'>,
  { stickyTo, preferredAccount }: Pick<Choosable, 'stickyTo' | 'preferredAccount'>,
  { parts, nowMs, excluded, mayProbe }: Omit<Choosing, 'turn'>,
): Deployment | undefined {
  return chooseKey(deployment.keys ?? deployment.siblings ?? [], {
    nowMs,
    random: parts.random,
    excluded,
    mayProbe,
    stickyTo,
    preferred: preferredAccount,
  })
}

function chooseAmong(production: Choosable, choosing: Choosing): Choice<Deployment> {
  const { deployments, plan, request, stickyTo } = production
  const { parts, nowMs, turn, excluded, mayProbe } = choosing
  if (deployments.length === 1) return chooseOnly(deployments[0], choosing)
  const preferred = deployments.find(({ name }) => name === production.preferred && !excluded.has(name))
  if (preferred?.health.availability(nowMs) === 'free') {
    return { kind: 'one', candidate: preferred, because: 'sticky' }
  }
  return choose(deployments, plan.policy, {
    nowMs,
    random: parts.random,
    estimatedInputTokens: request.estimatedInputTokens,
    expectedOutputTokens,
    stickyTo,
    cachedOn: production.record.prompt?.cachedOn,
    excluded,
    turn,
    mayProbe,
  })
}
