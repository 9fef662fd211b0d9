import { expect, test } from 'bun:test'
import { readFinishReason } from './finish-reasons.ts'

test.each([
  ['STOP', true, 'tool-calls'],
  ['STOP', false, 'stop'],
  ['MAX_TOKENS', true, 'length'],
  ['SAFETY', true, 'content-filter'],
  ['MALFORMED_FUNCTION_CALL', true, 'error'],
  ['FUNCTION_CALL', true, 'tool-calls'],
  ['FUNCTION_CALL', false, 'other'],
] as const)('%s, with calls: %p, is %s', (word, hasCalls, reason) => {
  expect(readFinishReason(word, hasCalls)).toBe(reason)
})
