import { expect, test } from 'bun:test'
import { abilities, capabilitiesAsJson, inCommon } from './capabilities.ts'
import type { Ability, Capabilities } from './capabilities.ts'

const able = Object.fromEntries(abilities.map((ability) => [ability, true])) as Record<Ability, boolean>
const full: Capabilities = { ...able, contextTokens: 200_000, outputTokens: 64_000, thinking: 'budget' }

test('one deployment has everything in common with itself', () => {
  expect(inCommon([full])).toEqual(full)
})

test('what one lacks, all lack together, and the smaller limit holds', () => {
  const small = { ...full, vision: false, contextTokens: 32_000, outputTokens: undefined }
  const common = { ...full, vision: false, contextTokens: 32_000 }
  expect(inCommon([full, small])).toEqual(common)
  expect(inCommon([small, full])).toEqual(common)
  expect(inCommon([small, small, full])).toEqual(common)
})

test('as JSON it speaks as the config does, and leaves out what is not known', () => {
  const json = capabilitiesAsJson({ ...full, outputTokens: undefined })
  expect(json).toMatchObject({
    tools: true,
    json_schema: true,
    n: true,
    context: 200_000,
    thinking: 'budget',
  })
  expect(Object.keys(json)).not.toContain('output')
  expect(capabilitiesAsJson({ ...full, reasoning: false })).not.toHaveProperty('thinking')
})
