// How much may be asked for, by callers and of deployments, and how much may be spent: the books of that outlive a config,
// and each config brings them their rules.
import type { Clock } from '../core/clock.ts'
import type { Config } from '../config/schema.ts'
import type { BudgetBook } from '../limits/budget-book.ts'
import { DeploymentLimits } from '../limits/deployment-limits.ts'
import { LimitBook } from '../limits/limit-book.ts'
import { budgetsFrom, limitsFrom } from '../limits/rules-of-config.ts'
import { deploymentLimitsFrom } from './deployment-limits-from.ts'

export interface BoundBooks {
  readonly limits: LimitBook
  readonly deploymentLimits: DeploymentLimits
  readonly budgets: BudgetBook
}

export class CallBounds {
  readonly books: BoundBooks
  readonly #clock: Clock

  constructor(clock: Clock, budgets: BudgetBook) {
    this.#clock = clock
    this.books = { limits: new LimitBook(), deploymentLimits: new DeploymentLimits(), budgets }
  }

  /** Takes over a config. */
  use({ limits, models, budgets }: Pick<Config, 'limits' | 'models' | 'budgets'>): void {
    const nowMs = this.#clock.nowMs()
    this.books.limits.use(limitsFrom(limits), nowMs)
    this.books.deploymentLimits.use(deploymentLimitsFrom(models), nowMs)
    this.books.budgets.use(budgetsFrom(budgets), this.#clock.wallMs())
  }

  /** So many gateways ask the same deployments: each of them for its part. */
  shareAmong(gateways: number): void {
    this.books.deploymentLimits.shareAmong(gateways, this.#clock.nowMs())
  }
}
