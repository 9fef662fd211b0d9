import { expect, test } from 'bun:test'
import { findFacts } from './find-facts.ts'
import { snapshot, snapshotDate } from './snapshot.gen.ts'

test('the snapshot says of which day it is, and each line of it can be read', () => {
  expect(snapshotDate).toMatch(/^\d{4}-\d{2}-\d{2}$/)
  for (const lines of Object.values(snapshot)) {
    const names = lines.split('\n').map((line) => line.split(' ')[0])
    expect(new Set(names).size).toBe(names.length)
    for (const line of lines.split('\n')) expect(line).toMatch(/^\S+ (\d+|-) (\d+|-) (\?b?|[tvfarpsxb]*)$/)
  }
})

test('a model has its limits and what it can do', () => {
  expect(findFacts('anthropic', 'claude-haiku-4-5')).toEqual({
    contextTokens: 200_000,
    outputTokens: 64_000,
    thinksByBudget: true,
    abilities: {
      tools: true,
      vision: true,
      files: true,
      audio: false,
      reasoning: true,
      sampling: true,
      jsonSchema: true,
    },
  })
})

test.each([
  ['claude-3-7-sonnet-20250219', true],
  ['claude-sonnet-4-20250514', true],
  ['claude-opus-4-5', true],
  ['claude-opus-4-6', false],
  ['claude-sonnet-5', false],
  ['claude-haiku-5-5', false],
])('%s is told to think by a budget: %p', (model, byBudget) => {
  expect(findFacts('anthropic', model)?.thinksByBudget).toBe(byBudget)
})

test('a dated or tagged name is the model that it is a version of, and no other name is', () => {
  const plain = findFacts('openai', 'gpt-5.6')
  expect(plain?.abilities.sampling).toBe(false)
  for (const tagged of ['gpt-5.6-2026-07-01', 'gpt-5.6-20260701', 'gpt-5.6-latest', 'gpt-5.6@001']) {
    expect(findFacts('openai', tagged)).toEqual(plain)
  }
  expect(findFacts('openrouter', 'google/gemini-3-flash-preview:nitro')).toBeDefined()
  for (const other of ['gpt-5.6-ultra', 'gpt-5.60', '', 'GPT-5.6', '-latest']) {
    expect(findFacts('openai', other)).toBeUndefined()
  }
})

test('a model of which only the context is known can do what it can', () => {
  expect(findFacts('anthropic', 'claude-3-opus')).toEqual({
    contextTokens: 200_000,
    outputTokens: undefined,
    thinksByBudget: true,
    abilities: {},
  })
})

test('documents are unknown where images are read, and unread where they are not', () => {
  expect(findFacts('openai', 'gpt-5-mini')?.abilities).not.toHaveProperty('files')
  expect(findFacts('openai', 'gpt-3.5-turbo')?.abilities).toMatchObject({ vision: false, files: false })
})

test('a provider that the snapshot lacks has no facts', () => {
  for (const name of ['nobody', '', '__proto__', 'constructor']) {
    expect(findFacts(name, 'gpt-5')).toBeUndefined()
  }
})
