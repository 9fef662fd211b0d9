import { expect, test } from 'bun:test'
import { dollarsText } from './dollars-text.ts'

test.each([
  [0, '0'],
  [1, '0.000000001'],
  [12_345, '0.000012345'],
  [500_000_000, '0.5'],
  [999_999_999, '0.999999999'],
  [1_000_000_000, '1'],
  [12_000_000_001, '12.000000001'],
  [Number.MAX_SAFE_INTEGER, '9007199.254740991'],
  [-500_000_000, '-0.5'],
])('%d nano-dollars are %s dollars', (nanoDollars, text) => {
  expect(dollarsText(nanoDollars)).toBe(text)
})
