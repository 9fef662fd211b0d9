import { expect, test } from 'bun:test'
import { capabilitiesOf } from './capabilities.ts'
import { overridesFrom } from './capabilities-settings.ts'
import { anthropic } from './catalogue/anthropic.ts'
import { gemini } from './catalogue/gemini.ts'
import { groq } from './catalogue/groq.ts'
import { ollama } from './catalogue/ollama.ts'
import { openaiCompatible } from './catalogue/openai-compatible.ts'
import { openai } from './catalogue/openai.ts'

test('a known model has the limits and abilities that are publicly known', () => {
  expect(capabilitiesOf(openai, 'gpt-5-mini')).toMatchObject({
    tools: true,
    vision: true,
    audio: false,
    jsonSchema: true,
    reasoning: true,
    sampling: false,
    contextTokens: 400_000,
    outputTokens: 128_000,
  })
  expect(capabilitiesOf(openai, 'gpt-3.5-turbo')).toMatchObject({ vision: false, jsonSchema: false })
  expect(capabilitiesOf(gemini, 'gemini-3.8-flash')).toMatchObject({ audio: true, seed: true, choices: true })
})

test('what is not known is taken for possible', () => {
  const unknown = capabilitiesOf(openaiCompatible, 'anything')
  expect(unknown).toMatchObject({ tools: true, vision: true, logprobs: true, seed: true, choices: true })
  expect(unknown.contextTokens).toBeUndefined()
  expect(capabilitiesOf(openai, 'gpt-99')).toMatchObject({ vision: true, sampling: true })
})

test('what no dialect of the provider can say, none of its models can do', () => {
  const lacking = { logprobs: false, choices: false, seed: false, audio: false }
  expect(capabilitiesOf(anthropic, 'claude-opus-5')).toMatchObject(lacking)
  expect(capabilitiesOf(anthropic, 'claude-99')).toMatchObject({
    ...lacking,
    tools: true,
    thinking: undefined,
  })
  expect(capabilitiesOf(ollama, 'llama3.3')).toMatchObject({
    files: false,
    audio: false,
    choices: false,
    seed: true,
  })
})

test('what the provider refuses, none of its models can do', () => {
  expect(capabilitiesOf(groq, 'anything')).toMatchObject({ logprobs: false, choices: false, seed: true })
})

test("Anthropic's models think in the way of their time", () => {
  expect(capabilitiesOf(anthropic, 'claude-haiku-4-5').thinking).toBe('budget')
  expect(capabilitiesOf(anthropic, 'claude-opus-4-8').thinking).toBe('adaptive')
  // Nothing is known of these: the one has a name that tells, the other has one way to say it.
  expect(capabilitiesOf(anthropic, 'claude-99').thinking).toBeUndefined()
  expect(capabilitiesOf(openai, 'gpt-5-mini').thinking).toBeUndefined()
})

test('the config has the last word, and only where it says something', () => {
  const stated = overridesFrom({
    vision: false,
    json_schema: true,
    n: true,
    context: 32_000,
    thinking: 'budget',
  })
  expect(capabilitiesOf(anthropic, 'claude-opus-5', stated)).toMatchObject({
    vision: false,
    jsonSchema: true,
    choices: true,
    contextTokens: 32_000,
    outputTokens: 128_000,
    thinking: 'budget',
    tools: true,
  })
  expect(overridesFrom(undefined)).toEqual({})
  expect(overridesFrom({ tools: undefined, output: undefined })).toEqual({})
})

test('a look-up costs microseconds, not the reading of the snapshot', () => {
  capabilitiesOf(openai, 'gpt-5-mini')
  const start = performance.now()
  for (let round = 0; round < 1_000; round += 1) capabilitiesOf(openai, 'gpt-5-mini')
  expect((performance.now() - start) / 1_000).toBeLessThan(0.1)
})
