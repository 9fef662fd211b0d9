import { expect, test } from 'bun:test'
import { fireworks } from './catalogue/fireworks.ts'
import { openai } from './catalogue/openai.ts'
import { xai } from './catalogue/xai.ts'
import { keyIsRefused } from './key-is-refused.ts'

const wrongKey = 'Incorrect API key provided: gs***tF. You can obtain an API key from https://console.x.ai.'
const suspended = 'Account x is suspended, possibly due to reaching the monthly spending limit.'

test.each([
  ['a status of its own', fireworks, 412, { error: { message: suspended, code: 'PRECONDITION_FAILED' } }],
  ['the same without a body', fireworks, 412, ''],
  ['words, with a 400', xai, 400, { code: 'Client specified an invalid argument', error: wrongKey }],
  ['words in an error of the usual shape', xai, 400, { error: { message: wrongKey } }],
])('a key is refused by %s', (_title, { quirks }, status, body) => {
  expect(keyIsRefused(quirks, { status, body: JSON.stringify(body) })).toBe(true)
})

test.each([
  ['the status of another provider', openai, 412, {}],
  ['the words of another provider', fireworks, 400, { error: { message: wrongKey } }],
  ['another status with the words', xai, 422, { error: wrongKey }],
  ["a client's words in the message", xai, 400, { error: `No model "${wrongKey}"` }],
  ["a client's words in a member that repeats its input", xai, 400, { error: { input: wrongKey } }],
  ['any other 400', xai, 400, { code: 'invalid', error: 'The model does not take images.' }],
  ['an empty body', xai, 400, ''],
])('a key is not refused by %s', (_title, { quirks }, status, body) => {
  expect(keyIsRefused(quirks, { status, body: JSON.stringify(body) })).toBe(false)
})

test('a body that is too large or no JSON is judged by its status alone', () => {
  const large = JSON.stringify({ error: wrongKey, more: 'x'.repeat(70_000) })
  for (const body of [large, wrongKey]) expect(keyIsRefused(xai.quirks, { status: 400, body })).toBe(false)
})
