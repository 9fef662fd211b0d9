// How much each deployment may be asked for, by its name. Several models may have one: what they say of it holds together,
// whoever names it.
import type { RulesByName } from '../limits/limit-book.ts'
import type { LimitRule } from '../limits/limits.ts'
import { limitRules } from '../limits/rules-of-config.ts'
import type { ModelsSettings } from '../routing/settings.ts'

/** The rules of a config, by `provider/model`. */
export function deploymentLimitsFrom(models: ModelsSettings): RulesByName {
  const written = new Map<string, Map<string, LimitRule>>()
  for (const { deployments, last_resort: last } of models.values()) {
    const lastResort = last === 'off' || last.deployment === undefined ? [] : [last.deployment]
    for (const { provider, model, limits } of [...deployments, ...lastResort]) {
      const rules = limits === undefined ? [] : limitRules(limits)
      if (rules.length === 0) continue
      const name = `${provider}/${model}`
      const known = written.get(name) ?? new Map<string, LimitRule>()
      written.set(name, known)
      for (const rule of rules) known.set(JSON.stringify(rule), rule)
    }
  }
  return new Map([...written].map(([name, rules]) => [name, [...rules.values()]]))
}
