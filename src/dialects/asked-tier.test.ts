import { expect, test } from 'bun:test'
import { askedTier } from './asked-tier.ts'
import { readJsonBody } from './json-body.ts'

test.each([
  ['{"service_tier":"priority"}', 'priority'],
  ['{"serviceTier":"flex","messages":[{"service_tier":"priority"}]}', 'flex'],
  ['{"service_tier":"priority","serviceTier":"flex"}', 'auto'],
  ['{"service_tier":"flex","service_tier":"flex"}', 'flex'],
  ['{"service_tier":"auto","service_tier":"priority"}', 'auto'],
  ['{"service_tier":7}', undefined],
  ['{"messages":[]}', undefined],
])('the service tier that %s asks for is %p', (text, tier) => {
  expect(askedTier(readJsonBody(Buffer.from(text)))).toBe(tier)
})
