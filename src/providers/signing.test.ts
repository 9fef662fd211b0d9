import { expect, test } from 'bun:test'
import { signingHeaders, UnusableSecret } from './signing.ts'

test('a bearer key becomes an authorization line', () => {
  expect(signingHeaders({ kind: 'bearer' }, 'sk-abc_123')).toBe('authorization: Bearer sk-abc_123\r\n')
})

test('a key in a header of its own stands there bare', () => {
  expect(signingHeaders({ kind: 'header', name: 'x-api-key' }, 'sk-ant')).toBe('x-api-key: sk-ant\r\n')
})

test('without a key, or without signing, nothing is sent', () => {
  expect(signingHeaders({ kind: 'bearer' }, '')).toBe('')
  expect(signingHeaders({ kind: 'none' }, 'sk-abc')).toBe('')
})

const unusable = [
  ['a line break', 'sk-abc\r\nx-admin: 1', 'a line break'],
  ['a line feed at the end', 'sk-abc\n', 'character 7 of 7 is a line break'],
  ['a blank', 'sk abc', 'character 3 of 6 is a blank'],
  ['a tab', 'sk\tabc', 'a blank'],
  ['a NUL', 'sk\0abc', 'a control character'],
  ['a letter beyond ASCII', 'sk-ключ', 'not ASCII'],
  ['a typographic dash', 'sk–abc', 'not ASCII'],
] as const

for (const [title, secret, problem] of unusable) {
  test(`a key with ${title} is refused in words that do not repeat it`, () => {
    for (const signing of [{ kind: 'bearer' }, { kind: 'header', name: 'x-api-key' }] as const) {
      const failure = refusal(() => signingHeaders(signing, secret))
      expect(failure).toBeInstanceOf(UnusableSecret)
      expect(String(failure)).toContain(problem)
      expect(String(failure)).not.toContain('sk')
    }
  })
}

function refusal(run: () => unknown): unknown {
  try {
    run()
  } catch (failure) {
    return failure
  }
  return undefined
}
