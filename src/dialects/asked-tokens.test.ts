import { expect, test } from 'bun:test'
import { askedTokens } from './asked-tokens.ts'
import { readJsonBody } from './json-body.ts'

test.each([
  ['{"max_tokens":100}', 100],
  ['{"max_completion_tokens":7,"max_tokens":9}', 9],
  ['{"max_output_tokens":20.7}', 20],
  ['{"generationConfig":{"maxOutputTokens":33}}', 33],
  ['{"generation_config":{"max_output_tokens":34}}', 34],
  ['{"max_tokens":null}', undefined],
  ['{"max_tokens":"100"}', undefined],
  ['{"max_tokens":-1}', undefined],
  ['{"generationConfig":null}', undefined],
  ['{"messages":[{"max_tokens":5}]}', undefined],
])('%s asks for %p', (text, tokens) => {
  expect(askedTokens(readJsonBody(Buffer.from(text)))).toBe(tokens)
})
