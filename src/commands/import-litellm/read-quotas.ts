// Limits and budgets that LiteLLM gives to whoever has none: to keys, users and teams, and one budget over everything.
import type { SettingPath } from '../../config/problem.ts'
import { amountFor, countFor } from './numbers.ts'
import { perMinute } from './read-own-facts.ts'
import { reasonFor } from './reasons.ts'
import { groupOf, isNothing } from './source.ts'
import type { Group, Source } from './source.ts'

type Quotas = Readonly<Record<string, Readonly<Record<string, object>>>>

export interface QuotaSettings {
  readonly limits?: Quotas
  readonly budgets?: Quotas
}

const section = 'litellm_settings'
/** Whose limits and budgets a group of LiteLLM's sets. */
const owners = [
  ['default_key_generate_params', 'keys'],
  ['default_internal_user_params', 'users'],
  ['default_team_params', 'teams'],
] as const
const userBudget = { amount: 'max_internal_user_budget', period: 'internal_user_budget_duration' } as const
const wholeBudget = { amount: 'max_budget', period: 'budget_duration' } as const

/** Names of `litellm_settings` that are read here. */
export const quotaNames: readonly string[] = [
  ...owners.map(([name]) => name),
  ...Object.values(userBudget),
  ...Object.values(wholeBudget),
]

/** Everybody of a kind who has nothing of their own. */
const everybody = '*'
/** Whom every caller belongs to that names nobody else. */
const tenant = 'default'
const perMinuteMax = 100_000_000_000
const concurrencyMax = 1_000_000
const dollarsMax = 9_000_000

/** `exempt` is a key that LiteLLM bounds by nothing. */
export function readQuotas(source: Source, exempt: string | undefined): QuotaSettings {
  const settings = groupOf(source.root[section])
  const limits: Record<string, Readonly<Record<string, object>>> = {}
  const budgets: Record<string, Readonly<Record<string, object>>> = {}
  const own = (whose: string, nothing: object) =>
    whose === 'keys' && exempt !== undefined ? { [exempt]: nothing } : {}
  const users = readBudget({ group: settings, path: [section], names: userBudget }, source)
  if (users !== undefined) budgets['users'] = { [everybody]: [users] }
  for (const [name, whose] of owners) {
    const place = { group: groupOf(settings[name]), path: [section, name] }
    const limit = readLimit(place, source)
    const budget = readBudget({ ...place, names: wholeBudget }, source)
    if (limit !== undefined) limits[whose] = { [everybody]: limit, ...own(whose, {}) }
    if (budget !== undefined) budgets[whose] = { [everybody]: [budget], ...own(whose, []) }
    noteOthers(place, source)
  }
  const whole = readBudget({ group: settings, path: [section], names: wholeBudget }, source)
  // Of nothing there is none over everything; a key, a user or a team with nothing may spend nothing.
  if (whole !== undefined && whole.dollars > 0) budgets['tenants'] = { [tenant]: [whole] }
  if (Object.keys(budgets).length > 0) {
    source.notes.changed([section], 'under a budget, calls are refused whose price nobody knows: set price')
  }
  return {
    ...(Object.keys(limits).length > 0 && { limits }),
    ...(Object.keys(budgets).length > 0 && { budgets }),
  }
}

interface QuotaPlace {
  readonly group: Group
  readonly path: SettingPath
}

function readLimit({ group, path }: QuotaPlace, source: Source): object | undefined {
  const count = (name: string, max: number): number | undefined =>
    isNothing(group[name]) ? undefined : countFor({ value: group[name], path: [...path, name] }, max, source)
  const concurrency = count('max_parallel_requests', concurrencyMax)
  const rates = perMinute({ rpm: count('rpm_limit', perMinuteMax), tpm: count('tpm_limit', perMinuteMax) })
  if (rates === undefined && concurrency === undefined) return undefined
  return { ...rates, ...(concurrency !== undefined && { concurrency }) }
}

const limitNames = new Set(['max_parallel_requests', 'rpm_limit', 'tpm_limit', ...Object.values(wholeBudget)])

function noteOthers({ group, path }: QuotaPlace, { notes }: Source): void {
  for (const [name, value] of Object.entries(group)) {
    if (!limitNames.has(name) && !isNothing(value)) notes.lost([...path, name], reasonFor(name))
  }
}

interface BudgetPlace extends QuotaPlace {
  readonly names: { readonly amount: string; readonly period: string }
}

/** LiteLLM counts from the day a key is made; here a budget begins anew with the calendar. */
const stretches: readonly (readonly [RegExp, string])[] = [
  [/^(1h|60m|3600s|hourly)$/, 'hour'],
  [/^(1d|24h|86400s|daily)$/, 'day'],
  [/^(7d|1w|weekly)$/, 'week'],
  [/^(28d|30d|31d|1mo|monthly)$/, 'month'],
]

interface WrittenBudget {
  readonly dollars: number
  readonly per: string
}

function readBudget({ group, path, names }: BudgetPlace, source: Source): WrittenBudget | undefined {
  const { [names.amount]: amount, [names.period]: period } = group
  if (isNothing(amount)) return undefined
  const dollars = amountFor({ value: amount, path: [...path, names.amount] }, dollarsMax, source)
  if (dollars === undefined) return undefined
  if (isNothing(period)) return { dollars, per: 'total' }
  const written = typeof period === 'string' ? period.trim() : ''
  const per = stretches.find(([form]) => form.test(written))?.[1]
  if (per !== undefined) return { dollars, per }
  return source.notes.lost(
    [...path, names.period],
    'a budget is for an hour, a day, a week or a month of the calendar, or for ever; write one under budgets',
  )
}
