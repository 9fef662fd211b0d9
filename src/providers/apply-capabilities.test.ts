import { expect, test } from 'bun:test'
import { abilities } from '../core/capabilities.ts'
import type { Ability, Capabilities } from '../core/capabilities.ts'
import type { ModelRequest } from '../core/model-request.ts'
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
  const fitting = applyCapabilities(everything, full)
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
  const { request, dropped } = applyCapabilities(everything, { ...full, [ability]: false })
  expect(dropped).toEqual(settings.map((setting) => ({ setting })))
  for (const setting of settings) expect(request).not.toHaveProperty(setting)
  expect(Object.keys(request).length).toBe(Object.keys(everything).length - settings.length)
})

test('nothing is missed that was not asked for', () => {
  const none = Object.fromEntries(abilities.map((ability) => [ability, false])) as Record<Ability, boolean>
  const plain = { ...bare, choices: 1, logprobs: false, tools: [], reasoning: { effort: 'none' } }
  expect(applyCapabilities(plain, { ...full, ...none })).toEqual({
    request: plain,
    dropped: [],
  })
})
