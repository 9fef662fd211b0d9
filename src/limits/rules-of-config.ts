// The limits and budgets that a config sets, as the rules that calls are held to.
import type { BudgetRule } from './budget.ts'
import type { BudgetRules, BudgetRulesByName } from './budget-book.ts'
import type { LimitRules, RulesByName } from './limit-book.ts'
import type { LimitKind, LimitRule } from './limits.ts'
import type { BudgetSettings, BudgetsSettings, LimitSettings, LimitsSettings } from './settings.ts'

const nanoPerDollar = 1e9

/** The rules of a config, by whose they are. */
export function limitsFrom(settings: LimitsSettings): LimitRules {
  const { addresses, keys, users, teams, tenants, models } = settings
  return {
    ip: addresses === 'off' ? new Map() : new Map([['*', limitRules(addresses)]]),
    key: rulesByName(keys),
    user: rulesByName(users),
    team: rulesByName(teams),
    tenant: rulesByName(tenants),
    model: rulesByName(models),
  }
}

/** The budgets of a config, by whose they are. */
export function budgetsFrom({ keys, users, teams, tenants, tags }: BudgetsSettings): BudgetRules {
  const rules = (written: ReadonlyMap<string, readonly BudgetSettings[]>): BudgetRulesByName =>
    new Map([...written].map(([name, budgets]) => [name, budgets.map(budgetRule)]))
  return {
    key: rules(keys),
    user: rules(users),
    team: rules(teams),
    tenant: rules(tenants),
    tag: rules(tags),
  }
}

function rulesByName(written: ReadonlyMap<string, LimitSettings>): RulesByName {
  return new Map([...written].map(([name, settings]) => [name, limitRules(settings)]))
}

/** The limits that are written, the quickest to check first. */
export function limitRules(settings: Partial<LimitSettings>): readonly LimitRule[] {
  const { requests, input_tokens: input, output_tokens: output, tokens, concurrency } = settings
  return [
    ...(concurrency === undefined ? [] : [{ kind: 'concurrency', amount: concurrency, perMs: 0 } as const]),
    ...rulesOf('requests', requests),
    ...rulesOf('input_tokens', input),
    ...rulesOf('output_tokens', output),
    ...rulesOf('tokens', tokens),
  ]
}

export function budgetRule({ dollars, tokens = 0, per, alerts, stops }: BudgetSettings): BudgetRule {
  const common = { period: per, alertAt: alerts, stops }
  return dollars === undefined
    ? { ...common, unit: 'tokens', amount: tokens }
    : { ...common, unit: 'nano_dollars', amount: Math.round(dollars * nanoPerDollar) }
}

function rulesOf(kind: LimitKind, written: LimitSettings['requests'] = []): readonly LimitRule[] {
  return written.map((each) => ({ kind, ...each }))
}
