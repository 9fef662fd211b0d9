import { describe, expect, test } from 'bun:test'
import { isLike } from './is-like.ts'

describe('a pattern with stars', () => {
  test.each([
    ['gpt-5-mini', 'gpt-5-mini', true],
    ['gpt-5-mini', 'gpt-5', false],
    ['gpt-5-mini', 'gpt-*', true],
    ['gpt-5-mini', '*-mini', true],
    ['gpt-5-mini', 'gpt-*-mini', true],
    ['gpt-5-mini', '*5*', true],
    ['gpt-mini', 'gpt-*-mini', false],
    ['a', 'a*a', false],
    ['aa', 'a*a', true],
    ['abcbc', 'a*b*c', true],
    ['ab', '*a*b*a*', false],
    ['', '*', true],
    ['', '', true],
    ['x', '', false],
    ['a.c', 'a.c', true],
    ['abc', 'a.c', false],
    ['anything', '***', true],
  ])('%p against %p: %p', (text, pattern, expected) => {
    expect(isLike(text, pattern)).toBe(expected)
  })

  test('takes a long text with many stars in its stride', () => {
    const started = performance.now()
    expect(isLike('a'.repeat(100_000), `${'*a'.repeat(200)}*b`)).toBe(false)
    expect(performance.now() - started).toBeLessThan(200)
  })
})
