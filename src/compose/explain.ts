// What would become of a request by a config, without asking anybody: neither providers for their lists, nor the network
// for local servers.
import type { LoadedConfig } from '../config/load-config.ts'
import { BudgetBook } from '../limits/budget-book.ts'
import { LimitBook } from '../limits/limit-book.ts'
import { budgetsFrom, limitsFrom } from '../limits/rules-of-config.ts'
import { evenRandom } from '../platform/random.ts'
import { explainCall } from '../pipeline/explain-call.ts'
import type { Explanation, Question } from '../pipeline/explain-call.ts'
import { stillDirectory } from './still-directory.ts'
import type { StillParts } from './still-directory.ts'

/** Explains a request by this config. */
export function explain(loaded: LoadedConfig, question: Question, parts: StillParts): Explanation {
  const { clock } = parts
  const { directory, providers, egress } = stillDirectory(loaded, parts)
  directory.update(providers.map((provider) => ({ provider, listed: new Set(provider.declaredModels) })))
  const { timeouts } = loaded.config
  const limits = new LimitBook()
  limits.use(limitsFrom(loaded.config.limits), clock.nowMs())
  const budgets = new BudgetBook(() => {})
  budgets.use(budgetsFrom(loaded.config.budgets), clock.wallMs())
  const explanation = explainCall(question, {
    directory,
    books: { limits, budgets },
    timeouts: {
      firstTokenMs: timeouts.first_token,
      stallMs: timeouts.stall,
      attemptMs: timeouts.attempt,
      totalMs: timeouts.total,
    },
    nowMs: clock.nowMs(),
    wallMs: clock.wallMs(),
    random: evenRandom,
  })
  egress.close()
  return explanation
}
