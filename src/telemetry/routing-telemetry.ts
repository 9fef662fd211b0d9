// What routing leaves behind for those who look: a line and a count each time that a deployment comes to stand otherwise,
// never one for a single call.
import type { Log } from './log.ts'
import type { Registry } from './metrics.ts'

/** A deployment whose standing changed. */
interface Place {
  readonly provider: string
  readonly providerModel: string
}

interface Change {
  readonly from: string
  readonly to: string
  readonly reason: string
}

/** Makes the observer of standings. */
export function standings(log: Log, registry: Registry): (place: Place, change: Change) => void {
  const counter = registry.counter(
    'sallyport_deployment_changes_total',
    'How often deployments came to stand otherwise: closed, suspect, open, half_open, cooling, ejected.',
    ['provider', 'to', 'reason'],
  )
  return ({ provider, providerModel }, { from, to, reason }) => {
    counter.add(1, provider, to, reason)
    const facts = { deployment: `${provider}/${providerModel}`, from, to, reason }
    if (to === 'ejected') log.error('deployment_changed', facts)
    else if (to === 'open' || to === 'suspect') log.warn('deployment_changed', facts)
    else log.info('deployment_changed', facts)
  }
}

/** Makes the observer of providers that are asked between calls. */
export function heartbeatChanges(
  log: Log,
  registry: Registry,
): (provider: string, to: 'answers' | 'silent') => void {
  const counter = registry.counter(
    'sallyport_provider_heartbeat_changes_total',
    'How often providers that are asked between calls fell silent, and answered again.',
    ['provider', 'to'],
  )
  return (provider, to) => {
    counter.add(1, provider, to)
    if (to === 'silent') log.warn('provider_silent', { provider })
    else log.info('provider_answers', { provider })
  }
}

/** How a deployment stands just now. */
export interface DeploymentReading extends Place {
  readonly account: string
  readonly state: string
  readonly inFlight: number
  /** What is left of its limits. */
  readonly limits: readonly { readonly kind: string; readonly perMs: number; readonly remaining: number }[]
}

/** Shows how each deployment stands: one series each, whose label says how. */
export function standingGauges(registry: Registry, read: () => readonly DeploymentReading[]): void {
  const labels = ['provider', 'model', 'account']
  registry.gauges(
    'sallyport_deployment_standing',
    'How each deployment stands: 1 for the state that it is in.',
    {
      labels: [...labels, 'state'],
      read: () =>
        read().map(({ provider, providerModel, account, state }) => ({
          values: [provider, providerModel, account, state],
          amount: 1,
        })),
    },
  )
  registry.gauges('sallyport_deployment_attempts_in_flight', 'Attempts under way at each deployment.', {
    labels,
    read: () =>
      read().map(({ provider, providerModel, account, inFlight }) => ({
        values: [provider, providerModel, account],
        amount: inFlight,
      })),
  })
  registry.gauges(
    'sallyport_deployment_limit_remaining',
    'Calls or tokens that each deployment may still be asked for, where it has limits.',
    {
      labels: [...labels, 'kind', 'seconds'],
      read: () =>
        read().flatMap(({ provider, providerModel, account, limits }) =>
          limits.map(({ kind, perMs, remaining }) => ({
            values: [provider, providerModel, account, kind, String(perMs / 1_000)],
            amount: remaining,
          })),
        ),
    },
  )
}
