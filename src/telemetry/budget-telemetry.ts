// What budgets leave behind for those who look: a line and a count when a share of one is reached, once in each of its
// windows.
import type { Log } from './log.ts'
import type { Registry } from './metrics.ts'

/** A budget as it stands. */
interface Standing {
  readonly level: string
  readonly name: string
  readonly tenant?: string | undefined
  readonly rule: { readonly unit: string; readonly period: string; readonly amount: number }
  readonly spent: number
  readonly held: number
}

/** A budget of which a share was reached. */
interface Alert extends Standing {
  readonly share: number
}

/** Makes the one who is told. */
export function budgetAlerts(log: Log, registry: Registry): (alert: Alert) => void {
  const counter = registry.counter(
    'sallyport_budget_alerts_total',
    'Shares of budgets that were reached, in percent.',
    ['level', 'percent'],
  )
  return ({ level, name, tenant, rule, spent, share }) => {
    const percent = Math.round(share * 100)
    counter.add(1, level, String(percent))
    const { unit, period, amount } = rule
    log.warn('budget_reached', { level, name, tenant, percent, spent, amount, unit, period })
  }
}

/** Makes the one who is told when a budget stops its first call in a window. */
export function budgetStops(log: Log, registry: Registry): (standing: Standing) => void {
  const counter = registry.counter(
    'sallyport_budget_stops_total',
    'Windows of budgets in which calls were refused or ended because nothing was left.',
    ['level'],
  )
  return ({ level, name, tenant, rule, spent, held }) => {
    counter.add(1, level)
    const { unit, period, amount } = rule
    log.warn('budget_exhausted', { level, name, tenant, spent, held, amount, unit, period })
  }
}
