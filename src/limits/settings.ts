// How limits and budgets are written: `60/m`, `200k/h burst 50k`, and so many dollars or tokens in a day.
import * as z from 'zod'
import { rates } from '../platform/rate-values.ts'
import { list, named, off, onOff, section } from '../platform/setting-values.ts'

/** Limits of one kind of caller. Several of one kind hold together. */
export const limitSettings = section({
  requests: rates().describe('Requests.'),
  input_tokens: rates().describe('Tokens of requests.'),
  output_tokens: rates().describe('Tokens of answers.'),
  tokens: rates().describe('Tokens of both together.'),
  concurrency: z.int().min(1).max(1_000_000).optional().describe('Calls at a time.'),
})

/** A name of the config or of a user, or `*` for each who has none of their own. */
const limited = z.string().min(1).max(256)
const limitsByName = named(limited, limitSettings).prefault({})

const byName = (what: 'limits' | 'budgets') =>
  `by name; \`*\` stands for each of those that have no ${what} of their own.`
/** Of keys, users and tags, whose names are each tenant's own. */
const byNameOfTenants = (what: 'limits' | 'budgets') =>
  `${byName(what)} A name is one for each tenant, and \`acme ci\` is \`ci\` of the tenant \`acme\` alone.`
const byNameOfAll = (what: 'limits' | 'budgets') =>
  `${byName(what)} Whoever has none is of the tenant \`default\`.`

export const limitsSettings = section({
  addresses: z
    .union([off(), limitSettings], { error: 'write off, or limits such as { requests: 600/m }' })
    .prefault('off')
    .describe('Of each address that calls come from.'),
  keys: limitsByName.describe(`Of keys, ${byNameOfTenants('limits')}`),
  users: limitsByName.describe(`Of users that keys belong to, ${byNameOfTenants('limits')}`),
  teams: limitsByName.describe(`Of teams, ${byName('limits')}`),
  tenants: limitsByName.describe(`Of tenants, ${byNameOfAll('limits')}`),
  models: limitsByName.describe(`Of models, whoever calls them, ${byName('limits')}`),
}).meta({
  description:
    'How much may be used: requests and tokens as `60/m`, `200k/h` or `10/s burst 50`, and calls at a time. All limits over a call hold together.',
})

const alertShares = list(z.number().min(1).max(100), 10)
  .prefault([80, 100])
  .transform((percent) => percent.toSorted((one, other) => one - other).map((part) => part / 100))

/** Nine million dollars are what a number holds in nano-dollars. */
const dollarsMax = 9_000_000

/** One budget, in dollars or in tokens. */
export const budgetSettings = section({
  dollars: z.number().min(0).max(dollarsMax).optional().describe('So many dollars.'),
  tokens: z.int().min(0).max(Number.MAX_SAFE_INTEGER).optional().describe('So many tokens.'),
  per: z
    .enum(['hour', 'day', 'week', 'month', 'total'], { error: 'write hour, day, week, month or total' })
    .describe('In each stretch of the calendar in UTC (weeks begin on Monday), or in `total`.'),
  alerts: alertShares.describe('Percent of it at which somebody is told, once in each stretch.'),
  stops: onOff().prefault('on').describe('Whether calls that it has nothing left for are refused.'),
}).refine(({ dollars, tokens }) => (dollars === undefined) !== (tokens === undefined), {
  error: 'write either dollars or tokens',
})

const someBudgets = list(budgetSettings, 20)
const budgetsByName = named(limited, someBudgets).prefault({})

export const budgetsSettings = section({
  keys: budgetsByName.describe(`Of keys, ${byNameOfTenants('budgets')}`),
  users: budgetsByName.describe(`Of users that keys belong to, ${byNameOfTenants('budgets')}`),
  teams: budgetsByName.describe(`Of teams, ${byName('budgets')}`),
  tenants: budgetsByName.describe(`Of tenants, ${byNameOfAll('budgets')}`),
  tags: budgetsByName.describe(`Of calls with a tag, ${byNameOfTenants('budgets')}`),
}).meta({
  description:
    'How much may be spent, in dollars or tokens, in each hour, day, week or month of the calendar, or at all.',
})

export type LimitSettings = z.output<typeof limitSettings>
export type BudgetSettings = z.output<typeof budgetSettings>

export type LimitsSettings = z.output<typeof limitsSettings>

export type BudgetsSettings = z.output<typeof budgetsSettings>
