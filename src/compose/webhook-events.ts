// What the gateway does, in the words of webhooks. The names of facts are a contract: they are added to and never changed.
import type { CallSummary } from '../core/call.ts'
import type { ExpiringKey } from '../keys/key-questions.ts'
import type { BudgetAlert, BudgetStanding } from '../limits/budget.ts'
import type { ModelChange } from '../routing/life/reported-models.ts'
import type { CredentialAge } from '../secrets/credential-ages.ts'
import type { StandingObserver } from '../routing/health/health-registry.ts'
import type { WebhookEvent } from '../webhooks/webhook-event.ts'
import type { StageChange } from './lives.ts'

const nanoPerDollar = 1_000_000_000
const nameCharsMax = 256

export function budgetAlerted(alert: BudgetAlert): WebhookEvent {
  const percent = Math.round(alert.share * 100)
  const facts = { ...budgetFacts(alert), percent }
  return { type: 'budget.alert', facts, once: inWindow(alert, percent) }
}

export function budgetStopped(standing: BudgetStanding): WebhookEvent {
  return { type: 'budget.exhausted', facts: budgetFacts(standing), once: inWindow(standing) }
}

/** Another amount is another budget. */
function inWindow({ level, id, rule, windowStartMs }: BudgetStanding, percent?: number): string {
  return words(level, id, rule.unit, rule.period, rule.amount, windowStartMs, percent ?? '')
}

function budgetFacts(standing: BudgetStanding): WebhookEvent['facts'] {
  const { level, name, tenant, rule, spent, held, windowStartMs, windowEndMs } = standing
  const isMoney = rule.unit === 'nano_dollars'
  const shown = (amount: number): number => (isMoney ? amount / nanoPerDollar : amount)
  return {
    level,
    name: name.slice(0, nameCharsMax),
    tenant: tenant ?? null,
    unit: isMoney ? 'dollars' : 'tokens',
    per: rule.period,
    amount: shown(rule.amount),
    spent: shown(spent),
    held: shown(held),
    stops: rule.stops,
    window_start: timeText(windowStartMs),
    window_end: windowEndMs === undefined ? null : timeText(windowEndMs),
  }
}

/** The calendar has moved a deployment on. Undefined where it became young again. */
export function stageReached(
  { model, deployment, stage }: StageChange,
  wallMs: number,
): WebhookEvent | undefined {
  if (stage === 'active') return undefined
  const facts = { model, deployment, reason: 'date' }
  return { type: `model.${stage}`, facts, once: onDay(wallMs, model, deployment, facts.reason) }
}

/** A call was answered by a deployment that comes to its end. */
export function usedAtItsEnd(
  { model, provider, providerModel, notice }: CallSummary,
  wallMs: number,
): WebhookEvent {
  const deployment = `${provider}/${providerModel}`
  return {
    type: 'model.deprecated',
    once: onDay(wallMs, model, deployment, 'used'),
    facts: {
      model: model.slice(0, nameCharsMax),
      deployment,
      reason: 'used',
      deprecated: textOrNull(notice?.deprecated),
      retires: textOrNull(notice?.retires),
      replaced_by: textOrNull(notice?.replacedBy),
    },
  }
}

/** Another model answers behind the same name. */
export function modelChanged({ deployment, from, to, sinceMs }: ModelChange): WebhookEvent {
  return { type: 'model.changed', facts: { deployment, from, to, since: timeText(sinceMs) } }
}

export function keyExpires({ id, name, expiresAtMs }: ExpiringKey, wallMs: number): WebhookEvent {
  const facts = { key: id, name, expires_at: timeText(expiresAtMs) }
  return { type: 'key.expiring', facts, once: onDay(wallMs, id, facts.expires_at) }
}

/** A provider's credential is older than it may be. */
export function credentialDue(
  { provider, secret, account, sinceMs }: CredentialAge,
  wallMs: number,
): WebhookEvent {
  const facts = { provider, secret, account, since: timeText(sinceMs) }
  return { type: 'credential.due', facts, once: onDay(wallMs, provider, secret, account) }
}

/** Tells when a deployment is sent no more calls and when it has them again, once each, whatever happens in between. */
export function ejections(tell: (event: WebhookEvent) => void): StandingObserver {
  const ejected = new Set<string>()
  return ({ provider, providerModel, credential }, { to, reason }) => {
    const deployment = `${provider}/${providerModel}`
    const id = `${deployment}@${credential}`
    const isOut = to === 'open' || to === 'ejected'
    if (isOut === ejected.has(id) || (!isOut && to !== 'closed')) return
    if (isOut) ejected.add(id)
    else ejected.delete(id)
    const type = isOut ? 'deployment.ejected' : 'deployment.recovered'
    tell({ type, facts: { deployment, account: credential, reason } })
  }
}

function onDay(wallMs: number, ...parts: readonly string[]): string {
  return words(timeText(wallMs).slice(0, 'yyyy-mm-dd'.length), ...parts)
}

function words(...parts: readonly (string | number)[]): string {
  return JSON.stringify(parts)
}

function timeText(wallMs: number): string {
  return new Date(wallMs).toISOString()
}

function textOrNull(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text
}
