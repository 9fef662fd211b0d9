import { expect, test } from 'bun:test'
import { askedTier } from './asked-tier.ts'
import { readJsonBody } from './json-body.ts'

test.each([
  ['{"service_tier":"priority"}', 'priority'],
  ['{"serviceTier":"flex","messages":[{"service_tier":"auto"}]}', 'flex'],
  ['{"service_tier":"auto","service_tier":"priority"}', 'priority'],
  ['{"service_tier":7}', undefined],
  ['{"messages":[]}', undefined],
])('the service tier that %s asks for is %p', (text, tier) => {
  expect(askedTier(readJsonBody(Buffer.from(text)))).toBe(tier)
})
