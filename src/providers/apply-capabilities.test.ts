import { expect, test } from 'bun:test'
import { abilities } from '../core/capabilities.ts'
import type { Ability, Capabilities } from '../core/capabilities.ts'
import type { ModelRequest, Reasoning } from '../core/model-request.ts'
import { applyCapabilities } from './apply-capabilities.ts'

const able = Object.fromEntries(abilities.map((ability) => [ability, true])) as Record<Ability, boolean>
const full: Capabilities = {
  ...able,
  contextTokens: undefined,
  outputTokens: undefined,
  thinking: 'adaptive',
}
const bare: ModelRequest = { model: 'm', stream: false, turns: [], unplaced: [] }
const everything: ModelRequest = {
  ...bare,
  tools: [{ kind: 'function', name: 'f' }],
  toolChoice: { kind: 'any' },
  temperature: 0.5,
  topK: 3,
  seed: 7,
  choices: 2,
  logprobs: true,
  topLogprobs: 4,
  reasoning: { effort: 'low' },
}

test('a deployment that can do all is sent all', () => {
  const fitting = applyCapabilities(everything, full, 'openai-chat')
  expect(fitting.request).toBe(everything)
  expect(fitting.dropped).toEqual([])
})

test.each([
  ['tools', ['tools', 'toolChoice']],
  ['sampling', ['temperature', 'topK']],
  ['seed', ['seed']],
  ['choices', ['choices']],
  ['logprobs', ['logprobs', 'topLogprobs']],
  ['reasoning', ['reasoning']],
] as const)('without %s the settings of it are taken out and named', (ability, settings) => {
  const { request, dropped } = applyCapabilities(everything, { ...full, [ability]: false }, 'openai-chat')
  expect(dropped).toEqual(settings.map((setting) => ({ setting })))
  for (const setting of settings) expect(request).not.toHaveProperty(setting)
  expect(Object.keys(request).length).toBe(Object.keys(everything).length - settings.length)
})

test('nothing is missed that was not asked for', () => {
  const none = Object.fromEntries(abilities.map((ability) => [ability, false])) as Record<Ability, boolean>
  const plain = { ...bare, choices: 1, logprobs: false, tools: [], reasoning: { effort: 'none' } }
  expect(applyCapabilities(plain, { ...full, ...none }, 'openai-chat')).toEqual({
    request: plain,
    dropped: [],
  })
})

test.each<[Reasoning, Capabilities['thinking'], Reasoning]>([
  [{ effort: 'low', show: true }, 'budget', { budgetTokens: 4_096, show: true }],
  [{ effort: 'adaptive' }, 'budget', { budgetTokens: 16_384 }],
  [{ budgetTokens: 2_000 }, 'budget', { budgetTokens: 2_000 }],
  [{ budgetTokens: -1 }, 'budget', { budgetTokens: 16_384 }],
  [{ effort: 'none' }, 'budget', { effort: 'none' }],
  [{ budgetTokens: 0 }, 'adaptive', { budgetTokens: 0 }],
  [{ budgetTokens: 1_024 }, 'adaptive', { effort: 'minimal' }],
  [{ budgetTokens: 16_385, summary: 'auto' }, 'adaptive', { effort: 'high', summary: 'auto' }],
  [{ budgetTokens: 100_000 }, 'adaptive', { effort: 'max' }],
  [{ budgetTokens: -1 }, 'adaptive', { effort: 'adaptive' }],
  [{ effort: 'high', budgetTokens: 1_024 }, 'adaptive', { effort: 'high' }],
  [{ effort: 'max' }, 'adaptive', { effort: 'max' }],
])('%j is asked of a model of the style %s as %j', (reasoning, thinking, expected) => {
  const capabilities = { ...full, thinking }
  const fitting = applyCapabilities({ ...bare, reasoning }, capabilities, 'anthropic-messages')
  expect(fitting.request.reasoning).toEqual(expected)
  expect(fitting.dropped).toEqual([])
  expect(applyCapabilities({ ...bare, reasoning }, capabilities, 'gemini').request.reasoning).toBe(reasoning)
})
