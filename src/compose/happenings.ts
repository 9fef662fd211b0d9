// What happens to budgets, models and deployments, told to whoever looks (logs, metrics) and to whoever wants to be told
// (webhooks), from one place, so that neither hears less than the other.
import type { Clock } from '../core/clock.ts'
import { BudgetBook } from '../limits/budget-book.ts'
import type { StandingObserver } from '../routing/health/health-registry.ts'
import { ReportedModels } from '../routing/life/reported-models.ts'
import type { ReportedModelsStore } from '../routing/life/reported-models.ts'
import { budgetAlerts, budgetStops } from '../telemetry/budget-telemetry.ts'
import type { CallWatch } from '../telemetry/call-telemetry.ts'
import { LifeTelemetry } from '../telemetry/life-telemetry.ts'
import type { Log } from '../telemetry/log.ts'
import type { Registry } from '../telemetry/metrics.ts'
import { standings } from '../telemetry/routing-telemetry.ts'
import type { WebhookEvent } from '../webhooks/webhook-event.ts'
import type { StageChange } from './lives.ts'
import {
  budgetAlerted,
  budgetStopped,
  ejections,
  modelChanged,
  stageReached,
  usedAtItsEnd,
} from './webhook-events.ts'

export interface HappeningsParts {
  readonly clock: Clock
  readonly log: Log
  readonly registry: Registry
  readonly reportedModels: ReportedModelsStore
}

export class Happenings {
  /** What deployments say that they are. */
  readonly reported: ReportedModels
  readonly #parts: HappeningsParts
  readonly #tell: (event: WebhookEvent) => void
  readonly #life: LifeTelemetry

  /** `tell` must not throw. */
  constructor(parts: HappeningsParts, tell: (event: WebhookEvent) => void) {
    const { clock, log, registry, reportedModels: store } = parts
    this.#parts = parts
    this.#tell = tell
    this.#life = new LifeTelemetry(log, clock, registry)
    this.reported = new ReportedModels({
      store,
      clock,
      onChange: (change) => {
        this.#life.modelChanged(change)
        if (!change.isRepeated) tell(modelChanged(change))
      },
    })
  }

  budgetBook(): BudgetBook {
    const { log, registry } = this.#parts
    const [reached, stopped] = [budgetAlerts(log, registry), budgetStops(log, registry)]
    return new BudgetBook(
      (alert) => {
        reached(alert)
        this.#tell(budgetAlerted(alert))
      },
      (standing) => {
        stopped(standing)
        this.#tell(budgetStopped(standing))
      },
    )
  }

  standings(): StandingObserver {
    const { log, registry } = this.#parts
    const [logged, told] = [standings(log, registry), ejections(this.#tell)]
    return (place, change) => {
      logged(place, change)
      told(place, change)
    }
  }

  stagesChanged(changes: readonly StageChange[]): void {
    for (const change of changes) {
      this.#life.stageChanged(change)
      const event = stageReached(change, this.#parts.clock.wallMs())
      if (event !== undefined) this.#tell(event)
    }
  }

  /** A model's own word of what it is counts where it answered, and the demo has none. */
  callWatch(): CallWatch {
    return {
      kindSeen: ({ provider, providerModel, reportedModel, demo, outcome }) => {
        if (!demo && outcome === 'ok') this.reported.heard(`${provider}/${providerModel}`, reportedModel)
      },
      usedAtItsEnd: (call) => {
        if (this.#life.usedAtItsEnd(call)) this.#tell(usedAtItsEnd(call, this.#parts.clock.wallMs()))
      },
    }
  }
}
