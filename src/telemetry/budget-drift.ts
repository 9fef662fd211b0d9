// How far what is counted of budgets was from what the records say, when the two were last compared.
import type { Log } from './log.ts'
import type { Registry } from './metrics.ts'

/** The largest differences, each as a share of its budget. */
export interface BudgetDrift {
  readonly above: number
  readonly below: number
}

/** More than this that nobody counted is worth a line. */
const driftTold = 0.005

/** To be told of each comparison. `worst` is the budget of which most was not counted. */
export function budgetDrifts(
  log: Log,
  registry: Registry,
): (drift: BudgetDrift, worst: string | undefined) => void {
  let last: BudgetDrift = { above: 0, below: 0 }
  registry.gauges(
    'sallyport_budget_drift_ratio',
    'By how much gateways count more or less than the records say, as a share of the budget where it is most.',
    {
      labels: ['direction'],
      read: () => [
        { values: ['above'], amount: last.above },
        { values: ['below'], amount: last.below },
      ],
    },
  )
  return (drift, worst) => {
    last = drift
    if (drift.below > driftTold) log.warn('budgets_drifted', { ratio: drift.below, budget: worst })
  }
}
