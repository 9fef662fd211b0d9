// The rules of the columns of FOCUS 1.2 (focus.finops.org/focus-specification/v1-2): for each column of ours that the
// specification has, what a cell of it may be for a charge of the category "Usage" that is no correction.
import { describe, expect, test } from 'bun:test'
import { noSums } from '../spend/spend.ts'
import type { SpendSums } from '../spend/spend.ts'
import { focusDimensions, focusRow } from './focus.ts'

/** Of feature level "Mandatory" in the dataset Cost and Usage. */
const mandatory = [
  'BilledCost',
  'BillingAccountId',
  'BillingAccountName',
  'BillingCurrency',
  'BillingPeriodEnd',
  'BillingPeriodStart',
  'ChargeCategory',
  'ChargeClass',
  'ChargeDescription',
  'ChargePeriodEnd',
  'ChargePeriodStart',
  'ContractedCost',
  'EffectiveCost',
  'InvoiceIssuerName',
  'ListCost',
  'PricingQuantity',
  'PricingUnit',
  'ProviderName',
  'PublisherName',
  'ServiceCategory',
  'ServiceName',
]

/** NumericFormat: a decimal number without separators of thousands. */
const decimal = /^-?\d+(\.\d+)?$/
/** DateTimeFormat: ISO 8601 in UTC, to the second. */
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/
const month = /^\d{4}-\d\d-01T00:00:00Z$/
const text = /^.+$/s
const absent = Symbol('null')

type Rule = RegExp | readonly (string | typeof absent)[] | 'text or null'

const rules: Readonly<Record<string, Rule>> = {
  BilledCost: decimal,
  BillingAccountId: text,
  BillingAccountName: 'text or null',
  BillingCurrency: /^[A-Z]{3}$/,
  BillingPeriodEnd: month,
  BillingPeriodStart: month,
  ChargeCategory: ['Usage', 'Purchase', 'Tax', 'Credit', 'Adjustment'],
  ChargeClass: ['Correction', absent],
  ChargeDescription: 'text or null',
  ChargeFrequency: ['One-Time', 'Recurring', 'Usage-Based'],
  ChargePeriodEnd: time,
  ChargePeriodStart: time,
  ConsumedQuantity: decimal,
  ConsumedUnit: text,
  ContractedCost: decimal,
  EffectiveCost: decimal,
  InvoiceIssuerName: text,
  ListCost: decimal,
  PricingCategory: ['Standard', 'Dynamic', 'Committed', 'Other'],
  PricingQuantity: decimal,
  PricingUnit: text,
  ProviderName: text,
  PublisherName: text,
  RegionId: 'text or null',
  RegionName: 'text or null',
  ResourceId: 'text or null',
  ResourceName: 'text or null',
  ResourceType: 'text or null',
  // ServiceCategory and ServiceSubcategory are closed lists; these are the pair for models that write.
  ServiceCategory: ['AI and Machine Learning'],
  ServiceName: text,
  ServiceSubcategory: ['Generative AI'],
  SubAccountId: 'text or null',
  SubAccountName: 'text or null',
  SubAccountType: 'text or null',
  /** KeyValueFormat: a JSON object whose values are no objects and no lists. */
  Tags: /^\{.*\}$/,
}

function rowOf(
  own: Partial<Record<(typeof focusDimensions)[number], string>>,
  sums: Partial<SpendSums> = {},
) {
  const used = { calls: 2, attempts: 2, input_tokens: 100, output_tokens: 10, cost_nano_dollars: 1_234_567 }
  const all = { ...noSums, ...used, ...sums }
  const names = focusDimensions.map((name) => own[name] ?? '')
  return focusRow({ startMs: Date.UTC(2026, 11, 31), names, sums: all })
}

const rows = [
  [
    'whatever is known',
    rowOf({ provider: 'a', deployment: 'a/b/c', team: 'red', region: 'eu', tags: '["x","y"]' }),
  ],
  ['nothing is known', rowOf({ provider: 'a', deployment: 'a/m' })],
  [
    'the price is not known',
    rowOf({ provider: 'a', deployment: 'a/m' }, { cost_nano_dollars: 0, unpriced: 2 }),
  ],
] as const

describe.each(rows)('a row where %s', (_, row = {}) => {
  test('has every mandatory column, and only those of the specification or marked as ours', () => {
    expect(Object.keys(row)).toEqual(expect.arrayContaining(mandatory))
    const others = Object.keys(row).filter((name) => !(name in rules))
    expect(others.filter((name) => !/^x_[A-Z][A-Za-z]+$/.test(name))).toEqual([])
  })

  test.each(Object.entries(rules))('keeps to the rule of %s', (name, rule) => {
    const cell = row[name]
    if (rule instanceof RegExp) expect(String(cell)).toMatch(rule)
    else if (rule === 'text or null') expect(cell === null || text.test(String(cell))).toBeTrue()
    else expect(rule).toContain(cell === null ? absent : String(cell))
  })

  test('has a period of a day within its billing period, and names and types only beside their ids', () => {
    const [start, end] = [String(row['ChargePeriodStart']), String(row['ChargePeriodEnd'])]
    expect(Date.parse(end) - Date.parse(start)).toBe(86_400_000)
    expect(String(row['BillingPeriodStart']) <= start && end <= String(row['BillingPeriodEnd'])).toBeTrue()
    for (const id of ['SubAccount', 'Resource', 'Region']) {
      expect(row[`${id}Id`] === null).toBe(row[`${id}Name`] === null)
    }
    expect(row['SubAccountId'] === null).toBe(row['SubAccountType'] === null)
  })
})

test('tags are keys whose value is true', () => {
  expect(rows[0][1]?.['Tags']).toBe('{"x":true,"y":true}')
  expect(rows[1][1]?.['Tags']).toBe('{}')
})

test('money is exact, and what cost nothing and used nothing is no charge', () => {
  expect(rows[0][1]?.['BilledCost']).toBe('0.001234567')
  expect(
    rowOf({ provider: 'a' }, { input_tokens: 0, output_tokens: 0, cost_nano_dollars: 0 }),
  ).toBeUndefined()
})
