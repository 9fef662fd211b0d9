import { expect, test } from 'bun:test'
import { inspect } from 'node:util'
import { Secret } from './secret.ts'

const secret = new Secret('env:OPENAI_API_KEY', 'sk-canary-123')

test('a secret gives its text only when asked to reveal it', () => {
  expect(secret.reveal()).toBe('sk-canary-123')
})

test('every way of printing a secret shows its name in place of its text', () => {
  const printed = [
    String(secret),
    JSON.stringify({ key: secret }),
    inspect(secret),
    inspect({ deep: [secret] }, { showHidden: true }),
    Bun.inspect({ key: secret }),
    JSON.stringify(Object.entries(secret)),
  ]
  for (const text of printed) expect(text).not.toContain('canary')
  expect(String(secret)).toBe('[secret env:OPENAI_API_KEY]')
  expect(JSON.stringify(secret)).toBe('"[secret env:OPENAI_API_KEY]"')
})
