import { describe, expect, test } from 'bun:test'
import { allowsModel } from './allows-model.ts'

describe('a key with a list of models', () => {
  test.each([
    [[], 'anything', true],
    [['fast'], 'fast', true],
    [['fast'], 'faster', false],
    [['openai/*'], 'openai/gpt-5', true],
    [['openai/*'], 'openai', false],
    [['openai/*'], 'x/openai/gpt-5', false],
    [['*'], '', true],
    [['gpt-*-mini'], 'gpt-5-mini', true],
    [['gpt-*-mini'], 'gpt-5-mini-2', false],
    [['*a*b*'], 'xxaxxbxx', true],
  ])('%j and %s: %p', (patterns, model, allowed) => {
    expect(allowsModel(patterns, model)).toBe(allowed)
  })

  test('a pattern of many stars takes no longer than the name is long', () => {
    expect(allowsModel([`${'*a'.repeat(40)}b`], 'a'.repeat(5000))).toBe(false)
  })
})
