// What was spent, in the columns of FOCUS 1.2 (FinOps Open Cost and Usage Specification, dataset "Cost and Usage", published
// 2025 by the FinOps Foundation): a row for each day of whatever has a price of its own. The operator is the one who is
// billed, by the providers; teams are the sub-accounts. There are no unit prices, because the kinds of tokens of a row have
// several: their columns are conditional in the specification, and left out. Columns of ours begin with `x_`.
import { dollarsText } from '../../core/dollars-text.ts'
import { dayMs } from '../spend/spend.ts'
import type { Dimension, SpendRow } from '../spend/spend.ts'
import type { CsvCell } from './csv.ts'

/** What a row is told apart by. */
export const focusDimensions = [
  'provider',
  'deployment',
  'region',
  'tenant',
  'team',
  'user',
  'key',
  'model',
  'tags',
] as const satisfies readonly Dimension[]

/** The row of a day, by column and in their order; undefined where nothing was used. */
export function focusRow({ startMs, names, sums }: SpendRow): Readonly<Record<string, CsvCell>> | undefined {
  const [provider = '', deployment = '', region, tenant, team, user, key, model, tags] = names
  const tokens = sums.input_tokens + sums.output_tokens
  if (tokens === 0 && sums.cost_nano_dollars === 0 && sums.list_nano_dollars === 0) return undefined
  const cost = dollarsText(sums.cost_nano_dollars)
  const providerModel = deployment.slice(provider.length + 1)
  const day = new Date(startMs)
  const month = [day.getUTCFullYear(), day.getUTCMonth()] as const
  return {
    BilledCost: cost,
    BillingAccountId: provider,
    BillingAccountName: provider,
    BillingCurrency: 'USD',
    BillingPeriodEnd: timeText(Date.UTC(month[0], month[1] + 1)),
    BillingPeriodStart: timeText(Date.UTC(...month)),
    ChargeCategory: 'Usage',
    ChargeClass: null,
    ChargeDescription: `Tokens of ${providerModel} at ${provider}`,
    ChargeFrequency: 'Usage-Based',
    ChargePeriodEnd: timeText(startMs + dayMs),
    ChargePeriodStart: timeText(startMs),
    ConsumedQuantity: String(tokens),
    ConsumedUnit: 'Tokens',
    ContractedCost: cost,
    EffectiveCost: cost,
    InvoiceIssuerName: provider,
    ListCost: dollarsText(sums.list_nano_dollars),
    PricingCategory: 'Standard',
    PricingQuantity: String(tokens),
    PricingUnit: 'Tokens',
    ProviderName: provider,
    PublisherName: provider,
    RegionId: known(region),
    RegionName: known(region),
    ResourceId: deployment,
    ResourceName: providerModel,
    ResourceType: 'Model',
    ServiceCategory: 'AI and Machine Learning',
    ServiceName: `${provider} API`,
    ServiceSubcategory: 'Generative AI',
    SubAccountId: known(team),
    SubAccountName: known(team),
    SubAccountType: known(team) === null ? null : 'Team',
    Tags: tagsText(tags),
    x_Tenant: known(tenant),
    x_User: known(user),
    x_Key: known(key),
    x_Model: known(model),
    x_Calls: sums.calls,
    x_Attempts: sums.attempts,
    x_EstimatedAttempts: sums.estimated,
    x_UnpricedAttempts: sums.unpriced,
    x_InputTokens: sums.input_tokens,
    x_CachedInputTokens: sums.cached_input_tokens,
    x_OutputTokens: sums.output_tokens,
    x_ReasoningTokens: sums.reasoning_tokens,
    x_ChargedCost: dollarsText(sums.charged_nano_dollars),
  }
}

/** To the second, as its date format has it. */
function timeText(timeMs: number): string {
  return new Date(timeMs).toISOString().replace('.000Z', 'Z')
}

/** A tag without a value has the value true, as its key-value format has it. */
function tagsText(tags: string | undefined): string {
  const words = tags === undefined || tags === '' ? [] : (JSON.parse(tags) as readonly string[])
  return JSON.stringify(Object.fromEntries(words.map((tag) => [tag, true])))
}

function known(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text
}
